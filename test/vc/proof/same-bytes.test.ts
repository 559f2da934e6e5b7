/** What we sign ourselves is what @digitalbazaar/vc signs, to the byte; and where it would not be, the library can be asked first. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { addAgreedProof, addProof } from '../../../src/vc/proof/issue-proof.ts';
import { libraryIssuer } from '../../support/library-issuer.ts';
import { alumni, openBadge, type Values } from '../../support/shapes.ts';
import { credentialOf, makeKey, proofRequest } from './issuer.ts';
import { verdict } from './verifier.ts';

const { did, request, libraryIssues, libraryVerifies } = await libraryIssuer('same bytes');

const text = fc.string({ unit: 'binary', maxLength: 12 });
const values: fc.Arbitrary<Values> = fc.record({
  n: fc.nat(1_000_000),
  text,
  names: fc.array(text, { maxLength: 3 }),
  full: fc.boolean(),
});

describe.each([
  ['VC Data Model 2.0', alumni],
  ['Open Badges 3.0', openBadge],
])('%s', (_, shape) => {
  test('random credentials: the same JSON, proof and all', async () => {
    await fc.assert(
      fc.asyncProperty(values, async (filling) => {
        const credential = shape(did, filling);
        const theirs = await libraryIssues(structuredClone(credential));
        const ours = await addProof(request(credential));
        expect(ours.ok && JSON.stringify(ours.value)).toBe(JSON.stringify(theirs));
      }),
      { numRuns: 150 },
    );
  });

  test('the library verifies what we sign; and not when it is changed', async () => {
    const made = await addProof(request(shape(did, { n: 1, text: 'x', names: ['y'], full: true })));
    if (!made.ok) throw new Error(made.faults[0]?.detail);
    expect(await libraryVerifies(structuredClone(made.value))).toBe(true);
    expect(await libraryVerifies({ ...made.value, name: 'another' })).toBe(false);
  });
});

test('data model 1.1: the context of the proof is added in the same place', async () => {
  const { validFrom: _, validUntil: __, ...others } = credentialOf(did);
  for (const contexts of [[], ['https://w3id.org/security/data-integrity/v2']]) {
    const credential = {
      ...others,
      '@context': ['https://www.w3.org/2018/credentials/v1', { '@vocab': 'https://vocabulary.example/' }, ...contexts],
      issuanceDate: '2023-01-01T00:00:00Z',
    };
    const ours = await addProof(request(credential));
    expect(ours.ok && JSON.stringify(ours.value)).toBe(JSON.stringify(await libraryIssues(credential)));
  }
});

test('options that are kept are those of the same contexts, key and date only', async () => {
  const badge = openBadge(did, { n: 1, text: 'x', names: [], full: false });
  const requests = [
    request(credentialOf(did)),
    { ...request(credentialOf(did)), createdSeconds: request(badge).createdSeconds - 1 },
    { ...request(credentialOf(did)), verificationMethod: `${did}#${did}` },
    request(badge),
  ];
  const first = await Promise.all(requests.map(addProof));
  for (const [index, one] of requests.entries()) {
    const again = await addProof(one);
    expect(again).toEqual(first[index]);
    expect(await addAgreedProof(one)).toEqual(again);
  }
});

describe('agreed with the library', () => {
  test.each([
    ['eddsa-rdfc-2022', 'Ed25519'],
    ['ecdsa-rdfc-2019', 'P-256'],
    ['ecdsa-rdfc-2019', 'P-384'],
  ] as const)('%s with %s is signed', async (suite, type) => {
    const key = await makeKey(type);
    const made = await addAgreedProof(proofRequest(key, suite));
    expect(made.ok && (await verdict(made.value))).toBe('verified');
  });

  /** U+FF0C comes before U+20000, and after its first half: RDFC-1.0 sorts by code point, the library by UTF-16 unit. */
  test('nothing is signed that it would write otherwise', async () => {
    const { signer: _, ...others } = request({ ...credentialOf(did), name: ['\u{20000}', '\uff0c'] });
    const sign = vi.fn(async () => new Uint8Array(64));
    expect(await addAgreedProof({ ...others, signer: { sign } })).toMatchObject({
      ok: false,
      faults: [{ reason: 'proof-transformation' }],
    });
    expect(sign).not.toHaveBeenCalled();
    expect((await addProof({ ...others, signer: { sign } })).ok).toBe(true);
  });

  test('nor what it refuses', async () => {
    const { issuer: _, ...nobodys } = credentialOf(did);
    const refused = await addAgreedProof(request(nobodys));
    expect(refused).toMatchObject({ ok: false, faults: [{ reason: 'malformed' }] });
  });
});
