/** Learning records in a CSV file, part by part: a province's file need not fit into memory as text. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Row, readRecords } from '../../learning/record-formats.ts';
import { UsageError } from './command.ts';

const PART_BYTES = 4 << 20;

/** Throws a UsageError for a file that cannot be read as such, wherever in it that shows. */
export function* rowsIn(path: string): Generator<Row> {
  let header: string | undefined;
  let rest = '';
  for (const part of partsOf(path)) {
    rest += part;
    const end = header === undefined ? endOfLines(rest, 'first') : 0;
    if (end > 0) [header, rest] = [rest.slice(0, end), rest.slice(end)];
    const cut = header === undefined ? 0 : endOfLines(rest, 'last');
    if (header !== undefined && cut > 0) yield* rowsOf(path, header + rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  if (header === undefined || rest !== '') yield* rowsOf(path, (header ?? '') + rest);
}

function rowsOf(path: string, text: string): readonly Row[] {
  const read = readRecords(text, 'text/csv', JSON.parse);
  if (read.ok) return read.rows;
  throw new UsageError(`${path}: ${read.problem.zh} ${read.problem.en}`);
}

function* partsOf(path: string): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const bytes = new Uint8Array(PART_BYTES);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    for (;;) {
      const count = readSync(file, bytes);
      yield decoder.decode(bytes.subarray(0, count), { stream: count > 0 });
      if (count === 0) return;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: 读不到,或不是 UTF-8。 This file cannot be read, or is not UTF-8.`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Where the first line, or the last whole one, ends; a line feed between quotation marks ends none. 0 when there is none. */
function endOfLines(text: string, which: 'first' | 'last'): number {
  let quoted = false;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) quoted = !quoted;
    else if (unit === 0x0a && !quoted) {
      end = at + 1;
      if (which === 'first') return end;
    }
  }
  return end;
}
