/** A table of any kind, CSV or XLSX: its header, and its rows as cells, one after the other. */
import { type RecordProblem, type RecordProblemCode, recordProblem } from '../record-problem.ts';
import { unguarded } from './cell.ts';
import { csvSplitter } from './csv.ts';
import { type ByteStream, decodeText, type Encoding, hasPrivateUse, isDamaged } from './encoding.ts';
import { REASON_COLUMNS } from './error-table.ts';
import { giveWay } from './give-way.ts';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export type SheetMediaType = 'text/csv' | typeof XLSX;

/** A row as its file has it. */
export type RawRow = {
  /** Its line, or the row of the sheet, counted from 1 as a person counts. */
  line: number;
  cells: string[];
  /** What is wrong with it before its cells are asked. */
  fault?: RecordProblemCode;
};

export type SheetRow = {
  readonly line: number;
  /** As they came, without a guard against formulas and without reasons that we once put in front. */
  readonly cells: readonly string[];
  /** Why they cannot be taken for what they say. */
  readonly problem?: RecordProblem;
};

export type Sheet = {
  readonly header: readonly string[];
  /** Whether reasons stood in front: refused rows that we gave back. */
  readonly isErrorTable: boolean;
  /** To be read once. Leaving the loop early closes the source. */
  readonly rows: AsyncGenerator<SheetRow, void, undefined>;
  /** Of the text of CSV, as far as it is known by now. */
  encoding(): Encoding;
  /** For who does not read the rows. */
  close(): Promise<unknown>;
};

/** How much of a workbook there may be: bytes as it came and unpacked, and texts that its cells share. */
export type WorkbookSize = { bytes: number; unpackedBytes: number; sharedTexts: number };

/** Some 60,000 rows of learning records. */
const REQUEST_WORKBOOK: WorkbookSize = { bytes: 16 << 20, unpackedBytes: 32 << 20, sharedTexts: 1 << 18 };
/** For who has the machine to himself: 1,048,576 rows of learning records unpack to some 600 MB. */
export const FULL_WORKBOOK: WorkbookSize = { bytes: 100 << 20, unpackedBytes: 1 << 30, sharedTexts: 1 << 22 };

export type SheetOptions = {
  mediaType?: SheetMediaType;
  /** Of CSV; without it the bytes decide. */
  encoding?: Encoding | undefined;
  /** Above it stand titles. The header is the first row that is filled from there on. */
  headerLine?: number | undefined;
  /** Without it, what a request may bring. */
  workbook?: WorkbookSize | undefined;
};

/** A problem here is one of the whole file, and nothing of it was read. */
export async function readSheet(
  bytes: ByteStream,
  { mediaType = 'text/csv', encoding: given, headerLine = 1, workbook: size = REQUEST_WORKBOOK }: SheetOptions = {},
): Promise<{ ok: true; sheet: Sheet } | { ok: false; problem: RecordProblem }> {
  const how = { headerLine, ownHeader: REASON_COLUMNS[0] ?? '' };
  if (mediaType === 'text/csv') {
    const { pieces, encoding } = decodeText(bytes, given);
    return openSheet(filled(split(pieces, csvSplitter(how))), encoding);
  }
  const { workbookRows, WorkbookProblem } = await import('./workbook.ts');
  try {
    return await openSheet(filled(workbookRows(bytes, { ...how, size })), () => 'utf-8');
  } catch (error) {
    if (error instanceof WorkbookProblem) return { ok: false, problem: error.problem };
    throw error;
  }
}

async function openSheet(
  raw: AsyncGenerator<RawRow, void, undefined>,
  encoding: () => Encoding,
): Promise<{ ok: true; sheet: Sheet } | { ok: false; problem: RecordProblem }> {
  const { value: first } = await raw.next();
  const wrong = first && (first.fault ?? unreadable(first.cells));
  if (wrong) {
    await raw.return();
    const code = wrong === 'malformed-row' ? 'malformed-csv' : wrong;
    return { ok: false, problem: recordProblem(code, '', String(first.line)) };
  }
  const titles = first?.cells.map(unguarded) ?? [];
  const isOwn = titles.map((title) => REASON_COLUMNS.includes(title));
  const header = titles.filter((_, at) => !isOwn[at]);
  return {
    ok: true,
    sheet: { header, isErrorTable: isOwn.includes(true), rows: rows(), encoding, close: () => raw.return() },
  };

  async function* rows(): AsyncGenerator<SheetRow, void, undefined> {
    for await (const { line, cells: guarded, fault } of raw) {
      const cells = guarded.filter((_, at) => !isOwn[at]).map(unguarded);
      const beside = cells.slice(header.length).some((cell) => cell.trim() !== '');
      const code = unreadable(cells) ?? fault ?? (beside ? 'malformed-row' : undefined);
      yield { line, cells, ...(code ? { problem: recordProblem(code, '', String(line)) } : {}) };
    }
  }
}

export type Splitter<T> = { push(text: string): T[]; end(): T[] };

/** What a text falls into, part by part; with each piece others have their turn. */
export async function* split<T>(pieces: AsyncIterable<string>, { push, end }: Splitter<T>): AsyncGenerator<T[], void> {
  for await (const piece of pieces) {
    await giveWay();
    yield push(piece);
  }
  yield end();
}

/** Below and beside their data, spreadsheet programs leave rows of nothing. */
async function* filled(parts: AsyncIterable<RawRow[]>): AsyncGenerator<RawRow, void, undefined> {
  for await (const part of parts)
    for (const row of part) if (row.fault || row.cells.some((cell) => cell.trim() !== '')) yield row;
}

/** What no rule of a record needs to be asked for. */
export function unreadable(parts: readonly string[]): RecordProblemCode | undefined {
  if (parts.some(isDamaged)) return 'undecodable';
  return parts.some(hasPrivateUse) ? 'private-use-character' : undefined;
}
