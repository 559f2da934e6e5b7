/** One showing of a code: up to five frames of a hand that trembles, given to the station's own reader until it reads one. */
import { createFrameReader, type Decoders } from '../../../src/verifier/scan/frame-reader.ts';
import { type Grey, greyOf, toRgba } from '../../../src/verifier/scan/grey.ts';
import type { Condition } from './conditions.ts';
import { type Patch, type Pose, photograph } from './optics.ts';
import { type Random, randomFrom } from './random.ts';
import { symbolImage } from './symbol-image.ts';

export const FRAMES = 5;

/** The frames of a showing; each is taken when it is asked for. */
export function* showing(condition: Condition, svg: string, seed: number): Generator<Grey> {
  const random = randomFrom(seed);
  const symbol = symbolImage(svg, condition);
  const held = heldPose(condition, random);
  const patch = condition.hidden > 0 ? patchOf(condition.hidden, random) : undefined;
  for (;;) yield photograph({ scene: condition, symbol, pose: trembling(held, random), patch }, random);
}

/** Number of the frame that was read, from 1; undefined when none of them was. Throws when a wrong text was read. */
export async function framesUntilRead(
  condition: Condition,
  { svg, text }: { svg: string; text: string },
  { seed, decoders }: { seed: number; decoders: Decoders },
): Promise<number | undefined> {
  const read = createFrameReader(decoders);
  // The camera ran before the code came, so any preparation may be the first one's.
  for (let i = 0; i < seed % 2; i++) await read(toRgba(greyOf(condition.width, condition.height)));
  let count = 0;
  for (const frame of showing(condition, svg, seed)) {
    count++;
    const found = await read(toRgba(frame));
    if (found === text) return count;
    if (found !== undefined) throw new Error(`${condition.name}: read ${found}`);
    if (count === FRAMES) return undefined;
  }
  return undefined;
}

const heldPose = ({ tilt, distanceMm }: Condition, random: Random): Pose => ({
  xMm: random.between(-0.05, 0.05) * distanceMm,
  yMm: random.between(-0.05, 0.05) * distanceMm,
  rollDegrees: random.between(-15, 15),
  tiltDegrees: random.between(tilt.from, tilt.to),
  tiltAxisDegrees: random.between(0, 360),
});

/** From one frame to the next a hand moves the code by half a millimetre and half a degree. */
const trembling = (pose: Pose, random: Random): Pose => ({
  xMm: pose.xMm + random.normal(0.5),
  yMm: pose.yMm + random.normal(0.5),
  rollDegrees: pose.rollDegrees + random.normal(0.5),
  tiltDegrees: pose.tiltDegrees + random.normal(0.5),
  tiltAxisDegrees: pose.tiltAxisDegrees,
});

/** Modules a side of a finder pattern with its margin, in shares of version 9's 53. */
const FINDER = 9 / 53;

/** A thumb anywhere on the symbol but on the three finder patterns: without one of those nothing can be found. */
function patchOf(share: number, random: Random): Patch {
  const side = Math.sqrt(share);
  for (;;) {
    const [left, top] = [random.between(0, 1 - side), random.between(0, 1 - side)];
    const [nearLeft, nearTop] = [left < FINDER, top < FINDER];
    const [nearRight, nearBottom] = [left + side > 1 - FINDER, top + side > 1 - FINDER];
    if ((nearLeft && (nearTop || nearBottom)) || (nearRight && nearTop)) continue;
    return { left, top, side };
  }
}
