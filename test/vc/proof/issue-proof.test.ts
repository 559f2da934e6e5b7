/** Issuing: what we make verifies here and elsewhere, and what cannot be made says why. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/vc/json.ts';
import { addProof, deriveCredential } from '../../../src/vc/proof/issue-proof.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { credentialOf, issued, makeKey, proofRequest } from './issuer.ts';
import { oracleVerifies } from './oracle.ts';
import { verdict } from './verifier.ts';

const ed25519 = await makeKey('Ed25519');
const p256 = await makeKey('P-256');
const p384 = await makeKey('P-384');

const SUITES = [
  { suite: 'eddsa-rdfc-2022', key: ed25519 },
  { suite: 'ecdsa-rdfc-2019', key: p256 },
  { suite: 'ecdsa-rdfc-2019', key: p384 },
] as const;

test.each(SUITES)('$suite with $key.type: verifies here and by @digitalbazaar/vc', async ({ suite, key }) => {
  const credential = await issued(key, suite);
  expect(credential.proof).toEqual({
    type: 'DataIntegrityProof',
    cryptosuite: suite,
    created: '2026-11-24T08:00:00Z',
    verificationMethod: key.method,
    proofPurpose: 'assertionMethod',
    proofValue: expect.stringMatching(/^z/),
  });
  const { proof: _, ...document } = credential;
  expect(document).toEqual(credentialOf(key.did));
  expect(await verdict(credential)).toBe('verified');
  expect(await oracleVerifies(credential)).toBe(true);
});

describe('data model 1.1', () => {
  const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity';
  const old = (issuer: string, ...contexts: string[]) => {
    const { validFrom: _, validUntil: __, ...others } = credentialOf(issuer);
    return {
      ...others,
      '@context': ['https://www.w3.org/2018/credentials/v1', { '@vocab': 'https://vocabulary.example/' }, ...contexts],
      issuanceDate: '2023-01-01T00:00:00Z',
    };
  };

  test('the context of the proof is added', async () => {
    const document = old(ed25519.did);
    const credential = await issued(ed25519, 'eddsa-rdfc-2022', { credential: document });
    expect(credential['@context']).toEqual([...document['@context'], `${DATA_INTEGRITY}/v2`]);
    expect(await verdict(credential)).toBe('verified');
  });

  test.each(['v1', 'v2'])('and not where %s of it is there (Data Integrity 1.0 §2.4.2)', async (version) => {
    for (const { suite, key } of SUITES) {
      const document = old(key.did, `${DATA_INTEGRITY}/${version}`);
      const credential = await issued(key, suite, { credential: document });
      expect(credential['@context']).toEqual(document['@context']);
      expect(await verdict(credential)).toBe('verified');
    }
    const credential = await issued(p256, 'ecdsa-sd-2023', {
      credential: old(p256.did, `${DATA_INTEGRITY}/${version}`),
      mandatoryPointers: ['/issuer', '/issuanceDate'],
    });
    const selectivePointers = ['/credentialSubject'];
    const derived = await deriveCredential({ credential, selectivePointers, documents: noDocuments });
    expect(derived).toMatchObject({ ok: true });
    if (derived.ok) expect(await verdict(derived.value)).toBe('verified');
  });
});

test('the request is left as it was', async () => {
  const credential = credentialOf(ed25519.did);
  await issued(ed25519, 'eddsa-rdfc-2022', { credential });
  expect(credential).toEqual(credentialOf(ed25519.did));
});

describe('not signed', () => {
  const plain = (changes: JsonObject): JsonObject => ({
    ...credentialOf(p256.did),
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiableCredential'],
    credentialSubject: { id: 'did:example:a' },
    ...changes,
  });
  const refused: readonly {
    name: string;
    credential: JsonObject;
    reason: string;
    mandatoryPointers?: string[];
  }[] = [
    { name: 'a term without a definition', credential: plain({ honour: 'all' }), reason: 'undefined-term' },
    {
      name: 'a type without a definition',
      credential: plain({ type: ['VerifiableCredential', 'Honour'] }),
      reason: 'undefined-term',
    },
    {
      name: 'a context that nobody brought',
      credential: plain({ '@context': ['https://www.w3.org/ns/credentials/v2', 'https://a.example'] }),
      reason: 'unknown-context',
    },
    {
      name: 'a credential with a proof',
      credential: plain({ proof: { type: 'DataIntegrityProof' } }),
      reason: 'malformed',
    },
    { name: 'a credential without an issuer', credential: plain({ issuer: 'nobody' }), reason: 'undefined-term' },
    {
      name: 'a pointer to nothing',
      credential: plain({}),
      mandatoryPointers: ['/non/existent/path'],
      reason: 'pointer-unmatched',
    },
    {
      name: 'a pointer to a prototype',
      credential: plain({}),
      mandatoryPointers: ['/constructor'],
      reason: 'pointer-unmatched',
    },
    {
      name: 'a pointer without its slash',
      credential: plain({}),
      mandatoryPointers: ['issuer'],
      reason: 'pointer-unmatched',
    },
    {
      name: 'a pointer with a wrong escape',
      credential: plain({}),
      mandatoryPointers: ['/issuer~2'],
      reason: 'pointer-unmatched',
    },
    {
      name: 'a pointer past an array',
      credential: plain({}),
      mandatoryPointers: ['/type/1'],
      reason: 'pointer-unmatched',
    },
    {
      name: 'a text that the library would change',
      credential: plain({ description: 'see _:b0 there' }),
      reason: 'malformed',
    },
    { name: 'a URL that the library would change', credential: plain({ id: 'urn:bnid:_b0' }), reason: 'malformed' },
  ];
  test.each(refused)('$name', async ({ credential, mandatoryPointers = ['/issuer'], reason }) => {
    const outcome = await addProof(proofRequest(p256, 'ecdsa-sd-2023', { credential, mandatoryPointers }));
    expect(outcome).toMatchObject({ ok: false, faults: [{ reason }] });
    const [pointer] = mandatoryPointers;
    if (pointer !== '/issuer') expect(outcome).toMatchObject({ faults: [{ at: '/options/mandatoryPointers' }] });
  });

  test('a signer that fails, and a key that does not fit, are exceptions', async () => {
    const signer = { sign: () => Promise.reject(new Error('the vault is closed')) };
    await expect(addProof(proofRequest(ed25519, 'eddsa-rdfc-2022', { signer }))).rejects.toThrow('the vault is closed');
    await expect(addProof(proofRequest(p384, 'ecdsa-sd-2023'))).rejects.toThrow('P-384');
  });
});
