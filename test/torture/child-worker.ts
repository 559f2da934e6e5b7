/** The worker under workerd as a process group of its own, to be killed as a whole. */
import { startWorker } from '../support/workerd.ts';

const worker = await startWorker({ vars: JSON.parse(process.argv[2] ?? '{}') });
process.stdout.write(`${JSON.stringify(worker.url)}\n`);
