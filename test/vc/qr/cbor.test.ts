import { encode } from 'cborg';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDesk } from '../../../src/vc/desk.ts';
import { type Item, writeArray } from '../../../src/vc/qr/cbor.ts';

/** Where a head grows by a byte, and each side of it. */
const edges = [23, 2 ** 8, 2 ** 16, 2 ** 31, 2 ** 32, 2 ** 40].flatMap((edge) => [edge - 1, edge, edge + 1]);
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.constantFrom(0, 24, ...edges, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

test('property: the same bytes as cborg, wherever the desk ends', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), fc.nat({ max: 400 }), (items, length) => {
      const desk = makeDesk(length);
      const end = writeArray(desk, items, 1);
      expect(desk.bytes.slice(1, end)).toEqual(new Uint8Array(encode(items)));
    }),
    { numRuns: 2000 },
  );
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no count', (number) =>
  expect(() => writeArray(makeDesk(16), [number], 0)).toThrow(RangeError),
);
