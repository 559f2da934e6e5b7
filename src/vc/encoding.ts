/** Bytes and text: UTF-8, base64url (RFC 4648 §5), base58btc multibase, hex, and the check sum of the QR payload. */
import { base58, base64urlnopad, hex as hexCoder } from '@scure/base';
import { makeDesk, takeText } from './desk.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Short ASCII text is faster by hand than by the encoder's call. */
export function utf8(text: string): Bytes {
  if (text.length > 64) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return encoder.encode(text);
    bytes[at] = unit;
  }
  return bytes;
}

/** Undefined when the bytes are not well-formed UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export const base64url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);

/** Canonical only: no padding, no stray bits in the last character. Undefined otherwise. */
export const fromBase64url = (text: string): Bytes | undefined => decoded(() => base64urlnopad.decode(text));

export const hex = (bytes: Uint8Array): string => hexCoder.encode(bytes);
export const fromHex = (text: string): Bytes | undefined => decoded(() => hexCoder.decode(text));

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const CODES = Uint8Array.from(BASE58, (digit) => digit.charCodeAt(0));
const FIVE_DIGITS = 58 ** 5;
const BY_HAND = 64; // bytes; 88 digits

/** Of 2^16, each as groups of five digits, the lowest first. */
const POWERS: Float64Array[] = [];
for (
  let power = Float64Array.of(1);
  POWERS.length < BY_HAND / 2;
  power = carried(power.map((group) => group * 2 ** 16))
)
  POWERS.push(power);

function carried(sums: Float64Array): Float64Array<ArrayBuffer> {
  let carry = 0;
  const groups: number[] = [];
  for (const sum of [...sums, 0]) {
    groups.push((sum + carry) % FIVE_DIGITS);
    carry = Math.floor((sum + carry) / FIVE_DIGITS);
  }
  return Float64Array.from(groups.at(-1) === 0 ? groups.slice(0, -1) : groups);
}

const sums = new Float64Array(18);
const line = makeDesk(1 + 5 * sums.length + BY_HAND);

/**
 * Multibase base58btc, prefix `z` (Controlled Identifiers 1.0 §2.4). By hand up to the length of a signature, as every
 * credential has one: known powers are added up, exactly (at most 32 · 2^16 · 58^5 < 2^53), and carried once.
 */
export function multibase58(bytes: Uint8Array): string {
  if (bytes.length > BY_HAND) return `z${base58.encode(bytes)}`;
  sums.fill(0);
  for (let end = bytes.length, power = 0; end > 0; end -= 2, power++) {
    const value = (bytes[end - 1] ?? 0) + (end > 1 ? 256 * (bytes[end - 2] ?? 0) : 0);
    const groups = POWERS[power] ?? [];
    for (let i = 0; i < groups.length; i++) sums[i] = (sums[i] ?? 0) + value * (groups[i] ?? 0);
  }
  const digits = line.bytes;
  let at = digits.length;
  let carry = 0;
  for (const sum of sums) {
    const value = sum + carry;
    carry = Math.floor(value / FIVE_DIGITS);
    let group = (value - carry * FIVE_DIGITS) | 0; // `| 0` keeps it a machine's integer, which is quick to divide
    for (let digit = 0; digit < 5; digit++) {
      const rest = (group / 58) | 0;
      digits[--at] = CODES[group - rest * 58] ?? 0;
      group = rest;
    }
  }
  while (digits[at] === CODES[0]) at++;
  for (let zeros = 0; zeros < bytes.length && bytes[zeros] === 0; zeros++) digits[--at] = CODES[0] ?? 0;
  digits[--at] = 0x7a; // z
  return takeText(line, at, digits.length);
}

/** `maxLength` is in characters: base58 decoding costs the square of the length, so the size is checked first. */
export function fromMultibase58(text: string, maxLength: number): Bytes | undefined {
  if (!text.startsWith('z') || text.length > maxLength) return undefined;
  return decoded(() => base58.decode(text.slice(1)));
}

function decoded(decode: () => Uint8Array): Bytes | undefined {
  try {
    return new Uint8Array(decode());
  } catch {
    return undefined;
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16/IBM-3740: init 0xFFFF, polynomial 0x1021, not reflected. "123456789" → 0x29B1. Going by index leaves no garbage for each byte. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (let at = 0; at < bytes.length; at++)
    crc = ((crc << 8) & 0xffff) ^ (CRC_OF_BYTE[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}
