/** What is done to a picture before it is decoded, on pictures small enough to be checked by eye. */
import { describe, expect, test } from 'vitest';
import { enlarge, fromRgba, type Grey, level, smooth, toRgba } from '../../../src/verifier/scan/grey.ts';

/** One row of the picture a line. */
const picture = (...rows: number[][]): Grey => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  data: new Uint8ClampedArray(rows.flat()),
});
const rowsOf = ({ width, height, data }: Grey): number[][] =>
  Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);

describe('grey', () => {
  test('weighs the colours as the eye does, and a grey picture comes back as it was', () => {
    const colours = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255];
    expect(rowsOf(fromRgba({ width: 2, height: 2, data: new Uint8ClampedArray(colours) }))).toEqual([
      [76, 150],
      [29, 255],
    ]);
    const all = { width: 256, height: 1, data: Uint8ClampedArray.from({ length: 256 }, (_, i) => i) };
    expect(fromRgba(toRgba(all))).toEqual(all);
    expect([...toRgba(picture([7])).data]).toEqual([7, 7, 7, 255]);
  });
});

test('a share is cut from the middle', () => {
  const whole = picture([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]);
  expect(rowsOf(fromRgba(toRgba(whole), 0.5))).toEqual([
    [6, 7],
    [10, 11],
  ]);
});

describe('enlarging', () => {
  test('keeps the middle of each pixel, and rises smoothly from one to the next', () => {
    const [row = []] = rowsOf(enlarge(picture([0, 0, 90, 90]), 3));
    expect(row).toEqual([0, 0, 0, 0, 0, 27, 63, 90, 97, 93, 90, 90]);
    expect([1, 4, 7, 10].map((middle) => row[middle])).toEqual([0, 0, 90, 90]);
  });

  test('overshoots more with a lower parameter', () => {
    const [row = []] = rowsOf(enlarge(picture([100, 100, 150, 150]), 4, -1.5));
    expect(Math.min(...row)).toBeLessThan(95);
    expect(Math.max(...row)).toBeGreaterThan(155);
  });

  test('does the same down as across', () => {
    const across = rowsOf(enlarge(picture([10, 50, 200]), 2));
    const down = rowsOf(enlarge(picture([10], [50], [200]), 2));
    expect(down.map((row) => row[0])).toEqual(across[0]);
  });

  test('by one changes nothing', () => {
    const one = picture([1, 200], [30, 4]);
    expect(enlarge(one, 1, -1.5)).toEqual(one);
  });
});

describe('levelling', () => {
  /** Two fields of 24 pixels, stripes of print in weak light on the left and strong light on the right. */
  const uneven = picture(
    ...Array.from({ length: 8 }, () =>
      Array.from({ length: 48 }, (_, x) => (Math.floor(x / 2) % 2 === 0 ? 0 : 50) + (x < 24 ? 20 : 150)),
    ),
  );

  test('puts ink below 128 and paper above, however dark the paper here and light the ink there', () => {
    const [row = []] = rowsOf(level(uneven, 0));
    const far = row.map((value, x) => ({ value, x })).filter(({ x }) => x < 8 || x >= 40);
    expect(far.map(({ value }) => value)).toEqual(far.map(({ x }) => (Math.floor(x / 2) % 2 === 0 ? 103 : 153)));
  });

  test('takes what is even for paper', () => {
    const even = picture(
      ...Array.from({ length: 16 }, (_, y) => Array.from({ length: 16 }, (_, x) => 90 + ((x + y) % 3))),
    );
    expect(Math.min(...level(even, 0).data)).toBeGreaterThan(128);
  });

  test('with more strength moves a pixel farther from its neighbours', () => {
    const dot = picture([200, 200, 200], [200, 110, 200], [200, 200, 200]);
    const middle = (strength: number) => rowsOf(level(dot, strength))[1]?.[1];
    expect(middle(0)).toBe(128 - 45);
    expect(middle(0.5)).toBe(128 - 45 - 40);
  });
});

test('smoothing takes the mean of nine and leaves the border', () => {
  const dot = picture([0, 0, 0, 0], [0, 90, 0, 0], [0, 0, 0, 0]);
  expect(rowsOf(smooth(dot))).toEqual([
    [0, 0, 0, 0],
    [0, 10, 10, 0],
    [0, 0, 0, 0],
  ]);
});
