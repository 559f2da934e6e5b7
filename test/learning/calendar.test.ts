import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayOf,
  endOfSchoolYear,
  isDay,
  isMonthDay,
  schoolYearOf,
  startOfDay,
  termOf,
  weekOf,
} from '../../src/learning/calendar.ts';

const at = (text: string) => Date.parse(text) / 1000;
const calendar = { terms: ['09-01', '02-15'] };

describe('days and weeks are those of Asia/Shanghai', () => {
  test.each([
    ['the last second of a day is still that day', '2026-03-01T23:59:59+08:00', '2026-03-01T00:00:00+08:00', true],
    ['midnight begins the next', '2026-03-01T23:59:59+08:00', '2026-03-02T00:00:00+08:00', false],
    ['eight in the evening in UTC is the next day here', '2026-03-01T20:00:00Z', '2026-03-02T09:00:00+08:00', true],
  ])('%s', (_, one, other, same) => {
    expect(dayOf(at(one)) === dayOf(at(other))).toBe(same);
  });

  test('a week begins on Monday', () => {
    const [sunday, monday, nextSunday] = ['2026-03-01', '2026-03-02', '2026-03-08'].map((day) =>
      weekOf(startOfDay(day)),
    );
    expect(monday).toBe((sunday ?? 0) + 1);
    expect(nextSunday).toBe(monday);
  });

  test('as the time zone database has them, for any second', () => {
    const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
    fc.assert(
      fc.property(fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2105-12-31T00:00:00Z') }), (epoch) => {
        const day = shanghai.format(new Date(epoch * 1000));
        expect(dayOf(epoch)).toBe(Date.parse(day) / 86_400_000);
        expect(dayOf(startOfDay(day))).toBe(dayOf(epoch));
        expect(dayOf(startOfDay(day) - 1)).toBe(dayOf(epoch) - 1);
      }),
    );
  });
});

describe('terms and school years', () => {
  test.each([
    ['2026-08-31T23:59:59+08:00', 2025],
    ['2026-09-01T00:00:00+08:00', 2026],
    ['2026-12-31T23:59:59+08:00', 2026],
    ['2027-01-01T00:00:00+08:00', 2026],
    ['2027-08-31T12:00:00+08:00', 2026],
  ])('%s is in the school year of %i', (text, year) => {
    expect(schoolYearOf(at(text), calendar)).toBe(year);
  });

  test('autumn term until 14 February, spring term until the end of August, and no two terms share a number', () => {
    const days = ['2025-09-01', '2025-12-31', '2026-02-14', '2026-02-15', '2026-08-31', '2026-09-01'];
    const terms = days.map((day) => termOf(startOfDay(day), calendar));
    expect(terms.map((term) => terms.indexOf(term))).toEqual([0, 0, 0, 3, 3, 5]);
  });

  test('a school year that begins in January is the calendar year', () => {
    const plain = { terms: ['01-01', '07-01'] };
    expect(schoolYearOf(startOfDay('2026-12-31'), plain)).toBe(2026);
    expect(termOf(startOfDay('2026-06-30'), plain)).not.toBe(termOf(startOfDay('2026-07-01'), plain));
  });

  test('the end of this school year, and of the next', () => {
    const now = at('2026-11-26T10:00:00+08:00');
    expect(endOfSchoolYear(now, calendar, 1)).toBe(at('2027-08-31T23:59:59+08:00'));
    expect(endOfSchoolYear(now, calendar, 2)).toBe(at('2028-08-31T23:59:59+08:00'));
  });

  test('what is a day, and a day of every year', () => {
    expect(['2026-02-28', '2026-02-29', '2024-02-29', '2026-13-01', '26-01-01'].map(isDay)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(['09-01', '02-29', '9-1'].map(isMonthDay)).toEqual([true, false, false]);
  });
});
