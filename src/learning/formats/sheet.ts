/** A table of any kind, whatever file it came in: its header, and its rows as cells, one after the other. */
import { type RecordProblem, type RecordProblemCode, recordProblem } from '../event.ts';
import { unguarded } from './cell.ts';
import { csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, hasPrivateUse, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';

/** A row as its file has it. */
export type TableRecord = {
  /** Its line, or the row of the sheet, counted from 1 as a person counts. */
  line: number;
  cells: string[];
  /** What is wrong with it before its cells are asked. */
  fault?: RecordProblemCode;
};

/** Without our own columns of reasons, and without guards against formulas. */
export type Sheet = { readonly header: readonly string[]; readonly rows: AsyncGenerator<SheetRow, void, undefined> };
export type SheetRow = {
  /** As a person counts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the cells cannot be taken for what they say. */
  readonly problem?: RecordProblem;
};

/** The header is the first row that is filled. A problem here is one of the whole table. Leaving the rows early closes the source. */
export async function openSheet(
  parts: AsyncGenerator<TableRecord[], void>,
): Promise<Sheet | { problem: RecordProblem }> {
  const filled = filledRecords(parts);
  const { value: first } = await filled.next();
  if (first?.fault) {
    await filled.return();
    const code = first.fault === 'malformed-row' ? 'malformed-csv' : first.fault;
    return { problem: recordProblem(code, '', String(first.line)) };
  }
  const whole = first?.cells.map(unguarded) ?? [];
  const reasons = whole.map((column) => REASON_COLUMNS.includes(column));
  const header = whole.filter((_, at) => !reasons[at]);
  return { header, rows: rows() };

  async function* rows(): AsyncGenerator<SheetRow, void, undefined> {
    try {
      for await (const record of filled) yield rowOf(record);
    } finally {
      await filled.return(); // also when nothing was asked for
    }
  }

  function rowOf({ line, cells: guarded, fault }: TableRecord): SheetRow {
    const cells = guarded.filter((_, at) => !reasons[at]).map(unguarded);
    const code = unreadable(cells) ?? fault ?? (cells.length > header.length ? 'malformed-row' : undefined);
    return { line, cells, ...(code ? { problem: recordProblem(code, '', String(line)) } : {}) };
  }
}

/** CSV in whichever encoding; its header stands in line `headerLine`, from 1. */
export const csvSheet = (bytes: ByteStream, headerLine: number): Promise<Sheet | { problem: RecordProblem }> =>
  openSheet(batches(decodeText(bytes).pieces, csvSplitter({ headerLine, ownHeader: REASON_COLUMNS[0] ?? '' })));

export type Splitter<T> = { push(text: string): T[]; end(): T[] };

export async function* batches<T>(
  pieces: AsyncIterable<string>,
  { push, end }: Splitter<T>,
): AsyncGenerator<T[], void> {
  for await (const piece of pieces) yield push(piece);
  yield end();
}

/** Below and beside their data, spreadsheet programs leave rows of nothing. */
async function* filledRecords(parts: AsyncIterable<TableRecord[]>): AsyncGenerator<TableRecord, void, undefined> {
  for await (const part of parts)
    for (const record of part) if (record.fault || record.cells.some((cell) => cell.trim() !== '')) yield record;
}

/** What no rule of a record needs to be asked for. */
export function unreadable(parts: readonly string[]): RecordProblemCode | undefined {
  if (parts.some(isDamaged)) return 'undecodable';
  return parts.some(hasPrivateUse) ? 'private-use-character' : undefined;
}
