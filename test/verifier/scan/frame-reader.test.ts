/** Which decoder gets which picture: the turns of a stream, the patience with a browser's own decoder. */
import { describe, expect, test } from 'vitest';
import { createFrameReader, type Decode, readPicture } from '../../../src/verifier/scan/frame-reader.ts';
import type { Rgba } from '../../../src/verifier/scan/grey.ts';

const frame = (width = 640): Rgba => ({ width, height: 2, data: new Uint8ClampedArray(width * 2 * 4).fill(200) });

/** What a decoder saw: `1280 levelled`. It reads a picture of that description only. */
function reading(readable?: string) {
  const seen: string[] = [];
  const decode: Decode = async (picture, { levelled }) => {
    const one = `${picture.width}${levelled ? ' levelled' : ''}`;
    seen.push(one);
    return one === readable ? 'text' : undefined;
  };
  return { decode, seen };
}

describe('a stream', () => {
  test('is tried as it is, and then in two ways by turns', async () => {
    const { decode, seen } = reading('1280');
    const read = createFrameReader({ decode });
    const found = [];
    for (let i = 0; i < 3; i++) found.push(await read(frame()));
    expect(seen).toEqual(['640', '1280 levelled', '640', '1280', '640', '1280 levelled']);
    expect(found).toEqual([undefined, 'text', undefined]);
  });

  test('is not prepared when it is read as it is', async () => {
    const { decode, seen } = reading('640');
    expect(await createFrameReader({ decode })(frame())).toBe('text');
    expect(seen).toEqual(['640']);
  });

  test('of a better camera is enlarged less', async () => {
    const { decode, seen } = reading();
    await createFrameReader({ decode })(frame(1280));
    expect(seen).toEqual(['1280', '1280 levelled']);
  });

  test('asks the browser’s own decoder first', async () => {
    const { decode, seen } = reading();
    const read = createFrameReader({ decode, native: async () => 'quick' });
    expect(await read(frame())).toBe('quick');
    expect(seen).toEqual([]);
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

test('a picture is tried in every way, and all of it, until one reads it', async () => {
  const { decode, seen } = reading('2560');
  expect(await readPicture(frame(), { decode })).toBe('text');
  expect(seen).toEqual(['640', '2560 levelled', '2560']);
  expect(await readPicture(frame(), { decode: reading().decode })).toBeUndefined();
});
