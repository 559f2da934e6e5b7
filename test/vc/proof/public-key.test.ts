/** Published forms of public keys: what comes back from each, and everything that is no key. */
import { describe, expect, test } from 'vitest';
import { type Bytes, base64url, concat, fromHex, fromMultibase58, hex, multibase58 } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import {
  publicKeyFromJwk,
  publicKeyFromMultibase,
  publicKeyMultibase,
  verifySignature,
} from '../../../src/vc/proof/public-key.ts';
import { makeKey } from './issuer.ts';

const keys = [await makeKey('Ed25519'), await makeKey('P-256'), await makeKey('P-384')] as const;
const [ed25519, p256, p384] = keys;
const bytesOf = (multibase: string): Bytes => fromMultibase58(multibase, 100) ?? new Uint8Array();
const bytes = (text: string): Bytes => fromHex(text) ?? new Uint8Array();

describe.each(keys)('$type', ({ type, multibase, jwk, signer }) => {
  test('Multikey and JWK are one key, and its signatures verify', async () => {
    const key = publicKeyFromMultibase(multibase);
    if (!key) throw new Error('no key');
    expect(key.type).toBe(type);
    expect(publicKeyMultibase(key)).toBe(multibase);
    expect(publicKeyFromJwk(jwk)).toEqual(key);
    expect(publicKeyFromJwk({ ...jwk, use: 'sig', key_ops: ['verify'], kid: 'a' })).toEqual(key);
    const data = new Uint8Array([1, 2, 3]);
    const signature = await signer.sign(data);
    expect(await verifySignature(key, signature, data)).toBe(true);
    expect(await verifySignature(key, signature, new Uint8Array([1, 2, 4]))).toBe(false);
    expect(await verifySignature(key, signature.slice(1), data)).toBe(false);
    expect(await verifySignature(key, concat(signature, new Uint8Array(1)), data)).toBe(false);
    expect(await verifySignature(key, new Uint8Array(signature.length), data)).toBe(false);
  });

  const changed: [string, Json][] = [
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((name): [string, Json] => [
      `a private member, ${name}`,
      { ...jwk, [name]: 'AAAA' },
    ]),
    ['another key type', { ...jwk, kty: 'RSA' }],
    ['another curve', { ...jwk, crv: 'secp256k1' }],
    ['a curve of Object.prototype', { ...jwk, crv: 'constructor' }],
    ['a short x', { ...jwk, x: `${jwk.x}`.slice(0, -4) }],
    ['a long x', { ...jwk, x: `AAAA${jwk.x}` }],
    ['a padded x', { ...jwk, x: `${jwk.x}=` }],
    ['no x', { kty: jwk.kty ?? null, crv: jwk.crv ?? null }],
    ['a key for encryption', { ...jwk, use: 'enc' }],
    ['a key for other operations', { ...jwk, key_ops: ['sign'] }],
    ['a key for another algorithm', { ...jwk, alg: 'RS256' }],
    ['a text', JSON.stringify(jwk)],
  ];
  test.each(changed)('no JWK: %s', (_, value) => {
    expect(publicKeyFromJwk(value)).toBeUndefined();
  });

  const wrong: [string, string][] = [
    ['without its multibase letter', multibase.slice(1)],
    ['in another base', `u${base64url(bytesOf(multibase))}`],
    ['with a byte too many', multibase58(concat(bytesOf(multibase), new Uint8Array(1)))],
    ['with a byte too few', multibase58(bytesOf(multibase).slice(0, -1))],
    ['under another codec', multibase58(concat(bytes('e701'), bytesOf(multibase).slice(2)))],
    ['with a letter that base58 has not', `${multibase.slice(0, -1)}0`],
    ['with a space', `${multibase} `],
    ['of great length', `z${'1'.repeat(100_000)}`],
  ];
  test.each(wrong)('no Multikey: %s', (_, text) => {
    expect(publicKeyFromMultibase(text)).toBeUndefined();
  });
});

test('the other sign of y is another key', () => {
  const flipped = bytesOf(p256.multibase);
  flipped[2] = flipped[2] === 2 ? 3 : 2;
  const key = publicKeyFromMultibase(multibase58(flipped));
  expect(key).toBeDefined();
  expect(publicKeyFromJwk(p256.jwk)).not.toEqual(key);
});

const P256 = '8024';
const P384 = '8124';
const ED = 'ed01';
test.each([
  ['P-256: x without a point', `${P256}02${'00'.repeat(31)}01`],
  ['P-256: x past the field', `${P256}02${'ff'.repeat(32)}`],
  ['P-256: not the compressed form', `${P256}04${'11'.repeat(32)}`],
  ['P-256: infinity', `${P256}00${'00'.repeat(32)}`],
  ['P-384: x past the field', `${P384}02${'ff'.repeat(48)}`],
  ['P-384 under the codec of P-256', `${P256}${hex(bytesOf(p384.multibase).slice(2))}`],
  ['Ed25519: zero', `${ED}${'00'.repeat(32)}`],
  ['Ed25519: the neutral element', `${ED}01${'00'.repeat(31)}`],
  ['Ed25519: the neutral element, signed', `${ED}01${'00'.repeat(30)}80`],
  ['Ed25519: order 2', `${ED}ec${'ff'.repeat(30)}7f`],
  ['Ed25519: order 8', `${ED}26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05`],
  ['Ed25519: order 8, the other', `${ED}c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa`],
  ['Ed25519: y past the field', `${ED}ee${'ff'.repeat(30)}7f`],
  ['Ed25519: off the curve', `${ED}02${'00'.repeat(31)}`],
])('no point: %s', (_, text) => {
  expect(publicKeyFromMultibase(multibase58(bytes(text)))).toBeUndefined();
});

test('no point: JWKs off the curve, and with the y of another key', async () => {
  const other = await makeKey('P-256');
  expect(publicKeyFromJwk({ ...p256.jwk, y: other.jwk.y ?? null })).toBeUndefined();
  expect(publicKeyFromJwk({ ...p256.jwk, y: base64url(new Uint8Array(32)) })).toBeUndefined();
  expect(publicKeyFromJwk({ ...ed25519.jwk, y: ed25519.jwk.x ?? null })).toBeUndefined();
  expect(publicKeyFromJwk({ ...ed25519.jwk, x: base64url(new Uint8Array(32)) })).toBeUndefined();
});

test('Ed25519: S plus the group order does not verify (RFC 8032 §5.1.7)', async () => {
  const key = publicKeyFromMultibase(ed25519.multibase);
  if (!key) throw new Error('no key');
  const data = new Uint8Array([7]);
  const signature = await ed25519.signer.sign(data);
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(signature.slice(32).reverse())}`) + L;
  const high = bytes(s.toString(16).padStart(64, '0')).reverse();
  expect(await verifySignature(key, signature, data)).toBe(true);
  expect(await verifySignature(key, concat(signature.slice(0, 32), high), data)).toBe(false);
});
