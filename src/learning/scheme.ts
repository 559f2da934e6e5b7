/** A points scheme as data: parses `credentials/<scheme>/scheme.json` strictly and finds the rule that a record falls under. */

export type Wording = { zh: string; en: string };
/** A value that the district did not publish says so beside itself. */
type Assumed = { assumption?: string };

export type Stage = Assumed & { id: string; name: Wording };
export type Category = { id: string; name: Wording };
/** `points` and `minimums` (counted records per category) are cumulative from the first level. The credential states `points`, not the learner's sum. */
export type Level = Assumed & {
  id: string;
  name: Wording;
  points: number;
  minimums?: Readonly<Record<string, number>>;
};
export type Activity = Assumed & {
  id: string;
  name: Wording;
  category: string;
  verbs: readonly string[];
  /** The activity's id, or a prefix that ends in `*`; absent: any. */
  activity?: string;
  points: number;
  /** `activity`: the same activity object counts once for a learner in a stage. */
  once?: 'activity';
};
export type Scheme = {
  id: string;
  version: number;
  name: Wording;
  description: Wording;
  sources: readonly { fact: string; source: string }[];
  stages: readonly Stage[];
  categories: readonly Category[];
  levels: readonly Level[];
  activities: readonly Activity[];
  /** Number of the credential template. */
  template: number;
  validity?: Assumed & { years: number };
};

export type SchemeError = { path: string; message: string };

/** The scheme, or every error in it with its path (`levels[1].points`). A key that is not known here is an error. */
export function parseScheme(value: unknown): { ok: true; scheme: Scheme } | { ok: false; errors: SchemeError[] } {
  const errors: SchemeError[] = [];
  const root: Located = { value, path: '', errors };
  const keys = [
    'id',
    'version',
    'name',
    'description',
    'sources',
    'stages',
    'categories',
    'levels',
    'activities',
    'template',
  ];
  const known = fields(root, keys, ['validity']);
  const categories = list(known('categories'), readCategory);
  const scheme: Scheme = {
    id: identifier(known('id')),
    version: integer(known('version'), 1, 65_535),
    name: wording(known('name')),
    description: wording(known('description')),
    sources: list(known('sources'), readSource),
    stages: list(known('stages'), readStage),
    categories,
    levels: list(known('levels'), (node) => readLevel(node, categories)),
    activities: list(known('activities'), (node) => readActivity(node, categories)),
    template: integer(known('template'), 1, 65_535),
    ...optional('validity', known, readValidity),
  };
  for (const family of ['stages', 'categories', 'levels', 'activities'] as const) {
    refuseRepeats(scheme[family], (item) => item.id, root, family, 'id');
  }
  refuseRepeats(
    scheme.activities.flatMap(patterns),
    (pattern) => pattern,
    root,
    'activities',
    'category, verb and activity',
  );
  refuseFlatLadder(scheme.levels, root);
  return errors.length === 0 ? { ok: true, scheme } : { ok: false, errors };
}

/** The one rule for a record: an exact activity before a prefix, the longer prefix before the shorter. Independent of the order in the file. */
export function matchActivity(
  scheme: Scheme,
  record: { category: string; verb: string; activity: string },
): Activity | undefined {
  let best: Activity | undefined;
  for (const rule of scheme.activities) {
    if (rule.category !== record.category || !rule.verbs.includes(record.verb)) continue;
    if (!covers(rule.activity, record.activity)) continue;
    if (best === undefined || closeness(rule.activity) > closeness(best.activity)) best = rule;
  }
  return best;
}

export function hasStage(scheme: Scheme, stage: string): boolean {
  return scheme.stages.some(({ id }) => id === stage);
}

function covers(pattern: string | undefined, activity: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? activity.startsWith(pattern.slice(0, -1)) : activity === pattern;
}

function closeness(pattern: string | undefined): number {
  if (pattern === undefined) return -1;
  return pattern.endsWith('*') ? pattern.length - 1 : Number.POSITIVE_INFINITY;
}

function patterns({ category, verbs, activity }: Activity): string[] {
  return verbs.map((verb) => JSON.stringify([category, verb, activity ?? null]));
}

function readStage(node: Located): Stage {
  const known = fields(node, ['id', 'name'], ['assumption']);
  return { id: identifier(known('id')), name: wording(known('name')), ...optional('assumption', known, text) };
}

function readCategory(node: Located): Category {
  const known = fields(node, ['id', 'name'], []);
  return { id: identifier(known('id')), name: wording(known('name')) };
}

function readSource(node: Located): { fact: string; source: string } {
  const known = fields(node, ['fact', 'source'], []);
  return { fact: text(known('fact')), source: text(known('source')) };
}

