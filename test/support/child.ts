/** Runs a program of test/support as a process of its own, bundled as the programs that ship are, so that any Node runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { RecordOutcome } from '../../src/issuer/record-event.ts';
import type { SentRecord } from './records.ts';

/** Where a recorder is killed, during its last batch. */
export type KillPoint =
  | `${'before' | 'after'} ${'ledger' | 'reserve' | 'evaluated' | 'sign' | 'record'}`
  | 'during self-check';

export type RecorderPlan = {
  organisation: string;
  source: string;
  batches: readonly (readonly SentRecord[])[];
  killAt?: KillPoint;
  issueInline?: number;
  /** Take up pending work at the end. */
  resume?: boolean;
};

export type Recorder = {
  /** Resolves when the process is up and waits for `go`. */
  ready: Promise<void>;
  go(): void;
  /** What was acknowledged, and how the process ended. */
  ended: Promise<{ outcomes: RecordOutcome[]; signal: NodeJS.Signals | null; code: number | null }>;
};

const bundles = new Map<string, Promise<string>>();

/** A program as one file in dist/, where packages are found; renamed into its place, because test processes do this at the same time. */
export function bundled(entry: string): Promise<string> {
  const made = bundles.get(entry) ?? bundle(entry);
  bundles.set(entry, made);
  return made;
}

async function bundle(entry: string): Promise<string> {
  const outfile = join('dist', 'test', `${basename(entry, '.ts')}.mjs`);
  const own = `${outfile}.${process.pid}`;
  await build({
    entryPoints: [entry],
    outfile: own,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  });
  await rename(own, outfile);
  return outfile;
}

export async function startRecorder(env: Readonly<Record<string, string>>, plan: RecorderPlan): Promise<Recorder> {
  const program = await bundled(join(import.meta.dirname, 'child-recorder.ts'));
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let sayReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    sayReady = resolve;
    child.once('exit', (code) => reject(new Error(`the recorder ended with ${code} before it was ready`)));
  });
  createInterface({ input: child.stdout }).on('line', (line) => (line === 'ready' ? sayReady() : lines.push(line)));
  return { ready, go: () => child.stdin.write('go\n'), ended: endOf(child, lines) };
}

function endOf(child: ChildProcess, lines: readonly string[]): Recorder['ended'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ outcomes: lines.map((line): RecordOutcome => JSON.parse(line)), signal, code }),
    );
  });
}

/** Starts, lets go and waits for the end. */
export async function runRecorder(env: Readonly<Record<string, string>>, plan: RecorderPlan) {
  const recorder = await startRecorder(env, plan);
  await recorder.ready;
  recorder.go();
  return recorder.ended;
}
