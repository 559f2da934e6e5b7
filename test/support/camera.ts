/** Pictures for the browser: a fake camera that plays a y4m film over and over, and picture files. */
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import type { Grey } from '../../src/verifier/scan/grey.ts';

/** Writes the film and gives Chromium's flags for it. All frames have the size of the first; sides are even. */
export function cameraFlags(path: string, frames: readonly Grey[], { framesPerSecond = 15 } = {}): string[] {
  const [first] = frames;
  if (!first) throw new Error('a film needs a frame');
  const { width, height } = first;
  const colour = Buffer.alloc((width * height) / 2, 128); // grey in 4:2:0
  const parts: Uint8Array[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420mpeg2\n`)];
  for (const { data } of frames) parts.push(Buffer.from('FRAME\n'), Buffer.from(data.map(limited)), colour);
  writeFileSync(path, Buffer.concat(parts));
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${path}`,
  ];
}

/** Full range to the 16–235 of video. */
const limited = (value: number): number => 16 + (value * 219) / 255;

/** A picture file of it. */
export function pngOf({ width, height, data }: Grey): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8); // bits; the rest is zero: grey, no interlacing
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}
