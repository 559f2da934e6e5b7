/** Digests of resources: `digestSRI` (Subresource Integrity §3.5) and `digestMultibase` (Data Integrity 1.0 §2.6). */
import { type Bytes, fromBase64url, fromMultibase58, hex } from '../encoding.ts';
import type { Json, JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { below } from './json-pointer.ts';

export type Digest = {
  /** 'other': nothing that we can compute, and so compare. */
  readonly algorithm: 'sha256' | 'sha384' | 'sha512' | 'other';
  /** Empty where the text allows no decoding: it matches nothing. */
  readonly hex: string;
  readonly at: string;
};

/** Every digest that an object states. Malformed ones are faults. */
export function readDigests(object: JsonObject, at: string, faults: Fault[]): Digest[] {
  const read = (name: string, readText: (text: string, at: string) => Digest[] | undefined): Digest[] => {
    const value = object[name];
    if (value === undefined) return [];
    const texts = Array.isArray(value) ? value : [value];
    if (texts.length > LIMITS.items) {
      const detail = `at most ${LIMITS.items} digests are read as ${name}, and there are ${texts.length}`;
      faults.push(fault('too-large', detail, below(at, name)));
      return [];
    }
    const digests = texts.map((text) => readIfText(text, readText, below(at, name)));
    if (digests.length > 0 && digests.every((some) => some !== undefined)) return digests.flat();
    faults.push(fault('malformed', `expected one or more digests as ${name}`, below(at, name)));
    return [];
  };
  return [...read('digestSRI', readSri), ...read('digestMultibase', readMultibase)];
}

const readIfText = (text: Json, readText: (text: string, at: string) => Digest[] | undefined, at: string) =>
  typeof text === 'string' ? readText(text, at) : undefined;

const BASE64_LENGTH = { sha256: 43, sha384: 64, sha512: 86 } as const;
const HASH_EXPRESSION = /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]{1,128})={0,2}$/;

/** One or more hash-expressions, separated by white space. */
function readSri(text: string, at: string): Digest[] | undefined {
  const digests = text
    .trim()
    .split(/\s+/)
    .map((expression) => readHashExpression(expression, at));
  return digests.every((digest) => digest !== undefined) ? digests : undefined;
}

/** Example 25 of VC Data Model 2.0 writes a multibase M (base64pad) before the digest: it is no part of the digest. */
function readHashExpression(expression: string, at: string): Digest | undefined {
  const [, algorithm, encoded = ''] = HASH_EXPRESSION.exec(expression) ?? [];
  if (algorithm !== 'sha256' && algorithm !== 'sha384' && algorithm !== 'sha512') return undefined;
  const prefixed = encoded.length === BASE64_LENGTH[algorithm] + 1 && encoded.startsWith('M');
  const digits = (prefixed ? encoded.slice(1) : encoded).replaceAll('+', '-').replaceAll('/', '_');
  const bytes = fromBase64url(digits);
  return { algorithm, hex: bytes ? hex(bytes) : '', at };
}

function readMultibase(text: string, at: string): Digest[] | undefined {
  const bytes = fromMultibase(text);
  return bytes && bytes.length > 0 ? [{ ...readMultihash(bytes), at }] : undefined;
}

/** Controlled Identifiers 1.0 §2.4: base64url without padding, or base58btc. */
function fromMultibase(text: string): Bytes | undefined {
  if (text.length > LIMITS.digestLength) return undefined;
  return text.startsWith('u') ? fromBase64url(text.slice(1)) : fromMultibase58(text, LIMITS.digestLength);
}

/** Code and length of the digest, one byte each (Controlled Identifiers 1.0 §2.5). */
const MULTIHASHES = [
  { algorithm: 'sha256', header: [0x12, 32] },
  { algorithm: 'sha384', header: [0x20, 48] },
  { algorithm: 'sha512', header: [0x13, 64] },
] as const;

/** A multihash; or, of issuers who forgot its header, 32 bytes of SHA-256. Another function, or none, is nothing that we can compare. */
function readMultihash(bytes: Bytes): Omit<Digest, 'at'> {
  if (bytes.length === 32) return { algorithm: 'sha256', hex: hex(bytes) };
  const [code, length, ...digest] = bytes;
  const known = MULTIHASHES.find(({ header }) => header[0] === code && header[1] === length);
  return known
    ? { algorithm: known.algorithm, hex: hex(Uint8Array.from(digest)) }
    : { algorithm: 'other', hex: hex(bytes) };
}
