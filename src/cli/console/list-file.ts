/** Lists of certificates as files: opened as a sheet. */
import { createReadStream } from 'node:fs';
import { digested } from '../../issuer/stage-import.ts';
import { readSheet, type Sheet } from '../../learning/formats/sheet.ts';
import { UsageError } from './command.ts';

export type ListFile = { sheet: Sheet; digest(): string };

/** Throws a UsageError for a file that cannot be read as a whole. */
export async function openListFile(path: string): Promise<ListFile> {
  const { bytes, digest } = digested(bytesOf(path));
  const read = await readSheet(bytes);
  if (read.ok) return { sheet: read.sheet, digest };
  throw new UsageError(`${path}: ${read.problem.zh} ${read.problem.en}`);
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path);
  } catch {
    throw new UsageError(`${path}: 读不到。 This file cannot be read.`);
  }
}
