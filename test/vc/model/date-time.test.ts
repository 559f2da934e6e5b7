/** XMLSCHEMA11-2 dateTime: what is a moment, and which. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDateTime } from '../../../src/vc/model/date-time.ts';

const MOMENTS: readonly [text: string, iso: string][] = [
  ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00.5Z', '2026-01-31T08:00:00.500Z'],
  ['2026-01-31T08:00:00.123456789Z', '2026-01-31T08:00:00.123Z'],
  ['2026-01-31T08:00:00.999999999999Z', '2026-01-31T08:00:00.999Z'],
  ['2026-01-31T08:00:00+08:00', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T08:00:00-08:30', '2026-01-31T16:30:00.000Z'],
  ['2026-01-31T08:00:00+14:00', '2026-01-30T18:00:00.000Z'],
  ['2026-01-31T08:00:00-14:00', '2026-01-31T22:00:00.000Z'],
  ['2026-01-31T08:00:00+13:59', '2026-01-30T18:01:00.000Z'],
  ['2026-01-31T08:00:00-00:00', '2026-01-31T08:00:00.000Z'],
  ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['2026-12-31T24:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
  ['1969-12-31T23:59:59.001Z', '1969-12-31T23:59:59.001Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
];

const NO_MOMENTS: readonly [text: string, why: string][] = [
  ['', 'empty'],
  ['2026-01-31', 'a date alone'],
  ['2026-01-31T08:00Z', 'no seconds'],
  ['2026-01-31 08:00:00Z', 'no T'],
  ['2026-01-31t08:00:00Z', 'small t'],
  ['2026-01-31T08:00:00z', 'small z'],
  ['2026-01-31T08:00:00.Z', 'a point without a fraction'],
  ['2026-01-31T08:00:00,5Z', 'a decimal comma'],
  ['2026-1-31T08:00:00Z', 'a month of one digit'],
  ['2026-00-10T08:00:00Z', 'month 0'],
  ['2026-13-10T08:00:00Z', 'month 13'],
  ['2026-01-00T08:00:00Z', 'day 0'],
  ['2026-01-32T08:00:00Z', 'day 32'],
  ['2026-02-29T08:00:00Z', '29 February of a common year'],
  ['1900-02-29T08:00:00Z', '29 February of a common century'],
  ['2026-02-30T08:00:00Z', '30 February'],
  ['2026-04-31T08:00:00Z', '31 April'],
  ['2026-01-31T25:00:00Z', 'hour 25'],
  ['2026-01-31T24:00:01Z', 'after the end of the day'],
  ['2026-01-31T24:00:00.1Z', 'after the end of the day, by a fraction'],
  ['2026-01-31T08:60:00Z', 'minute 60'],
  ['2016-12-31T23:59:60Z', 'a leap second'],
  ['2026-01-31T08:00:00+14:01', 'an offset beyond 14 hours'],
  ['2026-01-31T08:00:00+15:00', 'an offset of 15 hours'],
  ['2026-01-31T08:00:00+08:60', 'an offset with minute 60'],
  ['2026-01-31T08:00:00+0800', 'an offset without a colon'],
  ['2026-01-31T08:00:00+8:00', 'an offset of one digit'],
  ['2026-01-31T08:00:00\u221208:00', 'a minus sign in place of a hyphen'],
  ['2026-01-31T08:00:00Z ', 'a space behind'],
  ['2026-01-31T08:00:00Z\n', 'a line end behind'],
  ['٢٠٢٦-01-31T08:00:00Z', 'digits of another script'],
  ['0000-01-01T00:00:00Z', 'year 0'],
  ['-0044-03-15T00:00:00Z', 'a year before our era'],
  ['10000-01-01T00:00:00Z', 'a year of five digits'],
  ['+2026-01-31T08:00:00Z', 'a signed year'],
];

describe('parseDateTime', () => {
  test.each(MOMENTS)('%s is %s', (text, iso) => {
    expect(parseDateTime(text)).toEqual({ epochMs: new Date(iso).getTime(), zoned: true });
  });

  test.each(NO_MOMENTS)('%j is no moment: %s', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  test('the epoch of year 1 is not that of 1901', () => {
    expect(parseDateTime('0001-01-01T00:00:00Z')?.epochMs).toBe(-62_135_596_800_000);
  });

  test('the end of the last day is a number, not NaN', () => {
    expect(parseDateTime('9999-12-31T24:00:00Z')?.epochMs).toBe(253_402_300_800_000);
  });

  test('without an offset: UTC, and said so', () => {
    expect(parseDateTime('2026-01-31T08:00:00')).toEqual({ epochMs: Date.UTC(2026, 0, 31, 8), zoned: false });
    expect(parseDateTime('2026-01-31T24:00:00')).toEqual({ epochMs: Date.UTC(2026, 1, 1), zoned: false });
  });

  test('reads every moment that toISOString writes', () => {
    const moments = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (date) => {
        expect(parseDateTime(date.toISOString())).toEqual({ epochMs: date.getTime(), zoned: true });
      }),
    );
  });

  test('an offset moves a moment by itself', () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(offset, (minutes) => {
        const text = `${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
        const read = parseDateTime(`2026-01-31T08:00:00${minutes < 0 ? '-' : '+'}${text}`);
        expect(read?.epochMs).toBe(Date.UTC(2026, 0, 31, 8) - minutes * 60_000);
      }),
    );
  });
});
