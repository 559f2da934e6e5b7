/** A thread of the differential test: the number of a batch in, its report out. */
import { parentPort, workerData } from 'node:worker_threads';
import { type BatchOptions, makeSubject, runBatch } from './differential.ts';

const subject = makeSubject();
const options = workerData as BatchOptions; // as runDifferential gives it
parentPort?.on('message', async (batch: number) => {
  parentPort?.postMessage(await runBatch(await subject, batch, options));
});
