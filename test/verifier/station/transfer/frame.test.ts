/** Frames: what one is, to the last digit, and what is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../src/vc/limits.ts';
import { toDigits } from '../../../../src/vc/qr/payload.ts';
import { FRAME_PREFIX } from '../../../../src/verifier/scan/other-codes.ts';
import { notOurs } from '../../../../src/verifier/scan/wording.ts';
import { SYMBOL_BYTES } from '../../../../src/verifier/station/transfer/fountain.ts';
import { type Frame, frameDigits, readFrame } from '../../../../src/verifier/station/transfer/frame.ts';

const frame = (changes: Partial<Frame> & { length?: number } = {}): Frame => ({
  session: { hash: new Uint8Array(16).fill(7), length: changes.length ?? 9_000 },
  number: 5,
  symbol: new Uint8Array(SYMBOL_BYTES).fill(9),
  ...changes,
});
const textOf = (one: Frame): string => FRAME_PREFIX + frameDigits(one);

describe('a frame', () => {
  it('is read as it was written, and whatever is read is written the same', () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((array) => new Uint8Array(array));
    fc.assert(
      fc.property(
        bytes(16),
        fc.integer({ min: 1, max: LIMITS.transferBytes }),
        fc.nat(2 ** 24 - 1),
        bytes(SYMBOL_BYTES),
        (hash, length, number, symbol) => {
          const one: Frame = { session: { hash, length }, number, symbol };
          const read = readFrame(textOf(one));
          expect(read).toEqual(one);
          expect(read && textOf(read)).toBe(textOf(one));
        },
      ),
    );
  });

  it('is told from a certificate wherever codes are scanned', () => {
    expect(notOurs(textOf(frame()))?.zh).toContain('从屏幕接收');
    expect(notOurs(`https://xz.hzedu.gov.cn/c/#${'1'.repeat(300)}`)).toBeUndefined();
  });

  it('is 991 characters, so that its symbol is of version 13 at level L', () => {
    expect(textOf(frame()).length).toBe(991);
  });
});

describe('no frame is', () => {
  const good = textOf(frame());
  const digits = good.slice(FRAME_PREFIX.length);
  expect(digits).toMatch(/^0/); // so that a sign in its place changes no number
  it.each([
    ['nothing', ''],
    ['the prefix alone', FRAME_PREFIX],
    ['a frame without its prefix', digits],
    ['one behind something else', ` ${good}`],
    ['one of a later form', good.replace('XZB1-', 'XZB2-')],
    ['one in small letters', good.toLowerCase()],
    ['one cut short', good.slice(0, -17)],
    ['one with a digit more', `${good}0`],
    ['one with a group more', good + '0'.repeat(17)],
    ['one that spells a digit otherwise', `${FRAME_PREFIX}+${digits.slice(1)}`],
    ['one with a digit of another script', `${FRAME_PREFIX}１${digits.slice(1)}`],
    ['a group that its bytes cannot hold', FRAME_PREFIX + '9'.repeat(17) + digits.slice(17)],
    ['one of no data', textOf(frame({ length: 0 }))],
    ['one of more data than a station takes', textOf(frame({ length: LIMITS.transferBytes + 1 }))],
    ['a symbol too short', FRAME_PREFIX + toDigits(new Uint8Array(22 + SYMBOL_BYTES - 7))],
  ])('%s', (_, text) => {
    expect(readFrame(text)).toBeUndefined();
  });
});
