/** The one JSON parser for what strangers send (RFC 8259, I-JSON RFC 7493): size, depth, duplicate names, lone surrogates and unsafe numbers are errors. */
import { fromUtf8, utf8 } from './encoding.ts';
import { LIMITS } from './limits.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export type JsonFault =
  /** In bytes, or in values. */
  | { reason: 'too-large' }
  | {
      reason: 'malformed';
      /** Offset in UTF-16 units. */
      at: number;
      expected: string;
      /** JSON by the grammar of RFC 8259, refused by our rules beyond it. */
      beyondGrammar: boolean;
      /** The member of the outermost object inside which the reading stopped. */
      member?: string;
    };

export type JsonResult = { ok: true; value: Json } | { ok: false; fault: JsonFault };

export type JsonLimits = {
  maxBytes: number;
  maxDepth: number;
  /** Of texts, numbers, words, arrays and objects together; names are not counted. Bounds the time: the reading gives way to nobody. */
  maxValues?: number;
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `input` as text or as UTF-8 bytes. Never throws. `at` is an offset in UTF-16 units. */
export function parseJson(
  input: string | Uint8Array,
  { maxBytes, maxDepth, maxValues = LIMITS.jsonValues }: JsonLimits,
): JsonResult {
  if (isLarger(input, maxBytes)) return { ok: false, fault: { reason: 'too-large' } };
  const text = typeof input === 'string' ? input : fromUtf8(input);
  if (text === undefined)
    return { ok: false, fault: { reason: 'malformed', at: 0, expected: 'UTF-8', beyondGrammar: false } };
  const cursor: Cursor = { text, at: 0, outerDepth: maxDepth, valuesLeft: maxValues };
  try {
    const value = readValue(cursor, maxDepth);
    skipSpace(cursor);
    if (cursor.at !== text.length) fail(cursor, 'the end');
    return { ok: true, value };
  } catch (error) {
    if (error instanceof TooManyValues) return { ok: false, fault: { reason: 'too-large' } };
    if (error instanceof Fault) return { ok: false, fault: { reason: 'malformed', ...error.evidence } };
    throw error;
  }
}

/** Text is measured as UTF-8, and only encoded where its length leaves a doubt: a UTF-16 unit takes one to three bytes. */
function isLarger(input: string | Uint8Array, maxBytes: number): boolean {
  if (input.length > maxBytes) return true;
  return typeof input === 'string' && input.length * 3 > maxBytes && utf8(input).length > maxBytes;
}

type Cursor = {
  text: string;
  at: number;
  valuesLeft: number;
  outerMember?: string | undefined;
  outerDepth: number;
};

/** Both are only thrown and caught inside this file. */
class Fault extends Error {
  readonly evidence: { at: number; expected: string; beyondGrammar: boolean; member?: string };
  constructor(evidence: Fault['evidence']) {
    super(evidence.expected);
    this.evidence = evidence;
  }
}

class TooManyValues extends Error {}

function fail(cursor: Cursor, expected: string, beyondGrammar = false): never {
  const { at, outerMember } = cursor;
  throw new Fault({ at, expected, beyondGrammar, ...(outerMember === undefined ? {} : { member: outerMember }) });
}

/** Correct by RFC 8259, refused by us. */
const refuse = (cursor: Cursor, expected: string): never => fail(cursor, expected, true);

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at++;
  }
}

function readValue(cursor: Cursor, depthLeft: number): Json {
  skipSpace(cursor);
  if (cursor.valuesLeft-- === 0) throw new TooManyValues();
  switch (cursor.text[cursor.at]) {
    case '{':
      return readObject(cursor, depthLeft);
    case '[':
      return readArray(cursor, depthLeft);
    case '"':
      return readString(cursor);
    case 't':
      return readWord(cursor, 'true', true);
    case 'f':
      return readWord(cursor, 'false', false);
    case 'n':
      return readWord(cursor, 'null', null);
    default:
      return readNumber(cursor);
  }
}

