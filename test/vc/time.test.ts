import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  endOfShanghaiDay,
  fromIsoSeconds,
  isEpoch,
  isoSeconds,
  MAX_EPOCH,
  validUntilAfterYears,
} from '../../src/vc/time.ts';

const epoch = fc.nat({ max: MAX_EPOCH });

test('property: the two forms agree, from 1970 to 2105', () => {
  fc.assert(
    fc.property(epoch, (seconds) => {
      expect(fromIsoSeconds(isoSeconds(seconds))).toBe(seconds);
    }),
  );
  expect(fromIsoSeconds(isoSeconds(0))).toBe(0);
  expect(isoSeconds(MAX_EPOCH)).toBe('2105-12-31T23:59:59Z');
  expect(fromIsoSeconds(isoSeconds(MAX_EPOCH))).toBe(MAX_EPOCH);
});

test.each([
  '2026-11-24T08:00:00.000Z',
  '2026-11-24T08:00:00+00:00',
  '2026-11-24T08:00:00z',
  '2026-11-24 08:00:00Z',
  '2026-11-24T08:00Z',
  '2026-11-24T24:00:00Z',
  '2026-11-24T23:59:60Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '2106-01-01T00:00:00Z',
  '2026-11-24T08:00:00Z\n',
  '',
])('%j is not the form', (text) => expect(fromIsoSeconds(text)).toBeUndefined());

test.each([-1, 1.5, MAX_EPOCH + 1, Number.NaN, '1', null])('%j is no epoch', (value) =>
  expect(isEpoch(value)).toBe(false),
);

const seconds = (iso: string): number => fromIsoSeconds(iso) ?? Number.NaN;

test.each([
  ['2026-11-24T15:59:59Z', '2026-11-24T15:59:59Z'],
  ['2026-11-24T16:00:00Z', '2026-11-25T15:59:59Z'],
  ['2026-11-24T00:00:00Z', '2026-11-24T15:59:59Z'],
])('the Shanghai day of %s ends at %s', (from, end) => expect(isoSeconds(endOfShanghaiDay(seconds(from)))).toBe(end));

test.each([
  ['2026-11-24T08:00:00Z', 3, '2029-11-24T15:59:59Z'],
  ['2026-11-24T16:00:00Z', 3, '2029-11-25T15:59:59Z'],
  ['2028-02-29T01:00:00Z', 3, '2031-02-28T15:59:59Z'],
  ['2028-02-28T16:00:00Z', 4, '2032-02-29T15:59:59Z'],
  ['2026-12-31T16:30:00Z', 1, '2028-01-01T15:59:59Z'],
])('%s and %i years end at %s', (from, years, end) =>
  expect(isoSeconds(validUntilAfterYears(seconds(from), years))).toBe(end),
);
