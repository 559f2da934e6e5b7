/** The formats that learning records arrive in: JSON, NDJSON and CSV, read into rows for `parseRecord`. */

// The browser build: it has no Node built-ins, so the same code runs in workerd.
import { parse as parseCsv } from 'csv-parse/browser/esm/sync';
import { type RecordProblem, recordProblem } from './event.ts';

export type RecordMediaType = 'application/json' | 'application/x-ndjson' | 'text/csv';

/** One record as it came, or why its row could not be read. A row's place in the list is its index in the answer to the sender. */
export type Row = { value: unknown } | { problem: RecordProblem };
export type ReadRecords = { ok: true; rows: Row[] } | { ok: false; problem: RecordProblem };

/** Splits `text` into raw records; a bad row never stops the others. `parseJson` is strict and throws on bad JSON. Its size is the caller's to limit. */
export function readRecords(
  text: string,
  mediaType: RecordMediaType,
  parseJson: (text: string) => unknown,
): ReadRecords {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  switch (mediaType) {
    case 'application/json':
      return readJson(body, parseJson);
    case 'application/x-ndjson':
      return readLines(body, parseJson);
    case 'text/csv':
      return readCsv(body);
  }
}

function readJson(text: string, parseJson: (text: string) => unknown): ReadRecords {
  const row = parseRow(text, 1, parseJson);
  if ('problem' in row) return { ok: false, problem: row.problem };
  return { ok: true, rows: Array.isArray(row.value) ? row.value.map((value: unknown) => ({ value })) : [row] };
}

function readLines(text: string, parseJson: (text: string) => unknown): ReadRecords {
  const lines = text.split('\n').map((line, at) => ({ line: line.replace(/\r$/, ''), number: at + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  return { ok: true, rows: filled.map(({ line, number }) => parseRow(line, number, parseJson)) };
}

function parseRow(text: string, line: number, parseJson: (text: string) => unknown): Row {
  try {
    return { value: parseJson(text) };
  } catch {
    return { problem: recordProblem('malformed-json', '', String(line)) };
  }
}

const COLUMNS = {
  id: 'required',
  'learner.id': 'required',
  'learner.name': 'optional',
  scheme: 'optional',
  stage: 'required',
  activity: 'required',
  category: 'required',
  verb: 'required',
  occurredAt: 'required',
  minutes: 'optional',
  score: 'optional',
} as const;

function readCsv(text: string): ReadRecords {
  const table = splitCsv(text);
  if (!table.ok) return table;
  const [header, ...rest] = table.lines;
  const columns = header?.cells ?? [];
  const problem = checkHeader(columns);
  if (problem) return { ok: false, problem };
  return { ok: true, rows: rest.map(({ cells, line }) => readCells(columns, cells, line)) };
}

type CsvLines = { ok: true; lines: { cells: string[]; line: number }[] } | { ok: false; problem: RecordProblem };

/** RFC 4180. A stray quotation mark is left in its cell, where readCells refuses it; one that never closes swallows the file and is refused here. */
function splitCsv(text: string): CsvLines {
  const lines: { cells: string[]; line: number }[] = [];
  try {
    parseCsv(text, {
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines: line }) => {
        lines.push({ cells, line });
        return null;
      },
    });
    return { ok: true, lines };
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? String(error.lines) : '?';
    return { ok: false, problem: recordProblem('malformed-csv', '', line) };
  }
}

function checkHeader(columns: readonly string[]): RecordProblem | undefined {
  const missing = Object.entries(COLUMNS).find(([name, need]) => need === 'required' && !columns.includes(name));
  const unknown = columns.find((name) => !Object.hasOwn(COLUMNS, name));
  const repeated = columns.find((name, at) => columns.indexOf(name) !== at);
  if (unknown !== undefined) return recordProblem('unknown-column', unknown.slice(0, 64));
  if (repeated !== undefined) return recordProblem('duplicate-column', repeated);
  return missing && recordProblem('missing-column', missing[0]);
}

function readCells(columns: readonly string[], cells: readonly string[], line: number): Row {
  if (cells.length !== columns.length || cells.some((cell) => cell.includes('"'))) {
    return { problem: recordProblem('malformed-row', '', String(line)) };
  }
  const cell = new Map(columns.map((name, at) => [name, cells[at] ?? '']));
  const learner = withoutEmpty({ id: cell.get('learner.id'), name: cell.get('learner.name') });
  const { minutes, score, ...texts } = Object.fromEntries([...cell].filter(([name]) => !name.startsWith('learner.')));
  return { value: withoutEmpty({ ...texts, learner, minutes: toNumber(minutes), score: toNumber(score) }) };
}

function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

/** ASCII digits become a number, also below zero so that `parseRecord` can say "out of range"; anything else stays text and is refused there. */
function toNumber(cell: string | undefined): unknown {
  return cell !== undefined && /^-?[0-9]{1,15}$/.test(cell) ? Number(cell) : cell;
}
