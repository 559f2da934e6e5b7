/** The differential test in batches: random credentials through the template path and the full path; a seed and a batch's number bring each back. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import type { SlotTexts } from '../../src/vc/template/slot.ts';
import { type Authority, createAuthority } from '../support/authority.ts';
import { plainGraph } from '../support/plain-graph.ts';
import { isHostile, slotTextsOf } from '../vc/template/hostile.ts';
import { compareForms } from './compare-forms.ts';
import { judgeSigned, type Sample, type Signed, samplesOf, signSample } from './two-paths.ts';

/** Credentials of one template whose bytes are compared; and one more that is signed and judged. */
export const BATCH = 500;

export type Tally = {
  /** Whose forms were compared, to the byte. */
  readonly credentials: number;
  readonly hostile: number;
  /** Of those, compared with jsonld alone, too. */
  readonly alone: number;
  /** Signed, and verified by both paths. */
  readonly signed: number;
  /** Refused by both paths. */
  readonly tamperings: number;
  readonly mutations: number;
  /** Mutations that the template path accepted, and so did the full path. */
  readonly accepted: number;
};

export type BatchReport = Tally & {
  readonly batch: number;
  readonly template: number;
  /** What differed, or was accepted, and of what credential. */
  readonly violation?: { readonly what: string; readonly of: unknown };
};

/** What is tested; a test of the test puts broken ones in their place. */
export type Subject = {
  readonly templates: readonly CompiledTemplate[];
  readonly compare: (template: CompiledTemplate, texts: SlotTexts) => Promise<void>;
  readonly sign: (template: CompiledTemplate, sample: Sample) => Promise<Signed>;
};

export async function makeSubject(authority?: Authority): Promise<Subject> {
  const issuing = authority ?? (await createAuthority());
  return {
    templates: issuing.templates,
    compare: compareForms,
    sign: (template, sample) => signSample(issuing, template, sample),
  };
}

export type BatchOptions = { readonly seed: number; readonly credentials?: number };

/** Batches take turns with the templates. */
export async function runBatch(
  { templates, compare, sign }: Subject,
  batch: number,
  { seed, credentials = BATCH }: BatchOptions,
): Promise<BatchReport> {
  const template = templates[batch % templates.length];
  if (!template) throw new Error('no templates');
  const drawn = { seed: Math.imul(batch + 1, 0x9e3779b1) ^ seed };
  const usesNames = JSON.stringify(template.document).includes('{holder}');
  let hostile = 0;
  const forms = await fc.check(
    fc.asyncProperty(slotTextsOf(template), async (texts) => {
      if (usesNames && isHostile(texts)) hostile++;
      await compare(template, texts);
    }),
    { ...drawn, numRuns: credentials },
  );
  const tally = { batch, template: template.number, credentials: forms.numRuns, hostile, ...NOTHING_SIGNED };
  if (forms.failed) return { ...tally, violation: violationIn(forms) };

  let judged = { tamperings: 0, mutations: 0, accepted: 0 };
  const paths = await fc.check(
    fc.asyncProperty(samplesOf(template), async (sample) => {
      for (const texts of sample.others) await compareForms(template, texts, plainGraph);
      judged = await judgeSigned(await sign(template, sample), sample);
    }),
    { ...drawn, numRuns: 1, endOnFailure: true }, // to shrink it would sign and judge many more
  );
  if (paths.failed) return { ...tally, violation: violationIn(paths) };
  return { ...tally, ...judged, alone: 2, signed: 1 };
}

const NOTHING_SIGNED = { alone: 0, signed: 0, tamperings: 0, mutations: 0, accepted: 0 };

const violationIn = ({ errorInstance, counterexample }: { errorInstance: unknown; counterexample: unknown }) => ({
  what: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
  of: counterexample,
});

export function addTally(sum: Tally, more: Tally): Tally {
  const names = Object.keys(sum) as (keyof Tally)[]; // the members of Tally
  return Object.fromEntries(names.map((name) => [name, sum[name] + more[name]])) as Tally;
}

export const NO_TALLY: Tally = { credentials: 0, hostile: 0, ...NOTHING_SIGNED };

export type RunOptions = BatchOptions & {
  readonly batches: number;
  readonly onProgress: (report: BatchReport) => void;
};

/** On all processors. Ends with the batches that are under way once there is a violation. */
export async function runDifferential({ batches, onProgress, ...workerData }: RunOptions): Promise<void> {
  let next = 0;
  let broken = false;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./differential-worker.ts', import.meta.url), { workerData });
    try {
      while (next < batches && !broken) {
        const report = await answer(worker, next++);
        if (report.violation) broken = true;
        onProgress(report);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), batches) }, work));
}

async function answer(worker: Worker, batch: number): Promise<BatchReport> {
  const answered = once(worker, 'message'); // rejects with what the worker throws
  worker.postMessage(batch);
  const [report] = await answered;
  return report;
}
