/** From the name of a key to the key: whose documents count, for which purpose, in which form. */
import { base64url, concat, fromBase64url, fromHex, fromMultibase58, multibase58 } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import { controllerDocument, NOW_MS, type TestKey } from '../../vc/proof/issuer.ts';
import type { Attack } from '../attack.ts';
import {
  bound,
  bringing,
  type Changes,
  changed,
  credential2,
  credentialIn,
  ed,
  FUTURE,
  JCS,
  type JsonObject,
  mallory,
  multikey,
  PAST,
  type ProtocolSubject,
  p256,
  p384,
  proofIn,
  signed,
  visiting,
  WEB,
} from './scene.ts';

const keyed = credentialIn('key');

/** A credential of a district whose document is this one. */
const DID = 'did:web:district.test';
const ID = `${DID}#key-1`;
const mine = (more: Changes = {}): JsonObject => changed(multikey(ID, ed, DID), more);
const suiteOf = ({ type }: TestKey): string => (type === 'Ed25519' ? 'eddsa-jcs-2022' : 'ecdsa-jcs-2019');
type How = { id?: string; key?: TestKey; did?: string; after?: JsonObject };
/** `after`: members of the proof that the forger sets when it is made. */
const under =
  (document: Json | undefined, { id = ID, key = ed, did = DID, after = {} }: How = {}) =>
  async () => {
    const options = { ...JCS, cryptosuite: suiteOf(key), verificationMethod: id };
    const credential = await signed(credential2({ issuer: did }), { key, options });
    const shown = { ...credential, proof: { ...proofIn(credential), ...after } };
    return visiting(shown, document === undefined ? {} : bringing({ [did]: document }));
  };
const honest = under(controllerDocument(DID, mine()));

