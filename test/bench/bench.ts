/** `npm run bench`: measures what the project promises of speed and size, and writes docs/benchmarks.md. */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchOptions, type Group, isReached, type Row } from './row.ts';

/** One row per group; a group loads when it runs. */
const GROUPS: Readonly<Record<string, () => Promise<{ run: Group }>>> = {
  issue: () => import('./issue.ts'),
  verify: () => import('./verify.ts'),
  bulk: () => import('./bulk.ts'),
  ledger: () => import('./ledger.ts'),
  start: () => import('./start.ts'),
  http: () => import('./http.ts'),
};

const REPORT = 'docs/benchmarks.md';

const HELP = `npm run bench [-- --only <${Object.keys(GROUPS).join('|')}>] [-- --long] [-- --json]
测量速度与体积，结果写入 ${REPORT}。 Measures speed and size, and writes ${REPORT}.
--only  one group; nothing is written
--long  the large sizes as well, which take about an hour
--json  one object on standard output: name → number; nothing is written
Exit 0 when every goal is reached, 1 when one is missed, 2 for a wrong call. Ratios are taken within one run.`;

function readCall() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        long: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch {
    return undefined;
  }
}

async function main({ only, long = false, json = false }: NonNullable<ReturnType<typeof readCall>>): Promise<void> {
  const rows: Row[] = [];
  const options: BenchOptions = { long, progress: (text) => console.error(text) };
  for (const [name, load] of Object.entries(GROUPS)) {
    if (only !== undefined && only !== name) continue;
    options.progress(`\n${name} …`);
    const found = await (await load()).run(options);
    for (const row of found) options.progress(line(row));
    rows.push(...found);
  }
  if (json) console.log(JSON.stringify(Object.fromEntries(rows.map(({ key, value }) => [key, rounded(value)]))));
  else if (only === undefined) writeFileSync(REPORT, report(rows));
  if (!rows.every(isReached)) process.exitCode = 1;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function goalText({ goal }: Row): string {
  if (!goal) return '';
  return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
}

function line(row: Row): string {
  return `${isReached(row) ? ' ' : '✗'} ${row.key.padEnd(28)} ${String(rounded(row.value)).padStart(10)}  ${goalText(row).padEnd(9)} ${row.what}`;
}

function report(rows: readonly Row[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
  const cells = rows.map(
    (row) =>
      `| ${row.what} | \`${row.key}\` | ${rounded(row.value)} | ${goalText(row)} | ${isReached(row) ? '' : 'missed'} |`,
  );
  return `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}. The machine is shared, so
compare ratios: contestants take turns within one run, rates are per second of processor time, figures are medians.
\`x_vs_y\` is the rate of x divided by the rate of y.

| What | Name | Measured | Goal | |
|---|---|---|---|---|
${cells.join('\n')}
`;
}

const call = readCall();
if (call?.help) console.log(HELP);
else if (!call || (call.only !== undefined && !Object.hasOwn(GROUPS, call.only))) {
  console.error(HELP);
  process.exitCode = 2;
} else await main(call);
