/** The two decoders: zxing-wasm, whose program this app brings along, and the browser's own where there is one. */
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import type { Decode, Native } from './frame-reader.ts';

const OPTIONS: ReaderOptions = { formats: ['QRCode'], maxNumberOfSymbols: 1, textMode: 'Plain' };

/** Where the program comes from: its address, or its bytes. Rejects when it cannot be loaded. */
export async function zxingDecoder(program: { url: string } | { bytes: ArrayBuffer }): Promise<Decode> {
  await prepareZXingModule({
    overrides: 'url' in program ? { locateFile: () => program.url } : { wasmBinary: program.bytes },
    fireImmediately: true,
  });
  // It reads `width`, `height` and `data` only, which a picture of ours has.
  return async (picture, { levelled }) => {
    const options: ReaderOptions = { ...OPTIONS, binarizer: levelled ? 'FixedThreshold' : 'LocalAverage' };
    return (await readBarcodes(picture as ImageData, options))[0]?.text;
  };
}

/** The browser's own, where it has one that reads QR codes (Chrome on Android and macOS; not without Google's services). */
export async function nativeDecoder(): Promise<Native | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: BarcodeDetectorClass }; // not in TypeScript's library
  try {
    if (!BarcodeDetector || !(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return undefined;
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async ({ data, width, height }) => (await detector.detect(new ImageData(data, width, height)))[0]?.rawValue;
  } catch {
    return undefined;
  }
}

type BarcodeDetectorClass = {
  new (options: { formats: string[] }): { detect(image: ImageData): Promise<{ rawValue: string }[]> };
  getSupportedFormats(): Promise<string[]>;
};