type Row = readonly [what: string, document: Json | undefined, how?: How];
const jwk = (key: TestKey, more: Changes = {}): JsonObject => ({
  id: ID,
  type: 'JsonWebKey',
  controller: DID,
  publicKeyJwk: changed(key.jwk, more),
});
const DOCUMENTS: readonly Row[] = [
  ['a document that nobody brought', undefined],
  ['a document that is a text', 'did'],
  ['a document that is null', null],
  ['did:web: a document with another id', controllerDocument('did:web:b.test', mine())],
  ['did:web: a document without id', { verificationMethod: [mine()], assertionMethod: [ID] }],
  ['a document of another method', controllerDocument(DID, mine({ id: `${DID}#key-2` }))],
  ['a relation with what nobody defines', { id: DID, assertionMethod: [ID] }],
  ...['assertionMethod', 'authentication', 'keyAgreement', 'capabilityInvocation', 'capabilityDelegation'].map(
    (relation): Row => [
      `one id for two keys, by ${relation}`,
      { ...controllerDocument(DID, mine()), [relation]: [mine({ publicKeyMultibase: mallory.multibase })] },
    ],
  ),
  [
    'one id for two keys in one list',
    { id: DID, verificationMethod: [mine(), mine({ publicKeyMultibase: mallory.multibase })], assertionMethod: [ID] },
  ],
  ['a key only in authentication', controllerDocument(DID, mine(), ['authentication'])],
  ['a key in no relation', controllerDocument(DID, mine(), [])],
  ['a key for agreement', { id: DID, keyAgreement: [mine()] }],
  ['a key for capabilities', { id: DID, capabilityInvocation: [mine()], capabilityDelegation: [mine()] }],
  ['a key whose id is a number', controllerDocument(DID, mine({ id: 1 }))],
  ['a key of another controller', controllerDocument(DID, mine({ controller: 'did:web:b.test' }))],
  ['a key of several controllers', controllerDocument(DID, mine({ controller: [DID] }))],
  ['a key without controller', controllerDocument(DID, mine({ controller: undefined }))],
  ['a key that expired', controllerDocument(DID, mine({ expires: PAST }))],
  ['a key that expires now', controllerDocument(DID, mine({ expires: new Date(NOW_MS).toISOString() }))],
  ['a key that was revoked', controllerDocument(DID, mine({ revoked: PAST }))],
  ['a key that was revoked at no date', controllerDocument(DID, mine({ revoked: 'yesterday' }))],
  ['a key that was revoked, and no more said', controllerDocument(DID, mine({ revoked: true }))],
  ['a key that expires on no date', controllerDocument(DID, mine({ expires: 4_102_444_800 }))],
  ['a key that expires on a list of dates', controllerDocument(DID, mine({ expires: [FUTURE] }))],
  ['a key that expires in the year 10000', controllerDocument(DID, mine({ expires: '10000-01-01T00:00:00Z' }))],
  ['a key in two forms', controllerDocument(DID, mine({ publicKeyJwk: ed.jwk }))],
  ['a key in the form of another type', controllerDocument(DID, mine({ type: 'JsonWebKey' }))],
  ['a JWK that calls itself a Multikey', controllerDocument(DID, { ...jwk(ed), type: 'Multikey' })],
  ['a key of an unknown type', controllerDocument(DID, mine({ type: 'RsaVerificationKey2018' }))],
  ['a key of types', controllerDocument(DID, mine({ type: ['Multikey'] }))],
  ['a key that is no text', controllerDocument(DID, mine({ publicKeyMultibase: [ed.multibase] }))],
  ['no key', controllerDocument(DID, mine({ publicKeyMultibase: undefined }))],
  [
    'a secret key in place of the key',
    controllerDocument(DID, mine({ publicKeyMultibase: undefined, secretKeyMultibase: ed.multibase })),
  ],
  ['no JWK', controllerDocument(DID, { id: ID, type: 'JsonWebKey', controller: DID })],
  ['a JWK that is null', controllerDocument(DID, { ...jwk(ed), publicKeyJwk: null })],
  ['a JWK as a text', controllerDocument(DID, { ...jwk(ed), publicKeyJwk: JSON.stringify(ed.jwk) })],
];
/** Documents that are as good as the plain one. */
const OTHERS: readonly (readonly [what: string, document: Json])[] = [
  ['relative ids', { ...controllerDocument(DID, mine({ id: '#key-1' })), assertionMethod: ['#key-1'] }],
  ['a method in the relation', { id: DID, assertionMethod: [mine()], authentication: [mine()] }],
  ['no arrays', { id: DID, verificationMethod: mine(), assertionMethod: ID }],
  ['a JWK', controllerDocument(DID, jwk(ed, { use: 'sig', key_ops: ['verify'], alg: 'EdDSA' }))],
  ['a JWK of the algorithm Ed25519', controllerDocument(DID, jwk(ed, { alg: 'Ed25519' }))],
  ['a JWK of 2020', controllerDocument(DID, { ...jwk(ed), type: 'JsonWebKey2020' })],
];
const documents = [
  ...DOCUMENTS.map(([what, document, how]) => keyed(what, { forged: under(document, how), genuine: honest })),
  keyed('a P-256 key that calls itself Ed25519', {
    forged: under(
      controllerDocument(DID, mine({ type: 'Ed25519VerificationKey2020', publicKeyMultibase: p256.multibase })),
      { key: p256 },
    ),
    genuine: under(controllerDocument(DID, mine({ type: 'Ed25519VerificationKey2020' }))),
  }),
  keyed('an end of the key before now', {
    forged: under(controllerDocument(DID, mine({ expires: PAST, revoked: FUTURE }))),
    genuine: under(controllerDocument(DID, mine({ expires: FUTURE, revoked: FUTURE }))),
  }),
  keyed('a key of somebody else’s document, to be called the issuer’s', {
    forged: async () =>
      visiting(
        await signed(credential2({ issuer: DID }), { options: { ...JCS, verificationMethod: `${WEB}#key` } }),
        bringing({ [DID]: controllerDocument(DID, mine()) }),
      ),
    genuine: honest,
    wish: bound,
  }),
  keyed('a document that names somebody else’s key its own', {
    forged: under({ id: DID, assertionMethod: [`${WEB}#key`] }, { id: `${WEB}#key-1` }),
    genuine: honest,
  }),
  keyed('a login key of the issuer', {
    forged: () => signed(credential2({ issuer: WEB }), { options: { ...JCS, verificationMethod: `${WEB}#login` } }),
    genuine: () => signed(credential2({ issuer: WEB }), { options: { ...JCS, verificationMethod: `${WEB}#key` } }),
  }),
  ...OTHERS.map(([what, document]) =>
    keyed(`a proof with another date, under a document with ${what}`, {
      forged: under(document, { after: { created: PAST } }),
      genuine: under(document),
    }),
  ),
  keyed('documents that fail', {
    forged: async () => ({ ...(await honest()), context: { documents: () => Promise.reject(new Error('offline')) } }),
    genuine: honest,
  }),
];

