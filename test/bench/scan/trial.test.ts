/** The simulated camera shows what its table says, and a showing can fail. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { symbolSvg } from '../../../src/vc/qr/symbol.ts';
import { zxingDecoder } from '../../../src/verifier/scan/decoder.ts';
import type { Grey } from '../../../src/verifier/scan/grey.ts';
import { CONDITIONS, type Condition } from './conditions.ts';
import { type Pose, photograph } from './optics.ts';
import { randomFrom } from './random.ts';
import { symbolImage } from './symbol-image.ts';
import { framesUntilRead } from './trial.ts';

const PREFIX = 'https://sczs.hzedu.gov.cn/c/#';
const digits = Array.from({ length: 300 }, (_, i) => (i * i + 7 * i) % 10).join('');
const code = { svg: symbolSvg(PREFIX, digits, 'code'), text: PREFIX + digits };

const condition = (number: number): Condition => {
  const found = CONDITIONS[number - 1];
  if (!found) throw new Error(`no condition ${number}`);
  return found;
};

const STRAIGHT: Pose = { xMm: 0, yMm: 0, rollDegrees: 0, tiltDegrees: 0, tiltAxisDegrees: 90 };

const picture = (scene: Condition, pose: Partial<Pose> = {}): Grey =>
  photograph({ scene, symbol: symbolImage(code.svg, scene), pose: { ...STRAIGHT, ...pose } }, randomFrom(1));

/** Columns between the first and the last that hold something darker than half way. */
function darkWidth({ width, height, data }: Grey): number {
  const dark = Array.from({ length: width }, (_, x) => x).filter((x) =>
    Array.from({ length: height }, (_, y) => data[y * width + x] ?? 255).some((value) => value < 120),
  );
  return (dark.at(-1) ?? 0) - (dark[0] ?? 0) + 1;
}

describe('the camera', () => {
  const sharp: Condition = { ...condition(4), blur: 0.3, noise: 0 };

  test('shows a symbol as large as distance and field make it', () => {
    const pixels = (sideMm: number) => (sideMm / 150) * (640 / Math.tan(Math.PI / 6));
    expect(Math.abs(darkWidth(picture(sharp)) - pixels(30))).toBeLessThan(2);
    expect(Math.abs(darkWidth(picture({ ...sharp, sideMm: 20 })) - pixels(20))).toBeLessThan(2);
  });

  test('foreshortens one that is tilted', () => {
    const narrower = darkWidth(picture(sharp, { tiltDegrees: 40 })) / darkWidth(picture(sharp));
    expect(Math.abs(narrower - Math.cos((40 * Math.PI) / 180))).toBeLessThan(0.03);
  });

  test('adds noise and uneven light', () => {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const { data, width } = picture({ ...sharp, noise: 10, gradient: 40 });
    const column = (x: number) => Array.from({ length: 720 }, (_, y) => data[y * width + x] ?? 0);
    expect(mean(column(width - 1)) - mean(column(0))).toBeCloseTo(40, -1);
    const left = mean(column(0));
    expect(Math.sqrt(mean(column(0).map((value) => (value - left) ** 2)))).toBeCloseTo(10, -1);
  });
});

describe('a showing', () => {
  const program = readFileSync('node_modules/zxing-wasm/dist/reader/zxing_reader.wasm');
  const decoders = async () => ({ decode: await zxingDecoder({ bytes: new Uint8Array(program).buffer }) });

  test('is read', async () => {
    expect(await framesUntilRead(condition(4), code, { seed: 1, decoders: await decoders() })).toBe(1);
  });

  test('of 20 mm before a VGA camera is read most times, and of 8 mm never', async () => {
    const read = async (scene: Condition) => {
      const tries = [1, 2, 3, 4].map(async (seed) =>
        framesUntilRead(scene, code, { seed, decoders: await decoders() }),
      );
      return (await Promise.all(tries)).filter((frames) => frames !== undefined).length;
    };
    expect(await read(condition(2))).toBeGreaterThanOrEqual(3);
    expect(await read({ ...condition(2), sideMm: 8 })).toBe(0);
  });

  test('of another code than is expected is no success', async () => {
    const other = { ...code, text: 'another' };
    await expect(framesUntilRead(condition(4), other, { seed: 1, decoders: await decoders() })).rejects.toThrow(
      /read https/,
    );
  });
});
