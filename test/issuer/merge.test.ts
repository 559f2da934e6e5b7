/** Two learner records that turn out to be one person: evaluated and shown as one, nothing issued twice, what is held twice put before a person. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { award } from '../../src/issuer/award.ts';
import { correctRecord } from '../../src/issuer/correct.ts';
import { decideFlag, listFlags } from '../../src/issuer/flags.ts';
import { makeHolderLink } from '../../src/issuer/holder-link.ts';
import { merge } from '../../src/issuer/merge.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { findCredential } from '../../src/store/credentials.ts';
import { appendEntries, unevaluatedLadders } from '../../src/store/ledger.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const boss = () => operator(office.organisation.id);
const progress = (learner: string) => progressOf(office.deps, boss(), learner);
const points = async (learner: string) => (await progress(learner)).ladders[0]?.points;
const mergeInto = (personId: string, into: string) =>
  merge(office.deps, boss(), { personId, into, reason: '同一家长' });
const open = async () => (await listFlags(office.deps, boss(), { limit: 10 })).flags;
const levels = async () => (await office.credentials()).map(({ level, state }) => `${level} ${state}`);

/** As the phone number's record and the platform account's of one parent, who took other lessons with each. */
const others = (records: readonly SentRecord[]): SentRecord[] =>
  records.map((record) => ({ ...record, activity: record.activity.replace(':', ':other-') }));
const HALVES = {
  phone: recordsForStars(1, { learner: 'phone', name: '王小明' }).slice(0, 10),
  account: others(recordsForStars(1, { learner: 'account' })).slice(8),
};

test('points of both count together: the star that neither had alone is issued, once', async () => {
  office = await openOffice();
  await office.record(HALVES.phone);
  await office.record(HALVES.account);
  expect(await office.credentials()).toEqual([]);
  const outcome = await mergeInto('account', 'phone');
  expect(outcome).toMatchObject({ merged: true, milestones: [{ level: '1', state: 'issued' }], flagged: [] });
  const [row] = await office.credentials();
  expect(row && (await office.verdict(row))).toMatchObject({ outcome: 'valid', credential: { holder: '王*明' } });
  expect(await points('account')).toBe(await points('phone'));
  expect((await progress('account')).credentials).toEqual((await progress('phone')).credentials);
  const [audit] = await office.sql(`select actor, detail from audit where action = 'merge-learners'`);
  expect(audit).toMatchObject({ actor: 'operator', detail: '同一家长' });
});

test('one lesson, told by two platforms under two ids, counts once', async () => {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'phone' }).slice(0, 4), 'platform-a');
  await office.record(recordsForStars(1, { learner: 'account' }).slice(2, 6), 'platform-b');
  await mergeInto('account', 'phone');
  expect(await points('phone')).toBe(6 * 5);
});

test('later records of either id are the one person’s', async () => {
  office = await openOffice();
  await office.record(HALVES.phone.slice(0, 2));
  await office.record(HALVES.account.slice(0, 2));
  await mergeInto('account', 'phone');
  const { milestones } = await office.record([...HALVES.account, ...HALVES.phone]);
  expect(milestones).toMatchObject([{ level: '1' }]);
  expect(['account', 'phone']).toContain(milestones[0]?.learner);
  expect(await office.credentials()).toHaveLength(1);
  const last = await office.record(others(recordsForStars(2, { learner: 'account', prefix: 'more' })));
  expect(last.milestones).toMatchObject([{ learner: 'account', level: '2' }]);
});

test('a record of the merged id can still be taken back', async () => {
  office = await openOffice();
  await office.record(HALVES.phone);
  await office.record(HALVES.account);
  await mergeInto('account', 'phone');
  const activity = HALVES.account.at(-1);
  const { flagged } = await correctRecord(office.deps, boss(), { recordId: activity?.id ?? '', reason: '误录' });
  expect(flagged).toHaveLength(1);
  expect(await open()).toMatchObject([{ cause: 'level-lost', level: '1' }]);
});

