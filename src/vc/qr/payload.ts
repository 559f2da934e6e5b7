/** The QR payload: one signed credential as bytes and as decimal digits, losslessly; docs/qr.md holds a worked example. */
import { type CredentialFields, type Holder, holderText, type SignedFields } from '../credential.ts';
import { makeDesk, makeRoom, takeText } from '../desk.ts';
import { type Bytes, crc16, equalBytes, hex } from '../encoding.ts';
import { isWellFormed } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { isEpoch } from '../time.ts';
import { type Item, readArray, writeArray } from './cbor.ts';

const FORMAT = 0x01;

export type PayloadFault = { reason: 'damaged-scan' | 'unknown-format' | 'not-canonical' };
export type PayloadResult = { ok: true; fields: SignedFields; digits: string } | { ok: false; fault: PayloadFault };

const PROOF_BYTES = 64;
const CRC_BYTES = 2;
const NO_PROOF = new Uint8Array(PROOF_BYTES);

/** Format byte, deterministic CBOR (RFC 8949 §4.2), CRC-16. */
export const packPayload = (fields: SignedFields): Bytes => sealPayload(draftPayload(fields), fields.proofValue);

/** As long as the payload will be, but for signature and check sum, which come last. */
export function draftPayload(fields: CredentialFields): Bytes {
  const { holder } = fields;
  const items = [
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
    NO_PROOF,
  ];
  desk.bytes[0] = FORMAT;
  const end = writeArray(desk, items, 1);
  const draft = new Uint8Array(end + CRC_BYTES);
  draft.set(desk.bytes.subarray(0, end));
  return draft;
}

const desk = makeDesk(4096);

/** Completes the draft, in place. */
export function sealPayload(draft: Bytes, proofValue: Bytes): Bytes {
  if (proofValue.length !== PROOF_BYTES) throw new RangeError(`a signature of ${proofValue.length} bytes`);
  const end = draft.length - CRC_BYTES;
  draft.set(proofValue, end - PROOF_BYTES);
  const crc = crc16(draft.subarray(0, end));
  draft[end] = crc >> 8;
  draft[end + 1] = crc & 0xff;
  return draft;
}

/** The signature inside a sealed payload. */
export const proofIn = (packed: Bytes): Bytes => packed.slice(-CRC_BYTES - PROOF_BYTES, -CRC_BYTES);

/** Decimal digits of a payload of so many bytes. */
export const digitCount = (bytes: number): number => Math.floor(bytes / 7) * 17 + (GROUP_DIGITS[bytes % 7] ?? 0);

/** `damaged-scan` before anything else can be said: a slip of the camera or the finger is never called a forgery. */
export function unpackPayload(bytes: Bytes, digits = toDigits(bytes)): PayloadResult {
  if (bytes.length < 4) return fault('damaged-scan');
  const body = bytes.slice(0, -2);
  if (crc16(body) !== ((bytes.at(-2) ?? 0) << 8) + (bytes.at(-1) ?? 0)) return fault('damaged-scan');
  if (body[0] !== FORMAT) return fault('unknown-format');
  const fields = readFields(body.slice(1));
  if (!fields || !equalBytes(packPayload(fields), bytes)) return fault('not-canonical'); // so the digits are the only ones too
  return { ok: true, fields, digits };
}

/** Reads the digits at the end of whatever was scanned or typed: a URL, or the digits alone. */
export function readCode(text: string): PayloadResult {
  if (text.length > LIMITS.codeTextLength) return fault('damaged-scan');
  const digits = text.match(/\d+/g)?.at(-1) ?? ''; // the last run; `(\d{40,})\D*$` says the same in quadratic time
  if (digits.length < LIMITS.codeDigitsMin || digits.length > LIMITS.codeDigitsMax) return fault('damaged-scan');
  const bytes = fromDigits(digits);
  return bytes ? unpackPayload(bytes, digits) : fault('damaged-scan');
}

const fault = (reason: PayloadFault['reason']): PayloadResult => ({ ok: false, fault: { reason } });