function readWord(cursor: Cursor, word: string, value: Json): Json {
  if (!cursor.text.startsWith(word, cursor.at)) fail(cursor, word);
  cursor.at += word.length;
  return value;
}

function readObject(cursor: Cursor, depthLeft: number): JsonObject {
  if (depthLeft === 0) refuse(cursor, 'less nesting');
  const object: JsonObject = {};
  cursor.at++;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === '}') {
    cursor.at++;
    return object;
  }
  for (;;) {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') fail(cursor, 'a member name');
    const name = readString(cursor);
    if (name === '__proto__' || Object.hasOwn(object, name)) refuse(cursor, 'a name that is new in its object');
    skipSpace(cursor);
    if (cursor.text[cursor.at++] !== ':') fail(cursor, '":"');
    const outermost = depthLeft === cursor.outerDepth;
    if (outermost) cursor.outerMember = name;
    object[name] = readValue(cursor, depthLeft - 1);
    if (outermost) cursor.outerMember = undefined;
    skipSpace(cursor);
    const mark = cursor.text[cursor.at++];
    if (mark === '}') return object;
    if (mark !== ',') fail(cursor, '"," or "}"');
  }
}

function readArray(cursor: Cursor, depthLeft: number): Json[] {
  if (depthLeft === 0) refuse(cursor, 'less nesting');
  const items: Json[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === ']') {
    cursor.at++;
    return items;
  }
  for (;;) {
    items.push(readValue(cursor, depthLeft - 1));
    skipSpace(cursor);
    const mark = cursor.text[cursor.at++];
    if (mark === ']') return items;
    if (mark !== ',') fail(cursor, '"," or "]"');
  }
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  let isPlain = true; // neither escapes nor surrogates, as most; the slice keeps the whole text in memory while it lives
  for (let at = start + 1; ; at++) {
    const code = cursor.text.charCodeAt(at);
    if (Number.isNaN(code) || code < 0x20) fail(cursor, 'a closed string without control characters');
    if (code === 0x5c) at++;
    if (code === 0x5c || (code & 0xf800) === 0xd800) isPlain = false;
    if (code !== 0x22) continue;
    cursor.at = at + 1;
    if (isPlain) return cursor.text.slice(start + 1, at);
    const value = parsedOrFail(cursor, cursor.text.slice(start, cursor.at));
    if (!isWellFormed(value)) refuse(cursor, 'Unicode text without lone surrogates');
    return value;
  }
}

/** The runtime's own reader does the escapes: the slice is known to be one quoted string. */
function parsedOrFail(cursor: Cursor, quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    if (typeof value === 'string') return value;
  } catch {}
  return fail(cursor, 'a valid escape');
}

/** With the `u` flag only an unpaired surrogate is a character of its own. */
const loneSurrogate = /\p{Surrogate}/u;
export const isWellFormed = (text: string): boolean => !loneSurrogate.test(text);

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readNumber(cursor: Cursor): number {
  numberForm.lastIndex = cursor.at;
  const found = numberForm.exec(cursor.text);
  if (!found) return fail(cursor, 'a value');
  if (found[0].length > LIMITS.numberLength)
    return refuse(cursor, `a number of at most ${LIMITS.numberLength} characters`);
  const value = Number(found[0]);
  const unsafe = !Number.isFinite(value) || (/^-?\d+$/.test(found[0]) && !Number.isSafeInteger(value));
  if (unsafe || Object.is(value, -0) || !isSameNumber(found[0], String(value))) refuse(cursor, 'a number that fits');
  cursor.at += found[0].length;
  return value;
}

/** A spelling that is the runtime's own, as most are, needs no closer look. */
const isSameNumber = (literal: string, other: string): boolean =>
  literal === other || decimal(literal) === decimal(other);

/** One text for all spellings of a decimal number: `100.0` and `1e2` are 100, `100.00000000000000001` is not. */
function decimal(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = `${whole}${fraction}`.replace(/^(-?)0+(?=\d)/, '$1');
  const significant = digits.replace(/0+$/, '');
  return /\d/.test(significant)
    ? `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
    : '0';
}
