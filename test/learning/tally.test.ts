/** What each record earns under the rules, caps and dates of a scheme, in the words of its file. */
import { describe, expect, test } from 'vitest';
import type { LedgerEntry, RecordEntry } from '../../src/learning/ledger.ts';
import { standing } from '../../src/learning/milestone.ts';
import type { Scheme } from '../../src/learning/scheme.ts';
import { fullFile, mustParse } from './schemes.ts';

const full = mustParse(fullFile);
/** The same without caps. */
const { caps: _, ...uncappedFile } = fullFile;
const uncapped = mustParse(uncappedFile);

let serial = 0;
type Part = Partial<Omit<RecordEntry, 'occurredAt'>> & { at?: string };
function record({ at = '2026-03-02T10:00:00+08:00', ...part }: Part): RecordEntry {
  serial += 1;
  const common = {
    scheme: 'full',
    stage: 'baby',
    source: 'zjhj',
    category: 'online',
    verb: 'completed',
    activity: 'x',
  };
  const id = String(serial).padStart(6, '0');
  return { ...common, ...part, kind: 'record', id, occurredAt: Date.parse(at) / 1000 };
}
const lesson = (n: number | string, part: Part = {}) => record({ activity: `lesson:${n}`, ...part });
const lessons = (count: number, part: Part = {}) => Array.from({ length: count }, (_, n) => lesson(n, part));
const video = (minutes: number | undefined, part: Part = {}) =>
  record({ verb: 'watched', activity: 'video:1', ...(minutes === undefined ? {} : { minutes }), ...part });
const quiz = (score: number | undefined, part: Part = {}) =>
  record({ verb: 'passed', activity: 'quiz:1', ...(score === undefined ? {} : { score }), ...part });
const session = (n: number, verb = 'attended', part: Part = {}) =>
  record({ category: 'offline', verb, activity: `class:${n}`, ...part });

const earned = (entries: LedgerEntry[], scheme: Scheme = uncapped, stage = 'baby') =>
  standing(entries, scheme, stage).earned.map(({ points, reason }) => (reason ? [points, reason] : points));

describe('points', () => {
  test('2 for every full 10 minutes', () => {
    expect(earned([video(9), video(10), video(29), video(undefined)])).toEqual([
      [0, 'too-short'],
      2,
      4,
      [0, 'no-minutes'],
    ]);
  });

  test('5 from a score of 60, 10 from 90', () => {
    const quizzes = [59, 60, 89, 90, undefined].map((score, n) => quiz(score, { activity: `quiz:${n}` }));
    expect(earned(quizzes)).toEqual([[0, 'low-score'], 5, 5, 10, [0, 'no-score']]);
  });

  test('a deduction takes points away, never below nothing', () => {
    const late = record({ category: 'offline', verb: 'returned-late' });
    expect(earned([late])).toEqual([[-15, 'deduction']]);
    expect(standing([late], uncapped, 'baby').points).toBe(0);
    expect(standing([late, session(1)], uncapped, 'baby')).toMatchObject({ points: 5, counts: { offline: 1 } });
  });

  test('a record that is worth nothing does not count towards a minimum; a deduction and an absence neither', () => {
    const { counts } = standing(
      [video(3), quiz(10), session(1, 'missed'), record({ category: 'offline', verb: 'returned-late' })],
      uncapped,
      'baby',
    );
    expect(counts).toEqual({ online: 0, offline: 0 });
  });
});

describe('the same object once', () => {
  test('a better try adds what it is better by, whichever came first', () => {
    const tries = [quiz(60, { at: '2026-03-02T10:00:00+08:00' }), quiz(95, { at: '2026-03-03T10:00:00+08:00' })];
    expect(earned(tries)).toEqual([5, [5, 'duplicate-activity']]);
    const other = [quiz(95, { at: '2026-03-02T10:00:00+08:00' }), quiz(60, { at: '2026-03-03T10:00:00+08:00' })];
    expect(earned(other)).toEqual([10, [0, 'duplicate-activity']]);
    expect(standing(tries, uncapped, 'baby').counts.online).toBe(1);
  });

  test('what a cap took may be earned by doing it again on another day, and it still counts once', () => {
    const day = lessons(4);
    const fifth = lesson('late', { at: '2026-03-02T20:00:00+08:00' });
    const again = lesson('late', { at: '2026-03-03T20:00:00+08:00' });
    expect(earned([...day, fifth, again], full)).toEqual([5, 5, 5, 5, [0, 'cap'], 5]);
    expect(standing([...day, fifth, again], full, 'baby').counts.online).toBe(5);
  });
});

