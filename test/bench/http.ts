/** POST /verify as others feel it: latency at a given rate, and the rate that the HTTP layer leaves of the verifier's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { resumePending } from '../../src/jobs/resume.ts';
import { codePrefix } from '../../src/vc/qr/payload.ts';
import { setup as build } from '../support/build.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';
import { freePort } from '../support/service.ts';
import { type LoadGenerator, type LoadPlan, startLoadGenerator } from './load.ts';
import { median, percentile, rateOf, ratioOf } from './measure.ts';
import type { BenchOptions, Group, Row } from './row.ts';

const CREDENTIALS = 400;
const CONNECTIONS = 64;
/** Each gives a figure of its own: a neighbour on the machine spoils one, not all. */
const WINDOW_SECONDS = 4;
/** Servers that are driven as hard as they can be: enough requests in flight that none of them waits for the next. */
const BUSY_CONNECTIONS = 16;
const ROUNDS = 7;
const SLICE_SECONDS = 1;

export const run: Group = async (options) => {
  build();
  const office = await openOffice();
  const generator = startLoadGenerator();
  try {
    const bodies = await genuineBodies(office);
    return [
      ...(await latencies(office, generator, { ...options, bodies: bodies.mixed })),
      ...(await ratios(office, generator, bodies)),
    ];
  } finally {
    generator.stop();
    office.close();
  }
};

type Bodies = Readonly<Record<'mixed' | 'json', readonly string[]>>;

/** Every credential once as JSON-LD and once as its code. */
async function genuineBodies(office: Office): Promise<Bodies> {
  const learners = Array.from({ length: CREDENTIALS }, (_, n) =>
    recordsForStars(1, { learner: `p${n}`, name: '王小明' }),
  );
  await office.record(learners.flat());
  await resumePending(office.deps); // so many are not issued before the answer
  const rows = await office.credentials();
  const json = await Promise.all(rows.map(async (row) => `{"credential":${await office.json(row)}}`));
  const prefix = codePrefix(office.deps.config.publicUrl);
  const mixed = rows.flatMap((row, n) => [json[n] ?? '', JSON.stringify({ qr: prefix + office.code(row) })]);
  return { json, mixed };
}

/** Beside ours stands bare node:http in the same minutes: where it misses the goal too, the machine had no room for the rate. */
async function latencies(
  office: Office,
  generator: LoadGenerator,
  { bodies, long, progress }: BenchOptions & { bodies: readonly string[] },
): Promise<Row[]> {
  const ours = { name: '`POST /verify`', suffix: '', server: await startServer(office, SERVICE) };
  const bare = { name: 'bare node:http', suffix: '_bare', server: await startServer(office, [HTTP_SERVER, 'bare']) };
  const contestants = [ours, bare];
  const rows: Row[] = [];
  try {
    for (const { server } of contestants)
      await generator.run({ ...planFor(server, bodies, CONNECTIONS), seconds: 3, rate: 1000 }); // warms up
    for (const [rate, atMost] of [
      [1000, 20],
      [2000, 25],
    ] as const) {
      const p99s = new Map(contestants.map((one) => [one, [] as number[]]));
      for (let window = 0; window < (long ? 25 : 5); window++) {
        for (const one of contestants) {
          const plan = { ...planFor(one.server, bodies, CONNECTIONS), seconds: WINDOW_SECONDS, rate };
          const { latenciesMs, wrong } = await generator.run(plan);
          if (wrong > 0) throw new Error(`${wrong} answers of ${one.name} at ${rate}/s were not "valid"`);
          const figures = [50, 99, 99.9].map(
            (percent) => `p${percent} ${percentile(latenciesMs, percent).toFixed(2)} ms`,
          );
          progress(`  ${rate}/s, ${one.name}: ${figures.join(', ')}`);
          p99s.get(one)?.push(percentile(latenciesMs, 99));
        }
      }
      for (const one of contestants)
        rows.push({
          key: `http_p99_ms_${rate}${one.suffix}`,
          what: `${one.name} at ${rate} requests a second, credentials and codes in turn: 99 of 100 are answered within so many ms from when each was due`,
          value: median(p99s.get(one) ?? []),
          ...(one === ours ? { goal: { atMost } } : {}),
        });
    }
  } finally {
    await Promise.all(contestants.map(({ server }) => server.stop()));
  }
  return rows;
}

/** All servers are up; they are driven one after the other, and the processor time of each counts. */
async function ratios(office: Office, generator: LoadGenerator, bodies: Bodies): Promise<Row[]> {
  const contestants = [
    { name: 'service', server: await startServer(office, SERVICE), bodies: bodies.mixed },
    { name: 'bare', server: await startServer(office, [HTTP_SERVER, 'bare']), bodies: bodies.mixed },
    { name: 'service-json', server: await startServer(office, SERVICE), bodies: bodies.json },
    { name: 'library', server: await startServer(office, [HTTP_SERVER, 'library']), bodies: bodies.json },
  ];
  try {
    const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
    for (let round = -1; round < ROUNDS; round++) {
      for (const [turn] of contestants.entries()) {
        const one = contestants[(turn + Math.max(0, round)) % contestants.length];
        if (!one) continue;
        const before = await one.server.cpuSeconds();
        const plan = planFor(one.server, one.bodies, BUSY_CONNECTIONS);
        const { latenciesMs, wrong } = await generator.run({ ...plan, seconds: SLICE_SECONDS });
        if (wrong > 0) throw new Error(`${wrong} answers of ${one.name} were not "valid"`);
        const seconds = (await one.server.cpuSeconds()) - before;
        if (round >= 0) rates.get(one.name)?.push(latenciesMs.length / seconds); // the first round warms up
      }
    }
    return [
      {
        key: 'http_rate',
        what: '`POST /verify` answers per second of the server’s processor time',
        value: rateOf(rates, 'service'),
      },
      {
        key: 'http_vs_library',
        what: '`POST /verify` against a server with the same HTTP layer that verifies the same credentials with @digitalbazaar/vc',
        value: ratioOf(rates, 'service-json', 'library'),
        goal: { atLeast: 10 },
      },
      {
        key: 'http_vs_bare',
        what: '`POST /verify` against bare node:http around the same verifier',
        value: ratioOf(rates, 'service', 'bare'),
        goal: { atLeast: 0.6 },
      },
    ];
  } finally {
    await Promise.all(contestants.map(({ server }) => server.stop()));
  }
}

const SERVICE = ['dist/node/node.js'];
const HTTP_SERVER = join(import.meta.dirname, 'http-server.ts');

type Server = { port: number; cpuSeconds(): Promise<number>; stop(): Promise<void> };

const planFor = ({ port }: Server, bodies: readonly string[], connections: number): Omit<LoadPlan, 'seconds'> => ({
  port,
  path: '/verify',
  bodies,
  answer: '{"outcome":"valid"',
  connections,
});

async function startServer(office: Office, program: readonly string[]): Promise<Server> {
  const port = await freePort();
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', join(import.meta.dirname, 'child-cpu.mjs'), ...program],
    {
      env: { ...process.env, ...office.env, PORT: String(port), VERIFY_LIMIT_PER_MINUTE: '0' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout ?? child, 'data'), exited]); // its first line is "ready"
  if (child.exitCode !== null) throw new Error(`${program.join(' ')} ended before it was ready`);
  return {
    port,
    cpuSeconds: async () => {
      child.send('cpu');
      const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]; // child-cpu.mjs answers
      return (user + system) / 1e6;
    },
    stop: async () => {
      child.kill('SIGKILL'); // its database goes with the office
      await exited;
    },
  };
}
