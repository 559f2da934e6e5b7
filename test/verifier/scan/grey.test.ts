/** What is done to a picture before it is decoded, on pictures small enough to be checked by eye. */
import { describe, expect, test } from 'vitest';
import { centre, enlarge, fromRgba, type Grey, smooth, toRgba } from '../../../src/verifier/scan/grey.ts';

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

test('the centre is cut from the middle', () => {
  const whole = picture([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]);
  expect(rowsOf(centre(whole, 0.5))).toEqual([
    [6, 7],
    [10, 11],
  ]);
});

describe('enlarging', () => {
  test('keeps the middle of each pixel and rises evenly from one to the next', () => {
    expect(rowsOf(enlarge(picture([0, 90]), 3))).toEqual([
      [0, 0, 30, 60, 90, 90],
      [0, 0, 30, 60, 90, 90],
      [0, 0, 30, 60, 90, 90],
    ]);
  });

  test('does the same down as across', () => {
    const across = rowsOf(enlarge(picture([10, 50, 200]), 2));
    const down = rowsOf(enlarge(picture([10], [50], [200]), 2));
    expect(down.map((row) => row[0])).toEqual(across[0]);
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
