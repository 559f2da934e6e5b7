/** What cures a wrong revocation, many revocations at once, which certificate is current, and what the audit tells its operator. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { readAudit } from '../../src/issuer/audit.ts';
import { correctRecords } from '../../src/issuer/correct.ts';
import { listFlags } from '../../src/issuer/flags.ts';
import { merge } from '../../src/issuer/merge.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { reissue } from '../../src/issuer/reissue.ts';
import { revoke, revokeMany } from '../../src/issuer/revoke.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const boss = () => operator(office.organisation.id);
const credentials = async () => (await progressOf(office.deps, boss(), 'p1')).credentials;
async function withStars(stars: number): Promise<string[]> {
  office = await openOffice();
  const { milestones } = await office.record(recordsForStars(stars, { learner: 'p1', name: '王小明' }));
  return milestones.map(({ credentialId }) => credentialId);
}

describe('reissue', () => {
  test('another certificate that says the same stands in place of the revoked one, which stays revoked', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    const again = await reissue(office.deps, boss(), { uuid, reason: '误撤销,更正' });
    expect(again).toMatchObject({ inPlaceOf: uuid, state: 'issued', isNew: true });
    const [old, fresh] = (await office.credentials()).sort((a, b) => a.revision - b.revision);
    if (!old || !fresh) throw new Error('two are expected');
    expect(fresh.fields.uuid).toBe(again.credentialId);
    const { points, validFrom, validUntil, holder, own } = old.fields;
    expect(fresh.fields).toMatchObject({ points, validFrom, validUntil, holder, own });
    expect(fresh.fields.statusIndex).not.toBe(old.fields.statusIndex);
    expect((await office.verdict(fresh)).outcome).toBe('valid');
    expect((await office.verdict(old)).outcome).toBe('invalid');
    expect(await credentials()).toMatchObject([
      { credentialId: uuid, state: 'revoked', supersededBy: again.credentialId },
      { credentialId: again.credentialId, state: 'issued' },
    ]);
    const { entries } = await readAudit(office.deps, boss(), { limit: 10 });
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'reissue',
        object: again.credentialId,
        detail: `in place of ${uuid}: 误撤销,更正`,
      }),
    );
  });

  test('asked for by many at once, it is one', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    const work = Array.from({ length: 8 }, () => reissue(office.deps, boss(), { uuid, reason: '更正' }));
    const outcomes = await Promise.all(work);
    expect(new Set(outcomes.map(({ credentialId }) => credentialId)).size).toBe(1);
    expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1);
    await resumePending(office.deps);
    expect((await office.credentials()).map(({ state }) => state).sort()).toEqual(['issued', 'revoked']);
    const audits = await office.sql(`select count(*) as count from audit where action = 'reissue'`);
    expect(audits).toMatchObject([{ count: 1 }]);
  });

  test('one whose validity has ended is refused, and reserves nothing', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    await office.deps.db.write(['update credentials set valid_until = valid_from + 1']);
    const clock = { ...office.deps.clock, now: () => office.deps.clock.now() + 10 };
    const late = reissue({ ...office.deps, clock }, boss(), { uuid, reason: '更正' });
    await expect(late).rejects.toMatchObject({ code: 'expired', sentence: { zh: expect.stringContaining('有效期') } });
    expect(await office.credentials()).toHaveLength(1);
  });

  test('one whose holder is merged into another in that moment goes to that one', async () => {
    const [uuid = ''] = await withStars(1);
    await office.record(recordsForStars(1, { learner: 'p2' }).slice(0, 1));
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    let tries = 0;
    const write: Deps['db']['write'] = async (statements) => {
      const reserves = statements.some((one) => typeof one !== 'string' && /insert into credentials/.test(one.sql));
      if (reserves && ++tries === 1)
        await merge(office.deps, boss(), { personId: 'p1', into: 'p2', reason: '同一家长' });
      return office.deps.db.write(statements);
    };
    const deps = { ...office.deps, db: { ...office.deps.db, write } };
    expect(await reissue(deps, boss(), { uuid, reason: '更正' })).toMatchObject({ isNew: true, state: 'issued' });
    expect(tries).toBe(2);
  });

  test('one that was not revoked is not issued again; what was reissued and revoked can be', async () => {
    const [uuid = ''] = await withStars(1);
    const early = reissue(office.deps, boss(), { uuid, reason: '更正' });
    await expect(early).rejects.toMatchObject({ code: 'not-revoked' });
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    const second = await reissue(office.deps, boss(), { uuid, reason: '更正' });
    await revoke(office.deps, boss(), { uuid: second.credentialId, reason: '再次误撤销' });
    const third = await reissue(office.deps, boss(), { uuid, reason: '更正' });
    expect((await office.credentials()).map(({ revision, state }) => `${revision} ${state}`).sort()).toEqual([
      '0 revoked',
      '1 revoked',
      '2 issued',
    ]);
    expect(third.isNew).toBe(true);
  });

  test('where the level is no longer reached, a person is asked', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    await correctRecords(office.deps, boss(), { recordIds: ['p1-lesson-0'], reason: '误录' });
    const { credentialId } = await reissue(office.deps, boss(), { uuid, reason: '更正' });
    await resumePending(office.deps);
    expect((await listFlags(office.deps, boss(), { limit: 10 })).flags).toMatchObject([
      { cause: 'level-lost', credentialId },
    ]);
  });

  test('another organisation’s is not found, and a key without the scope may not', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误撤销' });
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    const foreign = reissue(office.deps, operator(other.id), { uuid, reason: '更正' });
    await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
    const weak = { ...boss(), scopes: new Set(['records:write']) };
    await expect(reissue(office.deps, weak, { uuid, reason: '更正' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('many revocations at once', () => {
  test('each row has its own result, and one bundle has them all', async () => {
    const [first = '', second = ''] = await withStars(2);
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    const nobody = '00000000-0000-4000-8000-000000000000';
    const changes = [first, nobody, second, first].map((uuid) => ({ uuid, reason: '批量误发' }));
    const foreign = await revokeMany(office.deps, operator(other.id), changes);
    expect(foreign.results.map(({ problem }) => problem?.code)).toEqual(Array(4).fill('not-found'));
    const { results, bundle } = await revokeMany(office.deps, boss(), changes);
    expect(results.map(({ state, problem }) => state ?? problem?.code)).toEqual([
      'revoked',
      'not-found',
      'revoked',
      'revoked',
    ]);
    for (const row of await office.credentials()) {
      expect(await office.verdict(row)).toMatchObject({ outcome: 'invalid', asOf: { bundle } });
    }
    const audits = await office.sql(`select object, detail from audit where action = 'revoke'`);
    expect(audits.map(({ object }) => String(object)).sort()).toEqual([first, second].sort());
  });
});

describe('which is current', () => {
  test('the higher star supersedes the lower; both verify', async () => {
    const [first, second, third] = await withStars(3);
    expect(await credentials()).toMatchObject([
      { credentialId: first, supersededBy: third },
      { credentialId: second, supersededBy: third },
      { credentialId: third },
    ]);
    expect((await credentials()).at(-1)?.supersededBy).toBeUndefined();
    for (const row of await office.credentials()) expect((await office.verdict(row)).outcome).toBe('valid');
    await revoke(office.deps, boss(), { uuid: third ?? '', reason: '误发' });
    expect((await credentials()).map(({ supersededBy }) => supersededBy)).toEqual([second, undefined, undefined]);
  });

  test('another stage is another ladder', async () => {
    const [first] = await withStars(1);
    await office.record(recordsForStars(2, { learner: 'p1', stage: '7-9', prefix: 'older' }));
    expect((await credentials()).find(({ credentialId }) => credentialId === first)?.supersededBy).toBeUndefined();
  });
});

describe('the audit', () => {
  test('page by page, newest first, each entry once', async () => {
    const uuids = await withStars(5);
    await revokeMany(
      office.deps,
      boss(),
      uuids.map((uuid) => ({ uuid, reason: '误发' })),
    );
    const whole = (await readAudit(office.deps, boss(), { limit: 1_000 })).entries;
    expect(whole.filter(({ action }) => action === 'revoke')).toHaveLength(5);
    const paged: typeof whole = [];
    for (let after: string | undefined, more = true; more; ) {
      const { entries, next } = await readAudit(office.deps, boss(), { limit: 2, ...(after ? { after } : {}) });
      paged.push(...entries);
      [after, more] = [next, next !== undefined];
    }
    expect(paged).toEqual(whole);
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    );
  });

  test('of the own organisation alone, and for its operator alone', async () => {
    const [uuid = ''] = await withStars(1);
    await revoke(office.deps, boss(), { uuid, reason: '误发' });
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    const { entries } = await readAudit(office.deps, operator(other.id), { limit: 100 });
    expect(entries.map(({ action }) => action)).not.toContain('revoke');
    const weak = { ...boss(), scopes: new Set(['credentials:read']) };
    await expect(readAudit(office.deps, weak, { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readAudit(office.deps, boss(), { limit: 1, after: 'x' })).rejects.toMatchObject({ field: 'after' });
  });
});
