/** A table of any kind: its header, and its rows as cells, one after the other. */
import { type RecordProblem, recordProblem } from '../event.ts';
import { type CsvRecord, csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, hasPrivateUse, isDamaged } from './encoding.ts';

export type Sheet = { readonly header: readonly string[]; readonly rows: AsyncIterable<SheetRow> };
export type SheetRow = {
  /** As a person counts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the cells cannot be taken for what they say. */
  readonly problem?: RecordProblem;
};

/** CSV in whichever encoding. A problem here is one of the whole file. */
export async function readSheet(
  bytes: ByteStream,
): Promise<{ ok: true; sheet: Sheet } | { ok: false; problem: RecordProblem }> {
  const records = recordsOf(decodeText(bytes).pieces);
  const { value: head } = await records.next();
  if (head && !head.malformed) return { ok: true, sheet: { header: head.cells, rows: rowsOf(records) } };
  await records.return();
  return { ok: false, problem: recordProblem('malformed-csv', '', String(head?.line ?? 1)) };
}

async function* recordsOf(pieces: AsyncIterable<string>): AsyncGenerator<CsvRecord, void, undefined> {
  const splitter = csvSplitter();
  for await (const piece of pieces) yield* splitter.push(piece);
  yield* splitter.end();
}

async function* rowsOf(records: AsyncIterable<CsvRecord>): AsyncGenerator<SheetRow, void, undefined> {
  for await (const { line, cells, malformed } of records) {
    const code = malformed
      ? 'malformed-row'
      : cells.some(isDamaged)
        ? 'undecodable'
        : cells.some(hasPrivateUse) && 'private-use-character';
    yield { line, cells, ...(code ? { problem: recordProblem(code, '', String(line)) } : {}) };
  }
}
