/** Bytes and text: UTF-8, base64url (RFC 4648 §5), base58btc multibase, hex, and the check sum of the QR payload. */
import { base58, base64urlnopad, hex as hexCoder } from '@scure/base';

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

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

/** Multibase base58btc, prefix `z` (Controlled Identifiers 1.0 §2.4). */
export const multibase58 = (bytes: Uint8Array): string => `z${base58.encode(bytes)}`;

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

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** CRC-16/IBM-3740: init 0xFFFF, polynomial 0x1021, not reflected. "123456789" → 0x29B1. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
