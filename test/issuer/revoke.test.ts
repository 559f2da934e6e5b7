/** Revoking: final, audited once, in the published list before it is answered, and only by the organisation that issued. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { recordSignatures } from '../../src/store/credentials.ts';
import { asRows, type Office, openOffice, writeSql } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

async function issued(): Promise<string> {
  const { milestones } = await office.record(recordsForStars(1, { learner: 'p1', name: '王小明' }));
  return milestones[0]?.credentialId ?? '';
}
const onlyRow = async () => {
  const [row] = await office.credentials();
  if (!row) throw new Error('no credential');
  return row;
};
const audits = () =>
  office.sql(`select actor, action, object, detail, organisation from audit where action = 'revoke'`);

describe('revoke', () => {
  test('a valid certificate is refused from the bundle on that the answer names', async () => {
    office = await openOffice();
    const uuid = await issued();
    expect((await office.verdict(await onlyRow())).outcome).toBe('valid');
    const outcome = await revoke(office.deps, operator(office.organisation.id), { uuid, reason: '误发' });
    expect(outcome).toEqual({ credentialId: uuid, state: 'revoked', bundle: 2 });
    const verdict = await office.verdict(await onlyRow());
    expect(verdict).toMatchObject({ outcome: 'invalid', asOf: { bundle: 2 } });
    expect(verdict.checks).toContainEqual(expect.objectContaining({ check: 'status', reason: 'revoked' }));
    expect(await audits()).toMatchObject([
      { actor: 'operator', action: 'revoke', object: uuid, detail: '误发', organisation: 'shangcheng' },
    ]);
  });

  test('a second time is answered alike; the first reason and its one audit row stay', async () => {
    office = await openOffice();
    const uuid = await issued();
    const actor = operator(office.organisation.id);
    await revoke(office.deps, actor, { uuid, reason: 'first' });
    expect(await revoke(office.deps, actor, { uuid, reason: 'second' })).toMatchObject({ state: 'revoked' });
    expect(await onlyRow()).toMatchObject({ state: 'revoked' });
    expect(await audits()).toMatchObject([{ detail: 'first' }]);
  });

  test('at the same time by two: one revocation, one audit row, both answered', async () => {
    office = await openOffice();
    const uuid = await issued();
    const actor = operator(office.organisation.id);
    const both = await Promise.all(['a', 'b'].map((reason) => revoke(office.deps, actor, { uuid, reason })));
    expect(both.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
    expect(await audits()).toHaveLength(1);
  });

  test('to another organisation the certificate does not exist, revoked or not', async () => {
    office = await openOffice();
    const uuid = await issued();
    const other = operator((await office.addOrganisation('gongshu', '杭州市拱墅区教育局')).id);
    const attempt = () => revoke(office.deps, other, { uuid, reason: 'not ours' });
    await expect(attempt()).rejects.toMatchObject({ code: 'not-found' });
    expect(await onlyRow()).toMatchObject({ state: 'issued' });
    await revoke(office.deps, operator(office.organisation.id), { uuid, reason: 'ours' });
    await expect(attempt()).rejects.toMatchObject({ code: 'not-found' });
    expect(await audits()).toHaveLength(1);
  });

  test('what does not exist is not found; who may not is refused', async () => {
    office = await openOffice();
    const uuid = await issued();
    const actor = operator(office.organisation.id);
    const nobody = { ...actor, scopes: new Set(['credentials:read']) };
    const stranger = '00000000-0000-4000-8000-000000000000';
    await expect(revoke(office.deps, actor, { uuid: stranger, reason: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(revoke(office.deps, nobody, { uuid, reason: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await onlyRow()).toMatchObject({ state: 'issued' });
  });

  test('one that is still being issued is to be tried again', async () => {
    office = await openOffice();
    const actor = operator(office.organisation.id);
    await recordEvents({ ...office.deps, issueInline: 0 }, actor, asRows(recordsForStars(1, { learner: 'p1' })));
    const { fields } = await onlyRow();
    const attempt = () => revoke(office.deps, actor, { uuid: fields.uuid, reason: 'x' });
    await expect(attempt()).rejects.toMatchObject({ code: 'not-issued-yet' });
    await resumePending(office.deps);
    expect(await attempt()).toMatchObject({ state: 'revoked' });
  });
});

describe('the database keeps what was promised, whatever a statement says', () => {
  test('a revocation is final, a signature is recorded once, certificates and ledger entries stay', async () => {
    office = await openOffice();
    const uuid = await issued();
    const { packed } = await onlyRow();
    await revoke(office.deps, operator(office.organisation.id), { uuid, reason: 'x' });
    const attempts = [
      `update credentials set state = 'issued'`,
      `update credentials set packed = x'00'`,
      'delete from credentials',
      `update ledger set stage = '0-3'`,
      'delete from ledger',
    ];
    for (const attempt of attempts) await expect(writeSql(office, attempt)).rejects.toThrow();
    await recordSignatures(office.deps.db, [{ uuid, packed: Uint8Array.of(0) }], 0);
    expect(await onlyRow()).toMatchObject({ state: 'revoked', packed });
  });

  test('after a revocation the same star is not issued again', async () => {
    office = await openOffice();
    const uuid = await issued();
    await revoke(office.deps, operator(office.organisation.id), { uuid, reason: 'x' });
    const more = recordsForStars(2, { learner: 'p1' });
    expect((await office.record(more)).milestones).toMatchObject([{ level: '2' }]);
  });
});
