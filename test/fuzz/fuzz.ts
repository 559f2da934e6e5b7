/** `npm run fuzz`: at least 100,000 mutations of genuine credentials, codes, tokens and bundles; none may be accepted that says something new, none may throw. */
import { parseArgs } from 'node:util';
import { nodePrimitives } from '../../src/node-primitives.ts';
import type { Mutation } from './mutators.ts';
import { type Report, runTarget, shownInput } from './run.ts';
import { type Answer, makeTargets, type Target } from './targets.ts';

const USAGE = `npm run fuzz -- [--runs N] [--seed S] [--target NAME [--path P]]

  --runs N       mutations in all, shared out over the targets (default 120000)
  --seed S       whole number; the same seed makes the same mutations (default: the time)
  --target NAME  only this target, with all the runs
  --path P       only the mutation that a report names; needs --target and --seed

Exit 0 when every promise was kept, 1 when not, 2 for a wrong call.
`;

const GOAL_MS = 50;

async function main(args: string[]): Promise<number> {
  const call = readCall(args);
  if (typeof call === 'string') {
    process.stderr.write(`${call}\n\n${USAGE}`);
    return 2;
  }
  if (call.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { runs, seed, target: only, path } = call;
  const all = await makeTargets(nodePrimitives);
  const targets = only === undefined ? all : all.filter(({ name }) => name === only);
  if (targets.length === 0) {
    process.stderr.write(`no target ${only}; there are: ${all.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  process.stdout.write(`seed ${seed}\n`);
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const reports: Report[] = [];
  for (const target of targets) {
    const report = await runTarget(target, {
      runs: path === undefined ? Math.ceil((runs * target.share) / shares) : 1,
      seed,
      ...(path === undefined ? {} : { path, onAnswer: print }),
    });
    reports.push(report);
    process.stdout.write(reportText(report, target, seed));
  }
  const mutations = reports.reduce((sum, report) => sum + report.mutations, 0);
  const slowest = reports.reduce((worst, { slowest: { ms } }) => Math.max(worst, ms), 0);
  const broken = reports.filter(({ violation }) => violation).length;
  const goal = slowest <= GOAL_MS ? 'met' : 'missed';
  process.stdout.write(
    `\n${mutations} mutations, ${broken === 0 ? 'no violation' : `${broken} targets with a violation`}; ` +
      `slowest ${slowest.toFixed(1)} ms (goal ${GOAL_MS} ms: ${goal})\n`,
  );
  return broken === 0 ? 0 : 1;
}

type Call = { help: boolean; runs: number; seed: number; target: string | undefined; path: string | undefined };

function readCall(args: string[]): Call | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', default: false },
        runs: { type: 'string', default: '120000' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        target: { type: 'string' },
        path: { type: 'string' },
      },
    });
    const { help, runs, seed, target, path } = values;
    if (!/^[1-9]\d{0,8}$/.test(runs)) return `--runs ${runs}: expected a whole number`;
    if (!/^-?\d{1,10}$/.test(seed)) return `--seed ${seed}: expected a whole number`;
    if (path !== undefined && target === undefined) return '--path needs --target';
    return { help, runs: Number(runs), seed: Number(seed), target, path };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function print({ seed, how, input }: Mutation, answer: Answer | Error): void {
  const answered = answer instanceof Error ? answer.message : JSON.stringify(answer);
  process.stdout.write(`${seed}: ${how.join(', ')}\n${shownInput(input)}\n${answered}\n`);
}

function reportText(
  { target, mutations, accepted, refused, slowest, violation }: Report,
  { name }: Target,
  seed: number,
): string {
  const again = (path: string) => `npm run fuzz -- --target '${name}' --seed ${seed} --path ${path}`;
  const reasons = [...refused].sort(([, a], [, b]) => b - a).map(([reason, times]) => `    ${times}\t${reason}`);
  const lines = [
    `\n${target}: ${mutations} mutations`,
    `  ${accepted} accepted, unchanged in meaning`,
    `  ${mutations - accepted} refused:`,
    ...reasons,
    `  slowest ${slowest.ms.toFixed(1)} ms (the longest first time ${slowest.firstMs.toFixed(1)} ms): ${again(slowest.path)}`,
  ];
  if (violation) {
    const { what, mutation, path } = violation;
    lines.push(
      `  VIOLATION: ${what}`,
      `    ${mutation.seed}: ${mutation.how.join(', ')}`,
      `    ${shownInput(mutation.input)}`,
      `    again: ${again(path)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

process.exitCode = await main(process.argv.slice(2));
