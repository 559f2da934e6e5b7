/** The formats that learning records arrive in, as one stream of rows for `parseRecord`. A bad row never stops the others, and memory holds a few pieces of the file at a time. */
import { type RecordProblem, recordProblem } from '../record-problem.ts';
import { type ColumnOptions, type Columns, RECORD_COLUMN, type Reading, readHeader } from './columns.ts';
import { type ByteStream, decodeText, type Encoding, isDamaged } from './encoding.ts';
import { type Line, lineSplitter } from './lines.ts';
import {
  readSheet,
  type Sheet,
  type SheetMediaType,
  type SheetRow,
  split,
  unreadable,
  type WorkbookSize,
} from './sheet.ts';

export type RecordMediaType = 'application/json' | 'application/x-ndjson' | SheetMediaType;

/** A row as it came: enough to say where it stands and to give it back. In JSON its line is its place in the array, and its cell its text. */
export type Row = Reading & Pick<SheetRow, 'line' | 'cells'>;

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
  workbook?: WorkbookSize | undefined;
};

/** Opens `bytes`: a problem here is one of the whole file, and nothing of it was read. Any other is its row's. */
export async function readRecords(
  bytes: ByteStream,
  options: ReadOptions,
): Promise<RecordFile | { ok: false; problem: RecordProblem }> {
  const { mediaType } = options;
  if (mediaType !== 'application/json' && mediaType !== 'application/x-ndjson') {
    const headerLine = options.mapping?.headerLine;
    const { encoding, workbook } = options;
    const read = await readSheet(bytes, { mediaType, encoding, headerLine, workbook });
    return read.ok ? tableOf(read.sheet, options) : read;
  }
  const { pieces, encoding } = decodeText(bytes, 'utf-8'); // RFC 8259 §8.1
  const header = [RECORD_COLUMN];
  if (mediaType === 'application/x-ndjson')
    return { ok: true, header, encoding, rows: lineRows(split(pieces, lineSplitter()), options) };
  const read = readArray(await wholeText(pieces), options.parseJson);
  return 'code' in read ? { ok: false, problem: read } : { ok: true, header, encoding, rows: read };
}

async function tableOf(
  sheet: Sheet,
  options: ReadOptions,
): Promise<RecordFile | { ok: false; problem: RecordProblem }> {
  const { header, encoding, isErrorTable } = sheet;
  const columns = readHeader(header, { ...options, isErrorTable });
  if (!('problem' in columns)) return { ok: true, header, columns, encoding, rows: tableRows(sheet, columns) };
  await sheet.close();
  return { ok: false, problem: columns.problem };
}

async function* tableRows({ rows }: Sheet, columns: Columns): AsyncGenerator<Row, void, undefined> {
  for await (const { line, cells, problem } of rows)
    yield { line, cells, ...(problem ? { problem } : columns.read(cells, line)) };
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
  } catch (error) {
    const code = error instanceof RangeError ? 'json-too-large' : 'malformed-json';
    return { problem: recordProblem(code, '', String(line)) };
  }
}
