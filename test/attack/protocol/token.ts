/** Credentials in tokens: the envelope around one, its header, its key, its claims (VC-JOSE-COSE, RFC 7515, RFC 7519). */
import { base64url, utf8 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import type { Attack } from '../attack.ts';
import {
  bound,
  bringing,
  type Changes,
  changed,
  credential1,
  credential2,
  credentialIn,
  EXAMPLES,
  ed,
  enveloped,
  FUTURE,
  HEADER,
  type Maker,
  mallory,
  multikey,
  NOW_MS,
  PAST,
  type ProtocolSubject,
  p256,
  p384,
  presentation2,
  proofOver,
  type TestKey,
  token,
  tokenOf,
  V1,
  V2,
  visiting,
  WEB,
} from './scene.ts';

const inToken = credentialIn('token');
const NOW = NOW_MS / 1000;
const payloadText = JSON.stringify(credential2());
const genuine = await token();
const [, PAYLOAD = '', SIGNATURE = ''] = genuine.split('.');
const honest: Maker = () => enveloped(genuine);

// The envelope
const around =
  (changes: Changes, by = genuine): Maker =>
  async () =>
    changed(await enveloped(by), changes);
const data = (url: string): Maker => around({ id: url });
const ENVELOPES: readonly (readonly [what: string, changes: Changes, right?: Changes])[] = [
  ['no context', { '@context': undefined }],
  ['no contexts', { '@context': [] }],
  ['another context', { '@context': [EXAMPLES] }],
  ['a context of its own', { '@context': [V2, { issuer: 'urn:x:1' }] }, { '@context': [V2, EXAMPLES] }],
  ['a context that is a number', { '@context': [V2, 5] }],
  [
    'contexts too many',
    { '@context': Array<string>(LIMITS.contexts + 1).fill(V2) },
    { '@context': Array<string>(LIMITS.contexts).fill(V2) },
  ],
  [
    'another type beside it',
    { type: ['EnvelopedVerifiableCredential', 'VerifiableCredential'] },
    { type: ['EnvelopedVerifiableCredential'] },
  ],
  [
    'the type of a presentation beside it',
    { type: ['EnvelopedVerifiableCredential', 'EnvelopedVerifiablePresentation'] },
  ],
  ['an issuer beside the token', { issuer: WEB }],
  ['a name beside the token', { name: '诸葛' }],
  ['a subject beside the token', { credentialSubject: { id: 'did:example:other' } }],
  ['a proof beside the token', { proof: { type: 'DataIntegrityProof' } }],
  ['no id', { id: undefined }],
  ['an id that is a list', { id: [`data:application/vc+jwt,${genuine}`] }],
  ['an id that is a number', { id: 5 }],
  ['a token alone', { id: genuine }],
  ['https in place of data', { id: `https://a.test/,${genuine}` }],
  ['another scheme of four letters', { id: `http:application/vc+jwt,${genuine}` }],
  ['no comma', { id: 'data:application/vc+jwt' }],
  ['no media type', { id: `data:,${genuine}` }],
  ['another media type', { id: `data:text/plain,${genuine}` }],
  ['the media type of a presentation', { id: `data:application/vp+jwt,${genuine}` }],
  ['an SD-JWT', { id: `data:application/vc+sd-jwt,${genuine}` }],
  [
    'an encoding that nobody knows',
    { id: `data:application/vc+jwt;base64url,${genuine}` },
    { id: `data:application/vc+jwt;charset=utf-8,${genuine}` },
  ],
  ['base64 before a parameter', { id: `data:application/vc+jwt;base64;charset=utf-8,${btoa(genuine)}` }],
  [
    'base64 that is none',
    { id: `data:application/vc+jwt;base64,${genuine}` },
    { id: `data:application/vc+jwt;base64,${btoa(genuine)}` },
  ],
  [
    'a broken escape',
    { id: `data:application/vc+jwt,${genuine}%2` },
    { id: `data:application/vc+jwt,${genuine.replaceAll('.', '%2E')}` },
  ],
  ['base64 of bytes that are no text', { id: `data:application/vc+jwt;base64,${btoa('\u00ff\u00fe')}` }],
  ['a parameter without value', { id: `data:application/vc+jwt;charset,${genuine}` }],
  ['a megabyte of parameters', { id: `data:application/vc+jwt;a=${'A'.repeat(LIMITS.documentBytes)},${genuine}` }],
  ['a megabyte', { id: 'data:application/vc+jwt,'.padEnd(LIMITS.documentBytes + 1, 'A') }],
];
const envelopes = [
  ...ENVELOPES.map(([what, wrong, right]) =>
    inToken(`an envelope with ${what}`, { forged: around(wrong), genuine: right ? around(right) : honest }),
  ),
  inToken('a presentation in an envelope', {
    forged: async () => {
      const made = await token({ header: { typ: 'vp+jwt' }, payload: presentation2() });
      return changed(await enveloped(made), {
        type: 'EnvelopedVerifiablePresentation',
        id: `data:application/vp+jwt,${made}`,
      });
    },
    genuine: honest,
  }),
];

// The token
const raw = (text: Json): Maker => data(`data:application/vc+jwt,${text}`);
const made =
  (header: string, payload: string | Uint8Array, by?: TestKey): Maker =>
  async () =>
    enveloped(tokenOf(header, payload, by));
const headerOf = (changes: Changes): string => JSON.stringify(changed(HEADER, changes));
const deep = (depth: number): string => payloadText.replace('{', `{"a":${'['.repeat(depth)}${']'.repeat(depth)},`);
const last = (text: string, step: number): string =>
  text.slice(0, -1) + String.fromCharCode((text.codePointAt(text.length - 1) ?? 0) + step);
const invalid = utf8(payloadText.replace('欧阳', '??'));
invalid[invalid.indexOf(0x3f)] = 0xff;
const tokens: readonly Attack<ProtocolSubject>[] = [
  ...(
    [
      ['no token', ''],
      ['two parts', `${genuine.split('.').slice(0, 2).join('.')}`],
      ['a full stop too many', `${genuine}.`],
      ['a fourth part', `${genuine}.AA`],
      ['a fifth part', `${genuine}.AA.AA`],
      ['a tilde', `${genuine}~`],
      ['a line end', `${genuine}\n`],
      ['a space', ` ${genuine}`],
      ['padding', `${genuine}==`],
      ['stray bits', last(genuine, 1)],
      ['the other alphabet', `${genuine.split('.').slice(0, 2).join('.')}.${'+'.repeat(86)}`],
      ['the other alphabet in its payload', `${genuine.split('.')[0]}.+.${SIGNATURE}`],
      ['no signature', `${genuine.split('.').slice(0, 2).join('.')}.`],
      ['a signature of nothing', `${genuine.split('.').slice(0, 2).join('.')}.${base64url(new Uint8Array(64))}`],
      ['a short signature', `${genuine.split('.').slice(0, 2).join('.')}.${base64url(new Uint8Array(63))}`],
      [
        'another payload',
        `${genuine.split('.')[0]}.${base64url(utf8(payloadText.replace('欧阳', '诸葛')))}.${SIGNATURE}`,
      ],
      ['another header', `${base64url(utf8(headerOf({ typ: 'application/vc+jwt' })))}.${PAYLOAD}.${SIGNATURE}`],
      ['JSON in place of its compact form', JSON.stringify({ payload: PAYLOAD, signatures: [] })],
    ] as const
  ).map(([what, text]) => inToken(`a token with ${what}`, { forged: raw(text), genuine: honest })),
  inToken('a header that is a list', { forged: made('[]', payloadText), genuine: honest }),
  inToken('a header that is null', { forged: made('null', payloadText), genuine: honest }),
  inToken('a header that is no JSON', { forged: made('{', payloadText), genuine: honest }),
  inToken('a payload that is a list', { forged: made(headerOf({}), `[${payloadText}]`), genuine: honest }),
  inToken('a payload that is null', { forged: made(headerOf({}), 'null'), genuine: honest }),
  inToken('an empty payload', { forged: made(headerOf({}), ''), genuine: honest }),
  inToken('a payload that is not UTF-8', { forged: made(headerOf({}), invalid), genuine: honest }),
  inToken('alg twice in a header', {
    forged: made(headerOf({}).replace('{', '{"alg":"none",'), payloadText),
    genuine: honest,
  }),
  inToken('an issuer twice in a payload', {
    forged: made(headerOf({}), payloadText.replace('{', '{"issuer":"did:web:b.test",')),
    genuine: honest,
  }),
  inToken('__proto__ in a payload', {
    forged: made(headerOf({}), payloadText.replace('{', '{"__proto__":{"issuer":"did:web:b.test"},')),
    genuine: honest,
  }),
  inToken('an unpaired surrogate in a payload', {
    forged: made(headerOf({}), payloadText.replace('欧阳', '\\ud800')),
    genuine: honest,
  }),
  inToken('a payload of many depths', {
    forged: made(headerOf({}), deep(LIMITS.documentDepth)),
    genuine: made(headerOf({}), deep(LIMITS.documentDepth - 1)),
  }),
  inToken('a payload with an embedded proof', {
    forged: async () => enveloped(token({ payload: { ...credential2(), proof: await proofOver(credential2()) } })),
    genuine: honest,
  }),
];

// The header
const withHeader =
  (header: Changes, by?: TestKey): Maker =>
  () =>
    enveloped(token({ header, ...(by ? { by } : {}) }));
const ofKey =
  (key: TestKey, alg: string, header: Changes = {}): Maker =>
  () =>
    enveloped(
      token({ header: { alg, kid: key.method, ...header }, by: key, payload: credential2({ issuer: key.did }) }),
    );
const { kty = null, crv = null, x = null } = mallory.jwk;
const HEADERS: readonly (readonly [what: string, wrong: Changes, right?: Changes])[] = [
  ['alg none', { alg: 'none' }],
  ['alg None', { alg: 'None' }],
  ['alg HS256', { alg: 'HS256' }],
  ['no alg', { alg: undefined }],
  ['alg as a list', { alg: ['EdDSA'] }],
  ['alg of every object', { alg: 'toString' }],
  ['alg ES256 for an Ed25519 key', { alg: 'ES256' }],
  ['alg Ed448', { alg: 'Ed448' }, { alg: 'Ed25519' }],
  ['jku', { jku: 'https://m.test/jwks' }],
  ['x5u', { x5u: 'https://m.test/x' }],
  ['x5c', { x5c: ['AA'] }],
  ['x5t', { x5t: 'AA' }],
  ['x5t#S256', { 'x5t#S256': 'AA' }],
  ['zip', { zip: 'DEF' }],
  ['crit', { crit: ['exp'], exp: NOW }],
  ['an empty crit', { crit: [] }],
  ['b64', { b64: true }],
  ['b64 false', { b64: false, crit: ['b64'] }],
  ['jwk', { jwk: { kty, crv, x } }],
  ['typ vp+jwt', { typ: 'vp+jwt' }],
  ['typ of an SD-JWT', { typ: 'vc+sd-jwt' }, { typ: 'application/VC+JWT' }],
  ['typ of a trust document', { typ: 'xz-trust+jws' }],
  ['typ as a number', { typ: 1 }],
  ['typ that is null', { typ: null }, { typ: undefined }],
  ['cty vp', { cty: 'vp' }, { cty: 'vc' }],
  ['cty JWT', { cty: 'JWT' }],
  ['cty as a number', { cty: 5 }],
  ['cty of a token', { cty: 'application/vc+jwt' }],
  ['cty of a token in COSE', { cty: 'vc+cose' }],
  ['kid as an object', { kid: { id: ed.method } }],
  ['kid that is null', { kid: null }],
  ['an empty kid', { kid: '' }],
  ['a kid that is a fragment, without iss', { kid: `#${ed.multibase}` }],
];
const headers: readonly Attack<ProtocolSubject>[] = [
  ...HEADERS.map(([what, wrong, right]) =>
    inToken(`a header with ${what}`, { forged: withHeader(wrong), genuine: right ? withHeader(right) : honest }),
  ),
  inToken('a key of the presenter in the header', {
    forged: withHeader({ jwk: { kty, crv, x } }, mallory),
    genuine: honest,
  }),
  inToken('a stranger’s signature under a known kid', { forged: withHeader({}, mallory), genuine: honest }),
  inToken('a P-256 signature under the kid of an Ed25519 key', {
    forged: () => enveloped(token({ header: { alg: 'ES256' }, by: p256 })),
    genuine: ofKey(p256, 'ES256'),
  }),
  inToken('alg EdDSA for a P-256 key', { forged: withHeader({ kid: p256.method }), genuine: honest }),
  inToken('alg ES384 for a P-256 key', {
    forged: () => enveloped(token({ header: { alg: 'ES384', kid: p256.method }, by: p384 })),
    genuine: ofKey(p384, 'ES384'),
  }),
  inToken('alg ES256 over a good signature of a P-384 key', {
    forged: ofKey(p384, 'ES256'),
    genuine: ofKey(p384, 'ES384'),
  }),
  inToken('alg EdDSA over a good signature of a P-256 key', {
    forged: ofKey(p256, 'EdDSA'),
    genuine: ofKey(p256, 'ES256'),
  }),
  inToken('an ES256 signature of nothing', {
    forged: raw(
      `${base64url(utf8(headerOf({ alg: 'ES256', kid: p256.method })))}.${PAYLOAD}.${base64url(new Uint8Array(64))}`,
    ),
    genuine: ofKey(p256, 'ES256'),
  }),
];

// The key
const OTHER = 'did:web:other.test';
/** Nothing can be made of it where text is wanted: that throws. */
const NO_TEXT: JsonObject = { toString: 'x' };
const thumb = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const JWKS: JsonObject = {
  id: OTHER,
  verificationMethod: [
    { id: `${OTHER}#ec`, type: 'JsonWebKey', controller: OTHER, publicKeyJwk: { ...p256.jwk, kid: thumb } },
    { id: '#relative', type: 'JsonWebKey', controller: OTHER, publicKeyJwk: { ...p256.jwk, kid: 'relative' } },
    { id: `${OTHER}#one`, type: 'JsonWebKey', controller: OTHER, publicKeyJwk: { ...p256.jwk, kid: 'twice' } },
    { id: `${OTHER}#two`, type: 'JsonWebKey', controller: OTHER, publicKeyJwk: { ...ed.jwk, kid: 'twice' } },
    multikey(`${OTHER}#ed`, ed, OTHER),
    multikey(`${OTHER}#twice`, ed, OTHER),
    multikey(`${OTHER}#${OTHER.slice('did:key:'.length)}`, ed, OTHER),
    { id: `${OTHER}#odd`, type: 'JsonWebKey', controller: OTHER, publicKeyJwk: 'odd' },
  ],
  assertionMethod: [`${OTHER}#ec`, '#relative', '#one', '#two', '#ed', '#twice', '#other.test'],
};
const web =
  ({
    header = {},
    claims = {},
    by = ed,
    document = JWKS,
  }: {
    header?: Changes;
    claims?: Changes;
    by?: TestKey;
    document?: Json;
  }): Maker =>
  async () =>
    visiting(
      await enveloped(
        token({
          header: { kid: `${OTHER}#ed`, ...header },
          payload: credential2({ issuer: OTHER, iss: OTHER, ...claims }),
          by,
        }),
      ),
      bringing({ [OTHER]: document }),
    );
const keys: readonly Attack<ProtocolSubject>[] = [
  inToken('a kid of a DID that nobody brought', { forged: withHeader({ kid: 'did:web:b.test#ed' }), genuine: web({}) }),
  inToken('a kid that its document does not have', {
    forged: web({ header: { kid: `${OTHER}#none` } }),
    genuine: web({}),
  }),
  inToken('a kid under a fragment of the issuer that it does not have', {
    forged: web({ header: { kid: '#none' } }),
    genuine: web({ header: { kid: '#ed' } }),
  }),
  inToken('a kid that two JWKs of the issuer give themselves', {
    forged: web({ header: { kid: 'twice', alg: 'ES256' }, by: p256 }),
    genuine: web({ header: { kid: thumb, alg: 'ES256' }, by: p256 }),
  }),
  inToken('a kid of a JWK, without iss, and a document that goes by no name', {
    forged: async () =>
      visiting(
        await enveloped(
          token({ header: { kid: thumb, alg: 'ES256' }, payload: credential2({ issuer: OTHER }), by: p256 }),
        ),
        bringing({ '': JWKS, [OTHER]: JWKS }),
      ),
    genuine: web({ header: { kid: thumb, alg: 'ES256' }, by: p256 }),
  }),
  inToken('a kid of no JWK', { forged: web({ header: { kid: 'none' } }), genuine: web({ header: { kid: 'ed' } }) }),
  inToken('a kid by which a JWK with a relative id goes, and another signature', {
    forged: web({ header: { kid: 'relative', alg: 'ES256' }, by: p384 }),
    genuine: web({ header: { kid: 'relative', alg: 'ES256' }, by: p256 }),
  }),
  inToken('a key for logins', {
    forged: () => enveloped(token({ header: { kid: `${WEB}#login` }, payload: credential2({ issuer: WEB }) })),
    genuine: () => enveloped(token({ header: { kid: `${WEB}#key` }, payload: credential2({ issuer: WEB }) })),
  }),
  inToken('a did:key with the fragment of another', {
    forged: withHeader({ kid: `${ed.did}#${mallory.multibase}` }, mallory),
    genuine: honest,
  }),
  inToken('no kid, and an issuer of several keys', { forged: web({ header: { kid: undefined } }), genuine: web({}) }),
  inToken('no kid, and a stranger’s signature', {
    forged: withHeader({ kid: undefined }, mallory),
    genuine: withHeader({ kid: undefined }),
  }),
  inToken('no kid, and no issuer', {
    forged: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ issuer: undefined }) })),
    genuine: withHeader({ kid: undefined }),
  }),
  inToken('no kid, and an issuer with a fragment', {
    forged: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ issuer: ed.method }) })),
    genuine: withHeader({ kid: undefined }),
  }),
  inToken('a kid of another DID than the issuer, to be called its own', {
    forged: withHeader({ kid: mallory.method }, mallory),
    genuine: honest,
    wish: bound,
  }),
  inToken('a kid of another DID than iss', {
    forged: () =>
      enveloped(token({ header: { kid: mallory.method }, by: mallory, payload: credential2({ iss: ed.did }) })),
    genuine: () => enveloped(token({ payload: credential2({ iss: ed.did }) })),
  }),
  inToken('a kid as an object, under iss', { forged: web({ header: { kid: NO_TEXT } }), genuine: web({}) }),
  inToken('no kid, and iss as an object', {
    forged: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ iss: NO_TEXT }) })),
    genuine: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ iss: ed.did }) })),
  }),
  inToken('no kid, and an issuer whose id is an object', {
    forged: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ issuer: { id: NO_TEXT } }) })),
    genuine: () => enveloped(token({ header: { kid: undefined }, payload: credential2({ issuer: { id: ed.did } }) })),
  }),
  inToken('a document of the issuer that is no document', {
    forged: web({ header: { kid: 'ed' }, document: 'did' }),
    genuine: web({ header: { kid: 'ed' } }),
  }),
  inToken('documents that fail', {
    forged: async () =>
      visiting(await enveloped(token({ header: { kid: 'ed' }, payload: credential2({ issuer: OTHER, iss: OTHER }) })), {
        documents: () => Promise.reject(new Error('offline')),
      }),
    genuine: web({ header: { kid: 'ed' } }),
  }),
];

