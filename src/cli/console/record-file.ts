/** Learning records in a file on disk, read as they come: a province's file need not fit into memory. */
import { createReadStream, readFileSync } from 'node:fs';
import { knownValues } from '../../learning/formats/known-words.ts';
import type { Mapping } from '../../learning/formats/mapping.ts';
import { type RecordFile, type RecordMediaType, readRecords } from '../../learning/formats/read-records.ts';
import { FULL_WORKBOOK, type SheetMediaType, XLSX } from '../../learning/formats/sheet.ts';
import { parseJson } from '../../vc/json.ts';
import { LIMITS } from '../../vc/limits.ts';
import { UsageError } from './command.ts';
import { shippedSchemes } from './scheme-file.ts';

/** The bytes are more than `readRecords` takes of one JSON file, or of a line; and here nobody waits for another's file. */
const JSON_LIMITS = { maxBytes: 64 << 20, maxDepth: LIMITS.bodyDepth, maxValues: Number.POSITIVE_INFINITY };

export const SHEET_TYPES: Readonly<Record<string, SheetMediaType>> = { csv: 'text/csv', xlsx: XLSX };
const MEDIA_TYPES: Readonly<Record<string, RecordMediaType>> = {
  ...SHEET_TYPES,
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  json: 'application/json',
};

/** Throws a UsageError for a file that cannot be read as a whole. */
export async function openRecordFile(
  path: string,
  { mapping }: { mapping?: Mapping | undefined } = {},
): Promise<RecordFile> {
  const mediaType = mediaTypeOf(path, MEDIA_TYPES);
  const values = knownValues(shippedSchemes);
  const read = await readRecords(bytesOf(path), {
    mediaType,
    parseJson: strictOrThrow,
    mapping,
    values,
    workbook: FULL_WORKBOOK,
  });
  if (read.ok) return read;
  throw new UsageError(`${path}: ${read.problem.zh} ${read.problem.en}`);
}

/** As a request's body is read but for its size, so that a trial here says what sending would. */
function strictOrThrow(text: string): unknown {
  const parsed = parseJson(text, JSON_LIMITS);
  if (!parsed.ok) throw new SyntaxError(parsed.fault.reason);
  return parsed.value;
}

/** By the name's ending; throws a UsageError for one that is not among `types`. */
export function mediaTypeOf<Type extends string>(path: string, types: Readonly<Record<string, Type>>): Type {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const type = Object.hasOwn(types, ending) ? types[ending] : undefined;
  if (type) return type;
  const known = Object.keys(types);
  throw new UsageError(
    `${path}: 文件名应以 ${known.join('、')} 之一结尾。 The name must end in one of ${known.join(', ')}.`,
  );
}

/** Throws a UsageError for a file that is not there or no JSON. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    throw new UsageError(`${path}: 读不到,或不是 JSON。 This file cannot be read, or is no JSON. ${detail}`);
  }
}

/** Throws a UsageError for a file that cannot be read. */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path);
  } catch {
    throw new UsageError(`${path}: 读不到。 This file cannot be read.`);
  }
}