const named = (id: string) => async () =>
  visiting(
    await signed(credential2(), { options: { ...JCS, verificationMethod: id } }),
    bringing({
      [id.split('#')[0] ?? '']: controllerDocument(id.split('#')[0] ?? '', multikey(id, ed, id.split('#')[0] ?? '')),
    }),
  );
const NAMES: readonly [what: string, id: string][] = [
  ['another key’s fragment', `${mallory.did}#${ed.multibase}`],
  ['another fragment', `${ed.did}#key-1`],
  ['an empty fragment', `${ed.did}#`],
  ['two fragments', `${ed.method}#${ed.multibase}`],
  ['a query', `${ed.did}?a=b#${ed.multibase}`],
  ['a path', `${ed.did}/a#${ed.multibase}`],
  ['other letters', ed.method.replace('did:key', 'did:KEY')],
  ['a percent code', `${ed.did}#%7A${ed.multibase.slice(1)}`],
  ['a document without fragment', DID],
  ['a document of two fragments', `${ID}#key-1`],
];
const names = NAMES.map(([what, id]) => keyed(`did: ${what}`, { forged: named(id), genuine: honest }));

/** Did:keys that are no keys, with a signature that would verify where a key is taken as it comes. */
const ofKey =
  (multibase: string, suite = 'eddsa-jcs-2022', proofValue?: string) =>
  async () => {
    const proof = { ...JCS, cryptosuite: suite, verificationMethod: `did:key:${multibase}#${multibase}` };
    const document = credential2({ issuer: `did:key:${multibase}` });
    if (proofValue !== undefined) return { ...document, proof: { ...proof, proofValue } };
    return signed(document, { options: proof, key: suite === 'eddsa-jcs-2022' ? ed : p256 });
  };
const raw = (multibase: string): Uint8Array<ArrayBuffer> => fromMultibase58(multibase, 200) ?? new Uint8Array();
const bytes = (text: string): Uint8Array<ArrayBuffer> => fromHex(text) ?? new Uint8Array();
/** R is the neutral element and S is 0: good under every key of order 1. */
const NEUTRAL = multibase58(concat(bytes(`01${'00'.repeat(31)}`), bytes('00'.repeat(32))));
const SMALL: readonly [string, string][] = [
  ['order 1', `01${'00'.repeat(31)}`],
  ['order 1, with the sign bit', `01${'00'.repeat(30)}80`],
  ['order 2', `ec${'ff'.repeat(30)}7f`],
  ['order 4', '00'.repeat(32)],
  ['order 4, with the sign bit', `${'00'.repeat(31)}80`],
  ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order 8, the other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order 1, by a y past the field', `ee${'ff'.repeat(30)}7f`],
];
const forms: readonly Attack<ProtocolSubject>[] = [
  ...SMALL.map(([what, point]) =>
    keyed(`a key of ${what}, under which anybody can sign`, {
      forged: ofKey(multibase58(bytes(`ed01${point}`)), 'eddsa-jcs-2022', NEUTRAL),
    }),
  ),
  keyed('a key without its multibase letter', { forged: ofKey(ed.multibase.slice(1)) }),
  keyed('a key in another base', { forged: ofKey(`u${base64url(raw(ed.multibase))}`) }),
  keyed('a key with a byte too many', { forged: ofKey(multibase58(concat(raw(ed.multibase), bytes('00')))) }),
  keyed('a key with a byte too few', { forged: ofKey(multibase58(raw(ed.multibase).slice(0, -1))) }),
  keyed('a key of another codec', { forged: ofKey(multibase58(concat(bytes('ec01'), raw(ed.multibase).slice(2)))) }),
  keyed('a key of another codec of the same first byte', {
    forged: ofKey(multibase58(concat(bytes('ed02'), raw(ed.multibase).slice(2)))),
  }),
  keyed('a key of great length', { forged: ofKey(`z${'1'.repeat(100_000)}`) }),
  keyed('a key with ones before it', { forged: ofKey(`z1${ed.multibase.slice(1)}`) }),
  keyed('a P-256 key off the curve', {
    forged: ofKey(multibase58(bytes(`802402${'00'.repeat(31)}01`)), 'ecdsa-jcs-2019'),
    genuine: ofKey(p256.multibase, 'ecdsa-jcs-2019'),
  }),
  keyed('a P-256 key past the field', {
    forged: ofKey(multibase58(bytes(`802402${'ff'.repeat(32)}`)), 'ecdsa-jcs-2019'),
  }),
  keyed('a P-256 key at infinity', { forged: ofKey(multibase58(bytes(`802400${'00'.repeat(32)}`)), 'ecdsa-jcs-2019') }),
  keyed('a P-256 key with the other y', {
    forged: ofKey(multibase58(flipped(raw(p256.multibase))), 'ecdsa-jcs-2019'),
    genuine: ofKey(p256.multibase, 'ecdsa-jcs-2019'),
  }),
];
function flipped(key: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return key.map((byte, index) => (index === 2 ? byte ^ 1 : byte));
}

