/** The browser's own decoder: used where there is one that reads QR codes, and else left alone. */
import { afterEach, expect, test, vi } from 'vitest';
import { nativeDecoder } from '../../../src/verifier/scan/decoder.ts';

afterEach(() => vi.unstubAllGlobals());

const picture = { width: 2, height: 1, data: new Uint8ClampedArray(8).fill(200) };

function stub(formats: () => Promise<string[]>, found: { rawValue: string }[] = [{ rawValue: 'text' }]): unknown[] {
  const seen: unknown[] = [];
  vi.stubGlobal(
    'ImageData',
    class {
      constructor(...args: unknown[]) {
        seen.push(args);
      }
    },
  );
  vi.stubGlobal(
    'BarcodeDetector',
    class {
      static getSupportedFormats = formats;
      constructor(options: unknown) {
        seen.push(options);
      }
      detect = async () => found;
    },
  );
  return seen;
}

test('reads QR codes alone, from the pixels as they are', async () => {
  const seen = stub(async () => ['ean_13', 'qr_code']);
  const decode = await nativeDecoder();
  expect(await decode?.(picture)).toBe('text');
  expect(seen).toEqual([{ formats: ['qr_code'] }, [picture.data, 2, 1]]);
});

test('finds nothing where there is nothing', async () => {
  stub(async () => ['qr_code'], []);
  expect(await (await nativeDecoder())?.(picture)).toBeUndefined();
});

test.each([
  ['there is none', () => undefined],
  ['it reads no QR codes', () => stub(async () => ['ean_13'])],
  ['asking it fails', () => stub(async () => Promise.reject(new Error('no service')))],
])('is left alone where %s', async (_, prepare) => {
  prepare();
  expect(await nativeDecoder()).toBeUndefined();
});