describe('caps clip, they do not drop', () => {
  test('20 a day online: the part below counts, and so does the record', () => {
    const day = lessons(3, { source: 'partner' });
    expect(earned(day, full)).toEqual([8, 8, [4, 'cap']]);
    const { earned: lines, counts } = standing(day, full, 'baby');
    expect(lines[2]).toMatchObject({ points: 4, worth: 8, cap: { per: 'day', points: 20, category: 'online' } });
    expect(counts.online).toBe(3);
  });

  test('a day ends at midnight in Shanghai', () => {
    const evening = lessons(4, { at: '2026-03-02T23:59:59+08:00' });
    const night = lesson('night', { at: '2026-03-03T00:00:00+08:00' });
    expect(earned([...evening, night], full)).toEqual([5, 5, 5, 5, 5]);
    const stillEvening = lesson('night', { at: '2026-03-02T15:59:59Z' });
    expect(earned([...evening, stillEvening], full).at(-1)).toEqual([0, 'cap']);
  });

  test('a late record counts on the day that it belongs to', () => {
    const full20 = lessons(4, { at: '2026-03-02T10:00:00+08:00' });
    const early = lesson('early', { at: '2026-03-02T08:00:00+08:00' });
    // It arrived last and happened first: it earns, and the last of the day is clipped.
    expect(earned([...full20, early], full)).toEqual([5, 5, 5, 5, [0, 'cap']]);
  });

  test('offline activities are not capped by the day', () => {
    expect(earned([...lessons(4), session(1)], full)).toEqual([5, 5, 5, 5, 20]);
  });

  test('60 a week, Monday to Sunday', () => {
    const week = [1, 2, 3, 4].map((n) => session(n, 'attended', { at: `2026-03-0${n + 1}T10:00:00+08:00` }));
    const monday = session(5, 'attended', { at: '2026-03-09T10:00:00+08:00' });
    expect(earned([...week, monday], full)).toEqual([20, 20, 20, [0, 'cap'], 20]);
  });

  /** One session a week from the Monday on. */
  const weekly = (count: number, from: string, each = 3) =>
    Array.from({ length: count * each }, (_, n) =>
      session(100 + n, 'attended', {
        at: new Date(Date.parse(from) + Math.floor(n / each) * 7 * 86_400_000).toISOString(),
      }),
    );
  const sum = (entries: LedgerEntry[]) => standing(entries, full, 'baby').points;

  test('200 a term, and the next term is another', () => {
    const autumn = weekly(4, '2025-09-01T10:00:00+08:00');
    expect(sum(autumn)).toBe(200);
    expect(sum([...autumn, session(1, 'attended', { at: '2026-02-15T10:00:00+08:00' })])).toBe(220);
    expect(sum([...autumn, session(1, 'attended', { at: '2026-02-14T10:00:00+08:00' })])).toBe(200);
  });

  test('300 a school year, although each term has room', () => {
    const year = [...weekly(4, '2025-09-01T10:00:00+08:00'), ...weekly(2, '2026-03-02T10:00:00+08:00')];
    expect(sum(year)).toBe(300);
    expect(sum([...year, session(1, 'attended', { at: '2026-09-01T10:00:00+08:00' })])).toBe(320);
  });

  test('6 for one video in all, however often it is watched', () => {
    const days = [2, 3, 4].map((day) => video(20, { at: `2026-03-0${day}T10:00:00+08:00` }));
    const other = video(20, { activity: 'video:2', at: '2026-03-05T10:00:00+08:00' });
    expect(earned([...days, other], full)).toEqual([4, [2, 'cap'], [0, 'cap'], 4]);
  });
});

