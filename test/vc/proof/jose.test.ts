/** Vectors of vc+jwt and vp+jwt, made by jose as an independent producer: each attack changes one thing of a token that verifies. */
import fc from 'fast-check';
import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { base64url, utf8 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import {
  type OpenOptions,
  openEnvelope,
  payloadFaults,
  publicKeyJwk,
  signEnvelope,
} from '../../../src/vc/proof/jose.ts';
import { publicKeyMultibase } from '../../../src/vc/proof/public-key.ts';
import type { FaultReason } from '../../../src/vc/protocol/fault.ts';
import { fromIsoSeconds } from '../../../src/vc/time.ts';
import { bare, madeOf, makeKey, type TestKey } from '../../support/token-key.ts';

const NOW = fromIsoSeconds('2026-11-24T08:00:00Z') ?? 0;
const V2 = 'https://www.w3.org/ns/credentials/v2';

const ed = await makeKey('Ed25519');
const ec = await makeKey('P-256');
const ec384 = await makeKey('P-384');
const mallory = await makeKey('Ed25519');

const WEB = 'did:web:a.example';
const named = await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x: ec.jwk.x ?? '', y: ec.jwk.y ?? '' });
/** did:web with a Multikey for assertions, a JWK named by its thumbprint, and a key for authentication only. */
const TABLE: { [id: string]: Json } = {
  [WEB]: {
    id: WEB,
    verificationMethod: [
      { id: `${WEB}#ed`, type: 'Multikey', controller: WEB, publicKeyMultibase: publicKeyMultibase(ed.publicKey) },
      { id: `${WEB}#ec`, type: 'JsonWebKey', controller: WEB, publicKeyJwk: { ...bare(ec.jwk), kid: named } },
      { id: `${WEB}#one`, type: 'JsonWebKey', controller: WEB, publicKeyJwk: { ...bare(ec.jwk), kid: 'twice' } },
      { id: `${WEB}#two`, type: 'JsonWebKey', controller: WEB, publicKeyJwk: { ...bare(ed.jwk), kid: 'twice' } },
      { id: `${WEB}#auth`, type: 'Multikey', controller: WEB, publicKeyMultibase: publicKeyMultibase(ed.publicKey) },
    ],
    assertionMethod: ['#ed', `${WEB}#ec`, '#one', '#two'],
    authentication: ['#auth'],
  },
};

const credential = (changes: JsonObject = {}): JsonObject => ({
  '@context': [V2],
  id: 'urn:uuid:5e111111-5e11-4e11-8e11-5e1111111111',
  type: ['VerifiableCredential'],
  issuer: ed.did,
  validFrom: '2026-01-01T00:00:00Z',
  credentialSubject: { id: 'urn:uuid:0190b7a2-6c1e-7f4a-9d3b-5e8f00112233', name: '欧阳晓明月' },
  ...changes,
});
const presentation = (changes: JsonObject = {}): JsonObject => ({
  '@context': [V2],
  type: ['VerifiablePresentation'],
  holder: ed.did,
  ...changes,
});

type Made = {
  alg?: string;
  typ?: string | undefined;
  kid?: string | undefined;
  header?: JsonObject;
  by?: TestKey;
  payload?: JsonObject;
};

/** Signed by jose. */
const made = ({
  alg = 'EdDSA',
  by = ed,
  header = {},
  payload = credential(),
  ...named
}: Made = {}): Promise<string> => {
  const { typ, kid } = { typ: 'vc+jwt', kid: by.kid, ...named };
  const optional = JSON.parse(JSON.stringify({ typ, kid })); // without those that are undefined
  return new CompactSign(utf8(JSON.stringify(payload)))
    .setProtectedHeader({ alg, ...optional, ...header })
    .sign(by.privateKey);
};
const claims = (changes: JsonObject): Promise<string> => made({ payload: credential(changes) });
const vp = (changes: JsonObject = {}, more: Made = {}): Promise<string> =>
  made({ typ: 'vp+jwt', payload: presentation(changes), ...more });

const headerOf = (members: JsonObject): string =>
  JSON.stringify({ alg: 'EdDSA', typ: 'vc+jwt', kid: ed.kid, ...members });
const payloadText = JSON.stringify(credential());

const genuine = await made();
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = genuine.split('.');
const asPresentation = { kind: 'vp', purpose: 'authentication' } as const;

type Vector = {
  vector: string;
  token: string;
  options?: Partial<OpenOptions>;
  reason?: FaultReason;
  opened?: JsonObject;
};

