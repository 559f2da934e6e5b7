import { describe, expect, test } from 'vitest';
import { type RecordMediaType, readRecords } from '../../src/learning/record-formats.ts';

const read = (text: string, mediaType: RecordMediaType) => readRecords(text, mediaType, JSON.parse);
const header = 'id,learner.id,learner.name,scheme,stage,activity,category,verb,occurredAt,minutes,score';
const line = 'r-1,p-1,王小明,s,0-3,lesson:1,online,completed,2026-03-01T09:00:00+08:00,7,90';
const value = {
  id: 'r-1',
  learner: { id: 'p-1', name: '王小明' },
  scheme: 's',
  stage: '0-3',
  activity: 'lesson:1',
  category: 'online',
  verb: 'completed',
  occurredAt: '2026-03-01T09:00:00+08:00',
  minutes: 7,
  score: 90,
};

/** A row's value, or the code of its problem. */
function rowsOf(text: string, mediaType: RecordMediaType): unknown {
  const result = read(text, mediaType);
  if (!result.ok) return [result.problem.code, result.problem.field];
  return result.rows.map((row) => ('value' in row ? row.value : row.problem.code));
}

describe('JSON', () => {
  test('one record, or an array of them', () => {
    expect(rowsOf('{"id":"a"}', 'application/json')).toEqual([{ id: 'a' }]);
    expect(rowsOf('[{"id":"a"},3]', 'application/json')).toEqual([{ id: 'a' }, 3]);
    expect(rowsOf('\uFEFF[]', 'application/json')).toEqual([]);
  });

  test('broken JSON refuses the whole body', () => {
    expect(rowsOf('[{"id":', 'application/json')).toEqual(['malformed-json', '']);
  });
});

describe('NDJSON', () => {
  test('a broken line does not stop the others, empty lines do not count', () => {
    expect(rowsOf('{"id":"a"}\r\n\n{oops\n[1]\n', 'application/x-ndjson')).toEqual([
      { id: 'a' },
      'malformed-json',
      [1],
    ]);
  });

  test('the problem names the line of the file', () => {
    const result = read('{}\n\n{oops', 'application/x-ndjson');
    expect(result.ok && result.rows[1]).toMatchObject({ problem: { en: 'Not correct JSON (line 3).' } });
  });
});

describe('CSV', () => {
  const csv = (...lines: string[]) => rowsOf(lines.join('\n'), 'text/csv');

  test('a row becomes the same value as the JSON record', () => {
    expect(csv(header, line)).toEqual([value]);
  });

  test('byte order mark, CRLF and mixed line ends, columns in another order', () => {
    expect(rowsOf(`\uFEFF${header}\r\n${line}\r\n${line}\n${line}`, 'text/csv')).toEqual([value, value, value]);
    expect(csv('verb,learner.id,id,stage,activity,category,occurredAt', 'v,p,r,s,a,c,d')).toEqual([
      { verb: 'v', id: 'r', stage: 's', activity: 'a', category: 'c', occurredAt: 'd', learner: { id: 'p' } },
    ]);
  });

  test('an empty cell is an absent value', () => {
    expect(csv(header, 'r-1,,,,0-3,,online,completed,2026,,')).toEqual([
      { id: 'r-1', learner: {}, stage: '0-3', category: 'online', verb: 'completed', occurredAt: '2026' },
    ]);
  });

  test('quoted cells may hold commas and line ends', () => {
    const quoted = line.replace('lesson:1', '"lesson:1,\n2"');
    expect(csv(header, quoted, line)).toEqual([{ ...value, activity: 'lesson:1,\n2' }, value]);
  });

  test('a row with too few or too many cells does not stop the others', () => {
    expect(csv(header, 'r-0,p-1', line, `${line},9`, line)).toEqual(['malformed-row', value, 'malformed-row', value]);
    const result = read(`${header}\n${line}\nr-0,p-1`, 'text/csv');
    expect(result.ok && result.rows[1]).toMatchObject({ problem: { en: expect.stringContaining('Line 3 ') } });
  });

  test('a quotation mark out of place is its row’s problem', () => {
    expect(csv(header, line.replace('lesson:1', '"lesson"1'), line)).toEqual(['malformed-row', value]);
    expect(csv(header, line.replace('lesson:1', 'les"son'), line)).toEqual(['malformed-row', value]);
  });

  test('a quotation mark that never closes would swallow the file: nothing is read', () => {
    expect(csv(header, line, line.replace('lesson:1', '"lesson'), line)).toEqual(['malformed-csv', '']);
  });

  test.each([
    ['7', 7],
    ['007', 7],
    ['-5', -5],
    ['7.5', '7.5'],
    ['７', '７'],
    ['1e3', '1e3'],
    ['0x10', '0x10'],
    ['9'.repeat(40), '9'.repeat(40)],
  ])('minutes %j become %j', (cell, minutes) => {
    expect(csv(header, line.replace(',7,90', `,${cell},90`))).toEqual([{ ...value, minutes }]);
  });

  test.each([
    ['an unknown column', `${header},birthDate`, 'unknown-column', 'birthDate'],
    ['a column that only objects have', `${header},constructor`, 'unknown-column', 'constructor'],
    ['a missing column', header.replace('verb,', ''), 'missing-column', 'verb'],
    ['a column twice', `${header},id`, 'duplicate-column', 'id'],
    ['no header', line, 'unknown-column', 'r-1'],
    ['nothing at all', '', 'missing-column', 'id'],
  ])('%s refuses the whole file and names the column', (_, first, code, field) => {
    expect(csv(first, line)).toEqual(first === '' ? ['unknown-column', 'r-1'] : [code, field]);
    expect(csv(first)).toEqual([code, field]);
  });
});
