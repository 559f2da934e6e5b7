/** Learning records in a file on disk, read as they come: a province's file need not fit into memory. */
import { createReadStream } from 'node:fs';
import { type RecordFile, type RecordMediaType, readRecords } from '../../learning/formats/read-records.ts';
import { UsageError } from './command.ts';

const MEDIA_TYPES: Readonly<Record<string, RecordMediaType>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  json: 'application/json',
};

/** Throws a UsageError for a file that cannot be read as a whole. */
export async function openRecordFile(path: string): Promise<RecordFile> {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const mediaType = Object.hasOwn(MEDIA_TYPES, ending) ? MEDIA_TYPES[ending] : undefined;
  if (!mediaType)
    throw new UsageError(
      `${path}: 文件名应以 ${Object.keys(MEDIA_TYPES).join('、')} 之一结尾。 The name must end in one of ${Object.keys(MEDIA_TYPES).join(', ')}.`,
    );
  const read = await readRecords(bytesOf(path), { mediaType, parseJson: JSON.parse });
  if (read.ok) return read;
  throw new UsageError(`${path}: ${read.problem.zh} ${read.problem.en}`);
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch {
    throw new UsageError(`${path}: 读不到。 This file cannot be read.`);
  }
}
