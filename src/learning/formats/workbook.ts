/** An XLSX file as the rows of a table. It cannot be read before its end has come, so it is held whole; its rows are not. */
import { type RecordProblem, recordProblem } from '../event.ts';
import type { ByteStream } from './encoding.ts';
import type { RawRow } from './sheet.ts';
import { sheetRows, type WorkbookFault } from './xlsx.ts';
import { Fault } from './zip.ts';

/** Why the whole file is refused. */
export class WorkbookProblem extends Error {
  readonly problem: RecordProblem;
  constructor(code: WorkbookFault | 'workbook-too-large') {
    super(code);
    this.problem = recordProblem(code, '');
  }
}

const MAX_BYTES = 100 << 20;

/** Throws a WorkbookProblem before the first row; a sheet that breaks off later ends with a row that says so. */
export async function* workbookRows(
  bytes: ByteStream,
  { headerLine, ownHeader }: { headerLine: number; ownHeader: string },
): AsyncGenerator<RawRow[], void> {
  const whole = await wholeFile(bytes);
  let last = 0;
  let own = false;
  try {
    for (const rows of sheetRows(whole)) {
      own ||= last === 0 && rows[0]?.cells[0] === ownHeader;
      last = rows.at(-1)?.line ?? last;
      yield rows.filter(({ line }) => own || line >= headerLine);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const code: WorkbookFault = error.code; // whatever sheetRows throws
    if (last === 0) throw new WorkbookProblem(code);
    yield [{ line: last + 1, cells: [], fault: code }];
  }
}

async function wholeFile(bytes: ByteStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > MAX_BYTES) throw new WorkbookProblem('workbook-too-large');
    pieces.push(piece.slice()); // the sender may use its buffer again
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