function readFields(cbor: Bytes): SignedFields | undefined {
  const items = readArray(cbor);
  if (!items) return undefined;
  if (items.length < LIMITS.codeItemsMin || items.length > LIMITS.codeItemsMax) return undefined;
  const [template, key, uuid, validFrom, validUntil, created, points, statusIndex, holder, ...rest] = items;
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

function readHolder(value: unknown): Holder | undefined {
  if (typeof value === 'string') return value !== '' && isWellFormed(value) ? { name: value } : undefined;
  return isBytes(value, 16) ? { pseudonym: value } : undefined;
}

const isCount = (item: Item | undefined): item is number => typeof item === 'number';
const isBytes = (value: unknown, length: number): value is Bytes =>
  value instanceof Uint8Array && value.length === length;

/** Of an admitted text: of anything else, some bytes that do not read as it. */
function uuidBytes(uuid: string): Bytes {
  const bytes = new Uint8Array(16);
  let half = 0;
  for (let i = 0; i < uuid.length; i++) {
    const code = uuid.charCodeAt(i);
    if (code === HYPHEN) continue;
    const digit = (code & 0x0f) + (code > NINE ? 9 : 0);
    bytes[half >> 1] = ((bytes[half >> 1] ?? 0) << 4) | digit;
    half++;
  }
  return bytes;
}

const HYPHEN = 0x2d;
const NINE = 0x39;

function uuidText(bytes: Uint8Array): string {
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** Digits of a group of 0…7 bytes (CTAP 2.2 §11.5.1, hybrid transport). */
const GROUP_DIGITS = [0, 3, 5, 8, 10, 13, 15, 17] as const;

/** A group is below 2^56, more than a number holds exactly: it is kept as two numbers, both exact. */
export function toDigits(bytes: Uint8Array): string {
  const count = digitCount(bytes.length);
  makeRoom(desk, count);
  for (let at = 0, to = 0; at < bytes.length; at += 7) {
    const length = Math.min(7, bytes.length - at);
    let [low, high] = [0, 0]; // of 32 and 24 bits
    for (let i = length - 1; i >= 4; i--) high = high * 256 + (bytes[at + i] ?? 0);
    for (let i = Math.min(length, 4) - 1; i >= 0; i--) low = low * 256 + (bytes[at + i] ?? 0);
    // high · 2^32 + low, in billions and the rest; 2^32 = 4 · 10^9 + 294,967,296
    const rest = high * 294_967_296 + low;
    const carried = Math.floor(rest / BILLION);
    const end = to + (GROUP_DIGITS[length] ?? 0);
    const tail = Math.max(to, end - 9);
    writeDigits(high * 4 + carried, to, tail);
    writeDigits(rest - carried * BILLION, tail, end);
    to = end;
  }
  return takeText(desk, 0, count);
}

/** Decimal, with zeros in front, of a value below 2^31: `| 0` keeps it a machine's integer, which is quick to divide. */
function writeDigits(value: number, start: number, end: number): void {
  const { bytes } = desk;
  let left = value | 0;
  for (let at = end - 1; at >= start; at--) {
    const rest = (left / 10) | 0;
    bytes[at] = 0x30 + left - rest * 10;
    left = rest;
  }
}

const BILLION = 1_000_000_000;

/** Undefined for a tail of impossible length or a group that its bytes cannot hold. */
export function fromDigits(digits: string): Bytes | undefined {
  const tail = GROUP_DIGITS.indexOf((digits.length % 17) as (typeof GROUP_DIGITS)[number]);
  if (tail < 0) return undefined;
  const bytes = new Uint8Array(Math.floor(digits.length / 17) * 7 + tail);
  for (let from = 0, at = 0; from < digits.length; from += 17, at += 7) {
    const group = digits.slice(from, from + 17);
    const billions = Number(group.slice(0, -9));
    // billions · 10^9 + rest, in 2^16 and the rest; 10^9 = 15,258 · 2^16 + 51,712
    const low = billions * 51_712 + Number(group.slice(-9));
    let value = billions * 15_258 + Math.floor(low / 65_536);
    const length = Math.min(7, bytes.length - at);
    bytes[at] = low & 0xff;
    if (length > 1) bytes[at + 1] = (low >>> 8) & 0xff;
    else if ((low & 0xff00) !== 0) return undefined;
    for (let i = 2; i < length; i++) {
      bytes[at + i] = value % 256;
      value = Math.floor(value / 256);
    }
    if (value !== 0) return undefined;
  }
  return bytes;
}

/** `prefix` is everything up to the digits: `https://…/c/#`. */
export const codePrefix = (publicUrl: string): string => `${publicUrl}/c/#`;

/** Packs, unpacks and compares before it emits; a difference is a bug in the reservation, so it throws. */
export function emitPayload(fields: SignedFields): { bytes: Bytes; digits: string } {
  const bytes = packPayload(fields);
  return { bytes, digits: readBack(bytes, fields) };
}

/** The digits of packed bytes, read as a stranger's reader would. Throws unless they say what the fields say. */
export function readBack(packed: Bytes, fields: SignedFields): string {
  const back = readCode(toDigits(packed));
  if (!back.ok) throw new Error(`the payload of ${fields.uuid} does not survive packing: ${back.fault.reason}`);
  const same =
    back.fields.uuid === fields.uuid &&
    holderText(back.fields.holder) === holderText(fields.holder) &&
    equalBytes(back.fields.proofValue, fields.proofValue); // numbers cannot differ: the bytes re-encode
  if (!same) throw new Error(`the payload of ${fields.uuid} reads as another uuid, holder or signature`);
  return back.digits;
}
