/** xAPI statements read as learning records, one rule at a time. */
import { describe, expect, test } from 'vitest';
import { parseMapping } from '../../../src/learning/formats/mapping.ts';
import { readStatement } from '../../../src/learning/formats/xapi.ts';

const VERBS = 'http://adlnet.gov/expapi/verbs/';
const ID = '0b5e9f0e-8b0a-4c1e-9a53-5b1f6d1f2a10';
const base = {
  id: ID,
  actor: { account: { homePage: 'https://a.example', name: 'p-1' } },
  verb: { id: `${VERBS}completed` },
  object: { id: 'lesson:1' },
  timestamp: '2026-03-01T09:00:00+08:00',
};
const how = { mapping: undefined, newId: () => 'new-id' };
const read = (over: Record<string, unknown> = {}) => readStatement({ ...base, ...over }, how);
function record(over: Record<string, unknown> = {}): Record<string, unknown> | string {
  const { reading } = read(over) as {
    reading: { value: Record<string, unknown> } | { problem: { code: string; field: string } };
  }; // no void
  return 'problem' in reading ? `${reading.problem.code} ${reading.problem.field}` : reading.value;
}

test('a statement is the record that its parts say', () => {
  expect(record({ id: ID.toUpperCase(), result: { duration: 'PT45M', score: { raw: 9, min: 0, max: 10 } } })).toEqual({
    id: ID,
    learner: { id: 'p-1' },
    activity: 'lesson:1',
    verb: 'completed',
    occurredAt: '2026-03-01T09:00:00+08:00',
    minutes: 45,
    score: 90,
  });
});

test('without an id it gets one when it arrives', () => {
  expect(record({ id: undefined })).toMatchObject({ id: 'new-id' });
});

test('without a timestamp it is of when the LRS stored it; without either it has no date, and is refused', () => {
  const stored = '2026-03-02T00:00:00Z';
  expect(record({ stored })).toMatchObject({ occurredAt: base.timestamp });
  expect(record({ timestamp: undefined, stored })).toMatchObject({ occurredAt: stored });
  expect(record({ timestamp: undefined })).toBe('missing-field timestamp');
  expect(record({ timestamp: 7, stored })).toBe('missing-field timestamp');
});

test.each(['completed', 'passed', 'attended', 'experienced'])('%s is a verb of the ledger', (verb) => {
  expect(record({ verb: { id: `${VERBS}${verb}` } })).toMatchObject({ verb });
});

test.each([
  ['PT90M', 90],
  ['PT1H30M', 90],
  ['PT0.5S', 0],
  ['PT119S', 1],
  ['P1D', 1440],
  ['P1W', 10_080],
  ['PT1H29M59.99S', 89],
  ['P1M', 'P1M'],
  ['P', 'P'],
  ['PT', 'PT'],
  ['90', '90'],
])('a duration of %s is %j minutes', (duration, minutes) => {
  expect(record({ result: { duration } })).toMatchObject({ minutes });
});

test.each([
  [{ scaled: 0.29 }, 29],
  [{ scaled: 0.599 }, 59],
  [{ scaled: 1 }, 100],
  [{ scaled: -0.5 }, -50],
  [{ raw: 59.9 }, 59],
  [{ raw: 30, max: 50 }, 60],
  [{ raw: 3, min: 1, max: 5 }, 50],
  [{ scaled: 0.8, raw: 1 }, 80],
])('a score of %j is %j of a hundred: who missed a mark by little has missed it', (score, expected) => {
  expect(record({ result: { score } })).toMatchObject({ score: expected });
});

test.each([
  ['2026-03-01T09:00:00+0800', '2026-03-01T09:00:00+08:00'],
  ['2026-03-01T09:00:00+08', '2026-03-01T09:00:00+08:00'],
  ['2026-03-01T01:00:00.123Z', '2026-03-01T01:00:00.123Z'],
  ['2026-03-01', '2026-03-01'],
])('the timestamp %s is %s', (timestamp, occurredAt) => {
  expect(record({ timestamp })).toMatchObject({ occurredAt });
});

test('scheme, stage, category and activity may stand in extensions of the context or of the activity', () => {
  const x = (name: string) => `https://w3id.org/xingzheng/xapi/${name}`;
  expect(
    record({
      context: { extensions: { [x('stage')]: '4-6', [x('scheme')]: 's' } },
      object: {
        id: 'https://a.example/1',
        definition: { extensions: { [x('category')]: 'online', [x('activity')]: 'lesson:9' } },
      },
    }),
  ).toMatchObject({ scheme: 's', stage: '4-6', category: 'online', activity: 'lesson:9' });
});

describe('a voided statement', () => {
  test('names what it takes back', () => {
    expect(read({ verb: { id: `${VERBS}voided` }, object: { objectType: 'StatementRef', id: ID } })).toEqual({
      kind: 'void',
      id: ID,
      target: ID,
    });
  });

  test.each([[{ id: ID }], [{ objectType: 'Activity', id: ID }], [{ objectType: 'StatementRef', id: 'r-1' }]])(
    'of %j is refused',
    (object) => {
      expect(record({ verb: { id: `${VERBS}voided` }, object })).toBe('xapi-object object');
    },
  );
});

test.each<[string, Record<string, unknown>, string]>([
  ['a property that no statement has', { birthDate: '2019-01-01' }, 'not-a-statement birthDate'],
  ['an id that is no UUID', { id: 'r-1' }, 'not-a-statement id'],
  ['no verb', { verb: undefined }, 'not-a-statement verb.id'],
  ['no object', { object: [] }, 'not-a-statement object.id'],
  ['another verb', { verb: { id: `${VERBS}failed` } }, 'xapi-verb verb.id'],
  ['a verb of another vocabulary', { verb: { id: 'https://a.example/verbs/completed' } }, 'xapi-verb verb.id'],
  ['a statement about a person', { object: { objectType: 'Agent', id: 'a' } }, 'xapi-object object'],
  ['a mail address for a person', { actor: { mbox: 'mailto:a@a.example' } }, 'xapi-actor actor'],
  [
    'a group',
    { actor: { objectType: 'Group', account: { homePage: 'https://a.example', name: 'g' } } },
    'xapi-actor actor',
  ],
  [
    'passed without success',
    { verb: { id: `${VERBS}passed` }, result: { success: false } },
    'xapi-result result.success',
  ],
  ['completed without completion', { result: { completion: false } }, 'xapi-result result.completion'],
])('%s is refused: %s', (_, over, problem) => {
  expect(record(over)).toBe(problem);
});

test.each([[null], ['text'], [[]]])('%j is no statement', (value) => {
  expect(readStatement(value, how)).toMatchObject({ reading: { problem: { code: 'wrong-type' } } });
});

test('whether a result contradicts the verb is asked of the verb that the mapping makes of it', () => {
  const mapped = (verb: unknown, result: unknown) => {
    const fields = {
      verb: { column: 'verb.id', values: { 'https://a.example/done': 'completed', [`${VERBS}passed`]: 'attended' } },
    };
    const parsed = parseMapping({ fields });
    if (!parsed.ok) throw new Error('no mapping');
    const read = readStatement({ ...base, verb: { id: verb }, result }, { ...how, mapping: parsed.mapping });
    return 'reading' in read && 'problem' in read.reading ? read.reading.problem.field : 'a record';
  };
  expect(mapped('https://a.example/done', { completion: false })).toBe('result.completion');
  expect(mapped('https://a.example/done', { success: false })).toBe('a record');
  expect(mapped(`${VERBS}passed`, { success: false })).toBe('a record');
});
