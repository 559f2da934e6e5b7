/** What a typing scanner's keys mean: the places of the keys count, not what the computer makes of them. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Key, scannedText } from '../../../src/verifier/station/wedge.ts';
import { usKeys } from '../../support/wedge.ts';

/** No half of it is the other. */
const DIGITS = `${Array.from({ length: 306 }, (_, index) => (index * index * 7 + index) % 10).join('')}9`;
const URL = `https://xz.hzedu.gov.cn/c/#${DIGITS}`;

describe('a scan', () => {
  test('is the text of the code', () => {
    expect(scannedText(usKeys(URL))).toBe(URL);
    expect(scannedText(usKeys(DIGITS))).toBe(DIGITS);
  });

  test('keeps whatever link stands before the digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^https?:\/\/[a-z0-9.-]{1,30}(?::[0-9]{2,5})?\/c\/#$/), (link) => {
        expect(scannedText(usKeys(link + DIGITS))).toBe(link + DIGITS);
      }),
    );
  });

  test('of the digits alone is sent twice in one go: once is meant', () => {
    expect(scannedText(usKeys(DIGITS + DIGITS))).toBe(DIGITS);
  });

  test('by a scanner that is set to a French keyboard gives the digits', () => {
    const french = [...URL].map(
      (sign): Key => (/\d/.test(sign) ? { code: `Digit${sign}`, shift: true } : { code: 'KeyQ', shift: false }),
    );
    expect(scannedText(french)).toBe(DIGITS);
  });

  test('may come from the number pad', () => {
    expect(scannedText([...DIGITS].map((digit) => ({ code: `Numpad${digit}`, shift: false })))).toBe(DIGITS);
  });
});
