/** From the name of a key to the key: whose documents count, which relation, and everything that is no such key. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { type MethodUse, resolveMethod } from '../../../src/vc/proof/verification-method.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { controllerDocument, documentsOf, makeKey, NOW_MS } from './issuer.ts';

const key = await makeKey('Ed25519');
const p256 = await makeKey('P-256');
const p384 = await makeKey('P-384');
const other = await makeKey('Ed25519');

const DID = 'did:web:issuer.example';
const ID = `${DID}#key-1`;
const multikey: JsonObject = { id: ID, type: 'Multikey', controller: DID, publicKeyMultibase: key.multibase };

const use = (documents = noDocuments, purpose: MethodUse['purpose'] = 'assertionMethod'): MethodUse => ({
  purpose,
  documents,
  nowMs: NOW_MS,
});

describe('did:key', () => {
  test.each([key, p256, p384])('$type, for both purposes, from no document', async ({ type, did, method }) => {
    const lying = documentsOf({ [did]: controllerDocument(did, { id: method, controller: did }) });
    for (const purpose of ['assertionMethod', 'authentication'] as const)
      expect(await resolveMethod(method, use(lying, purpose))).toMatchObject({
        ok: true,
        value: { id: method, controller: did, key: { type } },
      });
  });

  test('named by the DID alone, as in the examples of VC Data Model 2.0', async () => {
    expect(await resolveMethod(key.did, use())).toMatchObject({
      ok: true,
      value: { id: key.did, controller: key.did, key: { type: 'Ed25519' } },
    });
  });

  test.each([
    ['another key as fragment', `${key.did}#${other.multibase}`],
    ['another fragment', `${key.did}#key-1`],
    ['an empty fragment', `${key.did}#`],
    ['two fragments', `${key.method}#${key.multibase}`],
    ['a query', `${key.did}?a=b#${key.multibase}`],
    ['a path', `${key.did}/a#${key.multibase}`],
    ['no key', 'did:key:invalidVm'],
    ['no key at all', 'did:key:'],
    ['no fragment, a query', `${key.did}?a=b`],
    ['no fragment, another letter case', key.did.replace('did:key', 'did:KEY')],
    ['another letter case', key.method.replace('did:key', 'did:KEY')],
    ['a space', `${key.did} #${key.multibase}`],
    ['a percent code', `${key.did}#%7A${key.multibase.slice(1)}`],
    [
      'an X25519 key',
      'did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc#z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc',
    ],
  ])('refused: %s', async (_, id) => {
    const outcome = await resolveMethod(id, use(documentsOf({ [id]: controllerDocument(id, { ...multikey, id }) })));
    expect(outcome).toMatchObject({ ok: false, faults: [{ reason: 'verification-method-invalid' }] });
  });
});

describe('a document', () => {
  const found: readonly { name: string; document: Json; id?: string; type?: string }[] = [
    { name: 'did:web, Multikey', document: controllerDocument(DID, multikey) },
    { name: 'a relative id', document: controllerDocument(DID, { ...multikey, id: '#key-1' }) },
    { name: 'a relative reference', document: { ...controllerDocument(DID, multikey), assertionMethod: ['#key-1'] } },
    { name: 'embedded in the relation', document: { id: DID, assertionMethod: [multikey] } },
    {
      name: 'embedded in two relations',
      document: { id: DID, assertionMethod: [multikey], authentication: [multikey] },
    },
    { name: 'not in arrays', document: { id: DID, verificationMethod: multikey, assertionMethod: ID } },
    {
      name: 'P-256',
      type: 'P-256',
      document: controllerDocument(DID, { ...multikey, publicKeyMultibase: p256.multibase }),
    },
    {
      name: 'a JsonWebKey',
      document: controllerDocument(DID, { id: ID, type: 'JsonWebKey', controller: DID, publicKeyJwk: key.jwk }),
    },
    {
      name: 'a JsonWebKey2020 of P-384',
      type: 'P-384',
      document: controllerDocument(DID, { id: ID, type: 'JsonWebKey2020', controller: DID, publicKeyJwk: p384.jwk }),
    },
    {
      name: 'an Ed25519VerificationKey2020',
      document: controllerDocument(DID, { ...multikey, type: 'Ed25519VerificationKey2020' }),
    },
    {
      name: 'an https document',
      id: 'https://issuer.example/keys#a',
      document: controllerDocument('https://issuer.example/keys', {
        ...multikey,
        id: 'https://issuer.example/keys#a',
        controller: 'https://issuer.example/keys',
      }),
    },
    {
      name: 'a secret key beside it, unread',
      document: controllerDocument(DID, { ...multikey, secretKeyMultibase: 'z1' }),
    },
    {
      name: 'an end in the future',
      document: controllerDocument(DID, {
        ...multikey,
        expires: '2026-11-24T08:00:01Z',
        revoked: '2027-01-01T00:00:00Z',
      }),
    },
  ];
  test.each(found)('found: $name', async ({ document, id = ID, type = 'Ed25519' }) => {
    const [controller = ''] = id.split('#');
    const outcome = await resolveMethod(id, use(documentsOf({ [controller]: document })));
    expect(outcome).toMatchObject({ ok: true, value: { id, controller, key: { type } } });
  });

  const INVALID = 'verification-method-invalid';
  const NOT_ALLOWED = 'key-not-authorised';
  const refused: readonly { name: string; document: Json; id?: string; reason: string }[] = [
    { name: 'it is a text', document: 'did', reason: INVALID },
    { name: 'it has another id', document: controllerDocument('did:web:b.example', multikey), reason: INVALID },
    { name: 'it has no id', document: { verificationMethod: [multikey], assertionMethod: [ID] }, reason: INVALID },
    {
      name: 'the method is another one',
      document: controllerDocument(DID, { ...multikey, id: `${DID}#key-2` }),
      reason: INVALID,
    },
    { name: 'the relation names what nobody defines', document: { id: DID, assertionMethod: [ID] }, reason: INVALID },
    {
      name: 'one id stands for two keys',
      document: {
        ...controllerDocument(DID, multikey),
        authentication: [{ ...multikey, publicKeyMultibase: other.multibase }],
      },
      reason: INVALID,
    },
    {
      name: 'the key is for another purpose',
      document: controllerDocument(DID, multikey, ['authentication']),
      reason: NOT_ALLOWED,
    },
    { name: 'the key is for no purpose', document: controllerDocument(DID, multikey, []), reason: NOT_ALLOWED },
    { name: 'the key is for agreement', document: { id: DID, keyAgreement: [multikey] }, reason: NOT_ALLOWED },
    {
      name: 'another controller',
      document: controllerDocument(DID, { ...multikey, controller: 'did:web:b.example' }),
      reason: INVALID,
    },
    {
      name: 'a list of controllers',
      document: controllerDocument(DID, { ...multikey, controller: [DID] }),
      reason: INVALID,
    },
    {
      name: 'no controller',
      document: controllerDocument(DID, { id: ID, type: 'Multikey', publicKeyMultibase: key.multibase }),
      reason: INVALID,
    },
    {
      name: 'expired',
      document: controllerDocument(DID, { ...multikey, expires: '2026-11-24T08:00:00Z' }),
      reason: NOT_ALLOWED,
    },
    {
      name: 'revoked',
      document: controllerDocument(DID, { ...multikey, revoked: '2020-01-01T00:00:00Z' }),
      reason: NOT_ALLOWED,
    },
    {
      name: 'revoked at no date',
      document: controllerDocument(DID, { ...multikey, revoked: 'yesterday' }),
      reason: INVALID,
    },
    {
      name: 'revoked, as a boolean',
      document: controllerDocument(DID, { ...multikey, revoked: true }),
      reason: INVALID,
    },
    {
      name: 'two forms of a key',
      document: controllerDocument(DID, { ...multikey, publicKeyJwk: key.jwk }),
      reason: INVALID,
    },
    {
      name: 'the form of another type',
      document: controllerDocument(DID, { ...multikey, type: 'JsonWebKey' }),
      reason: INVALID,
    },
    {
      name: 'an unknown type',
      document: controllerDocument(DID, { ...multikey, type: 'RsaVerificationKey2018' }),
      reason: INVALID,
    },
    {
      name: 'a list of types',
      document: controllerDocument(DID, { ...multikey, type: ['Multikey'] }),
      reason: INVALID,
    },
    {
      name: 'a P-256 key that calls itself Ed25519',
      document: controllerDocument(DID, {
        ...multikey,
        type: 'Ed25519VerificationKey2020',
        publicKeyMultibase: p256.multibase,
      }),
      reason: INVALID,
    },
    {
      name: 'a JWK with its private part',
      document: controllerDocument(DID, {
        id: ID,
        type: 'JsonWebKey',
        controller: DID,
        publicKeyJwk: { ...key.jwk, d: 'AA' },
      }),
      reason: INVALID,
    },
    { name: 'no document', id: 'did:web:c.example#k', document: null, reason: 'verification-method-unavailable' },
    { name: 'the id is relative', id: '#key-1', document: controllerDocument('', multikey), reason: INVALID },
    {
      name: 'the id has no fragment',
      id: DID,
      document: controllerDocument(DID, { ...multikey, id: DID }),
      reason: INVALID,
    },
  ];
  test.each(refused)('refused: $name', async ({ document, id = ID, reason }) => {
    const outcome = await resolveMethod(id, use(documentsOf({ [DID]: document })));
    expect(outcome).toMatchObject({ ok: false, faults: [{ reason }] });
  });

  test('without a clock, a method with an end is refused', async () => {
    const documents = documentsOf({ [DID]: controllerDocument(DID, { ...multikey, expires: '9999-01-01T00:00:00Z' }) });
    const outcome = await resolveMethod(ID, { purpose: 'assertionMethod', documents });
    expect(outcome).toMatchObject({ ok: false, faults: [{ reason: NOT_ALLOWED }] });
  });

  test('documents that fail are documents that are not there', async () => {
    const outcome = await resolveMethod(
      ID,
      use(() => Promise.reject(new Error('offline'))),
    );
    expect(outcome).toMatchObject({ ok: false, faults: [{ reason: 'verification-method-unavailable' }] });
  });
});
