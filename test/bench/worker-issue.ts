/** Issuing inside workerd, measured from outside: a Worker's own clock stands still while it computes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { NOW } from '../support/authority.ts';
import { startWorker, type Worker } from '../support/workerd.ts';
import type { WorkerIssued, WorkerStage } from './issuing-worker.ts';
import { median } from './measure.ts';
import type { BenchOptions, Row } from './row.ts';
import { makeStage, type Stage } from './stage.ts';
import { workerdMs } from './workerd-cpu.ts';

/** Different ones in turn. */
const CREDENTIALS = 500;
/** In one request. */
const TIMES = 5000;
const ROUNDS = 7;

export async function workerIssueRows({ progress }: BenchOptions): Promise<readonly Row[]> {
  progress('  issuing in workerd …');
  const stage = await makeStage();
  const directory = mkdtempSync(join(tmpdir(), 'xingzheng-issuing-'));
  try {
    await bundle(workerStage(stage), join(directory, 'worker.js'));
    const configPath = join(directory, 'wrangler.toml');
    writeFileSync(configPath, workerConfig());
    const worker = await startWorker({ vars: {}, configPath });
    try {
      await isGenuine(stage, await issued(worker, TIMES)); // and it is warm
      return rowsOf(await measured(worker));
    } finally {
      await worker.stop();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function workerStage({ signing, privateKey, fields }: Stage): WorkerStage {
  const { template, issuer, codePrefix } = signing;
  const key = privateKey.export({ format: 'jwk' });
  return { template, issuer, codePrefix, key, fields: Array.from({ length: CREDENTIALS }, (_, n) => fields(n)) };
}

/** On the same runtime as our Worker. */
function workerConfig(): string {
  const runtime = readFileSync('wrangler.toml', 'utf8').match(/^compatibility_.*$/gm) ?? [];
  return ['name = "issuing"', 'main = "worker.js"', 'no_bundle = true', ...runtime].join('\n');
}

/** As build.mjs builds our Worker. */
async function bundle(stage: WorkerStage, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('issuing-worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    minify: true,
    define: { STAGE: JSON.stringify(stage) },
    logLevel: 'warning',
  });
}

async function issued(worker: Worker, times: number): Promise<WorkerIssued> {
  const response = await worker.fetch(`/?times=${times}`);
  const answer = (await response.json()) as WorkerIssued; // our own Worker's answer
  if (answer.count !== times) throw new Error(`${answer.count} credentials in place of ${times}`);
  return answer;
}

async function isGenuine({ trust, signing }: Stage, { json, digits }: WorkerIssued): Promise<void> {
  for (const presented of [{ credential: json }, { qr: signing.codePrefix + digits }]) {
    const { outcome } = await verify(presented, { trust, now: NOW, primitives: nodePrimitives });
    if (outcome !== 'valid') throw new Error(`what the Worker issued is ${outcome}`);
  }
}

type Cost = { readonly wallMs: number; readonly processorMs: number };

/** What issuing adds to a request that issues nothing, once a round. */
async function measured(worker: Worker): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const empty = await costOf(() => issued(worker, 0));
    const whole = await costOf(() => issued(worker, TIMES));
    costs.push({ wallMs: whole.wallMs - empty.wallMs, processorMs: whole.processorMs - empty.processorMs });
  }
  return costs;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [startMs, before] = [performance.now(), workerdMs()];
  await work();
  return { wallMs: performance.now() - startMs, processorMs: workerdMs() - before };
}

/** One isolate runs on one thread; what others do for it, such as collecting its garbage, counts too. Without processor times the clock on the wall decides. */
function rowsOf(costs: readonly Cost[]): Row[] {
  const perWallSecond = median(costs.map(({ wallMs }) => (TIMES * 1000) / wallMs));
  const perCoreSecond = median(costs.map(({ processorMs }) => (TIMES * 1000) / processorMs));
  const what = 'issue a credential, to signed JSON and QR digits, in one isolate of workerd';
  return [
    {
      key: 'worker_issue_per_s',
      what: `${what}, per core-second`,
      value: Number.isNaN(perCoreSecond) ? perWallSecond : perCoreSecond,
      goal: { atLeast: 10_000 },
    },
    { key: 'worker_issue_per_wall_s', what: `${what}, per second on the wall`, value: perWallSecond },
  ];
}