// The claims
const claiming =
  (payload: Changes, header: Changes = {}, context: Partial<ProtocolContext> = {}): Maker =>
  async () =>
    visiting(await enveloped(token({ header, payload: credential2(payload) })), context);
type ClaimRow = readonly [what: string, wrong: Changes, right: Changes, context?: Partial<ProtocolContext>];
const CLAIMS: readonly ClaimRow[] = [
  ['a vc claim', { vc: credential2() }, {}],
  ['a vp claim', { vp: {} }, {}],
  ['iss that is not the issuer', { issuer: WEB, iss: ed.did }, { iss: ed.did }],
  ['iss without an issuer', { issuer: undefined, iss: ed.did }, { iss: ed.did }],
  ['iss as a list', { iss: [ed.did] }, { iss: ed.did }],
  ['iss that is null', { iss: null }, {}],
  ['jti that is not the id', { jti: 'urn:uuid:0' }, { jti: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33' }],
  ['jti as a number', { jti: 5, id: undefined }, { jti: 'urn:uuid:0', id: undefined }],
  ['jti that is null', { jti: null }, {}],
  ['sub that is not the subject', { sub: 'did:web:b.test' }, { sub: 'did:example:subject' }],
  ['sub as a list', { sub: ['did:example:subject'] }, { sub: 'did:example:subject' }],
  [
    'sub that is none of the subjects',
    { sub: 'urn:x:3', credentialSubject: [{ id: 'urn:x:1' }, { id: 'urn:x:2' }] },
    { sub: 'urn:x:2', credentialSubject: [{ id: 'urn:x:1' }, { id: 'urn:x:2' }] },
  ],
  [
    'sub as a number of no subject',
    { sub: 5, credentialSubject: { name: 'A' } },
    { sub: 'urn:x:1', credentialSubject: { name: 'A' } },
  ],
  [
    'sub, and a subject that is null',
    { sub: 'urn:x:1', credentialSubject: [null] },
    { sub: 'urn:x:1', credentialSubject: [{ id: 'urn:x:1' }] },
  ],
  ['exp in this second', { exp: NOW }, { exp: NOW + 1 }],
  ['exp in the past', { exp: NOW - 86_400 }, { exp: NOW + 86_400 }],
  ['exp as text', { exp: `${NOW + 10}` }, { exp: NOW + 10 }],
  ['exp that is null', { exp: null }, {}],
  ['nbf in the future', { nbf: NOW + 601 }, { nbf: NOW + 600 }],
  ['nbf as a date', { nbf: '2010-01-01T19:23:24Z' }, { nbf: 1_262_373_804 }],
  ['iat in the future', { iat: NOW + 601 }, { iat: NOW + 600 }],
  ['iat as a date in the future', { iat: '2030-01-01T00:00:00Z' }, { iat: '2010-01-01T19:23:24Z' }],
  ['iat as text', { iat: 'yesterday' }, { iat: NOW }],
  ['iat that is null', { iat: null }, {}],
  ['the type of a presentation beside its own', { type: ['VerifiableCredential', 'VerifiablePresentation'] }, {}],
  ['another challenge', { nonce: 'm' }, { nonce: 'n' }, { challenge: 'n' }],
  ['no challenge', {}, { challenge: 'n' }, { challenge: 'n' }],
  ['two challenges', { nonce: 'n', challenge: 'm' }, { nonce: 'n', challenge: 'n' }, { challenge: 'n' }],
  ['two challenges, the other way', { nonce: 'm', challenge: 'n' }, { nonce: 'n', challenge: 'n' }, { challenge: 'n' }],
  ['a challenge in a list', { nonce: ['n'] }, { nonce: 'n' }, { challenge: 'n' }],
  ['another audience', { aud: 'https://m.test' }, { aud: 'https://v.test' }, { domain: 'https://v.test' }],
  ['no audience', {}, { aud: ['https://m.test', 'https://v.test'] }, { domain: 'https://v.test' }],
  [
    'an audience that only begins so',
    { aud: 'https://v.test.m.test' },
    { aud: 'https://v.test' },
    { domain: ['https://w.test', 'https://v.test'] },
  ],
  ['an end of its validity in the past', { validUntil: PAST, validFrom: undefined }, { validUntil: FUTURE }],
  [
    'a member that nobody signs under',
    { '@included': [] },
    { cnf: { kid: 'x' }, aud: 'x', nonce: 'y', challenge: 'z' },
  ],
];
/** In a context that defines none of them: what is left of them is no part of the document. */
const everyClaim = credential1({
  '@context': [V1],
  id: 'urn:x:1',
  credentialSubject: { id: 'did:example:subject' },
  iss: ed.did,
  sub: 'did:example:subject',
  aud: 'x',
  exp: NOW + 1,
  nbf: NOW,
  iat: NOW,
  jti: 'urn:x:1',
  cnf: { kid: 'x' },
  nonce: 'y',
  challenge: 'z',
});
const REPLICATED: readonly (readonly [what: string, header: Changes, payload: Changes, right: Changes])[] = [
  ['iss', { iss: WEB }, { iss: ed.did }, { iss: ed.did }],
  ['iss alone', { iss: WEB }, {}, { iss: ed.did }],
  ['sub', { sub: 'urn:x:1' }, { sub: 'did:example:subject' }, { sub: 'did:example:subject' }],
  ['sub alone', { sub: 'urn:x:1' }, {}, { sub: 'did:example:subject' }],
  ['aud', { aud: 'a' }, { aud: 'b' }, { aud: 'b' }],
];
const claims: readonly Attack<ProtocolSubject>[] = [
  ...CLAIMS.map(([what, wrong, right, context]) =>
    inToken(`claims with ${what}`, { forged: claiming(wrong, {}, context), genuine: claiming(right, {}, context) }),
  ),
  ...REPLICATED.map(([what, header, payload, right]) =>
    inToken(`a header and claims that differ: ${what}`, {
      forged: claiming(payload, header),
      genuine: claiming(payload, right),
    }),
  ),
  inToken('an audience in the header of another verifier', {
    forged: claiming({}, { aud: 'a' }, { domain: 'b' }),
    genuine: claiming({}, { aud: 'b' }, { domain: 'b' }),
  }),
  inToken('1.1: a member that no context defines beside the claims', {
    forged: () => enveloped(token({ payload: changed(everyClaim, { honour: 'x' }) })),
    genuine: () => enveloped(token({ payload: everyClaim })),
  }),
  inToken('a presentation in a vc+jwt', {
    forged: () => enveloped(token({ payload: presentation2({ issuer: ed.did }) })),
    genuine: honest,
  }),
  inToken('a credential only in its vc claim', {
    forged: () => enveloped(token({ payload: { iss: ed.did, vc: credential2() } })),
    genuine: honest,
  }),
  inToken('an issuer that is not the signer, to be called bound', {
    forged: claiming({ issuer: WEB }),
    genuine: claiming({ issuer: { id: ed.did, name: 'A' } }),
    wish: bound,
  }),
];

// The form of VC Data Model 1.1 §6.3.1
const legacy =
  (
    payload: Changes,
    { header = {}, by = ed, context = {} }: { header?: Changes; by?: TestKey; context?: Partial<ProtocolContext> } = {},
  ): Maker =>
  async () => {
    const made = await token({ header: { typ: 'JWT', ...header }, payload: changed({}, payload), by });
    return visiting(changed(await enveloped(made), { id: `data:application/jwt,${made}` }), context);
  };
const nbf = 1_767_225_600; // 2026-01-01
const content = credential1({
  issuanceDate: '2026-01-01T00:00:00Z',
  expirationDate: undefined,
  credentialSubject: { id: 'urn:x:1', alumniOf: 'A' },
});
const least = changed(content, { issuer: undefined, issuanceDate: undefined });
const plain = legacy({ iss: ed.did, vc: content });
type LegacyRow = readonly [what: string, wrong: Changes, right?: Changes];
const LEGACY: readonly LegacyRow[] = [
  ['another issuer in iss', { iss: WEB, vc: content }],
  [
    'another id in jti',
    { jti: 'urn:x:2', vc: { ...content, id: 'urn:x:1' } },
    { jti: 'urn:x:1', vc: { ...content, id: 'urn:x:1' } },
  ],
  ['another subject in sub', { sub: 'urn:x:2', vc: content }, { sub: 'urn:x:1', vc: content }],
  ['another start in nbf', { nbf: nbf + 1, vc: content }, { nbf, vc: content }],
  [
    'another end in exp',
    { exp: NOW + 9, vc: { ...content, expirationDate: '2027-01-01T00:00:00Z' } },
    { exp: NOW + 9, vc: content },
  ],
  ['an end as text', { exp: '9', vc: content }],
  ['an end that is an object', { exp: NO_TEXT, vc: content }],
  ['an end past all dates', { exp: 1e15, vc: content }, { exp: 4_102_444_800, vc: content }],
  [
    'a start before all dates',
    { nbf: -1, vc: changed(content, { issuanceDate: undefined }) },
    { nbf: 0, vc: changed(content, { issuanceDate: undefined }) },
  ],
  ['an end in the past', { exp: NOW - 1, vc: content }, { exp: NOW + 1, vc: content }],
  ['a list in vc', { vc: [content] }],
  ['a text in vc', { vc: 'content' }],
  ['vc and vp', { vc: content, vp: {} }],
  ['a presentation in vc', { vc: presentation2({ issuer: ed.did }) }],
  ['vp in place of vc', { vp: presentation2() }],
  ['no start at all', { iss: ed.did, vc: least }, { iss: ed.did, nbf, vc: least }],
  ['no issuer at all', { nbf, vc: least }, { iss: ed.did, nbf, vc: least }],
  ['another issuer than iss and the signer', { iss: ed.did, vc: { ...content, issuer: WEB } }],
  [
    'an issuer object of another id than iss',
    { iss: ed.did, vc: { ...content, issuer: { id: WEB, name: 'A' } } },
    { iss: ed.did, vc: { ...content, issuer: { name: 'A' } } },
  ],
  [
    'a subject object of another id than sub',
    { sub: 'urn:x:2', vc: { ...content, credentialSubject: { id: 'urn:x:1', alumniOf: 'A' } } },
    { sub: 'urn:x:2', vc: { ...content, credentialSubject: { alumniOf: 'A' } } },
  ],
  [
    'another start of data model 2.0',
    { nbf: nbf + 1, vc: credential2({ validFrom: '2026-01-01T00:00:00Z' }) },
    { nbf, vc: credential2({ validFrom: '2026-01-01T00:00:00.5Z' }) },
  ],
  ['another end of data model 2.0', { exp: NOW + 9, vc: credential2() }, { exp: NOW + 86_400, vc: credential2() }],
  [
    'a start that is an object in the content',
    { nbf, vc: { ...content, issuanceDate: NO_TEXT } },
    { nbf, vc: content },
  ],
  ['a start that is no date in the content', { nbf, vc: { ...content, issuanceDate: 5 } }, { nbf, vc: content }],
  ['a vc claim and no context', { vc: changed(content, { '@context': undefined }) }],
  ['an embedded proof', { vc: { ...content, proof: { type: 'UnknownProof2099' } } }],
];
const older: readonly Attack<ProtocolSubject>[] = [
  ...LEGACY.map(([what, wrong, right]) =>
    inToken(`1.1: a token with ${what}`, { forged: legacy(wrong), genuine: right ? legacy(right) : plain }),
  ),
  inToken('1.1: an end that only the claims say, in the past of the credential', {
    forged: legacy({ iss: ed.did, nbf, vc: { ...least, expirationDate: PAST } }),
    genuine: legacy({ iss: ed.did, nbf, vc: { ...least, expirationDate: FUTURE } }),
  }),
  inToken('1.1: the older form where the media type says vc+jwt', {
    forged: () => enveloped(token({ header: { typ: undefined }, payload: { iss: ed.did, vc: content } })),
    genuine: plain,
  }),
  inToken('1.1: the older form under the typ of the newer', {
    forged: legacy({ iss: ed.did, vc: content }, { header: { typ: 'vc+jwt' } }),
    genuine: plain,
  }),
  inToken('1.1: alg none', {
    forged: legacy({ iss: ed.did, vc: content }, { header: { alg: 'none' } }),
    genuine: plain,
  }),
  inToken('1.1: typ of a presentation', {
    forged: legacy({ iss: ed.did, vc: content }, { header: { typ: 'vp+jwt' } }),
    genuine: plain,
  }),
  inToken('1.1: a stranger’s signature', {
    forged: legacy({ iss: ed.did, vc: content }, { by: mallory }),
    genuine: plain,
  }),
  inToken('1.1: a stranger as the issuer, to be called bound', {
    forged: legacy({ vc: content }, { header: { kid: mallory.method }, by: mallory }),
    genuine: plain,
    wish: bound,
  }),
  inToken('1.1: a token of no form, and its media type and typ the older', {
    forged: legacy({ ...credential2(), vp: {} }),
    genuine: legacy(credential2()),
  }),
  inToken('1.1: a token that is the newer form, and its media type the older', {
    forged: legacy({ ...credential2(), vc: content }, { header: { typ: 'vc+jwt' } }),
    genuine: legacy(credential2(), { header: { typ: 'vc+jwt' } }),
  }),
];

export const tokenRoom: readonly Attack<ProtocolSubject>[] = [
  ...envelopes,
  ...tokens,
  ...headers,
  ...keys,
  ...claims,
  ...older,
];