const VALID: readonly Vector[] = [
  { vector: 'EdDSA, did:key', token: genuine, opened: { alg: 'EdDSA', kid: ed.kid, controller: ed.did } },
  {
    vector: 'ES256, did:key',
    token: await made({ alg: 'ES256', by: ec, payload: credential({ issuer: ec.did }) }),
    opened: { alg: 'ES256' },
  },
  {
    vector: 'ES384, did:key',
    token: await made({ alg: 'ES384', by: ec384, payload: credential({ issuer: ec384.did }) }),
    opened: { alg: 'ES384' },
  },
  { vector: 'Ed25519, the name of RFC 9864', token: await made({ alg: 'Ed25519' }), opened: { alg: 'Ed25519' } },
  {
    vector: 'did:web, Multikey',
    token: await made({ kid: `${WEB}#ed`, payload: credential({ issuer: WEB }) }),
    opened: { controller: WEB },
  },
  {
    vector: 'did:web, JsonWebKey',
    token: await made({ alg: 'ES256', by: ec, kid: `${WEB}#ec` }),
    opened: { controller: WEB },
  },
  {
    vector: 'by jose’s SignJWT',
    token: await new SignJWT(credential())
      .setProtectedHeader({ alg: 'EdDSA', typ: 'vc+jwt', kid: ed.kid })
      .setIssuedAt(NOW)
      .setExpirationTime(NOW + 1)
      .sign(ed.privateKey),
  },
  { vector: 'the issuer as an object', token: await claims({ issuer: { id: ed.did, name: 'A' }, iss: ed.did }) },
  { vector: 'no typ, as VC-JOSE-COSE example 1', token: await made({ typ: undefined }) },
  { vector: 'typ in its long form (RFC 7515 §4.1.9)', token: await made({ typ: 'application/VC+JWT' }) },
  { vector: 'cty vc', token: await made({ header: { cty: 'vc' } }) },
  { vector: 'cty application/vc', token: await made({ header: { cty: 'application/vc' } }) },
  // §3.1.1 says SHOULD of both.
  { vector: 'typ JWT (RFC 7519 §5.1)', token: await made({ typ: 'JWT' }) },
  { vector: 'cty of a more specific kind', token: await made({ header: { cty: 'vc+ld+json' } }) },
  { vector: 'a did:key as kid', token: await made({ kid: ed.did }), opened: { kid: ed.did, controller: ed.did } },
  { vector: 'a header member that nobody knows', token: await made({ header: { 'x.example': [1] } }) },
  { vector: 'a claim that nobody knows', token: await claims({ cnf: { kid: 'x' } }) },
  {
    vector: 'claims that repeat the document',
    token: await claims({
      iss: ed.did,
      jti: 'urn:uuid:5e111111-5e11-4e11-8e11-5e1111111111',
      sub: 'urn:uuid:0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
    }),
  },
  { vector: 'iss in the header', token: await made({ header: { iss: ed.did } }) },
  {
    vector: 'iss in the header and in the claims',
    token: await made({ header: { iss: ed.did }, payload: credential({ iss: ed.did }) }),
  },
  {
    vector: 'sub among several subjects',
    token: await claims({ sub: 'urn:b', credentialSubject: [{ id: 'urn:a' }, { id: 'urn:b' }] }),
  },
  { vector: 'sub for a subject without id', token: await claims({ sub: 'urn:b', credentialSubject: { name: 'A' } }) },
  { vector: 'dates of the signature', token: await claims({ iat: NOW, nbf: NOW, exp: NOW + 1 }) },
  { vector: 'iat within the tolerance', token: await claims({ iat: NOW + 600, nbf: NOW + 600 }) },
  { vector: 'iat as a date, as W3C’s vectors have it', token: await claims({ iat: '2010-01-01T19:23:24Z' }) },
  { vector: 'fractions of a second', token: await claims({ exp: NOW + 0.5 }) },
  { vector: 'no kid: a did:key has one key', token: await made({ kid: undefined }), opened: { kid: ed.kid } },
  {
    vector: 'kid as a fragment, with iss',
    token: await made({ kid: '#ed', payload: credential({ issuer: WEB, iss: WEB }) }),
    opened: { kid: `${WEB}#ed` },
  },
  {
    vector: 'kid as a fragment, with iss in the header',
    token: await made({ kid: '#ed', header: { iss: WEB }, payload: credential({ issuer: WEB }) }),
    opened: { kid: `${WEB}#ed` },
  },
  {
    vector: 'kid without its number sign, with iss',
    token: await made({ kid: 'ed', payload: credential({ issuer: WEB, iss: WEB }) }),
    opened: { kid: `${WEB}#ed` },
  },
  {
    vector: 'kid as the thumbprint of a JWK, with iss',
    token: await made({ alg: 'ES256', by: ec, kid: named, payload: credential({ issuer: WEB, iss: WEB }) }),
    opened: { kid: `${WEB}#ec` },
  },
  {
    vector: 'kid of another DID, without iss: the caller compares',
    token: await made({ by: mallory }),
    opened: { controller: mallory.did },
  },
  { vector: 'a presentation', token: await vp(), options: asPresentation, opened: { controller: ed.did } },
  {
    vector: 'a presentation without holder',
    token: await vp({}, { payload: { '@context': [V2], type: 'VerifiablePresentation', iss: ed.did } }),
    options: asPresentation,
  },
  {
    vector: 'nonce and aud as expected',
    token: await vp({ nonce: 'n', aud: 'https://v.example' }),
    options: { ...asPresentation, challenge: 'n', domain: 'https://v.example' },
  },
  {
    vector: 'one aud of several, one domain of several',
    token: await vp({ challenge: 'n', aud: ['x', 'b'] }),
    options: { ...asPresentation, challenge: 'n', domain: ['a', 'b'] },
  },
  {
    vector: 'nonce and aud that nobody asked for',
    token: await vp({ nonce: 'n', aud: 'https://v.example' }),
    options: asPresentation,
  },
  { vector: 'application/jwt around a vc+jwt', token: genuine, options: { legacy: true } },
  {
    vector: 'application/jwt around a document of typ JWT',
    token: await made({ typ: 'JWT' }),
    options: { legacy: true },
  },
];

