/** The fountain: any frames, in any order, with any losses, and as few too many as chance allows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../src/vc/limits.ts';
import {
  encodeSymbol,
  openCatch,
  SYMBOL_BYTES,
  symbolCount,
} from '../../../../src/verifier/station/transfer/fountain.ts';

const noise = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, at) => Math.imul(at + 1, 0x9e3779b9) >>> 24);

/** Symbols of the numbers until all is found; how many it took. */
function caughtFrom(data: Uint8Array<ArrayBuffer>, numbers: Iterable<number>) {
  const caught = openCatch(data.length);
  let taken = 0;
  for (const number of numbers) {
    caught.add(number, encodeSymbol(data, number));
    taken++;
    const found = caught.data();
    if (found) return { found, taken };
  }
  return { found: undefined, taken };
}

function* from(start: number): Generator<number> {
  for (let number = start; ; number++) yield number;
}

describe('data', () => {
  it('of any length come whole from the first symbols, and from those only that come later', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), fc.nat(2 ** 24 - 1_000), (bytes, start) => {
        const data = new Uint8Array(bytes);
        expect(caughtFrom(data, from(0))).toEqual({ found: data, taken: symbolCount(data.length) });
        expect(caughtFrom(data, from(start)).found).toEqual(data);
      }),
    );
  });

  it('come whole in any order, with losses and repetitions', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 5_000 }),
        fc.array(fc.nat(60), { maxLength: 200 }),
        (bytes, numbers) => {
          const data = new Uint8Array(bytes);
          expect(caughtFrom(data, twiceThenOthers(numbers)).found).toEqual(data);
        },
      ),
    );
  });

  it('take hardly more symbols than they have, whichever come', () => {
    const surplus: number[] = [];
    for (const count of [1, 2, 3, 7, 30, 31, 32, 33, 64, 150])
      for (let start = count; start < 200_000; start += 9_973) {
        const { taken } = caughtFrom(noise(count * SYMBOL_BYTES), from(start));
        surplus.push(taken - count);
      }
    expect(surplus.reduce((sum, one) => sum + one, 0) / surplus.length).toBeLessThan(2);
    expect(Math.max(...surplus)).toBeLessThan(16);
  });

  it('of the largest size come whole', () => {
    const data = noise(LIMITS.transferBytes);
    const { found, taken } = caughtFrom(data, everySecond());
    expect(found).toEqual(data);
    expect(taken).toBeLessThan(symbolCount(data.length) + 16);
  });
});

function* twiceThenOthers(numbers: readonly number[]): Generator<number> {
  yield* numbers;
  yield* numbers;
  yield* from(100);
}

function* everySecond(): Generator<number> {
  for (let number = 0; ; number += 2) yield number;
}

describe('a symbol', () => {
  it('is what it has always been: another edition of the app must be able to read it', () => {
    const data = noise(3 * SYMBOL_BYTES - 5);
    expect([...encodeSymbol(data, 1).slice(0, 4)]).toEqual([...data.slice(SYMBOL_BYTES, SYMBOL_BYTES + 4)]);
    const sums = [3, 4, 5, 6, 7, 1_000_000].map((number) =>
      [0, 1, 2].filter((own) => {
        const without = data.slice();
        without[own * SYMBOL_BYTES] = (data[own * SYMBOL_BYTES] ?? 0) ^ 1;
        return encodeSymbol(without, number)[0] !== encodeSymbol(data, number)[0];
      }),
    );
    expect(sums).toEqual([[0, 1], [], [0, 1], [1, 2], [0], [0, 1]]);
  });

  it('that says nothing new counts for nothing', () => {
    const data = noise(10 * SYMBOL_BYTES);
    const caught = openCatch(data.length);
    for (let times = 0; times < 3; times++) caught.add(12, encodeSymbol(data, 12));
    expect(caught.found).toBe(1);
    expect(caught.data()).toBeUndefined();
  });
});
