/** Taking records back: reversing entries with actor and reason, once, by the same source or an operator, one by one or by source and time. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Actor, operator, type Scope } from '../../src/issuer/actor.ts';
import { correctRecord, correctRecords, correctWindow } from '../../src/issuer/correct.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { asRows, type Office, openOffice, writeSql } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const platform = (
  source: string,
  scopes: Scope[] = ['records:write'],
  organisation = office.organisation.id,
): Actor => ({
  organisation,
  source,
  name: `key:of-${source}`,
  scopes: new Set(scopes),
});
const boss = () => operator(office.organisation.id);
const points = async (learner: string) => (await progressOf(office.deps, boss(), learner)).ladders[0]?.points;
const reversals = () =>
  office.sql(`select reversed.record_id, entry.source, entry.actor, entry.reason from ledger as entry
              join ledger as reversed on reversed.id = entry.reverses order by entry.id`);
const audits = () => office.sql(`select actor, object, detail from audit where action = 'reverse-records' order by at`);
const ONE_STAR = recordsForStars(1, { learner: 'p1', name: '王小明' });
const [FIRST] = ONE_STAR;
const firstId = FIRST?.id ?? '';

test('an id that two sources used, late in a long list, is found before anything is taken back', async () => {
  office = await openOffice();
  await office.record(ONE_STAR, 'zjhj');
  await office.record(
    ONE_STAR.slice(0, 1).map((one) => ({ ...one, learner: { id: 'p2' } })),
    'another',
  );
  const unknown = Array.from({ length: 10_000 }, (_, n) => `unknown-${n}`);
  const recordIds = [ONE_STAR[1]?.id ?? '', ...unknown, firstId];
  const outcome = correctRecords(office.deps, boss(), { recordIds, reason: '误录' });
  await expect(outcome).rejects.toMatchObject({ code: 'invalid-field', field: 'source' });
  expect(await reversals()).toEqual([]);
});

describe('one record', () => {
  test('its own source takes it back: the points go, and who and why stand in ledger and audit', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    expect(await points('p1')).toBe(20);
    const outcome = await correctRecord(office.deps, platform('zjhj'), { recordId: firstId, reason: '误录' });
    expect(outcome).toEqual({ reversed: 1, alreadyReversed: 0, notFound: [], flagged: [] });
    expect(await points('p1')).toBe(15);
    expect(await reversals()).toMatchObject([
      { record_id: firstId, source: 'zjhj', actor: 'key:of-zjhj', reason: '误录' },
    ]);
    expect(await audits()).toMatchObject([{ actor: 'key:of-zjhj', object: `zjhj: ${firstId}`, detail: '误录' }]);
    expect(await office.sql('select * from unevaluated')).toEqual([]);
  });

  test('a second time it is said to be done already, and nothing more is written', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    const again = () => correctRecord(office.deps, platform('zjhj'), { recordId: firstId, reason: '误录' });
    const outcomes = await Promise.all([again(), again(), again()]);
    expect(outcomes.map(({ reversed }) => reversed).sort()).toEqual([0, 0, 1]);
    expect(outcomes.map(({ alreadyReversed }) => alreadyReversed).sort()).toEqual([0, 1, 1]);
    expect(await reversals()).toHaveLength(1);
    expect(await audits()).toHaveLength(1);
    expect(await points('p1')).toBe(15);
  });

  test('sent again it stays what it was, taken back; what is right needs a new id', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    await correctRecord(office.deps, platform('zjhj'), { recordId: firstId, reason: '误录' });
    expect(await office.record(ONE_STAR.slice(0, 1), 'zjhj')).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await points('p1')).toBe(15);
    const right = ONE_STAR.slice(0, 1).map((record) => ({ ...record, minutes: 20 }));
    const { rejected } = await office.record(right, 'zjhj');
    expect(rejected[0]?.problem).toMatchObject({ code: 'record-conflict', zh: expect.stringContaining('用新编号') });
    await office.record(
      right.map((record) => ({ ...record, id: 'corrected' })),
      'zjhj',
    );
    expect(await points('p1')).toBe(20);
  });

  test('the name that its reversal has in the ledger is no name that a record could take', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    await correctRecord(office.deps, platform('zjhj'), { recordId: firstId, reason: '误录' });
    const [reversal] = await office.sql(`select record_id from ledger where kind = 'reversal'`);
    const taken = ONE_STAR.slice(5, 6).map((record) => ({ ...record, id: String(reversal?.record_id) }));
    expect((await office.record(taken, 'zjhj')).rejected[0]?.problem.code).toBe('bad-characters');
    const nested = correctRecord(office.deps, boss(), { recordId: String(reversal?.record_id), reason: '撤回冲销' });
    await expect(nested).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the row of a reversal is for good, like every row of the ledger', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    await correctRecord(office.deps, platform('zjhj'), { recordId: firstId, reason: '误录' });
    const undo = writeSql(office, `delete from ledger where kind = 'reversal'`);
    await expect(undo).rejects.toThrow(/append-only/);
  });
});

describe('who may', () => {
  test('another source is refused; to it the record does not exist, whatever it names', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    const by = platform('other-platform');
    const own = correctRecord(office.deps, by, { recordId: firstId, reason: '误录' });
    await expect(own).rejects.toMatchObject({ code: 'not-found' });
    const named = correctRecord(office.deps, by, { recordId: firstId, source: 'zjhj', reason: '误录' });
    await expect(named).rejects.toMatchObject({ code: 'forbidden', field: 'source' });
    const window = { from: 0, to: 4_000_000_000, source: 'zjhj', reason: '误录' };
    await expect(correctWindow(office.deps, by, window)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await correctWindow(office.deps, by, { from: 0, to: 4_000_000_000, reason: '误录' })).toMatchObject({
      reversed: 0,
    });
    expect(await reversals()).toEqual([]);
  });

  test('a key that may only read is refused', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    const work = correctRecord(office.deps, platform('zjhj', ['learners:read']), { recordId: firstId, reason: '误录' });
    await expect(work).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('an operator takes back what any source of the organisation sent, and no other organisation’s', async () => {
    office = await openOffice();
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    const foreign = correctRecord(office.deps, operator(other.id), { recordId: firstId, reason: '误录' });
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
    const everything = { from: 0, to: 4_000_000_000, reason: '误录' };
    expect(await correctWindow(office.deps, operator(other.id), everything)).toEqual({
      reversed: 0,
      alreadyReversed: 0,
      notFound: [],
      flagged: [],
    });
    expect(await correctRecord(office.deps, boss(), { recordId: firstId, reason: '误录' })).toMatchObject({
      reversed: 1,
    });
  });

  test('an operator says which source is meant where two used one id', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 4), 'zjhj');
    await office.record(ONE_STAR.slice(0, 4), 'school');
    const unnamed = correctRecord(office.deps, boss(), { recordId: firstId, reason: '误录' });
    await expect(unnamed).rejects.toMatchObject({ code: 'invalid-field', field: 'source' });
    await correctRecord(office.deps, boss(), { recordId: firstId, source: 'school', reason: '误录' });
    expect(await reversals()).toMatchObject([{ source: 'school' }]);
  });
});

describe('batches', () => {
  test('a list: what was never sent is named, what is taken back already is counted', async () => {
    office = await openOffice();
    await office.record(ONE_STAR, 'zjhj');
    const ids = ONE_STAR.slice(0, 3).map(({ id }) => id);
    await correctRecords(office.deps, platform('zjhj'), { recordIds: ids.slice(0, 1), reason: '误录' });
    const outcome = await correctRecords(office.deps, platform('zjhj'), {
      recordIds: [...ids, ...ids, 'never-sent'],
      reason: '整批误录',
    });
    expect(outcome).toEqual({ reversed: 2, alreadyReversed: 1, notFound: ['never-sent'], flagged: [] });
    expect(await audits()).toContainEqual(expect.objectContaining({ object: 'zjhj: 3 records', detail: '整批误录' }));
  });

  test('by source and time: what that source sent in that time, from the first second on and before the last', async () => {
    office = await openOffice();
    const sent = async (from: number, to: number, at: number, source: string) => {
      const deps = { ...office.deps, clock: { now: () => at } };
      await recordEvents(deps, operator(office.organisation.id, source), asRows(ONE_STAR.slice(from, to)));
    };
    const start = office.deps.clock.now() - 1_000;
    await sent(0, 3, start - 1, 'zjhj');
    await sent(3, 5, start, 'zjhj');
    await sent(5, 6, start + 9, 'zjhj');
    await sent(6, 8, start + 10, 'zjhj');
    await sent(8, 10, start + 5, 'school');
    const window = { from: start, to: start + 10, source: 'zjhj', reason: '整批误录' };
    expect(await correctWindow(office.deps, boss(), window)).toEqual({
      reversed: 3,
      alreadyReversed: 0,
      notFound: [],
      flagged: [],
    });
    expect((await reversals()).map(({ record_id }) => record_id)).toEqual(ONE_STAR.slice(3, 6).map(({ id }) => id));
    expect(await correctWindow(office.deps, boss(), window)).toMatchObject({ reversed: 0, alreadyReversed: 3 });
    expect(await audits()).toMatchObject([
      { object: `zjhj: 3 records of ${isoSeconds(start)}/${isoSeconds(start + 10)}`, detail: '整批误录' },
    ]);
    expect(await correctWindow(office.deps, boss(), { ...window, source: 'school' })).toMatchObject({ reversed: 2 });
  });

  test('more than fit into one write', async () => {
    office = await openOffice();
    await office.record(ONE_STAR.slice(0, 1), 'zjhj');
    const many = 10_050;
    await writeSql(
      office,
      `insert into ledger (organisation, source, record_id, digest, learner, kind, scheme, stage, activity, category, verb,
                           occurred_at, actor, recorded_at)
       with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${many})
       select organisation, source, 'r-' || n, digest, learner, kind, scheme, stage, 'lesson:x' || n, category, verb, occurred_at,
              actor, recorded_at from numbers cross join ledger where id = 1`,
    );
    const list = { recordIds: Array.from({ length: many }, (_, n) => `r-${n + 1}`), reason: '整批误录' };
    const first = await correctRecords(office.deps, boss(), { ...list, recordIds: list.recordIds.slice(0, 20) });
    expect(first.reversed).toBe(20);
    expect(await correctRecords(office.deps, boss(), list)).toMatchObject({ reversed: many - 20, alreadyReversed: 20 });
    const window = { from: 0, to: 4_000_000_000, reason: '整批误录' };
    expect(await correctWindow(office.deps, boss(), window)).toMatchObject({ reversed: 1, alreadyReversed: many });
    expect(await points('p1')).toBe(0);
  });

  test('looking records up by id scans no ledger', async () => {
    office = await openOffice();
    const seen: string[] = [];
    const { db } = office.deps;
    const watched: typeof db = {
      ...db,
      read: (sql, args) => {
        seen.push(sql);
        return db.read(sql, args);
      },
      write: (statements) => {
        for (const one of statements) seen.push(typeof one === 'string' ? one : one.sql);
        return db.write(statements);
      },
    };
    await office.record(ONE_STAR, 'zjhj');
    await correctRecord({ ...office.deps, db: watched }, boss(), { recordId: firstId, reason: '误录' });
    for (const sql of seen.filter((one) => /\bledger\b/.test(one))) {
      const plan = await db.read(`explain query plan ${sql}`, Array(sql.match(/\?/g)?.length ?? 0).fill('[]'));
      const scans = plan
        .map(({ detail }) => String(detail))
        .filter((step) => /^SCAN (?!value|json_each|person|sources|\()/.test(step));
      expect(scans, sql).toEqual([]);
    }
  });
});
