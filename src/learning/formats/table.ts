/** A table of learning records: its header under the source's mapping, and each further row as the value that `parseRecord` reads. */
import type { RecordProblem } from '../event.ts';
import { type ColumnOptions, type Columns, type Reading, readHeader } from './columns.ts';
import { openSheet, type SheetRow, type TableRecord } from './sheet.ts';

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

/** A problem here is one of the whole table. */
export async function openTable(
  parts: AsyncGenerator<TableRecord[], void>,
  options: ColumnOptions,
): Promise<Table | { problem: RecordProblem }> {
  const sheet = await openSheet(parts);
  if ('problem' in sheet) return sheet;
  const columns = readHeader(sheet.header, options);
  if (!('problem' in columns)) return { header: sheet.header, columns, rows: readRows(sheet.rows, columns) };
  await sheet.rows.return();
  return columns;
}

async function* readRows(
  rows: AsyncGenerator<SheetRow, void, undefined>,
  columns: Columns,
): AsyncGenerator<Row, void, undefined> {
  try {
    for await (const { line, cells, problem } of rows)
      yield { line, cells, ...(problem ? { problem } : columns.read(cells, line)) };
  } finally {
    await rows.return(); // also when nothing was asked for
  }
}
