/**
 * `npm run fuzz`: at least 100,000 mutations of genuine credentials, codes, tokens and bundles; none may be accepted that
 * says something new, none may throw. Then random credentials through the template path and the full path, which must agree.
 */
import { parseArgs } from 'node:util';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { addTally, BATCH, type BatchReport, makeSubject, NO_TALLY, runBatch, runDifferential } from './differential.ts';
import type { Mutation } from './mutators.ts';
import { type Report, runTarget, shownInput } from './run.ts';
import { type Answer, makeTargets, type Target } from './targets.ts';

const USAGE = `npm run fuzz -- [--runs N] [--count N] [--seed S] [--target NAME [--path P]]

  --runs N       mutations in all, shared out over the targets (default 120000)
  --count N      random credentials through both paths (default 10000 for each template;
                 with --target differential 1000000 in all)
  --seed S       whole number; the same seed makes the same mutations and credentials (default: the time)
  --target NAME  only this target, with all the runs; or differential: only the random credentials
  --path P       only the mutation, or the batch of credentials, that a report names; needs --target and --seed

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
  if (only === DIFFERENTIAL) {
    process.stdout.write(`seed ${seed}\n`);
    return (await differential({ seed, count: call.count ?? 1_000_000, path })) ? 0 : 1;
  }
  const all = await makeTargets(nodePrimitives);
  const targets = only === undefined ? all : all.filter(({ name }) => name === only);
  if (targets.length === 0) {
    process.stderr.write(
      `no target ${only}; there are: ${[...all.map(({ name }) => name), DIFFERENTIAL].join(', ')}\n`,
    );
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
  const agree = only !== undefined || (await differential({ seed, count: call.count, path: undefined }));
  return broken === 0 && agree ? 0 : 1;
}

const DIFFERENTIAL = 'differential';
/** Of each template, when nothing else is asked for. */
const PER_TEMPLATE = 10_000;
const PROGRESS_MS = 30_000;

/** Whether the template path and the full path agreed. `path`: the one batch to run. */
async function differential({
  seed,
  count,
  path,
}: {
  seed: number;
  count: number | undefined;
  path: string | undefined;
}): Promise<boolean> {
  const started = performance.now();
  let sum = NO_TALLY;
  const violations: BatchReport[] = [];
  let told = started;
  const rate = (): string => {
    const seconds = (performance.now() - started) / 1000;
    return `${sum.credentials} credentials in ${seconds.toFixed(0)} s (${(sum.credentials / seconds).toFixed(0)}/s)`;
  };
  const onProgress = (report: BatchReport): void => {
    sum = addTally(sum, report);
    if (report.violation) violations.push(report);
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    process.stdout.write(`  ${rate()}, ${sum.signed} signed, ${sum.tamperings} tamperings\n`);
  };
  process.stdout.write(`\n${DIFFERENTIAL}\n`);
  const subject = await makeSubject();
  if (path !== undefined) onProgress(await runBatch(subject, Number(path), { seed }));
  else {
    const batches = Math.ceil((count ?? PER_TEMPLATE * subject.templates.length) / BATCH);
    await runDifferential({ seed, batches, onProgress });
  }
  process.stdout.write(
    `${rate()}: canonical bytes as by jsonld and rdf-canonize\n` +
      `  ${sum.hostile} with hostile strings; ${sum.alone} more compared with jsonld alone\n` +
      `  ${sum.signed} signed, and verified by @digitalbazaar/vc and both verifiers\n` +
      `  ${sum.tamperings} tamperings, refused by all three\n` +
      `  ${sum.mutations} mutations, of which the template path accepted ${sum.accepted}, and the full path too\n`,
  );
  for (const { batch, template, violation } of violations) {
    process.stdout.write(
      `  VIOLATION: template ${template}: ${violation?.what}\n    ${JSON.stringify(violation?.of)}\n` +
        `    again: npm run fuzz -- --target ${DIFFERENTIAL} --seed ${seed} --path ${batch}\n`,
    );
  }
  return violations.length === 0;
}

type Call = {
  help: boolean;
  runs: number;
  count: number | undefined;
  seed: number;
  target: string | undefined;
  path: string | undefined;
};

function readCall(args: string[]): Call | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', default: false },
        runs: { type: 'string', default: '120000' },
        count: { type: 'string' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        target: { type: 'string' },
        path: { type: 'string' },
      },
    });
    const { help, runs, count, seed, target, path } = values;
    if (!/^[1-9]\d{0,8}$/.test(runs)) return `--runs ${runs}: expected a whole number`;
    if (count !== undefined && !/^[1-9]\d{0,8}$/.test(count)) return `--count ${count}: expected a whole number`;
    if (!/^-?\d{1,10}$/.test(seed)) return `--seed ${seed}: expected a whole number`;
    if (path !== undefined && target === undefined) return '--path needs --target';
    return {
      help,
      runs: Number(runs),
      count: count === undefined ? undefined : Number(count),
      seed: Number(seed),
      target,
      path,
    };
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
