/** What a cold start takes: of the worker its size and the first request of a fresh isolate, of the Node service the time to its first answer. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setup as build } from '../support/build.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';
import { freePort } from '../support/service.ts';
import { startSqld } from '../support/sqld.ts';
import { startWorker } from '../support/workerd.ts';
import { builtEntries } from './bundle-budgets.ts';
import { startLoadGenerator } from './load.ts';
import { median } from './measure.ts';
import type { Group, Row } from './row.ts';
import { workerdMs } from './workerd-cpu.ts';

const STARTS = 9;
const ISOLATES = 5;

export const run: Group = async () => {
  build();
  return [workerSize(), await nodeFirstResponse(), ...(await workerFirstRequest())];
};

function workerSize(): Row {
  const worker = builtEntries('worker').find(({ source }) => source === 'src/worker.ts');
  return {
    key: 'worker_gzip_kb',
    what: 'What a fresh isolate of the worker loads before its first request, gzip, kB',
    value: (worker?.gzipBytes ?? Number.NaN) / 1000,
    goal: { atMost: 60 },
  };
}

/** A database that is set up, and the body of a POST /verify for a genuine credential of it. */
async function issuingOffice(env: Record<string, string>): Promise<{ office: Office; body: string }> {
  const [SEALING_KEY, PERSON_KEY] = [1, 2].map(() => randomBytes(32).toString('base64url')) as [string, string];
  const office = await openOffice({ env: { SEALING_KEY, PERSON_KEY, ...env } });
  await office.record(recordsForStars(1, { learner: 'p', name: '王小明' }));
  const [row] = await office.credentials();
  if (!row) throw new Error('nothing was issued');
  return { office, body: `{"credential":${await office.json(row)}}` };
}

async function nodeFirstResponse(): Promise<Row> {
  const { office, body } = await issuingOffice({});
  const generator = startLoadGenerator();
  const port = await freePort();
  const times: number[] = [];
  for (let start = -1; start < STARTS; start++) {
    const startMs = performance.now();
    const child = spawn(process.execPath, ['dist/node/node.js'], {
      env: { ...process.env, ...office.env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exited]); // its first line is "ready"
    const plan = { port, path: '/verify', bodies: [body], answer: '{"outcome":"valid"', connections: 1, seconds: 0 };
    const { latenciesMs } = await generator.run(plan); // one request, from a process that is warm
    if (latenciesMs.length !== 1) throw new Error('the first answer was not "valid"');
    if (start >= 0) times.push(performance.now() - startMs); // the first start reads the files from the disk
    child.kill();
    await exited;
  }
  generator.stop();
  office.close();
  return {
    key: 'node_first_response_ms',
    what: `From the start of the Node process to its first verdict over HTTP, ms; the quickest of ${STARTS}, because neighbours on the machine only add`,
    value: Math.min(...times),
    goal: { atMost: 400 },
  };
}

/** workerd evaluates the worker when it starts; what is measured is what the first request adds: lazy chunks, database, trust, verdict. */
async function workerFirstRequest(): Promise<Row[]> {
  const sqld = await startSqld();
  const { office, body } = await issuingOffice({ DATABASE_URL: sqld.url });
  const { DATA_DIR: _, ...env } = office.env;
  const times: number[] = [];
  const processorTimes: number[] = [];
  for (let isolate = 0; isolate < ISOLATES; isolate++) {
    const worker = await startWorker({ vars: { ...env, TRUST_ROOT: office.deps.config.trustRoot ?? '' } });
    await (await worker.fetch('/assets/site.css')).text(); // warms the way there; the worker is not asked
    const before = workerdMs();
    const startMs = performance.now();
    const headers = { 'content-type': 'application/json' };
    const { outcome } = await (await worker.fetch('/verify', { method: 'POST', headers, body })).json();
    times.push(performance.now() - startMs);
    processorTimes.push(workerdMs() - before);
    await worker.stop();
    if (outcome !== 'valid') throw new Error(`the first answer of the worker was ${outcome}`);
  }
  office.close();
  await sqld.stop();
  const what = 'The first `POST /verify` of a fresh isolate in workerd';
  return [
    { key: 'worker_first_request_ms', what: `${what}, ms`, value: median(times) },
    {
      key: 'worker_first_request_cpu_ms',
      what: `${what}, ms of processor time of all its threads`,
      value: median(processorTimes),
    },
  ];
}
