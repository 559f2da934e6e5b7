/** Bitstring Status List 1.0 §3.2 to §3.4: bits, their compressed multibase form, and the look-up of one entry. */
import { STATUS_LIST_LENGTH } from '../credential.ts';
import { type Bytes, base64url, fromBase64url } from '../encoding.ts';
import { gzip, type Primitives } from '../primitives.ts';

const LENGTH_BYTES = STATUS_LIST_LENGTH / 8;

/** All clear, 131,072 entries. */
export const emptyBitstring = (): Bytes => new Uint8Array(LENGTH_BYTES);

export function setBit(bits: Bytes, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= bits.length * 8)
    throw new RangeError(`no status entry ${index}`);
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
}

/** Index in [0, length), the left-most bit first. Undefined outside the list, never 0. */
export function bitAt(bits: Bytes, index: number): 0 | 1 | undefined {
  if (!Number.isInteger(index) || index < 0 || index >= bits.length * 8) return undefined; // before `>>`, which wraps at 2^32
  return (bits[index >> 3] ?? 0) & (0x80 >> (index & 7)) ? 1 : 0;
}

/** The entry at `index`, each entry `size` bits wide, the most significant bit first (§3.2). Undefined where it does not lie wholly inside. */
export function statusAt(bits: Bytes, { index, size }: { index: number; size: number }): number | undefined {
  let status = 0;
  for (let bit = 0; bit < size; bit++) {
    const value = bitAt(bits, index * size + bit);
    if (value === undefined) return undefined;
    status = status * 2 + value;
  }
  return status;
}

/** Multibase base64url (`u`) of the GZIP-compressed bitstring. */
export const encodeBitstring = async (bits: Bytes): Promise<string> => `u${base64url(await gzip(bits))}`;

/** The GZIP bytes inside multibase base64url (§2.2, encodedList). Undefined for another multibase or a form that is not canonical. */
export const packedBitstring = (encoded: string): Bytes | undefined =>
  encoded.startsWith('u') ? fromBase64url(encoded.slice(1)) : undefined;

/** Undefined unless it unpacks to exactly 131,072 bits; unpacking stops there, so a bomb costs 16 KiB. */
export async function decodeBitstring(encoded: string, primitives: Primitives): Promise<Bytes | undefined> {
  const packed = packedBitstring(encoded);
  const bits = packed && (await primitives.gunzip(packed, LENGTH_BYTES));
  return bits !== 'too-large' && bits?.length === LENGTH_BYTES ? bits : undefined;
}

/** True when a bit that was set before is clear now: a revocation never disappears. */
export const clearsBit = (before: Bytes, after: Bytes): boolean =>
  before.some((byte, index) => (byte & ~(after[index] ?? 0)) !== 0);
