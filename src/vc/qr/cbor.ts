/** Deterministic CBOR (RFC 8949 §4.2.1) of what a payload holds: one array of counts, byte strings, text and null. */
import { type Desk, makeRoom, writeText } from '../desk.ts';
import { type Bytes, fromUtf8 } from '../encoding.ts';

/** A number is a count: whole, safe and not below 0. */
export type Item = number | string | null | Bytes;

/** Major types (§3.1), in place. */
const [COUNT, BYTES, TEXT, ARRAY] = [0x00, 0x40, 0x60, 0x80];
const NULL = 0xf6;
const LONGEST_HEAD = 9;

/** Returns where it ends. */
export function writeArray(desk: Desk, items: readonly Item[], start: number): number {
  let at = writeHead(desk, ARRAY, items.length, start);
  for (const item of items) {
    if (typeof item === 'number') at = writeHead(desk, COUNT, item, at);
    else if (item === null) at = writeHead(desk, NULL, 0, at);
    else if (typeof item === 'string') at = writeString(desk, item, at);
    else at = writeBytes(desk, item, at);
  }
  return at;
}

/** The head says how many bytes follow, which is known once they are written. */
function writeString(desk: Desk, text: string, start: number): number {
  const from = start + LONGEST_HEAD;
  const end = writeText(desk, text, from);
  const at = writeHead(desk, TEXT, end - from, start);
  desk.bytes.copyWithin(at, from, end);
  return at + end - from;
}

function writeBytes(desk: Desk, bytes: Uint8Array, start: number): number {
  const at = writeHead(desk, BYTES, bytes.length, start);
  makeRoom(desk, at + bytes.length);
  desk.bytes.set(bytes, at);
  return at + bytes.length;
}

/** The shortest that holds the count: in the first byte, or in 1, 2, 4 or 8 bytes after it. */
function writeHead(desk: Desk, major: number, count: number, at: number): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count`);
  makeRoom(desk, at + LONGEST_HEAD);
  const { bytes } = desk;
  const size = sizeOf(count);
  bytes[at] = major + (size === 0 ? count : 24 + Math.log2(size));
  for (let i = size, rest = count; i > 0; i--, rest = Math.floor(rest / 256)) bytes[at + i] = rest % 256;
  return at + 1 + size;
}

/** Bytes that follow the first one. */
function sizeOf(count: number): number {
  if (count < 24) return 0;
  if (count < 2 ** 8) return 1;
  if (count < 2 ** 16) return 2;
  return count < 2 ** 32 ? 4 : 8;
}

/** Undefined for what holds anything else. Heads longer than needed, and an end that is none, are read too: whoever asks writes it again, and compares. */
export function readArray(bytes: Bytes): Item[] | undefined {
  let at = 0;

  function head(): { type: number; value: number } | undefined {
    const first = bytes[at++] ?? 0xff;
    const short = first & 0x1f;
    let value = short < 24 ? short : 0;
    for (const end = at + (short < 24 ? 0 : 2 ** (short - 24)); at < end; at++) value = value * 256 + (bytes[at] ?? 0);
    return Number.isSafeInteger(value) ? { type: first & 0xe0, value } : undefined;
  }

  function item(): Item | undefined {
    if (bytes[at] === NULL) {
      at++;
      return null;
    }
    const read = head();
    if (read?.type === COUNT) return read.value;
    if (read?.type !== BYTES && read?.type !== TEXT) return undefined;
    const content = bytes.slice(at, at + read.value);
    at += content.length; // the length that it gives itself may be any
    return read.type === BYTES ? content : fromUtf8(content);
  }

  const array = head();
  if (array?.type !== ARRAY) return undefined;
  const items: Item[] = [];
  while (items.length < array.value) {
    const one = item();
    if (one === undefined) return undefined;
    items.push(one);
  }
  return items;
}
