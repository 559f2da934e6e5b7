/** The worker that decodes, so that the page never waits. The decoder's program lies beside this script. */
import { nativeDecoder, zxingDecoder } from './decoder.ts';
import { createFrameReader, readPicture } from './frame-reader.ts';
import type { ScanAnswer, ScanRequest } from './scan-message.ts';

async function prepare() {
  const [decode, native] = await Promise.all([
    zxingDecoder({ url: new URL('zxing_reader.wasm', location.href).href }),
    nativeDecoder(),
  ]);
  const decoders = { decode, native };
  return { decoders, readFrame: createFrameReader(decoders) };
}

const ready = prepare();
ready.catch(() => {}); // whoever waits for an answer is told

addEventListener('message', async ({ data }: MessageEvent<ScanRequest>) => {
  postMessage(await answerTo(data).catch((): ScanAnswer => ({ failed: true })));
});

async function answerTo({ still, ...picture }: ScanRequest): Promise<ScanAnswer> {
  const { decoders, readFrame } = await ready;
  return { text: still ? await readPicture(picture, decoders) : await readFrame(picture) };
}