describe('both hold the first star', () => {
  async function bothStarred(): Promise<void> {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'phone', name: '王小明' }));
    await office.record(others(recordsForStars(1, { learner: 'account' })));
  }

  test('it is not issued again; the later one is flagged, neither supersedes the other, the second star comes', async () => {
    await bothStarred();
    const [first, second] = await office.credentials();
    const outcome = await mergeInto('account', 'phone');
    expect(outcome.flagged).toHaveLength(1);
    expect(outcome.milestones).toMatchObject([{ level: '2' }]);
    expect((await levels()).sort()).toEqual(['1 issued', '1 issued', '2 issued']);
    const twins = [first?.fields.uuid, second?.fields.uuid];
    const [flag] = await open();
    expect(flag).toMatchObject({ cause: 'held-twice', level: '1' });
    expect([flag?.credentialId, flag?.heldBesides].sort()).toEqual(twins.sort());
    const shown = (await progress('phone')).credentials.filter(({ level }) => level === '1');
    expect(shown.map(({ supersededBy }) => supersededBy)).toEqual(Array(2).fill(outcome.milestones[0]?.credentialId));
  });

  test('twins alone do not supersede each other', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'phone' }), 'platform-a');
    await office.record(recordsForStars(1, { learner: 'account' }), 'platform-b');
    await mergeInto('account', 'phone');
    const { credentials } = await progress('phone');
    expect(credentials).toHaveLength(2);
    expect(credentials.map(({ supersededBy }) => supersededBy)).toEqual([undefined, undefined]);
  });

  test.each(['flagged', 'besides'] as const)('revoking the one that is %s closes the flag', async (which) => {
    await bothStarred();
    await mergeInto('account', 'phone');
    const [flag] = await open();
    const uuid = which === 'flagged' ? flag?.credentialId : flag?.heldBesides;
    await revoke(office.deps, boss(), { uuid: uuid ?? '', reason: '重复' });
    await resumePending(office.deps);
    expect(await open()).toEqual([]);
    expect((await levels()).sort()).toEqual(['1 issued', '1 revoked', '2 issued']);
  });

  test('to keep both is remembered', async () => {
    await bothStarred();
    await mergeInto('account', 'phone');
    const [flag] = await open();
    await decideFlag(office.deps, boss(), { flagId: flag?.flagId ?? '', decision: 'keep', reason: '纸质证书已发' });
    await office.record(HALVES.phone.map((record) => ({ ...record, id: `again-${record.id}` })));
    await resumePending(office.deps);
    expect(await open()).toEqual([]);
  });
});

describe('whose', () => {
  test('a link of one record opens the other’s certificate', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'phone' }));
    await office.record(HALVES.account.slice(0, 1));
    await mergeInto('phone', 'account');
    const [row] = await office.credentials();
    const { url } = await makeHolderLink(office.deps, boss(), 'account');
    expect(url).toContain(row?.fields.uuid);
    for (const learner of [1, 2])
      expect(await findCredential(office.deps.db, row?.fields.uuid ?? '', { learner })).toBeDefined();
    expect(await findCredential(office.deps.db, row?.fields.uuid ?? '', { learner: 3 })).toBeUndefined();
  });

  test('repeated, it changes nothing; three records become one person', async () => {
    office = await openOffice();
    for (const learner of ['a', 'b', 'c']) await office.record(others(recordsForStars(1, { learner })).slice(0, 2));
    expect((await mergeInto('a', 'b')).merged).toBe(true);
    expect((await mergeInto('a', 'b')).merged).toBe(false);
    expect((await mergeInto('b', 'a')).merged).toBe(false);
    expect((await mergeInto('b', 'c')).merged).toBe(true);
    expect(new Set(await Promise.all(['a', 'b', 'c'].map(points))).size).toBe(1);
    expect(await office.sql('select id, merged_into from learners order by id')).toMatchObject([
      { merged_into: 3 },
      { merged_into: 3 },
      { merged_into: null },
    ]);
    const audits = await office.sql(`select count(*) as count from audit where action = 'merge-learners'`);
    expect(audits).toMatchObject([{ count: 2 }]);
  });

  test('unknown ids, another organisation’s, a key that is not the operator’s', async () => {
    office = await openOffice();
    await office.record(HALVES.phone.slice(0, 1));
    await expect(mergeInto('nobody', 'phone')).rejects.toMatchObject({ code: 'not-found' });
    await expect(mergeInto('phone', 'nobody')).rejects.toMatchObject({ code: 'not-found', field: 'into' });
    const other = operator((await office.addOrganisation('wucheng', '金华市婺城区教育局')).id);
    const foreign = merge(office.deps, other, { personId: 'phone', into: 'phone', reason: 'x' });
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
    const weak = { ...boss(), scopes: new Set(['records:write']) };
    const refused = merge(office.deps, weak, { personId: 'phone', into: 'phone', reason: 'x' });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  });
});

test('a process that evaluated one of them before the merge reserves nothing after it', async () => {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'phone' }));
  await office.record(others(recordsForStars(1, { learner: 'account' })).slice(1));
  const [last] = await office.sql(`select lower(hex(person_hash)) as hash from learners order by id desc`);
  const lesson = { scheme: 'shangcheng-star-licence', stage: '4-6', activity: 'lesson:other-0', category: 'online' };
  const told = { recordId: 'late', digest: 'ab'.repeat(16), personHash: String(last?.hash), name: null, ...lesson };
  const entry = { ...told, verb: 'completed', occurredAt: 1_772_000_000, minutes: 10, score: null };
  const write = { organisation: office.organisation.id, source: 'operator', actor: 'operator', now: 1_772_000_001 };
  await appendEntries(office.deps.db, { ...write, entries: [entry] });
  const slow = await anotherProgram(office);
  let late = true;
  const db: typeof slow.db = {
    ...slow.db,
    write: async (statements) => {
      if (late) {
        late = false;
        await mergeInto('account', 'phone');
      }
      return slow.db.write(statements);
    },
  };
  await award({ ...slow, db }, await unevaluatedLadders(slow.db, 10));
  slow.db.close();
  expect(late).toBe(false);
  await resumePending(office.deps);
  expect((await levels()).sort()).toEqual(['1 issued', '2 issued']);
  expect(await office.sql('select * from unevaluated')).toEqual([]);
});
