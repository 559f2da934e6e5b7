/** Which decoder gets which picture: the turns of a stream, the patience with a browser's own decoder. */
import { describe, expect, test } from 'vitest';
import { createFrameReader, type Decode, readPicture } from '../../../src/verifier/scan/frame-reader.ts';
import type { Rgba } from '../../../src/verifier/scan/grey.ts';

const frame = (): Rgba => ({ width: 8, height: 4, data: new Uint8ClampedArray(8 * 4 * 4).fill(200) });

/** A decoder that reads a picture of this width only, and keeps the widths that it saw. */
function reading(width: number | undefined) {
  const widths: number[] = [];
  const decode: Decode = async (picture) => {
    widths.push(picture.width);
    return picture.width === width ? 'text' : undefined;
  };
  return { decode, widths };
}

describe('a stream', () => {
  test('is tried in one way a frame, and begins again after a code', async () => {
    const { decode, widths } = reading(12);
    const read = createFrameReader({ decode });
    const found = [];
    for (let i = 0; i < 6; i++) found.push(await read(frame()));
    expect(widths).toEqual([8, 16, 8, 12, 8, 16]);
    expect(found).toEqual([undefined, undefined, undefined, 'text', undefined, undefined]);
  });

  test('asks the browser’s own decoder first', async () => {
    const { decode, widths } = reading(undefined);
    const read = createFrameReader({ decode, native: async () => 'quick' });
    expect(await read(frame())).toBe('quick');
    expect(widths).toEqual([]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('Service unavailable'))],
    ['never answers', () => new Promise<undefined>(() => {})],
  ])('gives it up for good when it %s', async (_, native) => {
    let asked = 0;
    const read = createFrameReader({
      decode: async () => 'text',
      native: () => {
        asked++;
        return native();
      },
    });
    expect([await read(frame()), await read(frame()), await read(frame())]).toEqual(['text', 'text', 'text']);
    expect(asked).toBe(1);
  });
});

test('a picture is tried in every way until one reads it', async () => {
  const { decode, widths } = reading(12);
  expect(await readPicture(frame(), { decode })).toBe('text');
  expect(widths).toEqual([8, 16, 8, 12]);
  expect(await readPicture(frame(), { decode: reading(undefined).decode })).toBeUndefined();
});