describe('which rule', () => {
  test("a partner's own rule before the one for all", () => {
    expect(earned([lesson(1, { source: 'partner' }), lesson(2, { source: 'other' })])).toEqual([8, 5]);
  });

  test('a longer prefix before the rule of a partner', () => {
    expect(earned([lesson('baby-1', { source: 'partner' })])).toEqual([6]);
  });

  test('a rule of another stage is not taken, a wider one that counts here is', () => {
    expect(earned([lesson('baby-1', { stage: 'primary' })], uncapped, 'primary')).toEqual([5]);
    const { activities, ...rest } = uncappedFile;
    const narrow = mustParse({ ...rest, activities: activities.filter(({ id }) => id !== 'lesson') });
    expect(earned([lesson('baby-1', { stage: 'primary' })], narrow, 'primary')).toEqual([[0, 'not-in-stage']]);
  });

  test('the rule of the day on which it happened', () => {
    const talk = (day: string) => record({ category: 'offline', verb: 'heard', at: `${day}T12:00:00+08:00` });
    expect(earned([talk('2026-08-31'), talk('2026-09-01')])).toEqual([20, 10]);
  });

  test('before the scheme began, and after a rule ended, a record earns nothing and says so', () => {
    expect(earned([lesson(1, { at: '2025-08-31T23:59:59+08:00' })])).toEqual([[0, 'before-effective']]);
    const { activities, ...rest } = uncappedFile;
    const ended = mustParse({ ...rest, activities: activities.filter(({ id }) => id !== 'talk-now') });
    expect(earned([record({ category: 'offline', verb: 'heard', at: '2026-09-01T00:00:00+08:00' })], ended)).toEqual([
      [0, 'after-effective'],
    ]);
  });
});

describe('levels', () => {
  const at = (stage: string, entries: LedgerEntry[]) => standing(entries, uncapped, stage);

  test('attendance of 90 in a hundred: absences must be made up for', () => {
    const nine = Array.from({ length: 9 }, (_, n) => session(n));
    expect(at('baby', [...nine, session(9, 'missed')]).reached).toEqual(['1', '2']);
    const { reached, next } = at('baby', [...nine, session(9, 'missed'), session(10, 'missed')]);
    expect(reached).toEqual(['1']);
    expect(next).toEqual({ level: '2', missingPoints: 0, missing: {}, absences: 1 });
    const madeUp = [...nine, session(9, 'missed'), session(10, 'missed'), session(9, 'made-up')];
    expect(at('baby', madeUp).reached).toEqual(['1', '2']);
    expect(at('baby', madeUp.toReversed()).reached).toEqual(['1', '2']);
  });

  test('a level may ask for one of an earlier stage, and for an activity', () => {
    const own = [1, 2, 3].map((n) => session(n, 'attended', { stage: 'primary' }));
    expect(at('primary', own)).toMatchObject({
      reached: [],
      next: { level: 'p-1', levels: [{ stage: 'baby', level: '1' }] },
    });
    const both = [...own, session(1)];
    expect(at('primary', both)).toMatchObject({ reached: ['p-1'], next: { level: 'p-2', activities: { talk: 1 } } });
    const talk = record({ category: 'offline', verb: 'heard', stage: 'primary' });
    expect(at('primary', [...both, talk]).reached).toEqual(['p-1', 'p-2']);
  });
});

describe('levels within a school year', () => {
  const yearly = mustParse({ ...uncappedFile, within: 'school-year' });
  const inYear = (year: number, count: number) =>
    Array.from({ length: count }, (_, n) => session(n, 'attended', { at: `${year}-10-08T10:00:00+08:00` }));

  test('two half years of two school years are no level', () => {
    const { reached, next, points, schoolYear } = standing([...inYear(2025, 2), ...inYear(2026, 1)], yearly, 'baby');
    expect({ reached, points, schoolYear }).toEqual({ reached: ['1'], points: 20, schoolYear: 2026 });
    expect(next).toEqual({ level: '2', missingPoints: 30, missing: {} });
  });

  test('the better year counts, and the sums are of the last', () => {
    expect(standing([...inYear(2025, 3), ...inYear(2026, 1)], yearly, 'baby')).toMatchObject({
      reached: ['1', '2'],
      points: 20,
      counts: { offline: 1 },
    });
  });

  test('nothing yet is nothing of any year', () => {
    const empty = standing([], yearly, 'baby');
    expect(empty).toMatchObject({ points: 0, reached: [], next: { level: '1', missingPoints: 20 } });
    expect(empty).not.toHaveProperty('schoolYear');
  });
});
