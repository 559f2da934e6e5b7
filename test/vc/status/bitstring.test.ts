import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATUS_LIST_LENGTH } from '../../../src/vc/credential.ts';
import { base64url } from '../../../src/vc/encoding.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import {
  bitAt,
  clearsBit,
  decodeBitstring,
  emptyBitstring,
  encodeBitstring,
  setBit,
} from '../../../src/vc/status/bitstring.ts';

const index = fc.nat({ max: STATUS_LIST_LENGTH - 1 });
const decode = (encoded: string) => decodeBitstring(encoded, webPrimitives);
const packed = (bytes: Uint8Array): string => `u${base64url(new Uint8Array(gzipSync(bytes)))}`;
const LENGTH = STATUS_LIST_LENGTH / 8;

test('the left-most bit is entry 0', () => {
  const bits = emptyBitstring();
  for (const at of [0, 9, STATUS_LIST_LENGTH - 1]) setBit(bits, at);
  expect([bits[0], bits[1], bits.at(-1)]).toEqual([0x80, 0x40, 0x01]);
});

test('property: exactly the bits that were set are set, also after packing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(index, { maxLength: 60 }), index, async (indexes, other) => {
      const bits = emptyBitstring();
      for (const at of indexes) setBit(bits, at);
      const back = await decode(await encodeBitstring(bits));
      expect(back).toEqual(bits);
      for (const at of [...indexes, other]) expect(bitAt(bits, at)).toBe(indexes.includes(at) ? 1 : 0);
    }),
    { numRuns: 30 },
  );
});

test('outside the list there is no bit, never 0', () => {
  const bits = emptyBitstring();
  for (const at of [-1, STATUS_LIST_LENGTH, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32]) {
    expect(bitAt(bits, at)).toBeUndefined();
    expect(() => setBit(bits, at)).toThrow(RangeError);
  }
  expect(bits).toEqual(emptyBitstring());
});

test('clearsBit: only a set bit that is clear now', () => {
  const [none, one, two] = [[], [7], [7, 8]].map((set) => {
    const bits = emptyBitstring();
    for (const at of set) setBit(bits, at);
    return bits;
  });
  if (!none || !one || !two) throw new Error('three lists');
  expect([clearsBit(none, one), clearsBit(one, two), clearsBit(one, one)]).toEqual([false, false, false]);
  expect([clearsBit(one, none), clearsBit(two, one)]).toEqual([true, true]);
  expect(clearsBit(one, new Uint8Array())).toBe(true);
});

describe('decoding refuses', () => {
  test('what other encoders write is read', async () =>
    expect(await decode(packed(new Uint8Array(LENGTH)))).toEqual(emptyBitstring()));

  test.each([
    ['one byte less', packed(new Uint8Array(LENGTH - 1))],
    ['one byte more', packed(new Uint8Array(LENGTH + 1))],
    ['nothing packed', packed(new Uint8Array())],
    ['another multibase', `z${packed(new Uint8Array(LENGTH)).slice(1)}`],
    ['no multibase', packed(new Uint8Array(LENGTH)).slice(1)],
    ['padding', `${packed(new Uint8Array(LENGTH))}=`],
    ['a cut stream', packed(new Uint8Array(LENGTH)).slice(0, -8)],
    ['bytes after the stream', `u${base64url(new Uint8Array([...gzipSync(new Uint8Array(LENGTH)), 1, 2, 3]))}`],
    ['no gzip', `u${base64url(new Uint8Array(LENGTH))}`],
    ['the empty text', ''],
  ])('%s', async (_, encoded) => expect(await decode(encoded)).toBeUndefined());

  test('a changed check sum of the stream', async () => {
    const bytes = new Uint8Array(gzipSync(new Uint8Array(LENGTH)));
    bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1;
    expect(await decode(`u${base64url(bytes)}`)).toBeUndefined();
  });

  test('a bomb of 200 MB, without unpacking it', async () => {
    const bomb = packed(new Uint8Array(200 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    expect(await decode(bomb)).toBeUndefined();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
