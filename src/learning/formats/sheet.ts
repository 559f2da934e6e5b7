/** A table of any kind: its header, and its rows as cells, one after the other. */
import { type RecordProblem, recordProblem } from '../event.ts';
import { unguarded } from './cell.ts';
import { type CsvRecord, csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, hasPrivateUse, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';

export type Sheet = { readonly header: readonly string[]; readonly rows: AsyncIterable<SheetRow> };
export type SheetRow = {
  /** As a person counts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the cells cannot be taken for what they say. */
  readonly problem?: RecordProblem;
};

/** CSV in whichever encoding. A problem here is one of the whole file. Reasons that we once put in front are left out. */
export async function readSheet(
  bytes: ByteStream,
  { headerLine = 1 }: { headerLine?: number } = {},
): Promise<{ ok: true; sheet: Sheet } | { ok: false; problem: RecordProblem }> {
  const records = recordsOf(decodeText(bytes).pieces, headerLine);
  const { value: head } = await records.next();
  if (head && !head.malformed) {
    const titles = head.cells.map(unguarded);
    const isOwn = titles.map((title) => !REASON_COLUMNS.includes(title));
    return { ok: true, sheet: { header: titles.filter((_, at) => isOwn[at]), rows: rowsOf(records, isOwn) } };
  }
  await records.return();
  return { ok: false, problem: recordProblem('malformed-csv', '', String(head?.line ?? 1)) };
}

async function* recordsOf(
  pieces: AsyncIterable<string>,
  headerLine: number,
): AsyncGenerator<CsvRecord, void, undefined> {
  const splitter = csvSplitter({ headerLine, ownHeader: REASON_COLUMNS[0] ?? '' });
  for await (const piece of pieces) yield* splitter.push(piece);
  yield* splitter.end();
}

async function* rowsOf(
  records: AsyncIterable<CsvRecord>,
  isOwn: readonly boolean[],
): AsyncGenerator<SheetRow, void, undefined> {
  for await (const { line, cells: all, malformed } of records) {
    const cells = all.filter((_, at) => isOwn[at]).map(unguarded);
    const code = malformed
      ? 'malformed-row'
      : cells.some(isDamaged)
        ? 'undecodable'
        : cells.some(hasPrivateUse) && 'private-use-character';
    yield { line, cells, ...(code ? { problem: recordProblem(code, '', String(line)) } : {}) };
  }
}
