/** The verb that takes records in, with everything that it sets off. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { asRows, type Office, openOffice, writeSql } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

/** The record at `index`, changed. */
function changed(records: readonly SentRecord[], index: number, change: Partial<SentRecord>): SentRecord {
  const record = records[index];
  if (!record) throw new RangeError(`no record ${index}`);
  return { ...record, ...change };
}

const ledgerIds = async () =>
  (await office.sql('select record_id from ledger order by record_id')).map((row) => row.record_id);
const nameOf = async () => (await office.sql('select name from learners'))[0]?.name;

describe('records', () => {
  test('the same record again is a duplicate, with another name too; with other content it is a conflict', async () => {
    office = await openOffice();
    const records = recordsForStars(1, { learner: 'p1', name: '王小明' });
    expect(await office.record(records)).toMatchObject({ accepted: 17, duplicates: 0, rejected: [] });
    expect(await office.record(records)).toEqual({ accepted: 0, duplicates: 17, rejected: [], milestones: [] });
    expect(await office.record(recordsForStars(1, { learner: 'p1', name: '王晓明' }))).toMatchObject({
      duplicates: 17,
    });
    expect(await nameOf()).toBe('王小明'); // an old export sent again does not bring an old name back

    const other = changed(records, 3, { activity: 'lesson:900' });
    const answer = await office.record([other]);
    expect(answer).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ index: 0 }] });
    expect(answer.rejected[0]?.problem).toMatchObject({ code: 'record-conflict', field: 'id' });
    expect(await ledgerIds()).toHaveLength(17);
  });

  test('within one request the first of an id stands: its twin is a duplicate, its rival a conflict', async () => {
    office = await openOffice();
    const [record] = recordsForStars(1, { learner: 'p1' });
    if (!record) throw new Error('no record');
    const rival = { ...record, minutes: 11 };
    const answer = await office.record([record, record, rival]);
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1, rejected: [{ index: 2, problem: { field: 'id' } }] });
  });

  test('a refused record leaves no trace of its learner and no other name', async () => {
    office = await openOffice();
    const records = recordsForStars(1, { learner: 'p1', name: '王小明' });
    await office.record(records);
    const renamed = changed(records, 0, { minutes: 99, learner: { id: 'p1', name: '李四' } });
    const stranger = changed(records, 1, { learner: { id: 'p2', name: '李四' } });
    expect((await office.record([renamed, stranger])).rejected).toHaveLength(2);
    expect(await office.sql('select name from learners')).toMatchObject([{ name: '王小明' }]);
  });

  test('the same id from another source is another record', async () => {
    office = await openOffice();
    const [record] = recordsForStars(1, { learner: 'p1' });
    if (!record) throw new Error('no record');
    expect(await office.record([record], 'zjhj')).toMatchObject({ accepted: 1 });
    expect(await office.record([record], 'station-7')).toMatchObject({ accepted: 1 });
  });

  test('bad records never stop good ones, and each says what is wrong with it', async () => {
    office = await openOffice();
    const good = recordsForStars(1, { learner: 'p1', name: '王小明' });
    const bad: unknown[] = [
      null,
      { ...good[0], id: 'b1', scheme: 'nowhere' },
      { ...good[0], id: 'b2', activity: 'nothing:1' },
      { ...good[0], id: 'b3', occurredAt: '2099-01-01T00:00:00Z' },
      { ...good[0], id: 'b4', occurredAt: '1899-01-01T00:00:00Z' },
      { ...good[0], id: 'b5', learner: { id: 'p1', name: '王\u202e明' } },
      { ...good[0], id: 'b6\ud800' },
      { ...good[0], id: 'b7', learner: { id: 'p1', birthDate: '2019-01-01' } },
    ];
    const rows = [...bad.slice(0, 4), ...good, ...bad.slice(4)].map((value) => ({ value }));
    const answer = await recordEvents(office.deps, operator(office.organisation.id), rows);
    expect(answer.accepted).toBe(good.length);
    expect(answer.milestones).toMatchObject([{ learner: 'p1', level: '1', state: 'issued' }]);
    expect(answer.rejected.map(({ index, problem }) => [index, problem.code, problem.field])).toEqual([
      [0, 'wrong-type', ''],
      [1, 'unknown-scheme', 'scheme'],
      [2, 'unknown-activity', 'activity'],
      [3, 'future-date', 'occurredAt'],
      [21, 'absurd-date', 'occurredAt'],
      [22, 'bad-characters', 'learner.name'],
      [23, 'bad-characters', 'id'],
      [24, 'unknown-field', 'learner.birthDate'],
    ]);
  });

  test('a source that may record online lessons cannot record a station activity', async () => {
    office = await openOffice();
    const actor = { ...operator(office.organisation.id, 'platform'), categories: new Set(['online']) };
    const answer = await recordEvents(office.deps, actor, asRows(recordsForStars(1, { learner: 'p1' })));
    expect(answer).toMatchObject({ accepted: 16, milestones: [] });
    expect(answer.rejected).toMatchObject([{ index: 16, problem: { code: 'category-not-allowed' } }]);
  });

  test('an actor without the scope is refused before anything is read', async () => {
    office = await openOffice();
    const actor = { ...operator(office.organisation.id), scopes: new Set(['credentials:read']) };
    const sent = recordEvents(office.deps, actor, asRows(recordsForStars(1, { learner: 'p1' })));
    await expect(sent).rejects.toMatchObject({ code: 'forbidden' });
    expect(await ledgerIds()).toEqual([]);
  });

  test('no person id and no learner name stands in the ledger or the log', async () => {
    office = await openOffice();
    await office.record(
      recordsForStars(1, { learner: 'a-person-id', name: '王小明' }).map((r, i) => ({ ...r, id: `r${i}` })),
    );
    const ledger = JSON.stringify([await office.sql('select * from ledger'), office.logs]);
    expect(ledger).not.toMatch(/a-person-id|王小明/);
    expect(JSON.stringify(await office.sql('select * from learners'))).not.toContain('a-person-id');
  });
});

