/** What a whole request may cost: the proofs of a chain, and the credentials of a presentation, share the limits on work. */
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/node-primitives.ts';
import type { Json, JsonObject } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { fatalFaults, type Report } from '../../src/vc/protocol/report.ts';
import { verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { verifyPresentation } from '../../src/vc/protocol/verify-presentation.ts';
import { createAuthority, issuerTexts } from '../support/authority.ts';
import { disclose } from '../support/disclosure.ts';
import { namedKey } from '../support/signing-key.ts';
import { credentialOf, documentsOf, NOW_MS, proofOptions, prove } from './proof/issuer.ts';

const key = await namedKey('Ed25519', 'xingzheng test work');
const p256 = await namedKey('P-256', 'xingzheng test work');
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const unsigned = { ...proofOptions('eddsa-rdfc-2022', key), proofValue: `z${'1'.repeat(64)}` };
const json = { ...unsigned, cryptosuite: 'eddsa-jcs-2022' };

const claims = (count: number): JsonObject => Object.fromEntries(times(count, (i) => [`claim${i}`, i]));
const large = (count: number, number = 0): JsonObject => ({
  ...credentialOf(key.did),
  id: `urn:credential:${number}`,
  credentialSubject: { id: 'did:example:subject', ...claims(count) },
});
const presenting = (...credentials: Json[]): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiablePresentation'],
  holder: key.did,
  verifiableCredential: credentials,
});
const context = { documents: documentsOf({}), nowMs: NOW_MS, primitives: nodePrimitives };
const reasonsOf = (reports: readonly Report[]) => new Set(fatalFaults(reports).map(({ reason }) => reason));
const presented = async (presentation: JsonObject, documents = context.documents) => {
  const proof = await prove(presentation, { ...json, proofPurpose: 'authentication' }, { key });
  const { verified, reports, credentials } = await verifyPresentation(
    { ...presentation, proof },
    { ...context, documents },
  );
  return { verified, reasons: reasonsOf([...reports, ...credentials.flatMap((one) => one.reports)]) };
};

test('a chain of proofs over a large document', async () => {
  const proof = times(LIMITS.proofs, (i) => ({
    ...unsigned,
    id: `urn:proof:${i}`,
    ...(i > 0 ? { previousProof: `urn:proof:${i - 1}` } : {}),
  }));
  const { reports } = await verifyCredential({ ...large(LIMITS.quads / 10), proof }, context);
  expect(reasonsOf(reports)).toContain('too-large');
});

test('a presentation of large credentials', async () => {
  const count = LIMITS.quads / 30;
  expect((await presented(presenting({ ...large(count), proof: unsigned }))).reasons).not.toContain('too-large');
  const credentials = times(40, (i) => ({ ...large(count, i), proof: unsigned }));
  expect((await presented(presenting(...credentials))).reasons).toContain('too-large');
});

test('a presentation of credentials with many proofs', async () => {
  const credentials = times(LIMITS.items, (i) => ({ ...large(1, i), proof: times(LIMITS.proofs, () => json) }));
  expect((await presented(presenting(...credentials))).reasons).toContain('too-large');
});

test('two proofs that each disclose as much as one may', async () => {
  const document = { ...large(900), issuer: p256.did };
  const disclosed = await disclose(document, p256, (statement) => statement.includes('#issuer>'));
  expect((await verifyCredential(disclosed, context)).verified).toBe(true);
  const twice = { ...disclosed, proof: [disclosed.proof ?? null, disclosed.proof ?? null] };
  expect(reasonsOf((await verifyCredential(twice, context)).reports)).toContain('too-large');
});

test('a presentation of 64 Open Badges is not too large', async () => {
  const authority = await createAuthority();
  const { credential } = await authority.issue();
  const { issuerId, statusBase } = issuerTexts('a', 'a-milestone');
  const verificationMethod = (['a-milestone', 'a-status'] as const).map((name) => ({
    id: issuerTexts('a', name).verificationMethod,
    type: 'Multikey',
    controller: issuerId,
    publicKeyMultibase: authority.key(name).multibase,
  }));
  const documents = documentsOf({
    [issuerId]: { id: issuerId, verificationMethod, assertionMethod: verificationMethod.map(({ id }) => id) },
    [`${statusBase}1`]: await authority.statusList(1),
  });
  const answer = await presented(presenting(...times(LIMITS.items, () => credential)), documents);
  expect(answer).toEqual({ verified: true, reasons: new Set() });
});
