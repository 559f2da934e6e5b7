/** Proofs beside and after each other, and contexts that would have a proof say something else. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { verifyProofs } from '../../../src/vc/proof/verify-proofs.ts';
import { credentialOf, makeKey, proofOptions, prove, without } from './issuer.ts';
import { context, faultOf } from './verifier.ts';

const ed25519 = await makeKey('Ed25519');
const p384 = await makeKey('P-384');
const credential = credentialOf(ed25519.did);
const rdfc = proofOptions('eddsa-rdfc-2022', ed25519);
const jcs = proofOptions('eddsa-jcs-2022', ed25519);

describe('contexts do not change what a proof says', () => {
  const inline = (terms: JsonObject): JsonObject => ({
    DataIntegrityProof: {
      '@id': 'https://w3id.org/security#DataIntegrityProof',
      '@context': {
        created: { '@id': 'http://purl.org/dc/terms/created', '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' },
        cryptosuite: {
          '@id': 'https://w3id.org/security#cryptosuite',
          '@type': 'https://w3id.org/security#cryptosuiteString',
        },
        verificationMethod: { '@id': 'https://w3id.org/security#verificationMethod', '@type': '@id' },
        proofPurpose: {
          '@id': 'https://w3id.org/security#proofPurpose',
          '@type': '@vocab',
          '@context': { assertionMethod: 'https://w3id.org/security#assertionMethod' },
        },
        expires: {
          '@id': 'https://w3id.org/security#expiration',
          '@type': 'http://www.w3.org/2001/XMLSchema#dateTime',
        },
        nonce: 'https://w3id.org/security#nonce',
        challenge: 'https://w3id.org/security#challenge',
        ...terms,
      },
    },
  });
  const v1 = (terms: JsonObject): JsonObject => ({
    '@context': ['https://www.w3.org/2018/credentials/v1', inline(terms)],
    type: ['VerifiableCredential'],
    issuer: ed25519.did,
    issuanceDate: '2023-01-01T00:00:00Z',
    credentialSubject: { id: 'did:example:abcdefgh' },
  });
  const XSD_DATE = 'http://www.w3.org/2001/XMLSchema#dateTime';

  test('definitions of its own that mean the same are fine', async () => {
    const proof = await prove(v1({}), rdfc, { key: ed25519 });
    expect((await faultOf(v1({}), [proof])).reasons).toEqual([]);
  });

  test('an expired proof whose end is called a nonce', async () => {
    const expired = await prove(v1({}), { ...rdfc, expires: '2026-01-01T00:00:00Z' }, { key: ed25519 });
    expect((await faultOf(v1({}), [expired])).reasons).toEqual(['proof-expired']);
    const { expires, ...others } = expired;
    const disguised = v1({ nonce: { '@id': 'https://w3id.org/security#expiration', '@type': XSD_DATE } });
    expect((await faultOf(disguised, [{ ...others, nonce: expires ?? null }])).reasons).toEqual(['ambiguous']);
  });

  test('a challenge that is no statement, and the true one under another name', async () => {
    const answered = await prove(v1({}), { ...rdfc, challenge: 'old' }, { key: ed25519 });
    const disguised = v1({ challenge: '@index', nonce: 'https://w3id.org/security#challenge' });
    const replayed = { ...answered, challenge: 'new', nonce: 'old' };
    expect((await faultOf(disguised, [replayed], { challenge: 'new' })).reasons).toEqual(['ambiguous']);
  });
});

describe('sets', () => {
  const other = proofOptions('ecdsa-rdfc-2019', p384);
  const unknown: JsonObject = { type: 'BbsBlsSignature2020', proofValue: 'z1' };
  const future: JsonObject = { type: 'DataIntegrityProof', cryptosuite: 'mldsa44-rdfc-2024', proofValue: 'u1' };

  test('every proof of a known kind has to verify; the others are reported', async () => {
    const proofs = [await prove(credential, rdfc, { key: ed25519 }), await prove(credential, other, { key: p384 })];
    expect(await faultOf(credential, proofs)).toMatchObject({ reasons: [], results: ['passed', 'passed'] });
    const result = await verifyProofs(credential, [unknown, ...proofs, future], context);
    expect(result).toMatchObject({ verified: true, faults: [] });
    expect(result.results.map((each) => `${each.suite} ${each.result}`)).toEqual([
      'BbsBlsSignature2020 ignored',
      'eddsa-rdfc-2022 passed',
      'ecdsa-rdfc-2019 passed',
      'mldsa44-rdfc-2024 ignored',
    ]);
    const [first = {}, second = {}] = proofs;
    const broken = [first, { ...second, created: '2020-01-01T00:00:00Z' }];
    expect(await faultOf(credential, broken)).toEqual({
      reasons: ['bad-signature'],
      at: '/proof/1',
      results: ['passed', 'failed'],
    });
  });

  test.each([
    ['one', [unknown]],
    ['two', [unknown, future]],
    ['a name of nothing', [{ ...rdfc, type: '', cryptosuite: '' }]],
    ['a known name under another type', [{ ...rdfc, type: 'UnknownProofType' }]],
    ['a name in capitals', [{ ...rdfc, cryptosuite: 'EDDSA-RDFC-2022' }]],
  ])('only unknown kinds: %s', async (_, proofs) => {
    const found = await faultOf(credential, proofs);
    expect(found.reasons).toEqual(['unknown-cryptosuite']);
    expect(found.results).toEqual(proofs.map(() => 'ignored'));
  });
});

describe('chains', () => {
  const id = (n: number) => `urn:uuid:0000000${n}-b51e-11ed-acfe-2fcd717666a7`;
  const link = (n: number, previous: Json[], base = rdfc): JsonObject => ({
    ...base,
    id: id(n),
    ...(previous.length === 0 ? {} : { previousProof: previous.length === 1 ? (previous[0] ?? null) : previous }),
  });
  async function chain(base = rdfc) {
    const first = await prove(credential, link(1, [], base), { key: ed25519 });
    const second = await prove(credential, link(2, [], base), { key: ed25519 });
    const third = await prove(credential, link(3, [id(1), id(2)], base), { key: ed25519, previous: [first, second] });
    const fourth = await prove(credential, link(4, [id(3)], base), { key: ed25519, previous: [third] });
    return [first, second, third, fourth] as const;
  }

  test.each([rdfc, jcs])('$cryptosuite: each proof secures those that it names', async (base) => {
    const [first, second, third, fourth] = await chain(base);
    expect((await faultOf(credential, [first, second, third, fourth])).reasons).toEqual([]);
    expect((await faultOf(credential, [first, second, { ...third, previousProof: id(1) }])).reasons).toEqual([
      'bad-signature',
    ]);
    expect((await faultOf(credential, [first, second, without('previousProof', third)])).reasons).toEqual([
      'bad-signature',
    ]);
    const replaced = await prove(
      credential,
      { ...link(1, [], base), created: '2026-11-24T07:00:00Z' },
      { key: ed25519 },
    );
    expect((await faultOf(credential, [replaced, second, third])).reasons).toEqual(['bad-signature']);
  });

  test('the order of the set is free where the form is RDF', async () => {
    const [first, second, third, fourth] = await chain();
    expect((await faultOf(credential, [fourth, second, third, first])).reasons).toEqual([]);
  });

  test('a proof that is named and not there, twice there, or of an unknown kind', async () => {
    const [first, second, third, fourth] = await chain();
    expect(await faultOf(credential, [first, third])).toMatchObject({
      reasons: ['previous-proof-missing'],
      results: ['passed', 'failed'],
    });
    expect((await faultOf(credential, [first, second, third, fourth, first])).reasons).toEqual([
      'previous-proof-missing',
      'previous-proof-missing',
    ]);
    const stranger: JsonObject = { type: 'BbsBlsSignature2020', id: id(5), proofValue: 'z1' };
    const onStranger = await prove(credential, link(6, [id(5)], jcs), { key: ed25519, previous: [stranger] });
    expect(await faultOf(credential, [stranger, onStranger])).toMatchObject({
      reasons: ['previous-proof-missing'],
      results: ['ignored', 'failed'],
    });
  });

  test('what follows a proof that fails, fails', async () => {
    const [first, second] = await chain();
    const broken = { ...first, created: '2020-01-01T00:00:00Z' };
    const third = await prove(credential, link(3, [id(1), id(2)]), { key: ed25519, previous: [broken, second] });
    const fourth = await prove(credential, link(4, [id(3)]), { key: ed25519, previous: [third] });
    expect(await faultOf(credential, [broken, second, third, fourth])).toMatchObject({
      reasons: ['bad-signature', 'previous-proof-missing', 'previous-proof-missing'],
      results: ['failed', 'passed', 'failed', 'failed'],
    });
  });

  test('proofs in a circle do not hold each other up', async () => {
    // Nobody can sign a circle: the signatures of both are wrong, and no reading of the chain goes round for ever.
    const first = await prove(credential, link(1, [id(2)], jcs), { key: ed25519, previous: [{ ...jcs, id: id(2) }] });
    const second = await prove(credential, link(2, [id(1)], jcs), { key: ed25519, previous: [first] });
    const found = await faultOf(credential, [first, second]);
    expect(found.results).toEqual(['failed', 'failed']);
    expect(found.reasons).toContain('previous-proof-missing');
  });
});
