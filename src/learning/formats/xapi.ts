/**
 * xAPI 1.0.3 and 2.0 statements as learning records. We take statements that a platform or its LRS forwards, and are no LRS ourselves
 * (xAPI 1.0.3 Part Three §2.0): what the ledger has no place for is not kept.
 */
import { type RecordProblem, recordProblem } from '../record-problem.ts';
import { type Reading, readField } from './columns.ts';
import { FIELDS, type Field, type Mapping } from './mapping.ts';

export type Statement =
  | { kind: 'record'; id: string | undefined; reading: Reading }
  /** Takes back the record that came with the statement `target`. */
  | { kind: 'void'; id: string | undefined; target: string };

/** Verbs of the ADL vocabulary, by the last part of their id. */
const VERBS = ['completed', 'passed', 'attended', 'experienced'];
const VERB = /^https?:\/\/adlnet\.gov\/expapi\/verbs\/([a-z]+)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const KEYS = new Set([
  'id',
  'actor',
  'verb',
  'object',
  'result',
  'context',
  'timestamp',
  'stored',
  'authority',
  'version',
  'attachments',
]);

/** Fields of a record that a statement has no place for of its own: extensions of the context or of the activity's definition. */
const EXTENSION = 'https://w3id.org/xingzheng/xapi/';
const EXTENDED: readonly Field[] = ['scheme', 'stage', 'category', 'activity'];

/**
 * `mapping` is the source's: its columns are paths of the statement, `object.id`, `actor.account.name`, `context.platform`, or ids of
 * extensions. `newId` names a statement that has no id. One without a timestamp is dated by its own `stored`, and without either
 * refused: by our clock it would be another record each time it is sent.
 */
export function readStatement(
  value: unknown,
  { mapping, newId }: { mapping: Mapping | undefined; newId: () => string },
): Statement {
  const statement = objectOf(value);
  const { id, verb, object } = statement ?? {};
  const said = typeof id === 'string' ? id : undefined;
  const refuse = (...problem: Parameters<typeof recordProblem>): Statement => ({
    kind: 'record',
    id: said,
    reading: { problem: recordProblem(...problem) },
  });
  if (!statement) return refuse('wrong-type', '', { zh: '对象', en: 'an object' });
  const stranger = Object.keys(statement).find((key) => !KEYS.has(key));
  if (stranger !== undefined) return refuse('not-a-statement', stranger.slice(0, 64));
  if (id !== undefined && !(said && UUID.test(said))) return refuse('not-a-statement', 'id');
  const verbId = textOf(objectOf(verb)?.id);
  if (verbId === undefined) return refuse('not-a-statement', 'verb.id');
  const target = objectOf(object);
  const targetId = textOf(target?.id);
  if (targetId === undefined) return refuse('not-a-statement', 'object.id');
  if (VERB.exec(verbId)?.[1] === 'voided')
    return target?.objectType === 'StatementRef' && UUID.test(targetId)
      ? { kind: 'void', id: said, target: targetId.toLowerCase() }
      : refuse('xapi-object', 'object');
  if ((target?.objectType ?? 'Activity') !== 'Activity') return refuse('xapi-object', 'object');

  const actor = objectOf(statement.actor);
  const account = textOf(objectOf(actor?.account)?.name);
  if ((actor?.objectType ?? 'Agent') !== 'Agent' || account === undefined) return refuse('xapi-actor', 'actor');
  const word = mapping?.fields.get('verb');
  const known = VERB.exec(verbId)?.[1];
  const mapped = word && 'columns' in word && (word.values?.has(verbId) ?? false);
  if (!mapped && !(word && 'constant' in word) && !VERBS.includes(known ?? '')) return refuse('xapi-verb', 'verb.id');
  const result = objectOf(statement.result) ?? {};
  const recordId = said?.toLowerCase() ?? newId();
  const usual: Partial<Record<Field, string | number>> = {
    id: recordId,
    'learner.id': account,
    ...optionalText('learner.name', actor?.name),
    ...optionalText('verb', known),
    activity: targetId,
    ...dateOf(statement.timestamp ?? statement.stored),
    ...minutesOf(result.duration),
    ...scoreOf(objectOf(result.score)),
  };
  const record = recordOf(usual, pathsOf(statement), mapping);
  if ('problem' in record) return { kind: 'record', id: recordId, reading: record };
  const { value: read } = record;
  if (read.occurredAt === undefined) return refuse('missing-field', 'timestamp');
  if (result.success === false && read.verb === 'passed') return refuse('xapi-result', 'result.success');
  if (result.completion === false && read.verb === 'completed') return refuse('xapi-result', 'result.completion');
  return { kind: 'record', id: recordId, reading: record };
}