describe('milestones', () => {
  test('several stars at once come in order, one certificate each', async () => {
    office = await openOffice();
    const { milestones } = await office.record(recordsForStars(3, { learner: 'p1', name: '王小明' }));
    expect(milestones.map(({ level, state }) => [level, state])).toEqual([
      ['1', 'issued'],
      ['2', 'issued'],
      ['3', 'issued'],
    ]);
    const rows = await office.credentials();
    expect(rows.map(({ fields }) => fields.points)).toEqual([100, 200, 300]);
    for (const row of rows) expect((await office.verdict(row)).outcome).toBe('valid');
  });

  test('all five stars in each of two stages are ten certificates', async () => {
    office = await openOffice();
    await office.record([
      ...recordsForStars(5, { learner: 'p1', stage: '0-3', prefix: 'a' }),
      ...recordsForStars(5, { learner: 'p1', stage: '13-15', prefix: 'b' }),
    ]);
    const held = (await office.credentials()).map(({ stage, level }) => `${stage} ${level}`);
    expect(held.sort()).toEqual(
      ['0-3', '13-15'].flatMap((stage) => ['1', '2', '3', '4', '5'].map((l) => `${stage} ${l}`)),
    );
  });

  test('points alone are no star: the station activity comes last and brings it', async () => {
    office = await openOffice();
    const all = recordsForStars(2, { learner: 'p1' });
    const lessons = all.filter(({ category }) => category === 'online');
    const stations = all.filter(({ category }) => category === 'offline');
    expect(lessons.length * 5).toBeGreaterThan(100);
    expect((await office.record(lessons)).milestones).toEqual([]);
    expect((await office.record(stations.slice(0, 1))).milestones).toMatchObject([{ level: '1' }]);
    expect((await office.record(stations.slice(1))).milestones).toMatchObject([{ level: '2' }]);
  });

  test('the same lesson under many record ids counts once', async () => {
    office = await openOffice();
    const [lesson] = recordsForStars(1, { learner: 'p1' });
    if (!lesson) throw new Error('no record');
    const again = Array.from({ length: 40 }, (_, i) => ({ ...lesson, id: `again-${i}` }));
    const station = recordsForStars(1, { learner: 'p1' }).filter(({ category }) => category === 'offline');
    expect(await office.record([...again, ...station])).toMatchObject({ accepted: 41, milestones: [] });
  });

  test('two platforms together reach the star', async () => {
    office = await openOffice();
    const all = recordsForStars(1, { learner: 'p1' });
    expect((await office.record(all.slice(0, 9), 'zjhj')).milestones).toEqual([]);
    expect((await office.record(all.slice(9), 'station-7')).milestones).toMatchObject([
      { level: '1', state: 'issued' },
    ]);
  });

  test('the records are in even when nothing may be signed; the star comes with the next key', async () => {
    office = await openOffice();
    await writeSql(
      office,
      `update signing_keys set entry = json_set(entry, '$.state', 'retired') where purpose = 'milestone'`,
    );
    await office.renewTrust();
    const answer = await office.record(recordsForStars(1, { learner: 'p1' }));
    expect(answer).toMatchObject({ accepted: 17, rejected: [], milestones: [] });
    expect(office.logs).toContainEqual(expect.objectContaining({ event: 'award-failed' }));
    await writeSql(
      office,
      `update signing_keys set entry = json_set(entry, '$.state', 'active') where purpose = 'milestone'`,
    );
    await office.renewTrust();
    expect(await resumePending(office.deps)).toBe(1);
    expect((await office.credentials()).map(({ level, state }) => [level, state])).toEqual([['1', 'issued']]);
  });

  test('an unestablished organisation holds up its own stars only', async () => {
    office = await openOffice();
    const other = await office.addOrganisation('gongshu', '杭州市拱墅区教育局');
    await writeSql(office, {
      sql: `update signing_keys set entry = json_set(entry, '$.state', 'retired') where purpose = 'milestone' and organisation = ?`,
      args: [office.organisation.id],
    });
    await office.renewTrust();
    await office.record(recordsForStars(1, { learner: 'p1' }));
    const silent = { ...office.deps, issueInline: 0 };
    await recordEvents(silent, operator(other.id), asRows(recordsForStars(1, { learner: 'p2' })));
    await writeSql(
      office,
      `insert into unevaluated select learner, scheme, stage, organisation, 1 from credentials where true on conflict do nothing`,
    );
    expect(await resumePending(office.deps)).toBe(1);
    expect((await office.credentials()).map(({ organisation, state }) => [organisation, state])).toEqual([
      [other.id, 'issued'],
    ]);
  });
});
