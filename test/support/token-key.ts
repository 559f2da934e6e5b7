/** Signing keys of every supported type, made by WebCrypto, with their did:key names: producers of tokens that share nothing with src/. */
import { type Bytes, base64url, concat, fromBase64url, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { type PublicKey, publicKeyMultibase } from '../../src/vc/proof/public-key.ts';

const MADE = {
  Ed25519: { name: 'Ed25519' },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384' },
} as const;

export type TestKey = {
  readonly publicKey: PublicKey;
  readonly jwk: JsonWebKey;
  readonly privateKey: CryptoKey;
  /** did:key. */
  readonly did: string;
  readonly kid: string;
  sign(data: Bytes): Promise<Bytes>;
};

export async function makeKey(type: PublicKey['type']): Promise<TestKey> {
  const algorithm = MADE[type];
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair; // asymmetric
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const [x, y] = [jwk.x, jwk.y].map((one) => fromBase64url(one ?? '') ?? new Uint8Array());
  const compressed = concat(Uint8Array.of(2 + ((y?.at(-1) ?? 0) & 1)), x ?? new Uint8Array());
  const publicKey: PublicKey = { type, bytes: type === 'Ed25519' ? (x ?? new Uint8Array()) : compressed };
  const multibase = publicKeyMultibase(publicKey);
  const hashed = { ...algorithm, hash: 'SHA-256' };
  return {
    publicKey,
    jwk,
    privateKey: pair.privateKey,
    did: `did:key:${multibase}`,
    kid: `did:key:${multibase}#${multibase}`,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(hashed, pair.privateKey, data)),
  };
}

/** Signed over whatever text, where jose refuses to. */
export async function madeOf(header: string, payload: string, by: TestKey): Promise<string> {
  const signingInput = `${base64url(utf8(header))}.${base64url(utf8(payload))}`;
  return `${signingInput}.${base64url(await by.sign(utf8(signingInput)))}`;
}

/** The public members alone. */
export const bare = ({ kty, crv, x, y }: JsonWebKey): JsonObject => JSON.parse(JSON.stringify({ kty, crv, x, y })); // drops the y of Ed25519
