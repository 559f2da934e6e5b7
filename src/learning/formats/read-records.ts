/** The formats that learning records arrive in, as one stream of rows for `parseRecord`. A bad row never stops the others, and memory holds a few pieces of the file at a time. */
import { type RecordProblem, recordProblem } from '../event.ts';
import { type ColumnOptions, type Columns, RECORD_COLUMN, type Reading } from './columns.ts';
import { csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, type Encoding, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';
import { type Line, lineSplitter } from './lines.ts';
import { batches, unreadable } from './sheet.ts';
import { openTable, type Row, type Table } from './table.ts';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export type RecordMediaType = 'application/json' | 'application/x-ndjson' | 'text/csv' | typeof XLSX;

export type { Row };

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
    case 'text/csv':
      return fileOf(await openTable(batches(pieces, csvSplitter(headerOf(options))), options), encoding);
    case XLSX: {
      const { workbookRecords, WorkbookProblem } = await import('./workbook.ts');
      try {
        return fileOf(await openTable(workbookRecords(bytes, headerOf(options)), options), encoding);
      } catch (error) {
        if (error instanceof WorkbookProblem) return { ok: false, problem: error.problem };
        throw error;
      }
    }
  }
}

const headerOf = ({ mapping }: ReadOptions) => ({
  headerLine: mapping?.headerLine ?? 1,
  ownHeader: REASON_COLUMNS[0] ?? '',
});

const fileOf = (
  table: Table | { problem: RecordProblem },
  encoding: RecordFile['encoding'],
): RecordFile | { ok: false; problem: RecordProblem } =>
  'problem' in table ? { ok: false, problem: table.problem } : { ok: true, ...table, encoding };

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

async function* lineRows(
  parts: AsyncIterable<Line[]>,
  { parseJson }: ReadOptions,
): AsyncGenerator<Row, void, undefined> {
  for await (const part of parts) {
    for (const { line, text, tooLong } of part) {
      const code = tooLong ? 'line-too-long' : unreadable([text]);
      const reading = code ? { problem: recordProblem(code, '', String(line)) } : parse(text, line, parseJson);
      yield { line, cells: [text], ...reading };
    }
  }
}

function parse(text: string, line: number, parseJson: ReadOptions['parseJson']): Reading {
  try {
    return { value: parseJson(text) };
  } catch {
    return { problem: recordProblem('malformed-json', '', String(line)) };
  }
}
