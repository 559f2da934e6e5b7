/** A frame of an animated code: one symbol of a bundle on its way from a station's screen to another station's camera (docs/decisions/0014): a prefix, and digits as in the code of a certificate. */
import { type Bytes, concat } from '../../../vc/encoding.ts';
import { LIMITS } from '../../../vc/limits.ts';
import { digitCount, fromDigits, toDigits } from '../../../vc/qr/payload.ts';
import { FRAME_PREFIX } from '../../scan/other-codes.ts';
import { SYMBOL_BYTES } from './fountain.ts';

/** Of the compressed data: what all frames of one transfer have in common. */
export type Session = {
  /** The first 16 bytes of their SHA-256. */
  readonly hash: Bytes;
  /** In bytes. */
  readonly length: number;
};

export type Frame = { readonly session: Session; readonly number: number; readonly symbol: Bytes };

const HASH_BYTES = 16;
const HEADER_BYTES = HASH_BYTES + 3 + 3;
/** Frames of one transfer are numbered below it, then from zero again. */
export const FRAME_NUMBERS = 2 ** 24;

export const sessionHash = (sha256: Bytes): Bytes => sha256.slice(0, HASH_BYTES);

/** Hash, length and number, the two with the highest byte first; the symbol. */
export const frameDigits = ({ session: { hash, length }, number, symbol }: Frame): string =>
  toDigits(concat(hash, threeBytes(length), threeBytes(number), symbol));

const threeBytes = (value: number): Bytes => Uint8Array.of(value >>> 16, value >>> 8, value);

/** Undefined for whatever is not one to the last digit, and for data that no station takes. */
export function readFrame(text: string): Frame | undefined {
  if (!text.startsWith(FRAME_PREFIX)) return undefined;
  const digits = text.slice(FRAME_PREFIX.length);
  if (digits.length !== digitCount(HEADER_BYTES + SYMBOL_BYTES) || !/^\d+$/.test(digits)) return undefined;
  const bytes = fromDigits(digits);
  if (!bytes) return undefined;
  const numberAt = (at: number): number =>
    ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const length = numberAt(HASH_BYTES);
  if (length === 0 || length > LIMITS.transferBytes) return undefined;
  return {
    session: { hash: bytes.slice(0, HASH_BYTES), length },
    number: numberAt(HASH_BYTES + 3),
    symbol: bytes.slice(HEADER_BYTES),
  };
}
