/** One proof, right or wrong: each refusal has a vector in which all else is right, the signature over what is wrong included. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { type ProofContext, verifyProofs } from '../../../src/vc/proof/verify-proofs.ts';
import { controllerDocument, credentialOf, documentsOf, makeKey, proofOptions, prove, without } from './issuer.ts';
import { context, faultOf } from './verifier.ts';

const ed25519 = await makeKey('Ed25519');
const p256 = await makeKey('P-256');
const p384 = await makeKey('P-384');
const credential = credentialOf(ed25519.did);
const rdfc = proofOptions('eddsa-rdfc-2022', ed25519);
const jcs = proofOptions('eddsa-jcs-2022', ed25519);
const ed2020: JsonObject = {
  type: 'Ed25519Signature2020',
  created: '2026-11-24T08:00:00Z',
  verificationMethod: ed25519.method,
  proofPurpose: 'assertionMethod',
};
const withEd2020 = {
  ...credential,
  '@context': [...[credential['@context'] ?? []].flat(), 'https://w3id.org/security/suites/ed25519-2020/v1'],
};

describe('verifies', () => {
  const context2 = { '@context': 'https://www.w3.org/ns/credentials/v2' };
  const good: readonly {
    name: string;
    proof: JsonObject;
    document?: JsonObject;
    key?: typeof ed25519;
    how?: Partial<ProofContext>;
  }[] = [
    { name: 'eddsa-rdfc-2022', proof: rdfc },
    { name: 'eddsa-jcs-2022', proof: jcs },
    { name: 'ecdsa-rdfc-2019, P-256', proof: proofOptions('ecdsa-rdfc-2019', p256), key: p256 },
    { name: 'ecdsa-rdfc-2019, P-384', proof: proofOptions('ecdsa-rdfc-2019', p384), key: p384 },
    { name: 'ecdsa-jcs-2019, P-256', proof: proofOptions('ecdsa-jcs-2019', p256), key: p256 },
    { name: 'ecdsa-jcs-2019, P-384', proof: proofOptions('ecdsa-jcs-2019', p384), key: p384 },
    { name: 'Ed25519Signature2020', proof: ed2020, document: withEd2020 },
    { name: 'no date of creation', proof: without('created', rdfc) },
    { name: 'a date without an offset', proof: { ...rdfc, created: '2026-11-24T08:00:00' } },
    { name: 'a signer whose clock is ten minutes ahead', proof: { ...rdfc, created: '2026-11-24T08:10:00Z' } },
    { name: 'an end in the future', proof: { ...rdfc, expires: '2026-11-24T08:00:01Z' } },
    { name: 'an end in the future of UTC', proof: { ...rdfc, expires: '2026-11-24T08:00:01' } },
    { name: 'an end with an offset', proof: { ...rdfc, expires: '2026-11-24T16:00:01+08:00' } },
    { name: 'id and nonce', proof: { ...rdfc, id: 'urn:uuid:60102d04-b51e-11ed-acfe-2fcd717666a7', nonce: 'n' } },
    { name: 'a domain that nobody asked for', proof: { ...rdfc, domain: 'a.example', challenge: 'c' } },
    { name: 'the domain', proof: { ...rdfc, domain: 'a.example' }, how: { domain: 'a.example' } },
    {
      name: 'the domains, in another order',
      proof: { ...rdfc, domain: ['b.example', 'a.example'] },
      how: { domain: ['a.example', 'b.example'] },
    },
    { name: 'a domain as a list of one', proof: { ...rdfc, domain: ['a.example'] }, how: { domain: 'a.example' } },
    {
      name: 'domain and challenge',
      proof: { ...jcs, domain: 'a.example', challenge: 'c' },
      how: { domain: 'a.example', challenge: 'c' },
    },
    { name: 'authentication', proof: { ...rdfc, proofPurpose: 'authentication' }, how: { purpose: 'authentication' } },
    { name: 'jcs: the contexts of the document', proof: { ...jcs, '@context': credential['@context'] ?? null } },
    { name: 'jcs: the first of the contexts', proof: { ...jcs, '@context': ['https://www.w3.org/ns/credentials/v2'] } },
    { name: 'jcs: the first of the contexts, as a text', proof: { ...jcs, ...context2 } },
    { name: 'rdfc: the context of the document', proof: { ...rdfc, '@context': credential['@context'] ?? null } },
  ];
  test.each(good)('$name', async ({ proof, document = credential, key = ed25519, how }) => {
    const proved = await prove(document, proof, { key });
    expect(await faultOf(document, [proved], how)).toMatchObject({ reasons: [], results: ['passed'] });
  });

  test('by a document: the controller is named', async () => {
    const did = 'did:web:issuer.example';
    const method = { id: `${did}#a`, type: 'Multikey', controller: did, publicKeyMultibase: ed25519.multibase };
    const proof = await prove(credential, { ...rdfc, verificationMethod: `${did}#a` }, { key: ed25519 });
    const documents = documentsOf({ [did]: controllerDocument(did, method) });
    const result = await verifyProofs(credential, [proof], { ...context, documents });
    expect(result.results).toEqual([
      { suite: 'eddsa-rdfc-2022', verificationMethod: `${did}#a`, result: 'passed', controller: did },
    ]);
    expect((await faultOf(credential, [proof])).reasons).toEqual(['verification-method-unavailable']);
    const narrow = documentsOf({ [did]: controllerDocument(did, method, ['authentication']) });
    expect((await faultOf(credential, [proof], { documents: narrow })).reasons).toEqual(['key-not-authorised']);
  });
});

describe('refuses', () => {
  /** Signed as it stands, so that only the check itself is in the way. */
  const bad: readonly {
    name: string;
    proof: JsonObject;
    reason: string;
    at?: string;
    document?: JsonObject;
    key?: typeof ed25519;
    how?: Partial<ProofContext>;
  }[] = [
    { name: 'no type', proof: without('type', jcs), reason: 'proof-malformed', at: '/proof/type' },
    {
      name: 'a list of types',
      proof: { ...jcs, type: ['DataIntegrityProof'] },
      reason: 'proof-malformed',
      at: '/proof/type',
    },
    {
      name: 'no method',
      proof: without('verificationMethod', jcs),
      reason: 'proof-malformed',
      at: '/proof/verificationMethod',
    },
    {
      name: 'a method in the proof itself',
      proof: {
        ...jcs,
        verificationMethod: {
          id: ed25519.method,
          type: 'Multikey',
          controller: ed25519.did,
          publicKeyMultibase: ed25519.multibase,
        },
      },
      reason: 'proof-malformed',
      at: '/proof/verificationMethod',
    },
    {
      name: 'a relative method',
      proof: { ...jcs, verificationMethod: '#key' },
      reason: 'proof-malformed',
      at: '/proof/verificationMethod',
    },
    {
      name: 'a method that is no key',
      proof: { ...jcs, verificationMethod: 'did:key:invalidVm' },
      reason: 'verification-method-invalid',
      at: '/proof/verificationMethod',
    },
    { name: 'no purpose', proof: without('proofPurpose', jcs), reason: 'proof-malformed', at: '/proof/proofPurpose' },
    {
      name: 'another purpose',
      proof: { ...rdfc, proofPurpose: 'authentication' },
      reason: 'wrong-proof-purpose',
      at: '/proof/proofPurpose',
    },
    { name: 'an unknown purpose', proof: { ...jcs, proofPurpose: 'invalidPurpose' }, reason: 'wrong-proof-purpose' },
    { name: 'a list of purposes', proof: { ...jcs, proofPurpose: ['assertionMethod'] }, reason: 'proof-malformed' },
    {
      name: 'assertionMethod for authentication',
      proof: rdfc,
      reason: 'wrong-proof-purpose',
      how: { purpose: 'authentication' },
    },
    {
      name: 'a date that is none',
      proof: { ...jcs, created: 'invalidDate' },
      reason: 'proof-malformed',
      at: '/proof/created',
    },
    { name: 'a day that is none', proof: { ...rdfc, created: '2026-02-30T08:00:00Z' }, reason: 'proof-malformed' },
    { name: 'a date as a number', proof: { ...jcs, created: 1 }, reason: 'proof-malformed', at: '/proof/created' },
    {
      name: 'an end that is no date',
      proof: { ...jcs, expires: 'invalidDate' },
      reason: 'proof-malformed',
      at: '/proof/expires',
    },
    {
      name: 'an end now',
      proof: { ...rdfc, expires: '2026-11-24T08:00:00Z' },
      reason: 'proof-expired',
      at: '/proof/expires',
    },
    {
      name: 'a proof that is still to be made',
      proof: { ...rdfc, created: '2026-11-24T08:10:01Z' },
      reason: 'proof-not-yet-valid',
      at: '/proof/created',
    },
    { name: 'one of next year', proof: { ...jcs, created: '2027-11-24T08:00:00' }, reason: 'proof-not-yet-valid' },
    { name: 'an end before', proof: { ...jcs, expires: '2020-01-01T00:00:00Z' }, reason: 'proof-expired' },
    { name: 'an end before, in UTC', proof: { ...jcs, expires: '2026-11-24T07:59:59' }, reason: 'proof-expired' },
    {
      name: 'an end before, with an offset',
      proof: { ...jcs, expires: '2026-11-24T15:59:59+08:00' },
      reason: 'proof-expired',
    },
    { name: 'an id that is no URL', proof: { ...jcs, id: '456321' }, reason: 'proof-malformed', at: '/proof/id' },
    { name: 'an id as a number', proof: { ...jcs, id: 456321 }, reason: 'proof-malformed' },
    { name: 'a nonce as a number', proof: { ...jcs, nonce: 1 }, reason: 'proof-malformed' },
    {
      name: 'a challenge as a number',
      proof: { ...jcs, challenge: 1 },
      reason: 'proof-malformed',
      how: { challenge: '1' },
    },
    { name: 'a domain as a number', proof: { ...jcs, domain: 1 }, reason: 'proof-malformed' },
    { name: 'a list of no domains', proof: { ...jcs, domain: [] }, reason: 'proof-malformed' },
    { name: 'a domain of Object.prototype', proof: { ...jcs, constructor: 'a' }, reason: 'proof-malformed' },
    { name: 'no domain', proof: rdfc, reason: 'domain-mismatch', at: '/proof/domain', how: { domain: 'a.example' } },
    {
      name: 'another domain',
      proof: { ...rdfc, domain: 'b.example' },
      reason: 'domain-mismatch',
      how: { domain: 'a.example' },
    },
    {
      name: 'a domain too many',
      proof: { ...rdfc, domain: ['a.example', 'b.example'] },
      reason: 'domain-mismatch',
      how: { domain: 'a.example' },
    },
    {
      name: 'a domain too few',
      proof: { ...rdfc, domain: 'a.example' },
      reason: 'domain-mismatch',
      how: { domain: ['a.example', 'b.example'] },
    },
    {
      name: 'no challenge',
      proof: rdfc,
      reason: 'challenge-mismatch',
      at: '/proof/challenge',
      how: { challenge: 'c' },
    },
    {
      name: 'another challenge',
      proof: { ...rdfc, challenge: 'd' },
      reason: 'challenge-mismatch',
      how: { challenge: 'c' },
    },
    { name: 'an unknown member', proof: { ...jcs, honour: 'all' }, reason: 'proof-malformed', at: '/proof/honour' },
    { name: 'a graph inside', proof: { ...jcs, '@included': [{ id: 'urn:x:y' }] }, reason: 'proof-malformed' },
    { name: 'a null', proof: { ...jcs, nonce: null }, reason: 'proof-malformed' },
    {
      name: 'a number as the previous proof',
      proof: { ...jcs, previousProof: 456321 },
      reason: 'proof-malformed',
      at: '/proof/previousProof',
    },
    { name: 'no previous proofs', proof: { ...jcs, previousProof: [] }, reason: 'proof-malformed' },
    {
      name: 'a previous proof twice',
      proof: { ...jcs, previousProof: ['urn:a:b', 'urn:a:b'] },
      reason: 'proof-malformed',
    },
    {
      name: 'a previous proof that is not there',
      proof: { ...jcs, previousProof: 'urn:a:b' },
      reason: 'previous-proof-missing',
      at: '/proof/previousProof',
    },
    {
      name: 'a list with one that is not there',
      proof: { ...jcs, previousProof: ['urn:a:b'] },
      reason: 'previous-proof-missing',
    },
    { name: 'itself', proof: { ...jcs, id: 'urn:a:b', previousProof: 'urn:a:b' }, reason: 'previous-proof-missing' },
    {
      name: 'a key of another suite',
      proof: proofOptions('eddsa-jcs-2022', p256),
      key: p256,
      reason: 'verification-method-invalid',
    },
    {
      name: 'an Ed25519 key in an ECDSA suite',
      proof: proofOptions('ecdsa-jcs-2019', ed25519),
      reason: 'verification-method-invalid',
    },
    {
      name: 'Ed25519Signature2020 without a date',
      proof: without('created', ed2020),
      document: withEd2020,
      reason: 'proof-malformed',
      at: '/proof/created',
    },
    {
      name: 'Ed25519Signature2020 with a P-256 key',
      proof: { ...ed2020, verificationMethod: p256.method },
      document: withEd2020,
      key: p256,
      reason: 'verification-method-invalid',
    },
  ];
  test.each(bad)('$name', async ({ proof, document = credential, key = ed25519, reason, at, how }) => {
    // Whatever the suite would not sign is signed as JSON is: the check comes first.
    const proved = await prove(document, proof, { key }).catch(() =>
      prove(document, { ...proof, type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022' }, { key }).then(
        ({ proofValue }) => ({ ...proof, proofValue: proofValue ?? null }),
      ),
    );
    const found = await faultOf(document, [proved], how);
    expect(found.reasons).toEqual([reason]);
    expect(found.results).toEqual(['failed']);
    if (at) expect(found.at).toBe(at);
  });

  const afterSigning: readonly {
    name: string;
    change: (proof: JsonObject) => JsonObject;
    reason: string;
    base?: JsonObject;
    document?: JsonObject;
  }[] = [
    { name: 'no value', change: (p) => without('proofValue', p), reason: 'proof-malformed' },
    { name: 'null as the value', change: (p) => ({ ...p, proofValue: null }), reason: 'proof-malformed' },
    {
      name: 'a value without its multibase letter',
      change: (p) => ({ ...p, proofValue: `${p.proofValue}`.slice(1) }),
      reason: 'proof-malformed',
    },
    {
      name: 'a value in base64url',
      change: (p) => ({ ...p, proofValue: `u${'A'.repeat(86)}` }),
      reason: 'proof-malformed',
    },
    {
      name: 'a value of 96 bytes',
      change: (p) => ({ ...p, proofValue: `z${'1'.repeat(96)}` }),
      reason: 'proof-malformed',
    },
    {
      name: 'a value of great length',
      change: (p) => ({ ...p, proofValue: `z${'2'.repeat(500_000)}` }),
      reason: 'proof-malformed',
    },
    { name: 'a value of zeros', change: (p) => ({ ...p, proofValue: `z${'1'.repeat(64)}` }), reason: 'bad-signature' },
    { name: 'another date', change: (p) => ({ ...p, created: '2026-11-24T08:00:01Z' }), reason: 'bad-signature' },
    { name: 'a date less', change: (p) => without('created', p), reason: 'bad-signature' },
    { name: 'an end more', change: (p) => ({ ...p, expires: '2030-01-01T00:00:00Z' }), reason: 'bad-signature' },
    { name: 'an id more', change: (p) => ({ ...p, id: 'urn:a:b' }), reason: 'bad-signature' },
    { name: 'a nonce more', change: (p) => ({ ...p, nonce: 'n' }), reason: 'bad-signature' },
    {
      name: 'the suite of another canonical form',
      change: (p) => ({ ...p, cryptosuite: 'eddsa-jcs-2022' }),
      reason: 'bad-signature',
    },
    {
      name: 'a context of its own',
      change: (p) => ({ ...p, '@context': ['https://www.w3.org/ns/credentials/v2'] }),
      reason: 'proof-malformed',
    },
    {
      name: 'jcs: contexts in another order',
      base: jcs,
      change: (p) => ({ ...p, '@context': [...[credential['@context'] ?? []].flat()].reverse() }),
      reason: 'proof-malformed',
    },
    { name: 'jcs: no contexts', base: jcs, change: (p) => ({ ...p, '@context': [] }), reason: 'proof-malformed' },
    {
      name: 'jcs: more contexts than the document',
      base: jcs,
      change: (p) => ({ ...p, '@context': [...[credential['@context'] ?? []].flat(), 'https://a.example'] }),
      reason: 'proof-malformed',
    },
    {
      name: 'jcs: contexts that were not signed',
      base: jcs,
      change: (p) => ({ ...p, '@context': credential['@context'] ?? null }),
      reason: 'bad-signature',
    },
    {
      name: 'Ed25519Signature2020 with a cryptosuite',
      base: ed2020,
      document: withEd2020,
      change: (p) => ({ ...p, cryptosuite: 'eddsa-rdfc-2022' }),
      reason: 'proof-malformed',
    },
    {
      name: 'ecdsa-sd-2023 with a base58 value',
      base: proofOptions('ecdsa-rdfc-2019', p256),
      change: (p) => ({ ...p, cryptosuite: 'ecdsa-sd-2023' }),
      reason: 'proof-malformed',
    },
  ];
  test.each(afterSigning)('afterwards: $name', async ({ change, reason, base = rdfc, document = credential }) => {
    const key = base.cryptosuite === 'ecdsa-rdfc-2019' ? p256 : ed25519;
    const proved = await prove(document, base, { key });
    expect((await faultOf(document, [change(proved)])).reasons).toEqual([reason]);
  });

  test('a changed document, whatever the suite', async () => {
    const changed = { ...credential, credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'Another School' } };
    const proofs = [
      await prove(credential, rdfc, { key: ed25519 }),
      await prove(credential, jcs, { key: ed25519 }),
      await prove(credential, proofOptions('ecdsa-rdfc-2019', p384), { key: p384 }),
    ];
    expect((await faultOf(changed, proofs)).reasons).toEqual(['bad-signature', 'bad-signature', 'bad-signature']);
  });

  test('terms that JSON-LD would drop, contexts that nobody brought', async () => {
    const proof = await prove(credential, rdfc, { key: ed25519 });
    const contexts = [credential['@context'] ?? []].flat();
    const plain = { ...credential, '@context': contexts.slice(0, 1) };
    const dropped = await faultOf({ ...plain, honour: 'all' }, [proof]);
    expect(dropped.reasons).toContain('undefined-term');
    expect(dropped.at).toBeUndefined(); // it is not in the proof
    expect((await faultOf({ ...credential, '@context': [...contexts, 'https://a.example'] }, [proof])).reasons).toEqual(
      ['unknown-context'],
    );
  });

  test('no proofs, and too many', async () => {
    const proof = await prove(credential, rdfc, { key: ed25519 });
    expect((await faultOf(credential, [])).reasons).toEqual(['proof-missing']);
    expect((await faultOf(credential, Array(LIMITS.proofs).fill(proof))).reasons).toEqual([]);
    expect((await faultOf(credential, Array(LIMITS.proofs + 1).fill(proof))).reasons).toEqual(['too-large']);
  });

  test('nothing that JSON can say makes it throw', async () => {
    const member = fc.constantFrom(
      'type',
      'cryptosuite',
      'created',
      'expires',
      'id',
      'domain',
      'previousProof',
      'proofValue',
      'verificationMethod',
      '@context',
      '__proto__',
      'x',
    );
    const proof = await prove(credential, jcs, { key: ed25519 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(member, fc.jsonValue()), async (members) => {
        const changed: JsonObject = { ...proof, ...(members as JsonObject) }; // jsonValue makes JSON
        const { verified, faults } = await verifyProofs(credential, [changed], context);
        expect(verified).toBe(faults.length === 0);
      }),
    );
  });
});

test.each([
  ['eddsa-rdfc-2022', ed25519],
  ['eddsa-jcs-2022', ed25519],
  ['ecdsa-rdfc-2019', p256],
  ['ecdsa-jcs-2019', p384],
] as const)('%s: a proof value with any character changed does not verify', async (suite, key) => {
  const proof = await prove(credential, proofOptions(suite, key), { key });
  const value = `${proof.proofValue}`;
  expect((await faultOf(credential, [proof])).reasons).toEqual([]);
  const letter = fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0OIl-_= ');
  await fc.assert(
    fc.asyncProperty(fc.nat(value.length - 1), letter, async (index, replacement) => {
      fc.pre(value[index] !== replacement);
      const proofValue = value.slice(0, index) + replacement + value.slice(index + 1);
      const { verified } = await verifyProofs(credential, [{ ...proof, proofValue }], context);
      expect(verified).toBe(false);
    }),
    { numRuns: 60 },
  );
});
