/** A certificate as `vc+jwt`: the same claims, signed once, kept, and judged like the certificate by whoever reads it. */
import { compactVerify, importJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { productIssuers } from '../../src/issuer/credential-issuers.ts';
import { createKey } from '../../src/issuer/establish.ts';
import { exportJwt } from '../../src/issuer/export-jwt.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import type { CredentialRow } from '../../src/store/credentials.ts';
import { findToken } from '../../src/store/tokens.ts';
import { wrapEnvelope } from '../../src/vc/proof/envelope.ts';
import { verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'p1', name: '王小明' }));
});
afterEach(() => office.close());

async function onlyRow(): Promise<CredentialRow> {
  const [row] = await office.credentials();
  if (!row) throw new Error('no credential');
  return row;
}
const exported = async () => exportJwt(office.deps, await onlyRow(), 'holder');
const judged = async (jwt: string) =>
  verify(
    { jwt },
    { trust: await office.deps.trust(), now: office.deps.clock.now(), primitives: office.deps.primitives },
  );
const jwtKey = async () => {
  const key = [...((await office.deps.trust())?.keysByNumber.values() ?? [])].find(({ purpose }) => purpose === 'jwt');
  if (!key) throw new Error('no jwt key');
  return key;
};

const retireJwtKey = async () => office.renewTrust(new Map([[(await jwtKey()).number, { state: 'retired' as const }]]));

describe('the token', () => {
  test('says what the JSON-LD says, without its proof, in the header of VC-JOSE-COSE; jose accepts it', async () => {
    const token = await exported();
    const { publicKey, issuer } = await jwtKey();
    const x = Buffer.from(publicKey).toString('base64url');
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ['EdDSA'] });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'vc+jwt', kid: issuer.verificationMethod });
    const { proof: _, ...claims } = JSON.parse(await office.json(await onlyRow()));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(claims);
  });

  test('is valid to the trust verifier, and names the same certificate as its code', async () => {
    const verdict = await judged(await exported());
    expect(verdict.outcome).toBe('valid');
    expect(verdict.credential).toEqual((await office.verdict(await onlyRow())).credential);
  });

  test('is verified by the protocol verifier, which finds the key in the issuer’s did:web document', async () => {
    const { reports } = await verifyCredential(wrapEnvelope('vc', await exported()), {
      documents: productIssuers.documents(office.deps),
      nowMs: office.deps.clock.now() * 1000,
      primitives: office.deps.primitives,
    });
    expect(reports.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(reports.map(({ check }) => check)).toContain('proof');
  });

  test('shares the status entry: revoked with the certificate', async () => {
    const token = await exported();
    await revoke(office.deps, operator(office.organisation.id), {
      uuid: (await onlyRow()).fields.uuid,
      reason: '误发',
    });
    expect(await judged(token)).toMatchObject({ outcome: 'invalid' });
  });
});

describe('made once', () => {
  test('a second request is given the first token, also when the key has changed since', async () => {
    const first = await exported();
    await createKey(office.deps, office.organisation, { purpose: 'jwt', development: true });
    await office.renewTrust();
    expect(await exported()).toBe(first);
    expect(await office.sql(`select actor, object from audit where action = 'export-jwt'`)).toMatchObject([
      { actor: 'holder', object: (await onlyRow()).fields.uuid },
    ]);
  });

  test('of two programs at once both get the one that stands', async () => {
    const row = await onlyRow();
    const other = await anotherProgram(office);
    const both = await Promise.all([exportJwt(office.deps, row, 'a'), exportJwt(other, row, 'b')]);
    other.db.close();
    expect(both[0]).toBe(both[1]);
    expect(await office.sql(`select count(*) as n from audit where action = 'export-jwt'`)).toMatchObject([{ n: 1 }]);
  });

  test('what stands cannot be changed', async () => {
    await exported();
    await expect(office.deps.db.write([`update credential_tokens set token = 'x'`])).rejects.toThrow(/recorded once/);
  });
});

describe('a key for certificates of before', () => {
  test('its period begins with the first milestone key’s, so an older certificate passes', async () => {
    await retireJwtKey();
    await expect(exported()).rejects.toMatchObject({ code: 'not-established' });
    const later = { ...office.deps, clock: { now: () => office.deps.clock.now() + 86_400 } };
    await createKey(later, office.organisation, { purpose: 'jwt', development: true });
    await office.renewTrust();
    expect((await judged(await exported())).outcome).toBe('valid');
  });

  test('a milestone key never signs one', async () => {
    await retireJwtKey();
    await expect(exported()).rejects.toMatchObject({ code: 'not-established' });
    expect(await findToken(office.deps.db, (await onlyRow()).fields.uuid)).toBeUndefined();
  });
});

test('a token that was made before a revocation is still handed out, like the certificate itself', async () => {
  const token = await exported();
  await revoke(office.deps, operator(office.organisation.id), { uuid: (await onlyRow()).fields.uuid, reason: '误发' });
  expect(await exported()).toBe(token);
});

test('a revoked certificate gets no new signature', async () => {
  const before = await onlyRow();
  await revoke(office.deps, operator(office.organisation.id), { uuid: before.fields.uuid, reason: '误发' });
  await expect(exported()).rejects.toMatchObject({ code: 'status-is-final' });
  // Read before it was revoked: the write itself refuses.
  await expect(exportJwt(office.deps, before, 'holder')).rejects.toMatchObject({ code: 'status-is-final' });
  expect(await findToken(office.deps.db, before.fields.uuid)).toBeUndefined();
});
