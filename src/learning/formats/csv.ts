/** RFC 4180 piece by piece. A library that meets a quotation mark which never closes gives up the rest of the file; here it costs its own line only. */
import type { RawRow, Splitter } from './sheet.ts';

export type CsvOptions = {
  /** What stands above it is left out. */
  headerLine?: number;
  /** A first line that begins so is the header, wherever others are. */
  ownHeader?: string;
};

/** Longer is no learning record: so much is looked at before an open quotation mark counts as out of place. */
const MAX_RECORD = 64 << 10;
/** What is kept of a line that is longer still. */
const KEPT = 1024;

type Scan = { cells: string[]; end: number; lines: number } | 'unfinished' | 'out-of-place';

/**
 * The first record is the header: its line says what the delimiter is, and the number of its cells is that of every record.
 * One out of shape has the fault `malformed-row`, and as its cells the line cut at every delimiter, quotation marks and all.
 * Empty lines are none.
 */
export function csvSplitter({ headerLine = 1, ownHeader }: CsvOptions = {}): Splitter<RawRow> {
  let rest = '';
  let line = 1;
  let delimiter: string | undefined;
  let width: number | undefined;
  let own = false;
  let skipping = false; // the tail of a line that was too long

  return { push: (text) => take(text, false), end: () => take('', true) };

  function take(text: string, last: boolean): RawRow[] {
    rest += text;
    const records: RawRow[] = [];
    let at = 0;
    while (at < rest.length) {
      const next = step(at, last, records);
      if (next === undefined) break;
      at = next;
    }
    rest = rest.slice(at);
    if (skipping) rest = rest.endsWith('\r') ? '\r' : '';
    return records;
  }

  /** Whether the file is one that we gave out. */
  function isOwn(at: number): boolean {
    own ||= line === 1 && ownHeader !== undefined && rest.startsWith(ownHeader, at);
    return own;
  }

  /** Where the next record begins; undefined: more text is needed. */
  function step(at: number, last: boolean, records: RawRow[]): number | undefined {
    const physical = lineEnd(rest, at, last);
    if (skipping) {
      if (physical === undefined) return undefined;
      skipping = false;
      line++;
      return physical.next;
    }
    const above = line < headerLine && !isOwn(at);
    if (above && !physical && rest.length - at < MAX_RECORD) return undefined;
    if (physical && (above || physical.end === at)) {
      line++;
      return physical.next;
    }
    if (delimiter === undefined) {
      if (!physical && rest.length - at < MAX_RECORD) return undefined;
      delimiter = delimiterOf(rest.slice(at, physical?.end));
    }
    const scan = scanRecord(rest, at, { delimiter, last });
    if (scan === 'unfinished' && !last && rest.length - at < MAX_RECORD) return undefined;
    if (typeof scan === 'object') {
      width ??= scan.cells.length;
      const fits = scan.cells.length === width && scan.end - at <= MAX_RECORD;
      // A record of several lines that does not fit began with a quotation mark out of place: its later lines may be good records.
      if (fits || scan.lines === 1) {
        records.push({ line, cells: scan.cells, ...(fits ? {} : { fault: 'malformed-row' }) });
        line += scan.lines;
        return scan.end;
      }
    }
    const end = physical?.end ?? rest.length;
    records.push({
      line,
      cells: rest
        .slice(at, Math.min(end, at + MAX_RECORD))
        .slice(0, physical ? undefined : KEPT)
        .split(delimiter),
      fault: 'malformed-row',
    });
    if (physical) line++;
    else skipping = !last;
    return physical?.next ?? rest.length;
  }
}

/** A comma, unless the header has none: then a tab, or the comma of a Chinese keyboard. */
function delimiterOf(header: string): string {
  return [',', '\t', '，'].find((one) => header.includes(one)) ?? ',';
}

/** The end of the line and the beginning of the next, after CR LF, LF or CR; undefined: not to be seen yet. */
function lineEnd(text: string, from: number, last: boolean): { end: number; next: number } | undefined {
  LINE_END.lastIndex = from;
  const found = LINE_END.exec(text);
  if (!found) return last ? { end: text.length, next: text.length } : undefined;
  const next = LINE_END.lastIndex;
  // A line feed may follow with the next piece.
  return found[0] === '\r' && next === text.length && !last ? undefined : { end: found.index, next };
}
const LINE_END = /\r\n?|\n/g;

function scanRecord(text: string, from: number, { delimiter, last }: { delimiter: string; last: boolean }): Scan {
  const cells: string[] = [];
  let at = from;
  let lines = 1;
  for (;;) {
    if (text[at] === '"') {
      const quoted = scanQuoted(text, at + 1, last);
      if (quoted === undefined) return 'unfinished';
      cells.push(quoted.cell);
      lines += quoted.cell.match(LINE_END)?.length ?? 0;
      at = quoted.end;
    } else {
      const start = at;
      for (; at < text.length; at++) {
        const unit = text[at];
        if (unit === delimiter || unit === '\n' || unit === '\r') break;
        if (unit === '"') return 'out-of-place';
      }
      cells.push(text.slice(start, at));
    }
    const unit = text[at];
    if (unit === undefined) return last ? { cells, end: at, lines } : 'unfinished';
    if (unit === '\n') return { cells, end: at + 1, lines };
    if (unit === '\r') {
      if (at + 1 === text.length && !last) return 'unfinished';
      return { cells, end: text[at + 1] === '\n' ? at + 2 : at + 1, lines };
    }
    if (unit !== delimiter) return 'out-of-place';
    at++;
  }
}

/** A cell between quotation marks, two of which stand for one; undefined: its end is not to be seen. */
function scanQuoted(text: string, from: number, last: boolean): { cell: string; end: number } | undefined {
  let cell = '';
  let start = from;
  for (;;) {
    const mark = text.indexOf('"', start);
    if (mark === -1 || (mark + 1 === text.length && !last)) return undefined;
    cell += text.slice(start, mark);
    if (text[mark + 1] !== '"') return { cell, end: mark + 1 };
    cell += '"';
    start = mark + 2;
  }
}
