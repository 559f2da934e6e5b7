import { describe, expect, test } from 'vitest';
import { parseRecord, type RecordContext } from '../../src/learning/event.ts';
import { mustParse, shangcheng, smallFile } from './schemes.ts';

const now = Date.UTC(2026, 2, 1, 4) / 1000;
const ctx: RecordContext = { schemes: new Map([[shangcheng.id, shangcheng]]), now, source: 'zjhj' };

const good = {
  id: 'r-1',
  learner: { id: 'p-1', name: '王小明' },
  scheme: 'shangcheng-star-licence',
  stage: '0-3',
  activity: 'lesson:0-3-001',
  category: 'online',
  verb: 'completed',
  occurredAt: '2026-03-01T09:00:00+08:00',
  minutes: 7,
  score: 90,
};

function problemOf(value: unknown, context = ctx): [string, string] | 'accepted' {
  const parsed = parseRecord(value, context);
  return parsed.ok ? 'accepted' : [parsed.problem.code, parsed.problem.field];
}

describe('a learning record', () => {
  test('is read into epoch seconds and NFC', () => {
    const learner = { id: 'p-1', name: 'Zoe\u0308' };
    expect(parseRecord({ ...good, learner, activity: 'lesson:e\u0301' }, ctx)).toEqual({
      ok: true,
      record: {
        ...good,
        learner: { id: 'p-1', name: 'Zoë' },
        activity: 'lesson:é',
        occurredAt: Date.UTC(2026, 2, 1, 1) / 1000,
      },
    });
  });

  test('needs neither name, minutes nor score', () => {
    const { minutes, score, ...rest } = good;
    const parsed = parseRecord({ ...rest, learner: { id: 'p-1' } }, ctx);
    expect(parsed.ok && Object.keys(parsed.record)).not.toContain('minutes');
    expect(parsed.ok && parsed.record.learner).toEqual({ id: 'p-1' });
  });

  test('may carry any of the optional values at its limits', () => {
    expect(problemOf({ ...good, minutes: 0, score: 0 })).toBe('accepted');
    expect(problemOf({ ...good, minutes: 1440, score: 100 })).toBe('accepted');
    expect(problemOf({ ...good, id: 'x'.repeat(128) })).toBe('accepted');
  });

  test('minutes of -0 are 0', () => {
    const parsed = parseRecord({ ...good, minutes: -0 }, ctx);
    expect(parsed.ok && parsed.record.minutes).toBe(0);
  });

  const refusals: [string, object | unknown[] | string | null, string, string][] = [
    ['no object', 'text', 'wrong-type', ''],
    ['null', null, 'wrong-type', ''],
    ['an array', [good], 'wrong-type', ''],
    ['a birth date', { ...good, birthDate: '2020-01-01' }, 'unknown-field', 'birthDate'],
    [
      "a child's name with the learner",
      { ...good, learner: { id: 'p', child: '王小' } },
      'unknown-field',
      'learner.child',
    ],
    ['a key with invisible characters, which is not repeated', { ...good, 'a\u200Bb': 1 }, 'unknown-field', '?'],
    ['its own source', { ...good, source: 'me' }, 'unknown-field', 'source'],
    ['no learner', { ...good, learner: undefined }, 'missing-field', 'learner'],
    ['a learner that is a text', { ...good, learner: 'p-1' }, 'wrong-type', 'learner'],
    ['no learner id', { ...good, learner: {} }, 'missing-field', 'learner.id'],
    ['an empty id', { ...good, id: '' }, 'missing-field', 'id'],
    ['a number as id', { ...good, id: 7 }, 'wrong-type', 'id'],
    ['an id of 129 characters', { ...good, id: 'x'.repeat(129) }, 'too-long', 'id'],
    ['an id with a space at the end', { ...good, id: 'r-1 ' }, 'bad-characters', 'id'],
    ['an id with a lone surrogate', { ...good, id: 'r\uDC00' }, 'bad-characters', 'id'],
    ['a zero-width learner id', { ...good, learner: { id: 'p\u200B1' } }, 'bad-characters', 'learner.id'],
    ['a bidi override', { ...good, activity: 'lesson:\u202Ex' }, 'bad-characters', 'activity'],
    ['a Hangul filler, which prints as nothing', { ...good, activity: 'lesson:\u3164x' }, 'bad-characters', 'activity'],
    ['a no-break space', { ...good, activity: 'lesson:\u00A0x' }, 'bad-characters', 'activity'],
    [
      'a control character in the name',
      { ...good, learner: { id: 'p', name: '王\u0007明' } },
      'bad-characters',
      'learner.name',
    ],
    ['⼩ for 小', { ...good, learner: { id: 'p', name: '王⼩明' } }, 'bad-characters', 'learner.name'],
    ['a name of 30 characters', { ...good, learner: { id: 'p', name: '明'.repeat(30) } }, 'too-long', 'learner.name'],
    ['minutes below zero', { ...good, minutes: -1 }, 'out-of-range', 'minutes'],
    ['more minutes than a day has', { ...good, minutes: 1441 }, 'out-of-range', 'minutes'],
    ['half a minute', { ...good, minutes: 0.5 }, 'out-of-range', 'minutes'],
    ['minutes as text', { ...good, minutes: '7' }, 'wrong-type', 'minutes'],
    ['a null score', { ...good, score: null }, 'wrong-type', 'score'],
    ['a score over 100', { ...good, score: 101 }, 'out-of-range', 'score'],
    ['NaN', { ...good, score: Number.NaN }, 'out-of-range', 'score'],
    ['an unknown scheme', { ...good, scheme: 'other' }, 'unknown-scheme', 'scheme'],
    ['an unknown stage', { ...good, stage: '16-18' }, 'unknown-stage', 'stage'],
    ['an unknown category', { ...good, category: 'hybrid' }, 'unknown-activity', 'activity'],
    ['a verb that earns nothing', { ...good, verb: 'opened' }, 'unknown-activity', 'activity'],
    ['an activity that earns nothing', { ...good, activity: 'game:1' }, 'unknown-activity', 'activity'],
  ];
  test.each(refusals)('with %s is refused', (_, value, code, field) => {
    expect(problemOf(value)).toEqual([code, field]);
  });

  test('a category outside the scope of the key is refused', () => {
    expect(problemOf(good, { ...ctx, categories: new Set(['offline']) })).toEqual(['category-not-allowed', 'category']);
    expect(problemOf(good, { ...ctx, categories: new Set(['online']) })).toBe('accepted');
  });

  test('a problem says in both languages where and what, and never repeats the value', () => {
    const parsed = parseRecord({ ...good, minutes: 99_999, learner: { id: 'secret-person' } }, ctx);
    expect(parsed).toEqual({
      ok: false,
      problem: {
        code: 'out-of-range',
        field: 'minutes',
        zh: '“minutes”应为 0–1440 的整数。',
        en: 'minutes must be a whole number in 0–1440.',
      },
    });
  });
});