const other = p384.jwk;
type JwkRow = readonly [what: string, key: TestKey, wrong: Changes];
const JWKS: readonly JwkRow[] = [
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map(
    (name): JwkRow => [`the private member ${name}`, ed, { [name]: 'AAAA' }],
  ),
  ['another key type', ed, { kty: 'RSA' }],
  ['a type of curves', ed, { kty: 'EC' }],
  ['another curve', ed, { crv: 'X25519' }],
  ['a curve of every object', ed, { crv: 'constructor' }],
  ['no curve', ed, { crv: undefined }],
  ['a short x', ed, { x: `${ed.jwk.x}`.slice(0, -4) }],
  ['a long x', ed, { x: `${ed.jwk.x}AAAA` }],
  ['a very long x', ed, { x: `${ed.jwk.x}${'A'.repeat(1000)}` }],
  ['a padded x', ed, { x: `${ed.jwk.x}=` }],
  ['no x', ed, { x: undefined }],
  ['an x as a list', ed, { x: [ed.jwk.x ?? null] }],
  ['a y', ed, { y: ed.jwk.x }],
  ['a use of encryption', ed, { use: 'enc' }],
  ['a use that is null', ed, { use: null }],
  ['other operations', ed, { key_ops: ['sign'] }],
  ['operations that are no list', ed, { key_ops: 'verify' }],
  ['another algorithm', ed, { alg: 'ES256' }],
  ['an algorithm as a list', ed, { alg: ['EdDSA'] }],
  ['stray bits in its x', ed, { x: strayed(`${ed.jwk.x}`) }],
  ['a small order', ed, { x: base64url(bytes(`01${'00'.repeat(31)}`)) }],
  ['no y', p256, { y: undefined }],
  ['an x off the curve', p256, { x: base64url(bytes(`${'00'.repeat(31)}01`)) }],
  ['another y of the same last bit', p256, { y: base64url(flippedFirst(`${p256.jwk.y}`)) }],
  ['the y of another curve', p256, { y: other.y }],
  ['a short y', p256, { y: `${p256.jwk.y}`.slice(0, -4) }],
  ['the type of Ed25519', p256, { kty: 'OKP' }],
  ['an algorithm of another curve', p256, { alg: 'ES384' }],
];
/** Another first byte. */
function flippedFirst(coordinate: string): Uint8Array {
  return (fromBase64url(coordinate) ?? new Uint8Array()).map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}
/** The last of 43 characters has two bits that mean nothing. */
function strayed(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + (alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1] ?? '');
}
const jwks = [
  ...JWKS.map(([what, key, wrong]) =>
    keyed(`a ${key.type} JWK with ${what}`, {
      forged: under(controllerDocument(DID, jwk(key, wrong)), { key }),
      genuine: under(controllerDocument(DID, jwk(key)), { key }),
    }),
  ),
  keyed('a P-384 JWK with the y of another key', {
    forged: under(controllerDocument(DID, jwk(p384, { y: p384.jwk.x })), { key: p384 }),
    genuine: under(controllerDocument(DID, jwk(p384)), { key: p384 }),
  }),
  keyed('a JWK of a key that everybody has: the neutral element', {
    forged: under(controllerDocument(DID, jwk(ed, { x: base64url(bytes(`01${'00'.repeat(31)}`)) })), {
      after: { proofValue: NEUTRAL },
    }),
    genuine: under(controllerDocument(DID, jwk(ed))),
  }),
];

export const key: readonly Attack<ProtocolSubject>[] = [...documents, ...names, ...forms, ...jwks];
