/** Learning records in a file on disk, read as they come: a province's file need not fit into memory. */
import { createReadStream, readFileSync } from 'node:fs';
import { knownValues } from '../../learning/formats/known-words.ts';
import type { Mapping } from '../../learning/formats/mapping.ts';
import { type RecordFile, type RecordMediaType, readRecords } from '../../learning/formats/read-records.ts';
import { FULL_WORKBOOK, XLSX } from '../../learning/formats/sheet.ts';
import { UsageError } from './command.ts';
import { shippedSchemes } from './scheme-file.ts';

const MEDIA_TYPES: Readonly<Record<string, RecordMediaType>> = {
  csv: 'text/csv',
  xlsx: XLSX,
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  json: 'application/json',
};

/** Throws a UsageError for a file that cannot be read as a whole. */
export async function openRecordFile(
  path: string,
  { mapping }: { mapping?: Mapping | undefined } = {},
): Promise<RecordFile> {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const mediaType = Object.hasOwn(MEDIA_TYPES, ending) ? MEDIA_TYPES[ending] : undefined;
  if (!mediaType)
    throw new UsageError(
      `${path}: 文件名应以 ${Object.keys(MEDIA_TYPES).join('、')} 之一结尾。 The name must end in one of ${Object.keys(MEDIA_TYPES).join(', ')}.`,
    );
  const values = knownValues(shippedSchemes);
  const read = await readRecords(bytesOf(path), {
    mediaType,
    parseJson: JSON.parse,
    mapping,
    values,
    workbook: FULL_WORKBOOK,
  });
  if (read.ok) return read;
  throw new UsageError(`${path}: ${read.problem.zh} ${read.problem.en}`);
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

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch {
    throw new UsageError(`${path}: 读不到。 This file cannot be read.`);
  }
}
