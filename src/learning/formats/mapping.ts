/** The column mapping of a source: which column of its tables, or which constant, is which field of a learning record. Data, read strictly. */
import { fail, fields, integer, type Located, list, optional, type SchemeError, text } from '../located.ts';

/** The fields of a record that a table can fill. */
export const FIELDS = [
  'id',
  'learner.id',
  'learner.name',
  'scheme',
  'stage',
  'activity',
  'category',
  'verb',
  'occurredAt',
  'minutes',
  'score',
] as const;
export type Field = (typeof FIELDS)[number];

export type Origin =
  | { constant: string }
  /** Several columns are joined. `values`: what a cell says, and what it means; else it loses the beginning `strip`. `prefix` goes before either. */
  | { columns: readonly string[]; strip?: string; prefix?: string; values?: ReadonlyMap<string, string> };

export type Mapping = {
  fields: ReadonlyMap<Field, Origin>;
  /** Columns that are not read; `others`: all that no field names. */
  ignore: readonly string[] | 'others';
  /** The line of the header: above it stand titles. */
  headerLine: number;
};

export type MappingError = SchemeError;

/** The mapping, or every error in it with its path (`fields.stage.constant`). A key that is not known here is an error. */
export function parseMapping(value: unknown): { ok: true; mapping: Mapping } | { ok: false; errors: MappingError[] } {
  const errors: MappingError[] = [];
  const root: Located = { value, path: '', errors };
  if (value === undefined) fail(root, { zh: '应为一个对象', en: 'must be an object' });
  const known = fields(root, { optional: ['fields', 'ignore', 'headerLine'] });
  const origin = fields(known('fields'), {
    optional: FIELDS,
    unknown: { zh: '不是学习记录的字段', en: 'is not a field of a learning record' },
  });
  const mapping: Mapping = {
    fields: new Map(
      FIELDS.filter((field) => origin(field).value !== undefined).map((field) => [field, readOrigin(origin(field))]),
    ),
    ignore:
      known('ignore').value === 'others'
        ? 'others'
        : (optional('ignore', known, (node) => list(node, text)).ignore ?? []),
    headerLine: optional('headerLine', known, (node) => integer(node, 1, 20)).headerLine ?? 1,
  };
  return errors.length === 0 ? { ok: true, mapping } : { ok: false, errors };
}

/** A column's name, a list of them, or an object that says more. */
function readOrigin(node: Located): Origin {
  if (typeof node.value === 'string') return { columns: [text(node)] };
  if (Array.isArray(node.value)) return { columns: list(node, text) };
  const known = fields(node, { optional: ['column', 'columns', 'constant', 'strip', 'prefix', 'values'] });
  const said = ['column', 'columns', 'constant'].filter((key) => known(key).value !== undefined);
  if (said.length !== 1)
    fail(node, { zh: '应有 column、columns、constant 三项之一', en: 'must have one of column, columns and constant' });
  if (said[0] === 'constant') {
    for (const key of ['strip', 'prefix', 'values'])
      if (known(key).value !== undefined)
        fail(known(key), { zh: '不能与 constant 同用', en: 'cannot go with constant' });
    return { constant: text(known('constant')) };
  }
  return {
    columns: said[0] === 'columns' ? list(known('columns'), text) : [said[0] === 'column' ? text(known('column')) : ''],
    ...optional('strip', known, text),
    ...optional('prefix', known, text),
    ...optional('values', known, readValues),
  };
}

function readValues(node: Located): ReadonlyMap<string, string> {
  const { value, path, errors } = node;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(node, { zh: '应为一个对象', en: 'must be an object' });
    return new Map();
  }
  return new Map(
    Object.entries(value).map(([cell, meaning]) => [cell, text({ value: meaning, path: `${path}.${cell}`, errors })]),
  );
}
