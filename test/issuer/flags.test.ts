/** A level no longer reached is flagged for a person, never revoked silently; the flag closes when it is decided, or by itself when the points are back. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { award } from '../../src/issuer/award.ts';
import { correctRecords } from '../../src/issuer/correct.ts';
import { decideFlag, listFlags } from '../../src/issuer/flags.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { reverseEntries } from '../../src/store/corrections.ts';
import { unevaluatedLadders } from '../../src/store/ledger.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const boss = () => operator(office.organisation.id);
const TWO_STARS = recordsForStars(2, { learner: 'p1', name: '王小明' });
const LESSON = TWO_STARS.slice(0, 1);
const takeBack = (ids: readonly string[]) => correctRecords(office.deps, boss(), { recordIds: ids, reason: '误录' });
const open = async () => (await listFlags(office.deps, boss(), { limit: 10 })).flags;
const credentials = async () => (await progressOf(office.deps, boss(), 'p1')).credentials;
const states = async () => (await office.credentials()).map(({ level, state }) => `${level} ${state}`);
/** The second star is worth 200 points: one lesson less is 195. */
async function lostSecondStar() {
  office = await openOffice();
  await office.record(TWO_STARS);
  return takeBack(LESSON.map(({ id }) => id));
}
const replacement = LESSON.map((record) => ({ ...record, id: 'the-right-one' }));

test('the star that lost its points is flagged and still verifies; the other is left alone', async () => {
  const { flagged } = await lostSecondStar();
  const [first, second] = await office.credentials();
  expect(flagged).toEqual([second?.fields.uuid]);
  expect(await states()).toEqual(['1 issued', '2 issued']);
  for (const row of [first, second]) expect(row && (await office.verdict(row)).outcome).toBe('valid');
  expect(await open()).toMatchObject([
    { cause: 'level-lost', state: 'open', credentialId: second?.fields.uuid, level: '2', holder: '王*明' },
  ]);
  expect(await credentials()).toMatchObject([
    { level: '1' },
    { level: '2', flags: [{ cause: 'level-lost', state: 'open' }] },
  ]);
});

test('losing both stars flags both, once, however often the ladder is evaluated', async () => {
  await lostSecondStar();
  await takeBack(TWO_STARS.map(({ id }) => id));
  await takeBack(TWO_STARS.map(({ id }) => id));
  await resumePending(office.deps);
  expect((await open()).map(({ level }) => level).sort()).toEqual(['1', '2']);
});

test('when the points are back the flag closes itself, and no star is issued twice', async () => {
  await lostSecondStar();
  expect((await office.record(replacement)).milestones).toEqual([]);
  expect(await open()).toEqual([]);
  expect(await office.sql('select state from flags')).toMatchObject([{ state: 'settled' }]);
  expect(await states()).toEqual(['1 issued', '2 issued']);
  await takeBack(['the-right-one']);
  expect(await open()).toMatchObject([{ level: '2' }]);
});

test('a star reached only after the reversal is issued once', async () => {
  office = await openOffice();
  await office.record(TWO_STARS.slice(0, -1));
  await takeBack(LESSON.map(({ id }) => id));
  expect(await states()).toEqual(['1 issued']);
  await office.record(TWO_STARS.slice(-1));
  expect(await states()).toEqual(['1 issued']);
  const { milestones } = await office.record(replacement);
  expect(milestones).toMatchObject([{ level: '2', state: 'issued' }]);
  expect(await open()).toEqual([]);
});

