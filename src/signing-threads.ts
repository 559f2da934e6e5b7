/** The threads that sign on Node: made with the first large batch, kept as long as the process, and never what keeps it alive. */
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SealedJob, SignElsewhere } from './deps.ts';
import type { Signing } from './vc/sign-credential.ts';

export type ThreadJob = SealedJob & { readonly id: number };

/** As the build writes it; programs run in the project's folder, as for the assets. */
const THREAD = resolve('dist', 'node', 'signing-thread.js');

/** Rows of one message: large enough that sending them costs little, small enough that all threads end together. */
const ROWS_A_MESSAGE = 250;

type Thread = { post(job: SealedJob): Promise<Signing[]>; waiting: number };

export function signingThreads(count: number): SignElsewhere {
  const threads: Thread[] = [];
  return async (job) => {
    while (threads.length < count) threads.push(startThread());
    const parts: Promise<Signing[]>[] = [];
    for (let from = 0; from < job.rows.length; from += ROWS_A_MESSAGE) {
      const idlest = threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      parts.push(idlest.post({ ...job, rows: job.rows.slice(from, from + ROWS_A_MESSAGE) }));
    }
    return (await Promise.all(parts)).flat();
  };

  function startThread(): Thread {
    const worker = new Worker(THREAD, { resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 } });
    worker.unref();
    const answers = new Map<number, { resolve(signings: Signing[]): void; reject(error: unknown): void }>();
    let last = 0;
    const settle = (id: number) => {
      const answer = answers.get(id);
      answers.delete(id);
      thread.waiting--;
      if (answers.size === 0) worker.unref();
      return answer;
    };
    worker.on('message', ({ id, signings }: { id: number; signings: Signing[] }) => settle(id)?.resolve(signings));
    /** Rows of a thread that died stay pending; the next batch gets a new one. */
    worker.on('error', (error) => {
      threads.splice(threads.indexOf(thread), 1);
      for (const id of [...answers.keys()]) settle(id)?.reject(error);
    });
    const thread: Thread = {
      waiting: 0,
      post: (job) =>
        new Promise((resolve, reject) => {
          worker.postMessage({ ...job, id: ++last }); // first, as it may throw
          answers.set(last, { resolve, reject });
          thread.waiting++;
          worker.ref(); // while it owes an answer
        }),
    };
    return thread;
  }
}
