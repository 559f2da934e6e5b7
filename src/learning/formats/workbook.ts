/** An XLSX file as the rows of a table. It cannot be read before its end has come, so it is held whole; its rows are not. */
import { type RecordProblem, recordProblem } from '../record-problem.ts';
import { type ByteStream, joined } from './encoding.ts';
import { giveWay } from './give-way.ts';
import type { RawRow, WorkbookSize } from './sheet.ts';
import { sheetRows, type WorkbookFault } from './xlsx.ts';
import { Fault } from './zip.ts';

/** Why the whole file is refused. */
export class WorkbookProblem extends Error {
  readonly problem: RecordProblem;
  constructor(code: WorkbookFault | 'workbook-too-large', detail = '') {
    super(code);
    this.problem = recordProblem(code, '', detail);
  }
}

/** Throws a WorkbookProblem before the first row; a sheet that breaks off later ends with a row that says so. */
export async function* workbookRows(
  bytes: ByteStream,
  { headerLine, ownHeader, size }: { headerLine: number; ownHeader: string; size: WorkbookSize },
): AsyncGenerator<RawRow[], void> {
  const whole = await wholeFile(bytes, size.bytes);
  let last = 0;
  let own = false;
  try {
    for (const rows of sheetRows(whole, size)) {
      await giveWay();
      if (!rows) continue;
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

async function wholeFile(bytes: ByteStream, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > maxBytes) throw new WorkbookProblem('workbook-too-large', String(maxBytes >> 20));
    pieces.push(piece.slice()); // the sender may use its buffer again
  }
  return joined(pieces, length);
}