function recordOf(
  usual: Partial<Record<Field, string | number>>,
  paths: ReadonlyMap<string, string>,
  mapping: Mapping | undefined,
): { value: Record<string, unknown> } | { problem: RecordProblem } {
  const record: Record<string, unknown> = {};
  const learner: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const read = fieldOf(field);
    if (typeof read === 'object') return { problem: read };
    if (read === undefined) continue;
    if (field === 'learner.id') learner.id = read;
    else if (field === 'learner.name') learner.name = read;
    else record[field] = read;
  }
  return { value: { ...record, learner } };

  /** A mapping that speaks of other columns is that of the source's tables. */
  function fieldOf(field: Field): string | number | RecordProblem | undefined {
    const origin = mapping?.fields.get(field);
    if (origin && 'constant' in origin) return readField({ field, text: origin.constant });
    if (origin?.columns.every((column) => paths.has(column))) {
      const text = origin.columns.map((column) => paths.get(column)).join('-');
      return readField({ field, text, ...origin });
    }
    return (EXTENDED.includes(field) ? paths.get(`${EXTENSION}${field}`) : undefined) ?? usual[field];
  }
}

/** The texts of a statement by their paths, and its extensions by their ids. */
function pathsOf(statement: Record<string, unknown>): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const add = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'string') paths.set(path, value);
    else if (depth > 0)
      for (const [key, inner] of Object.entries(objectOf(value) ?? {}))
        add(inner, path.endsWith('extensions') ? key : `${path}${path && '.'}${key}`, depth - 1);
  };
  add(statement, '', 5);
  return paths;
}

const objectOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { __proto__: null, ...value } : undefined;

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const optionalText = (field: Field, value: unknown) => (typeof value === 'string' ? { [field]: value } : {});

/** ISO 8601 allows +08 and +0800 where RFC 3339 wants +08:00. Anything else is `parseRecord`'s to refuse. */
const dateOf = (value: unknown): { occurredAt?: string } =>
  typeof value === 'string'
    ? { occurredAt: value.replace(/(T.*[+-]\d\d):?(\d\d)?$/, (_, time, minutes = '00') => `${time}:${minutes}`) }
    : {};

/** An ISO 8601 duration in whole minutes, rounded down. One of months or years stays text and is refused. */
function minutesOf(duration: unknown): { minutes?: number | string } {
  if (duration === undefined) return {};
  if (typeof duration !== 'string') return { minutes: '?' };
  const found = /^P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?)?)$/.exec(
    duration,
  );
  if (!found || /[PT]$/.test(duration)) return { minutes: duration };
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((count) => Number(count ?? 0));
  return { minutes: Math.floor(((weeks * 7 + days) * 24 + hours) * 60 + minutes + seconds / 60) };
}

/** Of a hundred, rounded down: who missed a mark by little has missed it. */
function scoreOf(score: Record<string, unknown> | undefined): { score?: number } {
  const { scaled, raw, min = 0, max = 100 } = score ?? {};
  const share =
    typeof scaled === 'number'
      ? scaled
      : typeof raw === 'number'
        ? (raw - Number(min)) / (Number(max) - Number(min))
        : undefined;
  // What is not quite 0.29 × 100 in binary is 29.
  return share === undefined ? {} : { score: Math.floor(Number((share * 100).toFixed(6))) };
}
