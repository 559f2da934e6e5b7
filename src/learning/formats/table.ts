/** A table of learning records, whatever file it came in: its header, and each further row as the value that `parseRecord` reads. */
import { type RecordProblem, type RecordProblemCode, recordProblem } from '../event.ts';
import { unguarded } from './cell.ts';
import { type ColumnOptions, type Columns, type Reading, readHeader } from './columns.ts';
import { hasPrivateUse, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';

/** A row as its file has it. */
export type TableRecord = {
  /** Its line, or the row of the sheet, counted from 1 as a person counts. */
  line: number;
  cells: string[];
  /** What is wrong with it before its cells are asked. */
  fault?: RecordProblemCode;
};

/** A row as it came: enough to say where it stands and to give it back. */
export type Row = Reading & {
  /** Its line in the file, counted from 1 as a person counts; in a JSON array its place there. */
  line: number;
  /** The cells as they came, under `header`, without a guard against formulas; of JSON the one text. */
  cells: readonly string[];
};

export type Table = {
  /** As it came, without our own columns of reasons. */
  header: readonly string[];
  columns: Columns;
  rows: AsyncGenerator<Row, void, undefined>;
};

/** The header is the first row that is filled. A problem here is one of the whole table. */
export async function openTable(
  parts: AsyncGenerator<TableRecord[], void>,
  options: ColumnOptions,
): Promise<Table | { problem: RecordProblem }> {
  const filled = filledRecords(parts);
  const { value: first } = await filled.next();
  const whole = first?.cells.map(unguarded) ?? [];
  const reasons = whole.map((column) => REASON_COLUMNS.includes(column));
  const header = whole.filter((_, at) => !reasons[at]);
  const columns = first?.fault
    ? {
        problem: recordProblem(first.fault === 'malformed-row' ? 'malformed-csv' : first.fault, '', String(first.line)),
      }
    : readHeader(header, options);
  if (!('problem' in columns)) return { header, columns, rows: rows(columns) };
  await filled.return();
  return { problem: columns.problem };

  async function* rows(known: Columns): AsyncGenerator<Row, void, undefined> {
    try {
      for await (const record of filled) yield rowOf(record, known);
    } finally {
      await filled.return(); // also when nothing was asked for
    }
  }

  function rowOf({ line, cells: guarded, fault }: TableRecord, known: Columns): Row {
    const cells = guarded.filter((_, at) => !reasons[at]).map(unguarded);
    const code = unreadable(cells) ?? fault ?? (cells.length > header.length ? 'malformed-row' : undefined);
    if (code) return { line, cells, problem: recordProblem(code, '', String(line)) };
    return { line, cells, ...known.read(cells, line) };
  }
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
