/** A database of the first version, in use, arrives at the newest with everything that it held. */
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Db, openDb } from '../../src/store/client.ts';
import { findCredential, heldMilestones } from '../../src/store/credentials.ts';
import { appendEntries, entriesOf, findLearner, unevaluatedLadders } from '../../src/store/ledger.ts';
import { isMigrated, LATEST, migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations/all.ts';

let db: Db;
const PERSON = 'ab'.repeat(32);
const DIGEST = 'cd'.repeat(32);
const UUID = '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233';

beforeEach(async () => {
  db = await openDb(createClient({ url: 'file::memory:' }), ':memory:');
  await migrate(db, 1);
  await db.write([
    `insert into organisations values ('o', 'Office', 'did:web:o.test', 'https://o.test/c/', 'https://o.test/s/', 1)`,
    `insert into status_lists values (1, 'o', 1)`,
    { sql: `insert into learners values ('l-1', 'o', ?, '王小明', 5)`, args: [PERSON] },
    {
      sql: `insert into ledger (id, organisation, source, record_id, digest, learner, kind, reverses, scheme, stage, activity, category,
                                verb, occurred_at, actor, recorded_at)
            values ('e-1', 'o', 's', 'r-1', ?, 'l-1', 'record', null, 'k', '4-6', 'a', 'online', 'completed', 7, 's', 8),
                   ('e-2', 'o', 's', 'r-2', ?, 'l-1', 'reversal', 'e-1', 'k', '4-6', 'a', 'online', 'completed', 7, 's', 9)`,
      args: [DIGEST, DIGEST],
    },
    `insert into unevaluated values ('l-1', 'k', '4-6', 'o', 'a mark')`,
    {
      sql: `insert into credentials (uuid, organisation, learner, scheme, stage, level, template, key_number, status_index, valid_from,
                                     created, points, holder_name, own, state, packed, tag, reserved_at)
            values (?, 'o', 'l-1', 'k', '4-6', '1', 2, 1, 131072, 10, 11, 100, '王*明', '[1,0]', 'issued', x'0102', 't', 12)`,
      args: [UUID],
    },
  ]);
});
afterEach(() => db.close());

test('the newest is the last of the list', () => {
  expect(MIGRATIONS).toHaveLength(LATEST);
});

test('learner, entries, ladder and certificate are still there', async () => {
  expect(await isMigrated(db)).toBe(false);
  expect(await migrate(db)).toBeGreaterThan(0);
  expect(await isMigrated(db)).toBe(true);
  expect(await migrate(db)).toBe(0);

  const learner = await findLearner(db, 'o', PERSON.slice(0, 32));
  expect(learner).toEqual({ id: 1, personHash: PERSON.slice(0, 32), name: '王小明', others: [] });
  expect((await entriesOf(db, 'o', [1])).get(1)).toMatchObject([
    { id: '1', kind: 'record', activity: 'a', occurredAt: 7 },
    { id: '2', kind: 'reversal', reverses: '1' },
  ]);
  expect(await unevaluatedLadders(db, 9)).toMatchObject([{ learner: 1, scheme: 'k', stage: '4-6' }]);
  expect(await heldMilestones(db, 'o', [1])).toMatchObject([{ learner: 1, scheme: 'k', stage: '4-6', level: '1' }]);
  expect(await findCredential(db, UUID, { learner: 1 })).toMatchObject({
    state: 'issued',
    packed: Uint8Array.of(1, 2),
    fields: { template: 2, statusIndex: 131_072, holder: { name: '王*明' }, own: [1, 0] },
  });
});

test('a record that was taken in before is a duplicate after', async () => {
  await migrate(db);
  const entry = { scheme: 'k', stage: '4-6', activity: 'a', category: 'online', verb: 'completed', occurredAt: 7 };
  const more = { personHash: PERSON.slice(0, 32), name: null, minutes: null, score: null };
  const again = { recordId: 'r-1', digest: DIGEST.slice(0, 32), ...entry, ...more };
  const write = { organisation: 'o', source: 's', actor: 'x', now: 20, entries: [again] };
  const { accepted, standing } = await appendEntries(db, write);
  expect([...accepted]).toEqual([]);
  expect([...standing]).toEqual([['r-1', DIGEST.slice(0, 32)]]);
});

test('what was final stays final', async () => {
  await migrate(db);
  for (const statement of [
    `update ledger set stage = '0-3'`,
    'delete from ledger',
    'delete from credentials',
    `update credentials set packed = x'03'`,
  ])
    await expect(db.write([statement]), statement).rejects.toThrow(/append-only|kept|recorded once/);
});