describe('when it occurred', () => {
  const at = (occurredAt: unknown) => {
    const parsed = parseRecord({ ...good, occurredAt }, ctx);
    return parsed.ok ? parsed.record.occurredAt : parsed.problem.code;
  };

  test.each([
    ['with an offset', '2026-03-01T09:00:00+08:00', Date.UTC(2026, 2, 1, 1)],
    ['in UTC', '2026-03-01T01:00:00Z', Date.UTC(2026, 2, 1, 1)],
    ['west of Greenwich', '2026-02-28T20:30:00-03:30', Date.UTC(2026, 2, 1)],
    ['with a fraction, which is cut off', '2026-03-01T01:00:00.999Z', Date.UTC(2026, 2, 1, 1)],
    ['on 29 February of a leap year', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['at the first second of 2015', '2015-01-01T00:00:00Z', Date.UTC(2015, 0, 1)],
    ['ten minutes ahead of our clock', '2026-03-01T04:10:00Z', Date.UTC(2026, 2, 1, 4, 10)],
  ])('%s', (_, text, ms) => {
    expect(at(text)).toBe(ms / 1000);
  });

  test.each([
    ['no zone', '2026-03-01T09:00:00', 'bad-date'],
    ['a day only', '2026-03-01', 'bad-date'],
    ['30 February', '2026-02-30T09:00:00Z', 'bad-date'],
    ['29 February of a common year', '2025-02-29T09:00:00Z', 'bad-date'],
    ['29 February 2100', '2100-02-29T09:00:00Z', 'bad-date'],
    ['29 February 2000, a real day', '2000-02-29T09:00:00Z', 'absurd-date'],
    ['31 April', '2025-04-31T09:00:00Z', 'bad-date'],
    ['month 13', '2025-13-01T09:00:00Z', 'bad-date'],
    ['hour 24', '2025-03-01T24:00:00Z', 'bad-date'],
    ['a leap second', '2016-12-31T23:59:60Z', 'bad-date'],
    ['an offset of 24 hours', '2025-03-01T00:00:00+24:00', 'bad-date'],
    ['a line feed behind', '2025-03-01T00:00:00Z\n', 'bad-date'],
    ['full-width digits', '２025-03-01T00:00:00Z', 'bad-date'],
    ['a number', 1_772_326_800, 'wrong-type'],
    ['the second before 2015', '2014-12-31T23:59:59Z', 'absurd-date'],
    ['2015 in Shanghai, still 2014 in UTC', '2015-01-01T00:00:00+08:00', 'absurd-date'],
    ['the year 0020', '0020-01-01T00:00:00Z', 'absurd-date'],
    ['the year 2106', '2106-01-01T00:00:00Z', 'absurd-date'],
    ['the year 2031', '2031-01-01T00:00:00Z', 'future-date'],
    ['ten minutes and a second ahead', '2026-03-01T04:10:01Z', 'future-date'],
  ])('%s is refused', (_, text, code) => {
    expect(at(text)).toBe(code);
  });
});

describe('a record without its scheme', () => {
  const { scheme, ...unnamed } = good;
  const small = mustParse(smallFile);
  const both: RecordContext = { ...ctx, schemes: new Map([shangcheng, small].map((each) => [each.id, each])) };

  test('counts in the only scheme with that stage and activity', () => {
    const parsed = parseRecord(unnamed, ctx);
    expect(parsed.ok && parsed.record.scheme).toBe('shangcheng-star-licence');
    const quiz = parseRecord({ ...unnamed, verb: 'passed', activity: 'quiz:1' }, both);
    expect(quiz.ok && quiz.record.scheme).toBe('shangcheng-star-licence');
    const older = parseRecord({ ...unnamed, stage: '13-15' }, both);
    expect(older.ok && older.record.scheme).toBe('shangcheng-star-licence');
  });

  test('must name it when two could be meant, or none', () => {
    expect(problemOf(unnamed, both)).toEqual(['missing-field', 'scheme']);
    expect(problemOf({ ...unnamed, activity: 'game:1' })).toEqual(['missing-field', 'scheme']);
    expect(problemOf({ ...unnamed, stage: '16-18' })).toEqual(['missing-field', 'scheme']);
  });
});
