/** Request bodies: media type first, size while reading, then UTF-8 and the one strict parser. */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { concat, fromUtf8 } from '../vc/encoding.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../vc/json.ts';
import { LIMITS } from '../vc/limits.ts';
import type { AppEnv } from './app-env.ts';

export const JSON_DEPTH = LIMITS.bodyDepth;

/** The media type without parameters, one of `allowed`; anything else is refused before the body is read. */
export function mediaType<T extends string>(c: Context<AppEnv>, allowed: readonly T[]): T {
  const given = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const found = allowed.find((type) => type === given);
  if (found !== undefined) return found;
  throw new AppError('unsupported-media-type', {
    zh: `Content-Type 应为 ${allowed.join('、')} 之一。`,
    en: `Content-Type must be one of ${allowed.join(', ')}.`,
  });
}

/** So many may be as small as they like. */
const FREE_PIECES = 1024;

export async function bodyBytes(c: Context<AppEnv>, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const { incoming } = c.env;
  return incoming ? nodeBytes(incoming, maxBytes) : webBytes(c.req.raw.body, maxBytes);
}

export async function bodyText(c: Context<AppEnv>, maxBytes: number): Promise<string> {
  const text = fromUtf8(await bodyBytes(c, maxBytes));
  if (text === undefined) throw malformed({ zh: '请求体不是 UTF-8。', en: 'The body is not UTF-8.' });
  return text;
}

/** The body as it comes, for what need not be in memory as a whole. */
export async function* bodyStream(c: Context<AppEnv>, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const measure = measurer(maxBytes);
  // Leaving early must not break the connection: the answer is still to come.
  const incoming = c.env.incoming?.iterator({ destroyOnReturn: false });
  try {
    for await (const piece of incoming ?? piecesOf(c.req.raw.body)) {
      measure(piece);
      yield piece;
    }
  } finally {
    if (!incoming) await drain(c.req.raw.body, measure); // as @hono/node-server does there
  }
}

async function drain(body: ReadableStream<Uint8Array> | null, measure: (piece: Uint8Array) => number): Promise<void> {
  try {
    for await (const piece of piecesOf(body)) measure(piece);
  } catch {
    await body?.cancel().catch(() => undefined);
  }
}

async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || !value) return;
      yield value;
    }
  } finally {
    reader?.releaseLock();
  }
}

/** Throws as soon as pieces are too many bytes or too many pieces; returns the bytes so far. */
function measurer(maxBytes: number): (piece: Uint8Array) => number {
  let [length, pieces] = [0, 0];
  return (piece) => {
    length += piece.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    if (++pieces > FREE_PIECES && length < pieces * LIMITS.bodyPieceBytes) throw inPieces();
    return length;
  };
}

/** Puts pieces together. */
function gatherer(maxBytes: number) {
  const measure = measurer(maxBytes);
  let bytes: Uint8Array = new Uint8Array(0);
  let length = 0;
  return {
    add(piece: Uint8Array): void {
      const end = measure(piece);
      if (length === 0) {
        bytes = piece; // mostly the whole of it: a buffer of our own for each request keeps the collector busy
      } else {
        if (end > bytes.length) bytes = concat(bytes, new Uint8Array(end)); // at least twice as much: each byte is moved a few times
        bytes.set(piece, length);
      }
      length = end;
    },
    whole: () => bytes.subarray(0, length),
  };
}

async function webBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const { add, whole } = gatherer(maxBytes);
  try {
    for await (const piece of piecesOf(body)) add(piece);
    return whole();
  } catch (error) {
    await body?.cancel().catch(() => undefined);
    throw error;
  }
}

/** A web stream over Node's request costs more than the whole verification. What is not read here, @hono/node-server drains or cuts off. */
function nodeBytes(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const { add, whole } = gatherer(maxBytes);
    const onData = (piece: Uint8Array) => {
      try {
        add(piece);
      } catch (error) {
        incoming.off('data', onData);
        incoming.pause();
        reject(error);
      }
    };
    incoming.on('data', onData);
    incoming.once('end', () => resolve(whole()));
    const onClose = () => {
      if (!incoming.readableEnded) reject(new Error('the client went away before all of its body came'));
    };
    incoming.once('error', onClose);
    incoming.once('close', onClose);
    if (incoming.destroyed) onClose(); // before this was asked
  });
}

export async function bodyObject(c: Context<AppEnv>, maxBytes: number): Promise<JsonObject> {
  mediaType(c, ['application/json']);
  const value = strictJson(await bodyText(c, maxBytes), maxBytes);
  if (isObject(value)) return value;
  throw malformed({ zh: '请求体应为一个 JSON 对象。', en: 'The body must be one JSON object.' });
}

export function strictJson(text: string, maxBytes: number): Json {
  const parsed = parseJson(text, { maxBytes, maxDepth: JSON_DEPTH });
  if (parsed.ok) return parsed.value;
  const { fault } = parsed;
  if (fault.reason === 'too-large') throw tooManyValues();
  throw malformed({
    zh: `请求体不是合格的 JSON,从第 ${fault.at} 个字符起有误。`,
    en: `The body is not acceptable JSON: at character ${fault.at}, expected ${fault.expected}.`,
  });
}

/** A text member, or a problem that names it. */
export function textField(body: JsonObject, name: string, maxLength: number): string {
  const value = body[name];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= maxLength) return value;
  throw new AppError(
    'invalid-field',
    {
      zh: `“${name}” 应为 1 到 ${maxLength} 个字符的文本。`,
      en: `${name} must be a text of 1 to ${maxLength} characters.`,
    },
    name,
  );
}

export function refuseOtherFields(body: JsonObject, known: readonly string[]): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new AppError('invalid-field', { zh: `不认识的字段 “${other}”。`, en: `Unknown field ${other}.` }, other);
}

export const malformed = (sentence: { zh: string; en: string }) => new AppError('malformed-request', sentence);

const tooLarge = (maxBytes: number) =>
  new AppError('too-large', { zh: `请求体超过 ${maxBytes} 字节。`, en: `The body is larger than ${maxBytes} bytes.` });

/** The bytes were counted when they came. */
const tooManyValues = () =>
  new AppError('too-large', {
    zh: `请求体的值超过 ${LIMITS.jsonValues} 个。`,
    en: `The body has more than ${LIMITS.jsonValues} values.`,
  });

const inPieces = () =>
  new AppError('too-large', {
    zh: `请求体分块过碎:平均每块应不少于 ${LIMITS.bodyPieceBytes} 字节。`,
    en: `The body comes in too small pieces: send at least ${LIMITS.bodyPieceBytes} bytes in each, on average.`,
  });