function readLevel(node: Located, categories: readonly Category[]): Level {
  const known = fields(node, ['id', 'name', 'points'], ['minimums', 'assumption']);
  return {
    id: identifier(known('id')),
    name: wording(known('name')),
    points: integer(known('points'), 1, 1_000_000),
    ...optional('minimums', known, (minimums) => readMinimums(minimums, categories)),
    ...optional('assumption', known, text),
  };
}

function readMinimums(node: Located, categories: readonly Category[]): Record<string, number> {
  const ids = categories.map(({ id }) => id);
  const known = fields(node, [], ids, 'is not a category of this scheme');
  return Object.fromEntries(
    ids.flatMap((id) => (known(id).value === undefined ? [] : [[id, integer(known(id), 1, 10_000)]])),
  );
}

function readActivity(node: Located, categories: readonly Category[]): Activity {
  const known = fields(node, ['id', 'name', 'category', 'verbs', 'points'], ['activity', 'once', 'assumption']);
  const category = identifier(known('category'));
  if (category !== '' && !categories.some(({ id }) => id === category)) {
    fail(known('category'), 'is not a category of this scheme');
  }
  return {
    id: identifier(known('id')),
    name: wording(known('name')),
    category,
    verbs: list(known('verbs'), identifier),
    points: integer(known('points'), 0, 10_000),
    ...optional('activity', known, pattern),
    ...optional('once', known, once),
    ...optional('assumption', known, text),
  };
}

function readValidity(node: Located): Assumed & { years: number } {
  const known = fields(node, ['years'], ['assumption']);
  return { years: integer(known('years'), 1, 50), ...optional('assumption', known, text) };
}

function refuseRepeats<T>(
  items: readonly T[],
  key: (item: T) => string,
  root: Located,
  path: string,
  what: string,
): void {
  const seen = new Set<string>();
  for (const item of items) {
    const value = key(item);
    if (value !== '' && seen.has(value)) fail({ ...root, path }, `the same ${what} twice: ${value}`);
    seen.add(value);
  }
}

function refuseFlatLadder(levels: readonly Level[], root: Located): void {
  levels.forEach((level, at) => {
    const below = levels[at - 1];
    if (below && level.points <= below.points) {
      fail({ ...root, path: `levels[${at}].points` }, `must be more than the ${below.points} of the level before`);
    }
  });
}

/*
 * The reader: each function takes a node, notes what is wrong with it, and then returns a stand-in, so that one pass finds every error;
 * parseScheme gives the result away only when there was none.
 */
type Located = { value: unknown; path: string; errors: SchemeError[] };

function fail(node: Located, message: string): void {
  node.errors.push({ path: node.path, message });
}

function fields(
  node: Located,
  required: readonly string[],
  optionalKeys: readonly string[],
  unknown = 'is not a known key',
): (key: string) => Located {
  const { value, path, errors } = node;
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const entries = new Map<string, unknown>();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, entry] of Object.entries(value)) {
      if (required.includes(key) || optionalKeys.includes(key)) entries.set(key, entry);
      else errors.push({ path: at(key), message: unknown });
    }
  } else if (value !== undefined) {
    fail(node, 'must be an object');
  }
  return (key) => ({ value: entries.get(key), path: at(key), errors });
}

function optional<K extends string, T>(
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

function list<T>(node: Located, read: (node: Located) => T): T[] {
  if (Array.isArray(node.value) && node.value.length > 0) {
    return node.value.map((value: unknown, at) => read({ value, path: `${node.path}[${at}]`, errors: node.errors }));
  }
  fail(node, 'must be a list with at least one entry');
  return [];
}

function text(node: Located): string {
  if (typeof node.value === 'string' && node.value.trim() !== '') return node.value;
  fail(node, 'must be a text that is not empty');
  return '';
}

function wording(node: Located): Wording {
  if (node.value === undefined) fail(node, 'must be an object with zh and en');
  const known = fields(node, ['zh', 'en'], []);
  return node.value === undefined ? { zh: '', en: '' } : { zh: text(known('zh')), en: text(known('en')) };
}

function identifier(node: Located): string {
  if (typeof node.value === 'string' && node.value.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(node.value))
    return node.value;
  fail(node, 'must be an id of a–z, 0–9 and single hyphens, at most 64 characters');
  return '';
}

function pattern(node: Located): string {
  if (typeof node.value === 'string' && node.value.length <= 128 && /^[^*\s]+\*?$/.test(node.value)) return node.value;
  fail(node, "must be an activity's id, or a prefix of one that ends in *");
  return '';
}

function once(node: Located): 'activity' {
  if (node.value !== 'activity') fail(node, 'must be "activity"');
  return 'activity';
}

function integer(node: Located, least: number, most: number): number {
  const { value } = node;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  fail(node, `must be a whole number from ${least} to ${most}`);
  return least;
}
