/** The ordeal: several feeders on one database take the same and interleaved records and are killed at random moments; then everything is counted. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeApiKey } from '../../src/issuer/api-key.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { randomFrom } from '../bench/scan/random.ts';
import { anotherProgram, openOffice } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';
import { startSqld } from '../support/sqld.ts';
import { type Feeder, startProcess, startWorkerProcess } from './feeder.ts';
import { type Books, violations } from './violations.ts';

/** Node processes on a file; Node processes on a libSQL server; workers on a libSQL server. */
export type Setting = 'file' | 'sqld' | 'workers';

export type Ordeal = {
  setting: Setting;
  feeders: number;
  seconds: number;
  /** Decides records, batches, and whom to kill when; the machine decides what is under way then. */
  seed: number;
};

export type Report = {
  records: number;
  learners: number;
  /** Batches that were answered, those of records known already among them. */
  answers: number;
  /** Batches whose feeder died before it answered, and that were sent again. */
  unanswered: number;
  kills: number;
  credentials: number;
  violations: string[];
};

/** On average. Whoever is killed should have had the time to start: a worker takes some seconds. */
const KILL_EVERY_MS: Readonly<Record<Setting, number>> = { file: 250, sqld: 1_000, workers: 8_000 };

const SOURCE = 'zjhj';
const STARS = 2;
const LEARNERS_A_WAVE = 16;
const LARGEST_BATCH = 120;

export async function endure({ setting, feeders: count, seconds, seed }: Ordeal): Promise<Report> {
  const sqld = setting === 'file' ? undefined : await startSqld();
  const secrets = {
    SEALING_KEY: randomBytes(32).toString('base64url'),
    PERSON_KEY: randomBytes(32).toString('base64url'),
  };
  const office = await openOffice({ env: { ...secrets, ...(sqld ? { DATABASE_URL: sqld.url } : {}) } });
  const { next: random } = randomFrom(seed);
  const books: Books = { sent: new Map(), acknowledged: new Set(), told: [], wrong: [] };
  const report = { answers: 0, unanswered: 0, kills: 0 };
  const queue: SentRecord[][] = [];
  const feeders: { feeder: Feeder; restarts: number }[] = [];
  let until = Number.POSITIVE_INFINITY; // until all have started
  let waves = 0;

  const begin = await beginner();
  try {
    for (let n = 0; n < count; n++) feeders.push({ feeder: await begin(), restarts: 0 });
    until = performance.now() + seconds * 1000;
    await Promise.all([killer(), ...feeders.map(feed)]);
    // What a started process does by itself, again and again.
    const clean = await anotherProgram(office);
    await resumePending(clean);
    clean.db.close();
    const found = await violations(office, books, STARS);
    const credentials = (await office.credentials()).length;
    const size = { records: books.sent.size, learners: waves * LEARNERS_A_WAVE, credentials };
    return { ...report, ...size, violations: found };
  } finally {
    for (const { feeder } of feeders) feeder.kill();
    office.close();
    await sqld?.stop();
  }

  async function beginner(): Promise<() => Promise<Feeder>> {
    const organisation = office.organisation.id;
    if (setting !== 'workers') return () => startProcess({ organisation, source: SOURCE, env: office.env });
    const { DATA_DIR: _, ...vars } = office.env;
    const key = await makeApiKey(office.deps, {
      organisation,
      source: SOURCE,
      scopes: ['records:write'],
      development: true,
    });
    return () => startWorkerProcess({ ...vars, TRUST_ROOT: office.deps.config.trustRoot ?? '' }, key);
  }

  /** Takes batches until the time is over and none is left. Whatever was not answered goes back. */
  async function feed(place: { feeder: Feeder }): Promise<void> {
    for (;;) {
      const batch = nextBatch();
      if (!batch) return;
      const answer = await place.feeder.feed(batch);
      if (!answer) {
        report.unanswered++;
        queue.push(batch);
        await sleep(20); // until it is started again
        continue;
      }
      report.answers++;
      for (const { id } of batch) books.acknowledged.add(id);
      for (const { credentialId } of answer.milestones) books.told.push(credentialId);
      const { accepted, duplicates, rejected } = answer;
      if (accepted + duplicates !== batch.length || rejected.length > 0)
        books.wrong.push(`${batch.length} records were answered: ${accepted} accepted, ${duplicates} duplicates`);
    }
  }

  function nextBatch(): SentRecord[] | undefined {
    if (queue.length === 0 && performance.now() < until) queue.push(...wave(waves++));
    return queue.shift();
  }

  /** Records of some learners, shuffled and cut; half of the batches come twice, and each has records of another one in it. */
  function wave(number: number): SentRecord[][] {
    const records = Array.from({ length: LEARNERS_A_WAVE }, (_, n) =>
      recordsForStars(STARS, { learner: `w${number}-p${n}`, name: '王小明' }),
    ).flat();
    for (const record of records) books.sent.set(record.id, record.learner.id);
    const left = shuffled(records);
    const batches: SentRecord[][] = [];
    while (left.length > 0) batches.push(left.splice(0, 1 + integer(LARGEST_BATCH)));
    const overlapping = batches.map((batch) => {
      const known = new Set(batch.map(({ id }) => id));
      const others = (batches[integer(batches.length)] ?? []).filter(({ id }) => !known.has(id));
      return [...batch, ...others.slice(0, integer(20))];
    });
    return shuffled([...overlapping, ...overlapping.filter(() => random() < 0.5)]);
  }

  async function killer(): Promise<void> {
    while (performance.now() < until) {
      const left = Math.max(0, until - performance.now());
      await sleep(Math.min(KILL_EVERY_MS[setting] * (0.3 + 1.4 * random()), report.kills === 0 ? left / 2 : left));
      const victim = feeders[integer(feeders.length)];
      if (!victim || performance.now() >= until) return;
      victim.feeder.kill();
      report.kills++;
      victim.feeder = await begin();
    }
  }

  function shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  function integer(below: number): number {
    return Math.floor(random() * below);
  }
}