describe('the decision', () => {
  const decide = async (decision: 'keep' | 'revoke') => {
    const [flag] = await open();
    return decideFlag(office.deps, boss(), { flagId: flag?.flagId ?? '', decision, reason: '家长无过错' });
  };

  test('to keep it: it is not asked again, until it was regained and lost anew', async () => {
    await lostSecondStar();
    const kept = await decide('keep');
    expect(kept).toMatchObject({ state: 'kept' });
    await takeBack(TWO_STARS.slice(1, 2).map(({ id }) => id));
    expect(await open()).toEqual([]);
    expect((await credentials()).at(-1)).toMatchObject({ state: 'issued', flags: [{ state: 'kept' }] });
    const [audit] = await office.sql(`select actor, object, detail from audit where action = 'keep-flagged'`);
    expect(audit).toMatchObject({ actor: 'operator', object: kept.flagId, detail: '家长无过错' });
    await office.record([
      ...replacement,
      ...TWO_STARS.slice(1, 2).map((record) => ({ ...record, id: 'another-right-one' })),
    ]);
    expect((await credentials()).at(-1)?.flags).toBeUndefined();
    await takeBack(['the-right-one']);
    expect(await open()).toHaveLength(1);
  });

  test('to revoke it: verifiers refuse it, and the reason stands', async () => {
    await lostSecondStar();
    expect(await decide('revoke')).toMatchObject({ state: 'revoked' });
    const [, second] = await office.credentials();
    expect(second && (await office.verdict(second)).outcome).toBe('invalid');
    expect(await open()).toEqual([]);
    expect(await office.sql('select decided_by, decision from flags')).toMatchObject([
      { decided_by: 'operator', decision: '家长无过错' },
    ]);
    await office.record(replacement);
    expect(await states()).toEqual(['1 issued', '2 revoked']);
  });

  test('twice: the same is answered the same, the opposite is refused', async () => {
    await lostSecondStar();
    const { flagId } = await decide('keep');
    const again = { flagId, decision: 'keep', reason: '重复' } as const;
    expect(await decideFlag(office.deps, boss(), again)).toMatchObject({ state: 'kept' });
    const opposite = decideFlag(office.deps, boss(), { ...again, decision: 'revoke' });
    await expect(opposite).rejects.toMatchObject({ code: 'already-decided' });
    expect(await states()).toEqual(['1 issued', '2 issued']);
  });

  test.each([
    ['keep', 'revoke', '2 issued'],
    ['revoke', 'keep', '2 revoked'],
  ] as const)(
    'two operators at once: the one who is first (%s) is obeyed, the other is told',
    async (first, second, end) => {
      await lostSecondStar();
      const [flag] = await open();
      const flagId = flag?.flagId ?? '';
      const slow = await anotherProgram(office);
      let late = true;
      const write: typeof slow.db.write = async (statements) => {
        if (late) {
          late = false; // between what it read and what it writes, the other operator decides
          await decideFlag(office.deps, boss(), { flagId, decision: first, reason: '先' });
        }
        return slow.db.write(statements);
      };
      const other = { ...slow, db: { ...slow.db, write } };
      const outcome = decideFlag(other, boss(), { flagId, decision: second, reason: '后' });
      await expect(outcome).rejects.toMatchObject({ code: 'already-decided' });
      slow.db.close();
      expect(await states()).toEqual(['1 issued', end]);
      expect(await office.sql('select decision from flags')).toMatchObject([{ decision: '先' }]);
    },
  );

  test('whoever revokes the certificate itself has decided', async () => {
    await lostSecondStar();
    const [, second] = await office.credentials();
    await revoke(office.deps, boss(), { uuid: second?.fields.uuid ?? '', reason: '误发' });
    expect(await open()).toEqual([]);
    expect(await office.sql('select state, decision from flags')).toMatchObject([
      { state: 'revoked', decision: '误发' },
    ]);
  });

  test('another organisation sees no flag and decides none', async () => {
    await lostSecondStar();
    const [flag] = await open();
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    expect((await listFlags(office.deps, operator(other.id), { limit: 10 })).flags).toEqual([]);
    const foreign = { flagId: flag?.flagId ?? '', decision: 'keep', reason: '无关' } as const;
    await expect(decideFlag(office.deps, operator(other.id), foreign)).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('an evaluation that did not see the newest record raises no flag: the ladder is evaluated again', async () => {
  office = await openOffice();
  await office.record(TWO_STARS);
  const [entry] = await office.sql('select min(id) as id from ledger');
  await reverseEntries(office.deps.db, {
    organisation: office.organisation.id,
    entries: [Number(entry?.id)],
    actor: 'operator',
    reason: '误录',
    now: office.deps.clock.now(),
    audit: { id: 'a', object: 'a lesson' },
  });
  const slow = await anotherProgram(office);
  const { read, write } = slow.db;
  let late = true;
  const db: typeof slow.db = {
    ...slow.db,
    read,
    write: async (statements) => {
      if (late) {
        late = false; // between what it read and what it writes, the right record comes, and is evaluated
        await office.record(replacement);
      }
      return write(statements);
    },
  };
  await award({ ...slow, db }, await unevaluatedLadders(slow.db, 10));
  slow.db.close();
  expect(late).toBe(false);
  expect(await open()).toEqual([]);
  await resumePending(office.deps);
  expect(await open()).toEqual([]);
  expect(await office.sql('select * from unevaluated')).toEqual([]);
});
