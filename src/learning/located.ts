/**
 * Strict reading of a data file, value by value. Each reader notes what is wrong, with its path, and then returns a stand-in,
 * so that one pass finds every error; whoever starts the reading gives the result away only when there was none.
 */

export type Wording = { zh: string; en: string };

/** `path` is like `levels[1].points`, '' for the whole file. */
export type SchemeError = { path: string } & Wording;

export type Located = { readonly value: unknown; readonly path: string; readonly errors: SchemeError[] };

export function fail(node: Located, wording: Wording): void {
  node.errors.push({ path: node.path, ...wording });
}

const UNKNOWN_KEY: Wording = { zh: '没有这一项', en: 'is not a known key' };

/** Its members by key; one that is neither required nor optional is an error. A required one that is absent is for its own reader to refuse. */
export function fields(
  node: Located,
  keys: { required?: readonly string[]; optional?: readonly string[]; unknown?: Wording },
): (key: string) => Located {
  const { value, path, errors } = node;
  const { required = [], optional = [], unknown = UNKNOWN_KEY } = keys;
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const entries = new Map<string, unknown>();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, entry] of Object.entries(value)) {
      if (required.includes(key) || optional.includes(key)) entries.set(key, entry);
      else errors.push({ path: at(key), ...unknown });
    }
  } else if (value !== undefined) {
    fail(node, { zh: '应为一个对象', en: 'must be an object' });
  }
  return (key) => ({ value: entries.get(key), path: at(key), errors });
}

/** A part of an object that is there only when the key is. */
export function optional<K extends string, T>(
  key: K,
  known: (key: string) => Located,
  read: (node: Located) => T,
): Partial<Record<K, T>> {
  const node = known(key);
  if (node.value === undefined) return {};
  const part: Partial<Record<K, T>> = {};
  part[key] = read(node);
  return part;
}

export function list<T>(node: Located, read: (node: Located) => T): T[] {
  if (Array.isArray(node.value) && node.value.length > 0) {
    return node.value.map((value: unknown, at) => read({ value, path: `${node.path}[${at}]`, errors: node.errors }));
  }
  fail(node, { zh: '应为至少有一项的列表', en: 'must be a list with at least one entry' });
  return [];
}

export function text(node: Located): string {
  if (typeof node.value === 'string' && node.value.trim() !== '') return node.value;
  fail(node, { zh: '应为不空的文字', en: 'must be a text that is not empty' });
  return '';
}

export function wording(node: Located): Wording {
  if (node.value === undefined) fail(node, { zh: '应有 zh 和 en 两项', en: 'must be an object with zh and en' });
  const known = fields(node, { required: ['zh', 'en'] });
  return node.value === undefined ? { zh: '', en: '' } : { zh: text(known('zh')), en: text(known('en')) };
}

export function identifier(node: Located): string {
  if (typeof node.value === 'string' && node.value.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(node.value))
    return node.value;
  fail(node, {
    zh: '应为小写字母、数字和单个连字符组成的编号,最多 64 个字符',
    en: 'must be an id of a–z, 0–9 and single hyphens, at most 64 characters',
  });
  return '';
}

export function integer(node: Located, least: number, most: number): number {
  const { value } = node;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  fail(node, { zh: `应为 ${least} 到 ${most} 的整数`, en: `must be a whole number from ${least} to ${most}` });
  return least;
}

export function oneOf<const T extends string>(node: Located, values: readonly T[]): T {
  const found = values.find((value) => value === node.value);
  if (found !== undefined) return found;
  const shown = values.map((value) => `"${value}"`).join(', ');
  fail(node, { zh: `应为 ${shown} 之一`, en: `must be one of ${shown}` });
  return values[0] as T; // no caller offers nothing
}

/** Whole numbers by id: `{ "offline": 2 }`. Only ids that are `known` may stand there. */
export function countsById(node: Located, known: readonly string[], unknown: Wording): Record<string, number> {
  const of = fields(node, { optional: known, unknown });
  return Object.fromEntries(
    known.flatMap((id) => (of(id).value === undefined ? [] : [[id, integer(of(id), 1, 10_000)]])),
  );
}

/** A reference to something that the file defines elsewhere. */
export function reference(node: Located, ids: readonly string[], unknown: Wording): string {
  const id = identifier(node);
  if (id !== '' && !ids.includes(id)) fail(node, unknown);
  return id;
}

export function refuseRepeats(node: Located, keys: readonly string[], what: Wording): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (key !== '' && seen.has(key))
      fail(node, { zh: `${what.zh}重复:${key}`, en: `the same ${what.en} twice: ${key}` });
    seen.add(key);
  }
}
