/** The columns of a table of learning records: what its header says under the source's mapping, and a row's cells as the value that `parseRecord` reads. */
import { type RecordProblem, recordProblem } from '../record-problem.ts';
import { MAX_COLUMNS, numberOf, plain } from './cell.ts';
import { readDateCell } from './date-cell.ts';
import { COLUMN_NAMES, type KnownValues } from './known-words.ts';
import { FIELDS, type Field, type Mapping, type Origin } from './mapping.ts';

/** A column of whole records as JSON text: what an error table of JSON consists of. */
export const RECORD_COLUMN = 'record';

const REQUIRED: readonly Field[] = ['id', 'learner.id', 'stage', 'activity', 'category', 'verb', 'occurredAt'];

/** What a row says: a value for `parseRecord`, or why there is none. */
export type Reading = { value: unknown } | { problem: RecordProblem };

/** Where each field of a record comes from in this table. */
export type Columns = {
  /** In the order of the header: the fields that a column fills, none for a column that is not read. */
  shown: readonly { column: string; fields: readonly (Field | typeof RECORD_COLUMN)[] }[];
  constants: readonly { field: Field; value: string }[];
  read(cells: readonly string[], line: number): Reading;
};

export type ColumnOptions = {
  mapping?: Mapping | undefined;
  values?: KnownValues | undefined;
  /** Whether the table is one of refused rows that we gave back. */
  isErrorTable?: boolean;
  /** Strict; throws on bad JSON, a RangeError for what is too large. */
  parseJson: (text: string) => unknown;
};

/** Where a field comes from: cells, or a constant that is the same for every row. */
type Source = {
  field: Field;
  at: readonly number[];
  constant?: string;
  strip?: string;
  prefix?: string;
  values?: ReadonlyMap<string, string>;
};

/** What the header means; or why no row under it can be read. A column is what the mapping says, else what it is called. */
export function readHeader(header: readonly string[], options: ColumnOptions): Columns | { problem: RecordProblem } {
  const { mapping, values, isErrorTable = false, parseJson } = options;
  const names = header.map(plain);
  if (names.findLastIndex((name) => name !== '') >= MAX_COLUMNS)
    return { problem: recordProblem('too-many-columns', '', String(MAX_COLUMNS)) };
  // A column without a name is what spreadsheet programs leave at the right.
  const skipped = names.map((name) => name === '');
  const repeated = names.find((name, at) => !skipped[at] && names.indexOf(name) !== at);
  if (repeated !== undefined) return { problem: recordProblem('duplicate-column', repeated.slice(0, 64)) };

  const recordAt = names.indexOf(RECORD_COLUMN);
  // A mapping speaks of the source's own tables; that of its refused JSON is ours, and has no other column.
  const isRefusedJson = isErrorTable && skipped.every((isNone, at) => isNone || at === recordAt);
  if (recordAt !== -1 && (!mapping || isRefusedJson)) {
    const shown = header.map((column, at) => ({ column, fields: at === recordAt ? ([RECORD_COLUMN] as const) : [] }));
    return { shown, constants: [], read: (cells, line) => readJson(cells[recordAt] ?? '', line, parseJson) };
  }

  const sources: Source[] = [];
  for (const field of FIELDS) {
    const origin = mapping?.fields.get(field) ?? usual(field, names);
    if (!origin) {
      if (REQUIRED.includes(field)) return { problem: recordProblem('missing-column', field) };
    } else if ('constant' in origin) {
      sources.push({ field, at: [], constant: origin.constant });
    } else {
      const at = origin.columns.map((column) => names.indexOf(plain(column)));
      const missing = origin.columns[at.indexOf(-1)];
      if (missing !== undefined) return { problem: recordProblem('missing-column', missing.slice(0, 64)) };
      const { strip = '', prefix = '' } = origin;
      sources.push({ field, at, strip, prefix, values: meanings(values?.get(field), origin.values) });
    }
  }

  const shown = header.map((column, at) => ({
    column,
    fields: sources.filter((source) => source.at.includes(at)).map(({ field }) => field),
  }));
  const ignored = new Set(mapping?.ignore === 'others' ? names : (mapping?.ignore ?? []).map(plain));
  const unknown = names.find((name, at) => shown[at]?.fields.length === 0 && !skipped[at] && !ignored.has(name));
  if (unknown !== undefined) return { problem: recordProblem('unknown-column', unknown.slice(0, 64)) };
  const constants = sources.flatMap(({ field, constant }) =>
    constant === undefined ? [] : [{ field, value: constant }],
  );
  return { shown, constants, read: (cells) => readCells(cells, sources) };
}

/** A column that is called as the field is, or as Chinese platforms call it. */
function usual(field: Field, names: readonly string[]): Origin | undefined {
  const column = [field, ...COLUMN_NAMES[field]].find((name) => names.includes(plain(name)));
  return column === undefined ? undefined : { columns: [column] };
}

/** The mapping's own go before the usual ones. */
function meanings(...maps: (ReadonlyMap<string, string> | undefined)[]): ReadonlyMap<string, string> {
  return new Map(maps.flatMap((map) => [...(map ?? [])].map(([said, meant]) => [plain(said), meant] as const)));
}

function readCells(cells: readonly string[], sources: readonly Source[]): Reading {
  const record: Record<string, unknown> = {};
  const learner: Record<string, unknown> = {};
  for (const source of sources) {
    const { field } = source;
    const value = readField({ ...source, text: textOf(source, cells) });
    if (value === undefined) continue;
    if (typeof value === 'object') return { problem: value };
    if (field === 'learner.id') learner.id = value;
    else if (field === 'learner.name') learner.name = value;
    else record[field] = value;
  }
  return { value: { ...record, learner } };
}

/** What a spreadsheet program makes of a long number: the last digits are gone, and the id may now be another person's. */
const ROUNDED = /^\d(\.\d+)?E\+\d+$/i;

/** What a text says as a field of a record; undefined: nothing. */
export function readField({
  field,
  text,
  strip = '',
  prefix = '',
  values,
}: {
  field: Field;
  text: string;
  strip?: string;
  prefix?: string;
  values?: ReadonlyMap<string, string> | undefined;
}): string | number | RecordProblem | undefined {
  const said = field === 'learner.name' ? text.trim() : plain(text);
  if (said === '') return undefined;
  switch (field) {
    case 'learner.name':
      return said;
    case 'minutes':
    case 'score':
      return numberOf(said, field);
    case 'occurredAt': {
      const date = readDateCell(said);
      return 'text' in date ? date.text : recordProblem('ambiguous-date', field);
    }
    default:
      if (ROUNDED.test(said)) return recordProblem('rounded-number', field);
      return prefix + (values?.get(said) ?? (said.startsWith(strip) ? said.slice(strip.length) : said));
  }
}

/** Several cells: a name in two parts, a date and its time, an id of what is unique only together. The last is none when a part is empty. */
function textOf({ field, at, constant }: Source, cells: readonly string[]): string {
  if (constant !== undefined) return constant;
  const parts = at.map((one) => cells[one] ?? '');
  if (parts.length === 1) return parts[0] ?? '';
  if (field === 'learner.name') return parts.map((part) => part.trim()).join('');
  if (field === 'occurredAt') return parts.join(' ');
  return parts.some((part) => plain(part) === '') ? '' : parts.map(plain).join('-');
}

function readJson(text: string, line: number, parseJson: ColumnOptions['parseJson']): Reading {
  try {
    return { value: parseJson(text) };
  } catch {
    return { problem: recordProblem('malformed-json', '', String(line)) };
  }
}
