/** How a certificate stands: a higher star supersedes without revoking, a revocation says when and why, and time passes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { certificateStanding } from '../../src/issuer/certificate-standing.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import type { CredentialRow } from '../../src/store/credentials.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const climb = (stars: number, who: { learner: string; stage?: string; prefix?: string } = { learner: 'p1' }) =>
  office.record(recordsForStars(stars, who));

async function star(level: string, stage = '4-6'): Promise<CredentialRow> {
  const row = (await office.credentials()).find((one) => one.level === level && one.stage === stage);
  if (!row) throw new Error(`no certificate of level ${level}`);
  return row;
}
const standing = async (level: string, now = office.deps.clock.now()) => {
  const { successor, ...rest } = await certificateStanding(
    { ...office.deps, clock: { now: () => now } },
    await star(level),
  );
  return { ...rest, successor: successor?.level };
};
const revokeStar = async (level: string, reason = '误发') =>
  revoke(office.deps, operator(office.organisation.id), { uuid: (await star(level)).fields.uuid, reason });

describe('superseded', () => {
  test('the highest star stands above every lower one; all of them still verify', async () => {
    await climb(3);
    expect(await standing('1')).toEqual({ state: 'current', successor: '3' });
    expect(await standing('2')).toEqual({ state: 'current', successor: '3' });
    expect(await standing('3')).toEqual({ state: 'current', successor: undefined });
    for (const level of ['1', '2', '3']) expect((await office.verdict(await star(level))).outcome).toBe('valid');
  });

  test('a revoked higher star supersedes nothing', async () => {
    await climb(3);
    await revokeStar('3');
    expect(await standing('1')).toEqual({ state: 'current', successor: '2' });
    expect(await standing('2')).toEqual({ state: 'current', successor: undefined });
  });

  test('neither another learner’s star nor one of another stage does', async () => {
    await climb(1);
    await climb(2, { learner: 'p2' });
    await climb(2, { learner: 'p1', stage: '7-9', prefix: 'p1-later' });
    const [own] = (await office.credentials()).filter(
      ({ stage, level, learner }) => stage === '4-6' && level === '1' && learner === 1,
    );
    expect(own && (await certificateStanding(office.deps, own)).successor).toBeUndefined();
  });

  test('a star that is not signed yet does not', async () => {
    await climb(2);
    await office.deps.db.write([`update credentials set state = 'pending', packed = null where level = '2'`]);
    expect(await standing('1')).toEqual({ state: 'current', successor: undefined });
  });
});

describe('revoked', () => {
  test('with the time and the reason that the office gave, and what is in force in its place', async () => {
    await climb(2);
    await revokeStar('2', '记录重复上报');
    const { state, revocation, successor } = await standing('2');
    expect(state).toBe('revoked');
    expect(revocation).toEqual({ at: expect.stringMatching(/^20\d\d-.*Z$/), reason: '记录重复上报' });
    expect(successor).toBeUndefined();
    await climb(3);
    expect((await standing('2')).successor).toBe('3');
  });
});

test('before its first second not yet valid, after its last expired; an expired star supersedes nothing', async () => {
  await climb(2);
  const { validFrom, validUntil } = (await star('1')).fields;
  expect(await standing('1', validFrom - 1)).toEqual({ state: 'not-yet-valid', successor: undefined });
  expect(await standing('1', validFrom)).toEqual({ state: 'current', successor: '2' });
  expect(await standing('1', validUntil ?? 0)).toEqual({ state: 'current', successor: '2' });
  expect(await standing('1', (validUntil ?? 0) + 1)).toEqual({ state: 'expired', successor: undefined });
});
