/** Public keys of the supported types as Multikey (Controlled Identifiers 1.0 §2.2.2) and JWK (§2.2.3, RFC 7518 §6, RFC 8037), and what verifies with them. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { type Bytes, concat, equalBytes, fromBase64url, fromMultibase58, multibase58 } from '../encoding.ts';
import { isObject, type Json } from '../json.ts';
import { webPrimitives } from '../primitives.ts';

/** `bytes`: 32 for Ed25519; the compressed point, 33 or 49, for P-256 and P-384. Never a small-order or off-curve point. */
export type PublicKey = { readonly type: 'Ed25519' | 'P-256' | 'P-384'; readonly bytes: Bytes };

type KeyType = PublicKey['type'];

/** False for any bad signature. */
export type Verify = (signature: Bytes, data: Bytes) => Promise<boolean>;

type KeyForm = {
  /** Multicodec, as a varint. */
  readonly codec: Bytes;
  readonly length: number;
  readonly jwk: { readonly kty: string; readonly algorithms: readonly string[]; readonly coordinateLength: number };
  readonly signatureLength: number;
  isPoint(bytes: Bytes): boolean;
  open(bytes: Bytes): Promise<Verify>;
};

/** The point is checked and unpacked here, as WebCrypto takes compressed points on few platforms; the signature is left to WebCrypto. */
const nist = (curve: typeof p256, codec: Bytes, namedCurve: 'P-256' | 'P-384'): KeyForm => {
  const { size, hash, algorithm } =
    namedCurve === 'P-256'
      ? { size: 32, hash: 'SHA-256', algorithm: 'ES256' }
      : { size: 48, hash: 'SHA-384', algorithm: 'ES384' };
  return {
    codec,
    length: size + 1,
    jwk: { kty: 'EC', algorithms: [algorithm], coordinateLength: size },
    signatureLength: 2 * size,
    isPoint: (bytes) => notThrowing(() => equalBytes(curve.Point.fromBytes(bytes).toBytes(true), bytes)),
    async open(bytes) {
      const point = new Uint8Array(curve.Point.fromBytes(bytes).toBytes(false));
      const key = await crypto.subtle.importKey('raw', point, { name: 'ECDSA', namedCurve }, false, ['verify']);
      return (signature, data) => crypto.subtle.verify({ name: 'ECDSA', hash }, key, signature, data);
    },
  };
};

const FORMS: Readonly<Record<KeyType, KeyForm>> = {
  Ed25519: {
    codec: Uint8Array.of(0xed, 0x01),
    length: 32,
    jwk: { kty: 'OKP', algorithms: ['EdDSA', 'Ed25519'], coordinateLength: 32 },
    signatureLength: 64,
    isPoint: (bytes) => notThrowing(() => !ed25519.Point.fromBytes(bytes).isSmallOrder()),
    open: async (bytes) => async (signature, data) => webPrimitives.verifyEd25519(bytes, signature, data),
  },
  'P-256': nist(p256, Uint8Array.of(0x80, 0x24), 'P-256'),
  'P-384': nist(p384, Uint8Array.of(0x81, 0x24), 'P-384'),
};

const KEY_TYPES: readonly KeyType[] = ['Ed25519', 'P-256', 'P-384'];

/** P-384 takes 71 characters, the longest. */
const MAX_MULTIBASE_LENGTH = 72;

/** Undefined for another key type or base, a wrong length, a point that is off the curve, of small order or not canonically written. */
export function publicKeyFromMultibase(text: string): PublicKey | undefined {
  const coded = fromMultibase58(text, MAX_MULTIBASE_LENGTH);
  const type = coded && KEY_TYPES.find((each) => equalBytes(FORMS[each].codec, coded.subarray(0, 2)));
  return type && publicKey(type, coded.slice(2));
}

export const publicKeyMultibase = (key: PublicKey): string => multibase58(concat(FORMS[key.type].codec, key.bytes));

/** What the JOSE registries call private or secret: a public key must have none of them (Controlled Identifiers 1.0 §2.2.3). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** Undefined also for a private key, for a JWK that says it is not for signatures, and for coordinates that are not canonical base64url of full length. */
export function publicKeyFromJwk(jwk: Json | undefined): PublicKey | undefined {
  if (!isObject(jwk) || PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined;
  const type = KEY_TYPES.find((each) => each === jwk.crv);
  if (!type || jwk.kty !== FORMS[type].jwk.kty || !mayVerify(jwk, FORMS[type].jwk.algorithms)) return undefined;
  const x = coordinate(jwk.x, type);
  if (!x) return undefined;
  if (type === 'Ed25519') return Object.hasOwn(jwk, 'y') ? undefined : publicKey(type, x);
  const y = coordinate(jwk.y, type);
  if (!y) return undefined;
  const key = publicKey(type, concat(Uint8Array.of(2 + ((y.at(-1) ?? 0) & 1)), x));
  // The compressed form has one bit of y: the rest of it is compared with what the curve gives.
  return key && equalBytes(uncompressed(key), concat(Uint8Array.of(4), x, y)) ? key : undefined;
}

/** Raw signatures: 64 bytes for Ed25519 and P-256, 96 for P-384 (r then s). The data is hashed inside (SHA-256, SHA-384 for P-384). False for whatever is wrong. */
export async function verifySignature(key: PublicKey, signature: Bytes, data: Bytes): Promise<boolean> {
  return (await openKey(key))(signature, data);
}

/** For many signatures by one key: as verifySignature, with the key made ready once. */
export async function openKey(key: PublicKey): Promise<Verify> {
  const { signatureLength, open } = FORMS[key.type];
  const verify = await open(key.bytes);
  return async (signature, data) => signature.length === signatureLength && verify(signature, data);
}

function publicKey(type: KeyType, bytes: Bytes): PublicKey | undefined {
  return bytes.length === FORMS[type].length && FORMS[type].isPoint(bytes) ? { type, bytes } : undefined;
}

const uncompressed = ({ type, bytes }: PublicKey): Uint8Array =>
  (type === 'P-384' ? p384 : p256).Point.fromBytes(bytes).toBytes(false);

function coordinate(value: Json | undefined, type: KeyType): Bytes | undefined {
  const { coordinateLength } = FORMS[type].jwk;
  if (typeof value !== 'string' || value.length > 2 * coordinateLength) return undefined;
  return fromBase64url(value);
}

/** RFC 7517 §4.2 to §4.4. */
function mayVerify({ use, key_ops, alg }: { [name: string]: Json }, algorithms: readonly string[]): boolean {
  if (use !== undefined && use !== 'sig') return false;
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return false;
  return alg === undefined || (typeof alg === 'string' && algorithms.includes(alg));
}

function notThrowing(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
