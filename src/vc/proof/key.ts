/** Keys: the Signer that the verbs hold, and the Multikey form of Ed25519 public keys (Controlled Identifiers 1.0 §2.2.2). */
import { type Bytes, concat, fromMultibase58, hex, multibase58 } from '../encoding.ts';

/** Whoever may sign holds one of these; nobody else sees a key. Ed25519 over `data`, 64 bytes, the same bytes for the same data. */
export interface Signer {
  sign(data: Bytes): Bytes | Promise<Bytes>;
}

/** multicodec ed25519-pub, varint 0xed01. */
const ED25519_PUB = Uint8Array.of(0xed, 0x01);

export const ed25519Multibase = (publicKey: Uint8Array): string => multibase58(concat(ED25519_PUB, publicKey));

/** 32 bytes, or undefined for another key type, a non-canonical point encoding or a point of small order. */
export function ed25519FromMultibase(text: string): Bytes | undefined {
  const bytes = fromMultibase58(text, 64);
  if (bytes?.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) return undefined;
  const key = bytes.slice(2);
  return isSafeEd25519(key) ? key : undefined;
}

/** y-coordinates, little-endian, of the points of order 1, 2, 4 and 8: a key among them verifies any message. */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** 32 bytes, a canonical encoding, and not of small order. Whether the point is on the curve is left to the verification. */
export function isSafeEd25519(key: Bytes): boolean {
  if (key.length !== 32) return false;
  const y = key.slice();
  const high = y[31] ?? 0;
  y[31] = high & 0x7f;
  const canonical = y[31] !== 0x7f || y.slice(1, 31).some((byte) => byte !== 0xff) || (y[0] ?? 0) < 0xed; // y < 2^255 − 19
  return canonical && !SMALL_ORDER.has(hex(y));
}
