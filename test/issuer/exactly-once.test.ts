/** Exactly once, whoever races: several processes on one database, and many requests in one process. */
import { afterEach, expect, test, vi } from 'vitest';
import { publish } from '../../src/issuer/publish.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { startRecorder } from '../support/child.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';

vi.setConfig({ testTimeout: 240_000 }); // eight processes on a busy machine

let office: Office;
afterEach(() => office.close());

const PARENTS = Array.from({ length: 12 }, (_, i) => `p${i}`);
/** Twelve parents with two stars each. */
const RECORDS = PARENTS.flatMap((learner) => recordsForStars(2, { learner, name: '王小明' }));

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** The same records for everyone, each in an order of their own, so that batches overlap in part. */
function shuffled(records: readonly SentRecord[], seed: number): SentRecord[] {
  const key = (index: number) => Math.imul(index + 1, 2_654_435_761 + 2 * seed) >>> 0;
  return records
    .map((record, index) => ({ record, at: key(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}

const inBatches = (records: readonly SentRecord[], size: number) =>
  Array.from({ length: Math.ceil(records.length / size) }, (_, i) => records.slice(i * size, (i + 1) * size));

/** One ledger entry a record, one valid certificate a milestone, no status entry shared. */
async function expectOnce(): Promise<void> {
  const ids = (await office.sql('select record_id from ledger')).map((row) => String(row.record_id));
  expect(ids.sort()).toEqual(RECORDS.map(({ id }) => id).sort());
  expect(await office.sql('select count(*) as learners from learners')).toMatchObject([{ learners: PARENTS.length }]);
  const rows = await office.credentials();
  expect(rows).toHaveLength(2 * PARENTS.length);
  expect(new Set(rows.map(({ learner, level }) => `${learner} ${level}`)).size).toBe(rows.length);
  expect(new Set(rows.map(({ fields }) => fields.statusIndex)).size).toBe(rows.length);
  for (const row of rows) expect((await office.verdict(row)).outcome).toBe('valid');
  const [list] = await office.sql('select sum(allocated) as allocated from status_lists');
  expect(list?.allocated).toBe(rows.length);
  expect(await office.sql('select * from unevaluated')).toEqual([]);
}

test('eight processes take in the same records at once', async () => {
  office = await openOffice();
  const recorders = await Promise.all(
    SEEDS.map((seed) =>
      startRecorder(office.env, {
        organisation: office.organisation.id,
        source: 'zjhj',
        // The first batches are the same in all of them; the others overlap.
        batches: [RECORDS.slice(0, 68), ...inBatches(shuffled(RECORDS, seed), 50)],
        resume: true,
      }),
    ),
  );
  await Promise.all(recorders.map(({ ready }) => ready));
  for (const recorder of recorders) recorder.go();
  const ends = await Promise.all(recorders.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual(SEEDS.map(() => 0));

  const outcomes = ends.flatMap((end) => end.outcomes);
  const total = (of: 'accepted' | 'duplicates') => outcomes.reduce((sum, outcome) => sum + outcome[of], 0);
  expect(total('accepted')).toBe(RECORDS.length);
  expect(total('duplicates')).toBe(SEEDS.length * (RECORDS.length + 68) - RECORDS.length);
  expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);
  // A milestone is told to at most one sender.
  const told = outcomes.flatMap(({ milestones }) => milestones.map(({ credentialId }) => credentialId));
  expect(new Set(told).size).toBe(told.length);
  await resumePending(office.deps);
  await expectOnce();
});

test('twenty requests with the same records at once, in one process', async () => {
  office = await openOffice();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => office.record(RECORDS, 'zjhj')));
  expect(outcomes.filter(({ accepted }) => accepted === RECORDS.length)).toHaveLength(1);
  expect(outcomes.filter(({ duplicates }) => duplicates === RECORDS.length)).toHaveLength(19);
  expect(outcomes.flatMap(({ milestones }) => milestones)).toHaveLength(2 * PARENTS.length);
  await expectOnce();
});

test('requests with one record each, all at once, and publications in between', async () => {
  office = await openOffice();
  const work = shuffled(RECORDS, 5).map((record) => office.record([record], 'zjhj'));
  await Promise.all([...work, publish(office.deps), publish(office.deps)]);
  await resumePending(office.deps);
  await expectOnce();
});