const ATTACKS: readonly Vector[] = [
  // the token
  { vector: 'no token', token: '', reason: 'unparsable' },
  { vector: 'two parts', token: `${HEADER}.${PAYLOAD}`, reason: 'unparsable' },
  { vector: 'a full stop too many', token: `${genuine}.`, reason: 'unparsable' },
  { vector: 'a fourth part', token: `${genuine}.AA`, reason: 'unparsable' },
  { vector: 'an SD-JWT', token: `${genuine}~`, reason: 'unparsable' },
  { vector: 'space before', token: ` ${genuine}`, reason: 'unparsable' },
  { vector: 'a line end after', token: `${genuine}\n`, reason: 'unparsable' },
  { vector: 'space inside', token: genuine.replace('.', ' .'), reason: 'unparsable' },
  { vector: 'padding', token: `${genuine}==`, reason: 'unparsable' },
  {
    vector: 'stray bits in the last character',
    token: genuine.slice(0, -1) + String.fromCharCode((genuine.codePointAt(genuine.length - 1) ?? 0) + 1),
    reason: 'unparsable',
  },
  { vector: 'the other base64 alphabet', token: `${HEADER}.${PAYLOAD}.${'+'.repeat(86)}`, reason: 'unparsable' },
  {
    vector: 'JSON serialisation',
    token: JSON.stringify({ payload: PAYLOAD, signatures: [{ protected: HEADER, signature: SIGNATURE }] }),
    reason: 'unparsable',
  },
  { vector: 'a megabyte', token: genuine.padEnd(LIMITS.documentBytes + 1, 'A'), reason: 'too-large' },
  { vector: 'a header that is no object', token: await madeOf('[]', payloadText, ed), reason: 'unparsable' },
  { vector: 'a header that is no JSON', token: await madeOf('{', payloadText, ed), reason: 'unparsable' },
  {
    vector: 'a payload that is no object',
    token: await madeOf(headerOf({}), `[${payloadText}]`, ed),
    reason: 'unparsable',
  },
  { vector: 'an empty payload', token: await madeOf(headerOf({}), '', ed), reason: 'unparsable' },
  {
    vector: 'a second alg in the header',
    token: await madeOf(headerOf({}).replace('{', '{"alg":"none",'), payloadText, ed),
    reason: 'unparsable',
  },
  {
    vector: 'a second issuer in the payload',
    token: await madeOf(headerOf({}), payloadText.replace('{', '{"issuer":"did:web:b.example",'), ed),
    reason: 'unparsable',
  },
  {
    vector: 'a duplicate deep inside',
    token: await madeOf(headerOf({}), payloadText.replace('"name":', '"name":"B","name":'), ed),
    reason: 'unparsable',
  },
  {
    vector: 'nested too deeply',
    token: await claims({ x: JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`) }),
    reason: 'unparsable',
  },

  // the header
  { vector: 'alg none', token: new UnsecuredJWT(credential()).encode(), reason: 'jose-header' },
  {
    vector: 'alg none with a kid',
    token: await madeOf(headerOf({ alg: 'none' }), payloadText, ed),
    reason: 'jose-header',
  },
  { vector: 'alg None', token: await madeOf(headerOf({ alg: 'None' }), payloadText, ed), reason: 'jose-header' },
  {
    vector: 'alg HS256 with the public key as its secret',
    token: await new CompactSign(utf8(payloadText))
      .setProtectedHeader({ alg: 'HS256', typ: 'vc+jwt', kid: ed.kid })
      .sign(ed.publicKey.bytes),
    reason: 'jose-header',
  },
  {
    vector: 'no alg',
    token: await madeOf(JSON.stringify({ typ: 'vc+jwt', kid: ed.kid }), payloadText, ed),
    reason: 'jose-header',
  },
  {
    vector: 'alg as a list',
    token: await madeOf(headerOf({ alg: ['EdDSA'] }), payloadText, ed),
    reason: 'jose-header',
  },
  {
    vector: 'alg of every object',
    token: await madeOf(headerOf({ alg: 'toString' }), payloadText, ed),
    reason: 'jose-header',
  },
  {
    vector: 'alg ES256 for an Ed25519 key',
    token: await madeOf(headerOf({ alg: 'ES256' }), payloadText, ed),
    reason: 'jose-header',
  },
  {
    vector: 'an ES256 token under the id of an Ed25519 key',
    token: await made({ alg: 'ES256', by: ec, kid: ed.kid }),
    reason: 'jose-header',
  },
  { vector: 'alg EdDSA for a P-256 key', token: await made({ kid: ec.kid }), reason: 'jose-header' },
  {
    vector: 'alg ES384 for a P-256 key',
    token: await made({ alg: 'ES384', by: ec384, kid: ec.kid }),
    reason: 'jose-header',
  },
  {
    vector: 'jwk',
    token: await made({ by: mallory, kid: ed.kid, header: { jwk: bare(mallory.jwk) } }),
    reason: 'jose-header',
  },
  ...(await Promise.all(
    Object.entries({
      jku: 'https://m.example/jwks',
      x5u: 'https://m.example/x',
      x5c: ['AA'],
      x5t: 'AA',
      'x5t#S256': 'AA',
      zip: 'DEF',
    }).map(
      async ([name, value]): Promise<Vector> => ({
        vector: name,
        token: await made({ header: { [name]: value } }),
        reason: 'jose-header',
      }),
    ),
  )),
  {
    vector: 'crit',
    token: await madeOf(headerOf({ crit: ['exp'], exp: NOW }), payloadText, ed),
    reason: 'jose-header',
  },
  {
    vector: 'b64 false',
    token: await madeOf(headerOf({ b64: false, crit: ['b64'] }), payloadText, ed),
    reason: 'jose-header',
  },
  { vector: 'b64 true', token: await madeOf(headerOf({ b64: true }), payloadText, ed), reason: 'jose-header' },
  { vector: 'typ vp+jwt', token: await made({ typ: 'vp+jwt' }), reason: 'jose-header' },
  { vector: 'typ of an SD-JWT', token: await made({ typ: 'vc+sd-jwt' }), reason: 'jose-header' },
  { vector: 'typ of a trust document', token: await made({ typ: 'xz-trust+jws' }), reason: 'jose-header' },
  { vector: 'typ as a number', token: await made({ header: { typ: 1 } }), reason: 'jose-header' },
  { vector: 'cty vp', token: await made({ header: { cty: 'vp' } }), reason: 'jose-header' },
  { vector: 'cty JWT, a nested token', token: await made({ header: { cty: 'JWT' } }), reason: 'jose-header' },
  { vector: 'cty of a token', token: await made({ header: { cty: 'application/vc+jwt' } }), reason: 'jose-header' },
  { vector: 'cty as a number', token: await made({ header: { cty: 1 } }), reason: 'jose-header' },
  { vector: 'cty null', token: await made({ header: { cty: null } }), reason: 'jose-header' },
  { vector: 'kid as an object', token: await made({ header: { kid: { id: ed.kid } } }), reason: 'jose-header' },
  { vector: 'an empty kid', token: await made({ kid: '' }), reason: 'jose-header' },
  {
    vector: 'no kid, did:web',
    token: await made({ kid: undefined, payload: credential({ issuer: WEB, iss: WEB }) }),
    reason: 'jose-header',
  },
  {
    vector: 'a relative kid without iss',
    token: await made({ kid: '#ed', payload: credential({ issuer: WEB }) }),
    reason: 'jose-header',
  },
  {
    vector: 'sub says one thing in the header, another in the claims',
    token: await made({
      header: { sub: 'urn:a' },
      payload: credential({ sub: 'urn:uuid:0190b7a2-6c1e-7f4a-9d3b-5e8f00112233' }),
    }),
    reason: 'jose-header',
  },

  // the key
  {
    vector: 'kid of a DID that nobody brought',
    token: await made({ kid: 'did:web:b.example#ed' }),
    reason: 'verification-method-unavailable',
  },
  {
    vector: 'kid of a URL that nobody brought',
    token: await made({ kid: 'https://m.example/keys#1' }),
    reason: 'verification-method-unavailable',
  },
  {
    vector: 'kid that its document does not have',
    token: await made({ kid: `${WEB}#none` }),
    reason: 'verification-method-invalid',
  },
  {
    vector: 'kid that two JWKs of the issuer give themselves',
    token: await made({ alg: 'ES256', by: ec, kid: 'twice', payload: credential({ issuer: WEB, iss: WEB }) }),
    reason: 'verification-method-invalid',
  },
  { vector: 'a did:web as kid', token: await made({ kid: WEB }), reason: 'verification-method-invalid' },
  {
    vector: 'a did:key with the fragment of another',
    token: await made({ by: mallory, kid: `${ed.did}#${mallory.did.slice(8)}` }),
    reason: 'verification-method-invalid',
  },
  { vector: 'a key for authentication', token: await made({ kid: `${WEB}#auth` }), reason: 'key-not-authorised' },
  {
    vector: 'a key for assertions, in a presentation',
    token: await vp({ holder: WEB }, { kid: `${WEB}#ed` }),
    options: asPresentation,
    reason: 'key-not-authorised',
  },
  {
    vector: 'kid of another DID than iss',
    token: await made({ by: mallory, payload: credential({ iss: ed.did }) }),
    reason: 'issuer-mismatch',
  },

  // the signature
  { vector: 'no signature', token: `${HEADER}.${PAYLOAD}.`, reason: 'bad-signature' },
  { vector: 'a short signature', token: `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -5)}`, reason: 'unparsable' },
  {
    vector: 'a signature of 32 bytes',
    token: `${HEADER}.${PAYLOAD}.${base64url(new Uint8Array(32))}`,
    reason: 'bad-signature',
  },
  {
    vector: 'a signature of nothing',
    token: `${HEADER}.${PAYLOAD}.${base64url(new Uint8Array(64))}`,
    reason: 'bad-signature',
  },
  {
    vector: 'an ES256 signature of nothing',
    token: `${base64url(utf8(headerOf({ alg: 'ES256', kid: ec.kid })))}.${PAYLOAD}.${base64url(new Uint8Array(64))}`,
    reason: 'bad-signature',
  },
  {
    vector: 'a signature in DER',
    token: `${base64url(utf8(headerOf({ alg: 'ES256', kid: ec.kid })))}.${PAYLOAD}.${base64url(new Uint8Array(70).fill(0x30))}`,
    reason: 'bad-signature',
  },
  {
    vector: 'another payload',
    token: `${HEADER}.${base64url(utf8(payloadText.replace('欧阳', '诸葛')))}.${SIGNATURE}`,
    reason: 'bad-signature',
  },
  {
    vector: 'another header',
    token: `${base64url(utf8(headerOf({ typ: 'application/vc+jwt' })))}.${PAYLOAD}.${SIGNATURE}`,
    reason: 'bad-signature',
  },
  {
    vector: 'a stranger’s signature under a known kid',
    token: await made({ by: mallory, kid: ed.kid }),
    reason: 'bad-signature',
  },

  // the claims
  { vector: 'a vc claim', token: await claims({ vc: credential() }), reason: 'malformed' },
  { vector: 'a vp claim', token: await claims({ vp: {} }), reason: 'malformed' },
  {
    vector: 'a credential only in its vc claim',
    token: await made({ payload: { iss: ed.did, vc: credential() } }),
    reason: 'malformed',
  },
  {
    vector: 'a vp claim in a presentation',
    token: await vp({ vp: presentation() }),
    options: asPresentation,
    reason: 'malformed',
  },
  {
    vector: 'a presentation in a vc+jwt',
    token: await made({ payload: presentation({ issuer: ed.did }) }),
    reason: 'malformed',
  },
  {
    vector: 'a presentation without typ',
    token: await made({ typ: undefined, payload: presentation({ issuer: ed.did }) }),
    reason: 'malformed',
  },
  {
    vector: 'both types',
    token: await claims({ type: ['VerifiableCredential', 'VerifiablePresentation'] }),
    reason: 'malformed',
  },
  {
    vector: 'a credential in a vp+jwt',
    token: await vp({}, { payload: credential({ holder: ed.did }) }),
    options: asPresentation,
    reason: 'malformed',
  },
  { vector: 'a vc+jwt as a presentation', token: genuine, options: asPresentation, reason: 'jose-header' },
  {
    vector: 'iss is not the issuer',
    token: await made({ by: mallory, payload: credential({ iss: mallory.did }) }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'iss is not the issuer, and controls the key',
    token: await claims({ issuer: WEB, iss: ed.did }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'iss without an issuer',
    token: await made({ payload: { type: 'VerifiableCredential', iss: ed.did } }),
    reason: 'issuer-mismatch',
  },
  { vector: 'iss as a list', token: await claims({ iss: [ed.did] }), reason: 'issuer-mismatch' },
  {
    vector: 'iss in the header is not the issuer',
    token: await made({ kid: `${WEB}#ed`, header: { iss: WEB } }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'iss says one thing in the header, another in the claims',
    token: await made({ header: { iss: WEB }, payload: credential({ iss: ed.did }) }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'iss is not the holder',
    token: await vp({ iss: mallory.did, holder: ed.did }, { by: mallory, payload: presentation({ iss: mallory.did }) }),
    options: asPresentation,
    reason: 'issuer-mismatch',
  },
  { vector: 'jti is not the id', token: await claims({ jti: 'urn:uuid:0' }), reason: 'malformed' },
  { vector: 'sub is not the subject', token: await claims({ sub: 'did:web:b.example' }), reason: 'malformed' },
  { vector: 'exp in this second', token: await claims({ exp: NOW }), reason: 'proof-expired' },
  { vector: 'exp in the past', token: await claims({ exp: NOW - 86_400 }), reason: 'proof-expired' },
  { vector: 'exp as text', token: await claims({ exp: String(NOW + 10) }), reason: 'malformed' },
  { vector: 'exp null', token: await claims({ exp: null }), reason: 'malformed' },
  { vector: 'nbf in the future', token: await claims({ nbf: NOW + 601 }), reason: 'not-yet-valid' },
  { vector: 'nbf as a date', token: await claims({ nbf: '2010-01-01T19:23:24Z' }), reason: 'malformed' },
  { vector: 'iat in the future', token: await claims({ iat: NOW + 601 }), reason: 'not-yet-valid' },
  { vector: 'iat as a future date', token: await claims({ iat: '2030-01-01T00:00:00Z' }), reason: 'not-yet-valid' },
  { vector: 'iat as text', token: await claims({ iat: 'yesterday' }), reason: 'malformed' },
  {
    vector: 'another nonce',
    token: await vp({ nonce: 'm' }),
    options: { ...asPresentation, challenge: 'n' },
    reason: 'challenge-mismatch',
  },
  {
    vector: 'no nonce',
    token: await vp(),
    options: { ...asPresentation, challenge: 'n' },
    reason: 'challenge-mismatch',
  },
  {
    vector: 'two nonces',
    token: await vp({ nonce: 'n', challenge: 'm' }),
    options: { ...asPresentation, challenge: 'n' },
    reason: 'challenge-mismatch',
  },
  {
    vector: 'a nonce in a list',
    token: await vp({ nonce: ['n'] }),
    options: { ...asPresentation, challenge: 'n' },
    reason: 'challenge-mismatch',
  },
  {
    vector: 'another aud',
    token: await vp({ aud: 'https://m.example' }),
    options: { ...asPresentation, domain: 'https://v.example' },
    reason: 'domain-mismatch',
  },
  {
    vector: 'no aud',
    token: await vp(),
    options: { ...asPresentation, domain: 'https://v.example' },
    reason: 'domain-mismatch',
  },

  // application/jwt does not soften the rest
  {
    vector: 'application/jwt, alg none',
    token: await madeOf(headerOf({ alg: 'none', typ: 'JWT' }), payloadText, ed),
    options: { legacy: true },
    reason: 'jose-header',
  },
  {
    vector: 'application/jwt, a vc claim in a vc+jwt',
    token: await claims({ vc: credential() }),
    options: { legacy: true },
    reason: 'malformed',
  },
  {
    vector: 'application/jwt, typ of the other kind',
    token: await made({ typ: 'vp+jwt' }),
    options: { legacy: true },
    reason: 'jose-header',
  },
];

const open = (token: string, options: Partial<OpenOptions> = {}) =>
  openEnvelope(token, {
    kind: 'vc',
    purpose: 'assertionMethod',
    documents: async (id) => TABLE[id],
    nowMs: NOW * 1000,
    ...options,
  });

describe('openEnvelope', () => {
  test.each(VALID)('takes $vector', async ({ token, options, opened = {} }) => {
    expect(await open(token, options)).toMatchObject({ ok: true, value: opened });
  });

  test.each(ATTACKS)('refuses $vector', async ({ token, options, reason }) => {
    expect(await open(token, options)).toMatchObject({ ok: false, faults: [{ reason }] });
  });

  test('gives the payload as it was signed', async () => {
    expect(await open(genuine)).toEqual({
      ok: true,
      value: { payload: credential(), kid: ed.kid, controller: ed.did, alg: 'EdDSA' },
    });
  });

  test('takes no key from documents that break', async () => {
    const documents = () => Promise.reject(new Error('offline'));
    const token = await made({ kid: 'ed', payload: credential({ issuer: WEB, iss: WEB }) });
    expect(await open(token, { documents })).toMatchObject({ faults: [{ reason: 'verification-method-unavailable' }] });
  });

  test('no input throws', async () => {
    const text = fc.string({ unit: 'binary' }).map((part) => base64url(utf8(part)));
    const json = fc.json().map((part) => base64url(utf8(part)));
    const part = fc.oneof(text, json, fc.constantFrom(HEADER, PAYLOAD, SIGNATURE));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), fc.boolean(), async (parts, legacy) => {
        const token = parts.join('.');
        expect((await open(token, { legacy })).ok).toBe(token === genuine);
      }),
    );
  });
});

const V1 = 'https://www.w3.org/2018/credentials/v1';
const content: JsonObject = {
  '@context': [V1],
  type: ['VerifiableCredential'],
  issuer: ed.did,
  issuanceDate: '2026-01-01T00:00:00Z',
  credentialSubject: { id: 'urn:a' },
};
const older = (payload: JsonObject, header: Made = {}): Promise<string> => made({ typ: 'JWT', payload, ...header });
const least: JsonObject = { '@context': [V1], type: ['VerifiableCredential'], credentialSubject: { name: 'A' } };
const nbf = fromIsoSeconds('2026-01-01T00:00:00Z') ?? 0;

const READ: readonly { vector: string; token: string; options?: Partial<OpenOptions>; payload: JsonObject }[] = [
  { vector: 'everything twice', token: await older({ iss: ed.did, nbf, sub: 'urn:a', vc: content }), payload: content },
  { vector: 'without typ', token: await older({ vc: content }, { typ: undefined }), payload: content },
  {
    vector: 'what only the claims say',
    token: await older({ iss: ed.did, nbf, exp: NOW + 9, sub: 'urn:a', jti: 'urn:j', vc: least }),
    payload: {
      ...least,
      id: 'urn:j',
      issuer: ed.did,
      issuanceDate: '2026-01-01T00:00:00Z',
      expirationDate: '2026-11-24T08:00:09Z',
      credentialSubject: { id: 'urn:a', name: 'A' },
    },
  },
  {
    vector: 'an issuer object without its id',
    token: await older({ iss: ed.did, vc: { ...content, issuer: { name: 'A' } } }),
    payload: { ...content, issuer: { id: ed.did, name: 'A' } },
  },
  {
    vector: 'the dates of data model 2.0',
    token: await older({ iss: ed.did, nbf, vc: credential({ validFrom: '2026-01-01T08:00:00.5+08:00' }) }),
    payload: credential({ validFrom: '2026-01-01T08:00:00.5+08:00' }),
  },
  {
    vector: 'a presentation with its audience',
    token: await older({ iss: ed.did, aud: 'v.example', nonce: 'n', vp: presentation() }),
    options: { ...asPresentation, challenge: 'n', domain: 'v.example' },
    payload: presentation(),
  },
];
const REFUSED: readonly (Vector & { reason: FaultReason })[] = [
  {
    vector: 'another issuer in iss',
    token: await older({ iss: mallory.did, vc: content }, { by: mallory }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'another holder in iss',
    token: await older({ iss: mallory.did, vp: presentation() }, { by: mallory }),
    options: asPresentation,
    reason: 'issuer-mismatch',
  },
  {
    vector: 'an iss that is not the key’s',
    token: await older({ iss: ed.did, vc: content }, { by: mallory }),
    reason: 'issuer-mismatch',
  },
  {
    vector: 'another id in jti',
    token: await older({ jti: 'urn:j', vc: { ...content, id: 'urn:i' } }),
    reason: 'malformed',
  },
  { vector: 'another subject in sub', token: await older({ sub: 'urn:b', vc: content }), reason: 'malformed' },
  { vector: 'another start in nbf', token: await older({ nbf: nbf + 1, vc: content }), reason: 'malformed' },
  {
    vector: 'another end in exp',
    token: await older({ exp: NOW + 9, vc: { ...content, expirationDate: '2027-01-01T00:00:00Z' } }),
    reason: 'malformed',
  },
  { vector: 'exp as text', token: await older({ exp: '9', vc: content }), reason: 'malformed' },
  { vector: 'exp past all dates', token: await older({ exp: 1e15, vc: content }), reason: 'malformed' },
  { vector: 'exp in the past', token: await older({ exp: NOW - 1, vc: content }), reason: 'proof-expired' },
  { vector: 'a vc claim that is no object', token: await older({ vc: [content] }), reason: 'malformed' },
  { vector: 'vc and vp', token: await older({ vc: content, vp: presentation() }), reason: 'malformed' },
  {
    vector: 'a presentation in the vc claim',
    token: await older({ vc: presentation({ issuer: ed.did }) }),
    reason: 'malformed',
  },
  { vector: 'a vp where a credential was expected', token: await older({ vp: presentation() }), reason: 'malformed' },
  {
    vector: 'the wrong challenge',
    token: await older({ nonce: 'm', vp: presentation() }),
    options: { ...asPresentation, challenge: 'n' },
    reason: 'challenge-mismatch',
  },
];

describe('the form of VC Data Model 1.1 §6.3.1', () => {
  test.each(READ)('reads $vector', async ({ token, options, payload }) => {
    expect(await open(token, { legacy: true, ...options })).toMatchObject({ ok: true, value: { payload } });
    const opened = await open(token, { legacy: true, ...options });
    expect(opened.ok && opened.value.payload).toEqual(payload);
  });

  test.each(REFUSED)('refuses $vector', async ({ token, options, reason }) => {
    expect(await open(token, { legacy: true, ...options })).toMatchObject({ ok: false, faults: [{ reason }] });
  });

  test('is not read where the media type says vc+jwt', async () => {
    expect(await open(await older({ vc: content }))).toMatchObject({ faults: [{ reason: 'malformed' }] });
    expect(await open(await older({ vc: content }, { typ: undefined }))).toMatchObject({
      faults: [{ reason: 'malformed' }],
    });
  });
});

describe('signEnvelope', () => {
  test.each([
    ['EdDSA', ed, 'vc', credential()],
    ['ES256', ec, 'vc', credential({ issuer: ec.did })],
    ['EdDSA', ed, 'vp', presentation()],
  ] as const)('%s: jose and openEnvelope agree on it', async (alg, key, kind, payload) => {
    const token = await signEnvelope(payload, { kind, kid: key.kid, alg, signer: key });
    const verified = await compactVerify(token, await importJWK(key.jwk, alg), { algorithms: [alg] });
    expect(verified.protectedHeader).toEqual({ alg, kid: key.kid, typ: `${kind}+jwt` });
    expect(new TextDecoder().decode(verified.payload)).toBe(JSON.stringify(payload));
    const purpose = kind === 'vc' ? 'assertionMethod' : 'authentication';
    expect(await open(token, { kind, purpose })).toMatchObject({ ok: true, value: { payload, kid: key.kid, alg } });
  });

  test.each<[string, JsonObject]>([
    ['a vc claim', credential({ vc: {} })],
    ['another iss', credential({ iss: WEB })],
    ['exp as text', credential({ exp: 'soon' })],
    ['a presentation', presentation()],
  ])('refuses %s', async (_, payload) => {
    expect(payloadFaults(payload, 'vc')).not.toEqual([]);
    await expect(signEnvelope(payload, { kind: 'vc', kid: ed.kid, alg: 'EdDSA', signer: ed })).rejects.toThrow(
      TypeError,
    );
  });

  test('finds nothing wrong with dates, past or future', () => {
    expect(payloadFaults(credential({ exp: 0, nbf: NOW * 9, iat: NOW * 9 }), 'vc')).toEqual([]);
  });
});

test('publicKeyJwk is what WebCrypto exports', () => {
  for (const { publicKey, jwk } of [ed, ec, ec384]) expect(publicKeyJwk(publicKey)).toEqual(bare(jwk));
});
