/** The formats that learning records arrive in, as one stream of rows for `parseRecord`. A bad row never stops the others, and memory holds a few pieces of the file at a time. */
import { type RecordProblem, recordProblem } from '../event.ts';
import { unguarded } from './cell.ts';
import { type ColumnOptions, type Columns, RECORD_COLUMN, type Reading, readHeader } from './columns.ts';
import { type CsvRecord, csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, type Encoding, hasPrivateUse, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';
import { type Line, lineSplitter } from './lines.ts';

export type RecordMediaType = 'application/json' | 'application/x-ndjson' | 'text/csv';

/** A row as it came: enough to say where it stands and to give it back. */
export type Row = Reading & {
  /** Its line in the file, counted from 1 as a person counts; in a JSON array its place there. */
  line: number;
  /** The cells as they came, under `header`, without a guard against formulas; of JSON the one text. */
  cells: readonly string[];
};

export type RecordFile = {
  ok: true;
  /** The header as it came; of JSON, which has none, the one column `record`. */
  header: readonly string[];
  /** What the header means; of JSON there is none. */
  columns?: Columns;
  /** As far as it is known by now. */
  encoding(): Encoding;
  /** To be read once. Leaving the loop early closes the source. */
  rows: AsyncGenerator<Row, void, undefined>;
};

/** A mapping and known values are for tables: JSON says what it means. */
export type ReadOptions = ColumnOptions & {
  mediaType: RecordMediaType;
  /** Of CSV; without it the bytes decide. */
  encoding?: Encoding | undefined;
};

/** Opens `bytes`: a problem here is one of the whole file, and nothing of it was read. Any other is its row's. */
export async function readRecords(
  bytes: ByteStream,
  options: ReadOptions,
): Promise<RecordFile | { ok: false; problem: RecordProblem }> {
  // RFC 8259 §8.1: JSON is UTF-8.
  const settled = options.mediaType === 'text/csv' ? options.encoding : 'utf-8';
  const { pieces, encoding } = decodeText(bytes, settled);
  switch (options.mediaType) {
    case 'application/json': {
      const read = readArray(await wholeText(pieces), options.parseJson);
      return 'code' in read
        ? { ok: false, problem: read }
        : { ok: true, header: [RECORD_COLUMN], encoding, rows: read };
    }
    case 'application/x-ndjson':
      return { ok: true, header: [RECORD_COLUMN], encoding, rows: lineRows(batches(pieces, lineSplitter()), options) };
    case 'text/csv': {
      const headerLine = options.mapping?.headerLine ?? 1;
      const table = batches(pieces, csvSplitter({ headerLine, ownHeader: REASON_COLUMNS[0] ?? '' }));
      const first = await firstOf(table);
      const whole = first?.head.cells.map(unguarded) ?? [];
      const reasons = whole.map((column) => REASON_COLUMNS.includes(column));
      const header = whole.filter((_, at) => !reasons[at]);
      const columns = first?.head.malformed
        ? { problem: recordProblem('malformed-csv', '', String(first.head.line)) }
        : readHeader(header, options);
      if (!('problem' in columns))
        return { ok: true, header, columns, encoding, rows: tableRows({ columns, reasons }, first?.tail ?? [], table) };
      await table.return();
      return { ok: false, problem: columns.problem };
    }
  }
}

/** JSON that is one value can only be read whole. */
const MAX_JSON_CHARACTERS = 16 << 20;

async function wholeText(pieces: AsyncIterable<string>): Promise<string | undefined> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > MAX_JSON_CHARACTERS) return undefined;
  }
  return text;
}

function readArray(
  text: string | undefined,
  parseJson: ReadOptions['parseJson'],
): AsyncGenerator<Row, void, undefined> | RecordProblem {
  if (text === undefined) return recordProblem('json-too-large', '');
  const reading = isDamaged(text) ? { problem: recordProblem('undecodable', '', '?') } : parse(text, 1, parseJson);
  if ('problem' in reading) return reading.problem;
  return elements(Array.isArray(reading.value) ? reading.value : [reading.value]);
}

async function* elements(values: readonly unknown[]): AsyncGenerator<Row, void, undefined> {
  for (const [at, value] of values.entries()) yield { line: at + 1, cells: [JSON.stringify(value)], value };
}

type Splitter<T> = { push(text: string): T[]; end(): T[] };

async function* batches<T>(pieces: AsyncIterable<string>, { push, end }: Splitter<T>): AsyncGenerator<T[], void> {
  for await (const piece of pieces) yield push(piece);
  yield end();
}

async function firstOf<T>(parts: AsyncGenerator<T[], void>): Promise<{ head: T; tail: T[] } | undefined> {
  for (;;) {
    const { done, value } = await parts.next();
    if (done || !value) return undefined;
    const [head, ...tail] = value;
    if (head !== undefined) return { head, tail };
  }
}

async function* lineRows(
  parts: AsyncIterable<Line[]>,
  { parseJson }: ReadOptions,
): AsyncGenerator<Row, void, undefined> {
  for await (const part of parts) {
    for (const { line, text, tooLong } of part) {
      const problem = tooLong ? recordProblem('line-too-long', '', String(line)) : unreadable(text, line);
      yield { line, cells: [text], ...(problem ? { problem } : parse(text, line, parseJson)) };
    }
  }
}

async function* tableRows(
  { columns, reasons }: { columns: Columns; reasons: readonly boolean[] },
  first: CsvRecord[],
  table: AsyncGenerator<CsvRecord[], void>,
): AsyncGenerator<Row, void, undefined> {
  try {
    yield* first.filter(isFilled).map(rowOf);
    for await (const part of table) for (const record of part) if (isFilled(record)) yield rowOf(record);
  } finally {
    await table.return();
  }

  function rowOf({ line, cells: guarded, malformed }: CsvRecord): Row {
    const cells = guarded.filter((_, at) => !reasons[at]).map(unguarded);
    const problem = unreadable(cells, line) ?? (malformed && recordProblem('malformed-row', '', String(line)));
    return { line, cells, ...(problem ? { problem } : columns.read(cells, line)) };
  }
}

/** Below their data, spreadsheet programs leave rows of nothing but delimiters. */
const isFilled = ({ cells }: CsvRecord): boolean => cells.some((cell) => cell.trim() !== '');

/** What no rule of a record needs to be asked for. */
function unreadable(text: string | readonly string[], line: number): RecordProblem | undefined {
  const parts = typeof text === 'string' ? [text] : text;
  if (parts.some(isDamaged)) return recordProblem('undecodable', '', String(line));
  if (parts.some(hasPrivateUse)) return recordProblem('private-use-character', '', String(line));
  return undefined;
}

function parse(text: string, line: number, parseJson: ReadOptions['parseJson']): Reading {
  try {
    return { value: parseJson(text) };
  } catch {
    return { problem: recordProblem('malformed-json', '', String(line)) };
  }
}
