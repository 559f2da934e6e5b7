/** `npm run bundle-report`: the size of everything that ships, what it carries, and whether it keeps to its budget. */
import { type Budgets, complaints, type Entry } from './bundle.ts';
import { BUDGETS, builtEntries } from './bundle-budgets.ts';

const HELP = `npm run bundle-report
程序体积及其构成，超出预算则退出码为 1。 Sizes of what is built and what it carries; exit 1 when one is above its budget.`;

const kB = (bytes: number): string => (bytes / 1000).toFixed(1);

function tableOf(entries: readonly Entry[], budgets: Budgets): string {
  const rows = entries.toSorted((a, b) => Number(a.lazy) - Number(b.lazy) || b.gzipBytes - a.gzipBytes);
  return rows
    .flatMap(({ source, lazy, bytes, gzipBytes, carries }) => [
      `${`${lazy ? '+ ' : ''}${source}`.padEnd(44)} ${kB(bytes).padStart(8)} ${kB(gzipBytes).padStart(8)} ${String(budgets[source] ?? '–').padStart(7)}`,
      `    ${carries
        .slice(0, 6)
        .map(([part, size]) => `${part} ${kB(size)}`)
        .join(', ')}`,
    ])
    .join('\n');
}

function main(): void {
  const wrong: string[] = [];
  for (const [target, budgets] of Object.entries(BUDGETS)) {
    const entries = builtEntries(target);
    console.log(`\n${target.padEnd(44)} ${'kB'.padStart(8)} ${'gzip'.padStart(8)} ${'budget'.padStart(7)}`);
    console.log(tableOf(entries, budgets));
    wrong.push(...complaints(entries, budgets));
  }
  console.log('\n+ loads with the first request that needs it; counted is what it adds to what has loaded');
  for (const one of wrong) console.error(`above budget: ${one}`);
  if (wrong.length > 0) process.exitCode = 1;
}

if (process.argv.includes('--help')) console.log(HELP);
else main();
