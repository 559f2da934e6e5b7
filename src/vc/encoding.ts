/** Bytes and text: UTF-8, base64url (RFC 4648 §5), base58btc multibase, hex, and the check sum of the QR payload. */
import { base58, base64urlnopad, hex as hexCoder } from '@scure/base';

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
const FOUR_DIGITS = 58 ** 4;

/**
 * Multibase base58btc, prefix `z` (Controlled Identifiers 1.0 §2.4). By hand, as every credential has one: four digits at a
 * time take a quarter of the general library's time, to which a test holds it.
 */
export function multibase58(bytes: Uint8Array): string {
  const groups: number[] = []; // of four digits, the lowest first
  for (let at = 0, taken = bytes.length % 3 || 3; at < bytes.length; at += taken, taken = 3) {
    let carry = 0;
    for (let i = 0; i < taken; i++) carry = carry * 256 + (bytes[at + i] ?? 0);
    for (let i = 0; i < groups.length; i++) {
      const value = (groups[i] ?? 0) * 256 ** taken + carry; // below 58^4 · 2^24, exact
      carry = Math.floor(value / FOUR_DIGITS);
      groups[i] = value - carry * FOUR_DIGITS;
    }
    for (; carry > 0; carry = Math.floor(carry / FOUR_DIGITS)) groups.push(carry % FOUR_DIGITS);
  }
  let digits = '';
  for (const group of groups.reverse()) digits += PAIRS[Math.floor(group / 3364)] + (PAIRS[group % 3364] ?? '');
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  return `z${'1'.repeat(zeros)}${digits.replace(/^1+/, '')}`;
}

/** Two digits of base 58, by their value. */
const PAIRS = Array.from({ length: 3364 }, (_, value) => `${BASE58[Math.floor(value / 58)]}${BASE58[value % 58]}`);

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

/** CRC-16/IBM-3740: init 0xFFFF, polynomial 0x1021, not reflected. "123456789" → 0x29B1. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (CRC_OF_BYTE[(crc >> 8) ^ byte] ?? 0);
  return crc;
}
