/** Signing keys of every type that are always the same: the private key is SHA-256 or SHA-384 of a name, and ECDSA is deterministic (RFC 6979). For tests only. */
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { base64url, utf8 } from '../../src/vc/encoding.ts';
import type { KeyType } from '../../src/vc/proof/cryptosuite.ts';
import { publicKeyMultibase } from '../../src/vc/proof/public-key.ts';
import type { TestKey } from '../vc/proof/issuer.ts';
import { devKey } from './authority.ts';

export async function namedKey(type: KeyType, name: string): Promise<TestKey> {
  if (type !== 'Ed25519') return ecdsaKey(type, name);
  const { signer, publicKey, multibase } = await devKey(name);
  return keyOf(type, multibase, { kty: 'OKP', crv: type, x: base64url(publicKey) }, signer);
}

function ecdsaKey(type: 'P-256' | 'P-384', name: string): TestKey {
  const [curve, secret] = type === 'P-256' ? [p256, sha256(utf8(name))] : [p384, sha384(utf8(name))];
  const point = curve.Point.fromBytes(curve.getPublicKey(secret));
  const coordinates = new Uint8Array(point.toBytes(false)).slice(1);
  const half = coordinates.length / 2;
  const jwk = {
    kty: 'EC',
    crv: type,
    x: base64url(coordinates.slice(0, half)),
    y: base64url(coordinates.slice(half)),
  };
  return keyOf(type, publicKeyMultibase({ type, bytes: new Uint8Array(point.toBytes(true)) }), jwk, {
    sign: async (data) => new Uint8Array(curve.sign(data, secret)),
  });
}

const keyOf = (type: KeyType, multibase: string, jwk: TestKey['jwk'], signer: TestKey['signer']): TestKey => ({
  type,
  multibase,
  jwk,
  signer,
  did: `did:key:${multibase}`,
  method: `did:key:${multibase}#${multibase}`,
});
