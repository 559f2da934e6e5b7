/** The QR payload: one signed credential as bytes and as decimal digits, losslessly; docs/qr.md holds a worked example. */
import { decode as decodeCbor, encode as encodeCbor } from 'cborg';
import { type Holder, holderText, type SignedFields } from '../credential.ts';
import { type Bytes, concat, crc16, equalBytes, hex } from '../encoding.ts';
import { isWellFormed } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { isEpoch } from '../time.ts';

const FORMAT = 0x01;

export type PayloadFault = { reason: 'damaged-scan' | 'unknown-format' | 'not-canonical' };
export type PayloadResult = { ok: true; fields: SignedFields; digits: string } | { ok: false; fault: PayloadFault };

/** Format byte, deterministic CBOR (RFC 8949 §4.2), CRC-16. */
export function packPayload(fields: SignedFields): Bytes {
  const { holder } = fields;
  const body = concat(
    Uint8Array.of(FORMAT),
    encodeCbor([
      fields.template,
      fields.key,
      uuidBytes(fields.uuid),
      fields.validFrom,
      fields.validUntil,
      fields.created,
      fields.points,
      fields.statusIndex,
      'name' in holder ? holder.name : holder.pseudonym,
      ...fields.own,
      fields.proofValue,
    ]),
  );
  const crc = crc16(body);
  return concat(body, Uint8Array.of(crc >> 8, crc & 0xff));
}

/** `damaged-scan` before anything else can be said: a slip of the camera or the finger is never called a forgery. */
export function unpackPayload(bytes: Bytes): PayloadResult {
  if (bytes.length < 4) return fault('damaged-scan');
  const body = bytes.slice(0, -2);
  if (crc16(body) !== ((bytes.at(-2) ?? 0) << 8) + (bytes.at(-1) ?? 0)) return fault('damaged-scan');
  if (body[0] !== FORMAT) return fault('unknown-format');
  const fields = readFields(body.slice(1));
  if (!fields || !equalBytes(packPayload(fields), bytes)) return fault('not-canonical');
  return { ok: true, fields, digits: toDigits(bytes) };
}

/** Reads the digits at the end of whatever was scanned or typed: a URL, or the digits alone. */
export function readCode(text: string): PayloadResult {
  if (text.length > LIMITS.codeTextLength) return fault('damaged-scan');
  const digits = text.match(/\d+/g)?.at(-1) ?? ''; // the last run; `(\d{40,})\D*$` says the same in quadratic time
  if (digits.length < LIMITS.codeDigitsMin || digits.length > LIMITS.codeDigitsMax) return fault('damaged-scan');
  const bytes = fromDigits(digits);
  return bytes ? unpackPayload(bytes) : fault('damaged-scan');
}

const fault = (reason: PayloadFault['reason']): PayloadResult => ({ ok: false, fault: { reason } });

function readFields(cbor: Bytes): SignedFields | undefined {
  const items = decodeStrictly(cbor);
  if (!Array.isArray(items)) return undefined;
  if (items.length < LIMITS.codeItemsMin || items.length > LIMITS.codeItemsMax) return undefined;
  const [template, key, uuid, validFrom, validUntil, created, points, statusIndex, holder, ...rest] =
    items as unknown[]; // an array of anything
  const proofValue = rest.pop();
  if (!isCount(template) || !isCount(key) || !isBytes(uuid, 16) || !isEpoch(validFrom) || !isEpoch(created))
    return undefined;
  if (!(validUntil === null || isEpoch(validUntil)) || !isCount(points) || !isCount(statusIndex)) return undefined;
  const who = readHolder(holder);
  if (!who || !rest.every(isCount) || !isBytes(proofValue, 64)) return undefined;
  return {
    template,
    key,
    uuid: uuidText(uuid),
    validFrom,
    validUntil,
    created,
    points,
    statusIndex,
    holder: who,
    own: rest,
    proofValue,
  };
}

function decodeStrictly(cbor: Bytes): unknown {
  try {
    return decodeCbor(cbor, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowNaN: false,
      allowInfinity: false,
    });
  } catch {
    return undefined;
  }
}

function readHolder(value: unknown): Holder | undefined {
  if (typeof value === 'string') return value !== '' && isWellFormed(value) ? { name: value } : undefined;
  return isBytes(value, 16) ? { pseudonym: value } : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isBytes = (value: unknown, length: number): value is Bytes =>
  value instanceof Uint8Array && value.length === length;

function uuidBytes(uuid: string): Uint8Array {
  return Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function uuidText(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Digits of a group of 0…7 bytes (CTAP 2.2 §11.5.1, hybrid transport). */
const GROUP_DIGITS = [0, 3, 5, 8, 10, 13, 15, 17] as const;

export function toDigits(bytes: Uint8Array): string {
  let digits = '';
  for (let at = 0; at < bytes.length; at += 7) {
    const group = bytes.subarray(at, at + 7);
    let value = 0n;
    for (let i = group.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(group[i] ?? 0);
    digits += value.toString().padStart(GROUP_DIGITS[group.length] ?? 0, '0');
  }
  return digits;
}

/** Undefined for a tail of impossible length or a group that its bytes cannot hold. */
export function fromDigits(digits: string): Bytes | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 17) {
    const group = digits.slice(at, at + 17);
    const length = GROUP_DIGITS.indexOf(group.length as (typeof GROUP_DIGITS)[number]);
    if (length < 0) return undefined;
    let value = BigInt(group);
    for (let i = 0; i < length; i++) {
      bytes.push(Number(value & 0xffn));
      value >>= 8n;
    }
    if (value !== 0n) return undefined;
  }
  return Uint8Array.from(bytes);
}

/** `prefix` is everything up to the digits: `https://…/c/#`. */
export const codePrefix = (publicUrl: string): string => `${publicUrl}/c/#`;

/** Packs, unpacks and compares before it emits; a difference is a bug in the reservation, so it throws. */
export function emitPayload(fields: SignedFields): { bytes: Bytes; digits: string } {
  const bytes = packPayload(fields);
  const back = readCode(toDigits(bytes));
  if (!back.ok) throw new Error(`the payload of ${fields.uuid} does not survive packing: ${back.fault.reason}`);
  const same = back.fields.uuid === fields.uuid && holderText(back.fields.holder) === holderText(fields.holder); // numbers and bytes cannot differ: the bytes re-encode
  if (!same) throw new Error(`the payload of ${fields.uuid} reads as another uuid or holder`);
  return { bytes, digits: back.digits };
}
