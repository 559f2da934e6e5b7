/** Our few kinds of CBOR against cborg: the same bytes, and whatever decodes encodes to the same bytes again. */
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeDesk } from '../../../src/vc/desk.ts';
import { type Bytes, fromHex } from '../../../src/vc/encoding.ts';
import { type Item, readArray, writeArray } from '../../../src/vc/qr/cbor.ts';

/** On a desk that ends anywhere, from a place on it. */
function encodeArray(items: readonly Item[], length = 16): Bytes {
  const desk = makeDesk(length);
  const end = writeArray(desk, items, 1);
  return desk.bytes.slice(1, end);
}

const EDGES = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(...EDGES),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes): Bytes => new Uint8Array(bytes)),
  fc.constant(null),
);
const items = fc.array(item, { maxLength: 30 });

test('encodes as cborg does, and decodes that', () => {
  fc.assert(
    fc.property(items, fc.nat({ max: 400 }), (all, length) => {
      const bytes = encodeArray(all, length);
      expect(bytes).toEqual(new Uint8Array(encode(all)));
      expect(readArray(bytes)).toEqual(all);
    }),
    { numRuns: 2_000 },
  );
});

test('whatever the bytes, reading them ends, and what was read can be written', () => {
  const damaged = fc.tuple(items, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 })).map(([all, at, patch]) => {
    const bytes = encodeArray(all);
    bytes.set(patch.subarray(0, bytes.length), at % Math.max(1, bytes.length - patch.length + 1));
    return bytes;
  });
  const huge = fc
    .constantFrom('82', '9bffffffffffffffff', '825b001fffffffffffff', '827b001fffffffffffff', '9f')
    .chain((start) =>
      fc.uint8Array({ maxLength: 40 }).map((rest) => new Uint8Array([...(fromHex(start) ?? []), ...rest])),
    );
  fc.assert(
    fc.property(fc.oneof(damaged, huge), (bytes) => {
      const read = readArray(bytes);
      if (read) expect(encodeArray(read)).toEqual(new Uint8Array(encode(read)));
    }),
    { numRuns: 2_000 },
  );
});

describe('is not read', () => {
  test.each([
    ['nothing', ''],
    ['no array', '01'],
    ['an array that ends too early', '8201'],
    ['an array without an end given', '9f01ff'],
    ['a negative integer', '8120'],
    ['an array inside', '8180'],
    ['a map', '81a0'],
    ['a tag', '81c101'],
    ['true', '81f5'],
    ['undefined', '81f7'],
    ['a float', '81f93c00'],
    ['a count above the safe integers', '811b0020000000000000'],
    ['a count of eight bytes, all set', '811bffffffffffffffff'],
    ['a text that is no UTF-8', '8161ff'],
  ])('%s', (_, text) => {
    expect(readArray(fromHex(text) ?? new Uint8Array())).toBeUndefined();
  });

  test('nor is a number encoded that is no count', () => {
    for (const number of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => encodeArray([number])).toThrow(RangeError);
  });
});
