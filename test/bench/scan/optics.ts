/** A camera looking at a symbol: perspective, blur of the lens and of motion, uneven light, a covered patch, sensor noise. */
import { type Grey, greyOf } from '../../../src/verifier/scan/grey.ts';
import type { Random } from './random.ts';
import type { SymbolImage } from './symbol-image.ts';

export type Scene = {
  readonly width: number;
  readonly height: number;
  /** Horizontal. */
  readonly fieldDegrees: number;
  readonly sideMm: number;
  readonly distanceMm: number;
  /** Standard deviation in pixels. */
  readonly blur: number;
  /** Pixels that the picture moves while it is taken. */
  readonly motion: number;
  /** Standard deviation, of 255. */
  readonly noise: number;
  readonly ink: number;
  readonly paper: number;
  /** How much lighter one side of the picture is than the other, of 255. */
  readonly gradient: number;
  /** Share of the symbol's area under a thumb. */
  readonly hidden: number;
};

/** How the symbol lies before the camera: its middle in mm from the axis, turned in its plane, and tilted about an axis in it. */
export type Pose = {
  readonly xMm: number;
  readonly yMm: number;
  readonly rollDegrees: number;
  readonly tiltDegrees: number;
  readonly tiltAxisDegrees: number;
};

/** Where the thumb lies, in shares of the symbol's side. */
export type Patch = { readonly left: number; readonly top: number; readonly side: number };

export type View = {
  readonly scene: Scene;
  readonly symbol: SymbolImage;
  readonly pose: Pose;
  readonly patch?: Patch | undefined;
};

/** Rays a pixel and side: the sensor's pixel is an area, not a point. */
const RAYS = 3;
const THUMB = 120;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function photograph(view: View, random: Random): Grey {
  const { scene } = view;
  let light = exposed(view);
  light = blurred(light, scene.width, scene.height, scene.blur);
  if (scene.motion > 0) light = moved(light, scene, random.between(0, Math.PI));
  return sensed(light, scene, random);
}

/** Light on each pixel, without blur or noise. */
function exposed({ scene, symbol, pose, patch }: View): Float32Array {
  const { width, height, sideMm, distanceMm, ink, paper } = scene;
  const focal = width / 2 / Math.tan(radians(scene.fieldDegrees) / 2);
  const { right, down, normal } = axesOf(pose);
  const middle = [pose.xMm, pose.yMm, distanceMm] as const;
  const toMiddle = normal[0] * middle[0] + normal[1] * middle[1] + normal[2] * middle[2];
  const dotsPerMm = symbol.dots / sideMm;
  const half = symbol.dots / 2;
  const light = new Float32Array(width * height).fill(paper);
  // Nothing but paper lies outside a circle around the symbol.
  const reach = ((sideMm * Math.SQRT1_2 * 1.15) / (distanceMm - sideMm / 2)) * focal;
  const centreX = width / 2 + (pose.xMm / distanceMm) * focal;
  const centreY = height / 2 + (pose.yMm / distanceMm) * focal;
  for (let y = Math.max(0, Math.floor(centreY - reach)); y < Math.min(height, centreY + reach); y++) {
    for (let x = Math.max(0, Math.floor(centreX - reach)); x < Math.min(width, centreX + reach); x++) {
      let sum = 0;
      for (let ray = 0; ray < RAYS * RAYS; ray++) {
        const dx = (x + ((ray % RAYS) + 0.5) / RAYS - width / 2) / focal;
        const dy = (y + (Math.floor(ray / RAYS) + 0.5) / RAYS - height / 2) / focal;
        const along = toMiddle / (normal[0] * dx + normal[1] * dy + normal[2]);
        const px = dx * along - middle[0];
        const py = dy * along - middle[1];
        const pz = along - middle[2];
        const column = Math.floor((px * right[0] + py * right[1] + pz * right[2]) * dotsPerMm + half);
        const row = Math.floor((px * down[0] + py * down[1] + pz * down[2]) * dotsPerMm + half);
        if (patch && covers(patch, column / symbol.dots, row / symbol.dots)) sum += THUMB;
        else if (column < 0 || row < 0 || column >= symbol.dots || row >= symbol.dots) sum += paper;
        else sum += symbol.ink[row * symbol.dots + column] === 1 ? ink : paper;
      }
      light[y * width + x] = sum / (RAYS * RAYS);
    }
  }
  return light;
}

const covers = ({ left, top, side }: Patch, x: number, y: number): boolean =>
  x >= left && y >= top && x < left + side && y < top + side;

type Vector = readonly [number, number, number];

function axesOf({ rollDegrees, tiltDegrees, tiltAxisDegrees }: Pose): { right: Vector; down: Vector; normal: Vector } {
  const roll = radians(rollDegrees);
  const tilt = radians(tiltDegrees);
  const axis = [Math.cos(radians(tiltAxisDegrees)), Math.sin(radians(tiltAxisDegrees)), 0] as const;
  const tilted = (vector: Vector): Vector => {
    // Rodrigues' rotation about the axis.
    const dot = axis[0] * vector[0] + axis[1] * vector[1];
    const cross: Vector = [axis[1] * vector[2], -axis[0] * vector[2], axis[0] * vector[1] - axis[1] * vector[0]];
    const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
    const turn = (i: 0 | 1 | 2): number => vector[i] * c + cross[i] * s + axis[i] * dot * (1 - c);
    return [turn(0), turn(1), turn(2)];
  };
  return {
    right: tilted([Math.cos(roll), Math.sin(roll), 0]),
    down: tilted([-Math.sin(roll), Math.cos(roll), 0]),
    normal: tilted([0, 0, 1]),
  };
}

function blurred(light: Float32Array, width: number, height: number, deviation: number): Float32Array {
  const reach = Math.ceil(deviation * 3);
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const across = new Float32Array(light.length);
  const down = new Float32Array(light.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = -reach; i <= reach; i++)
        sum += (weights[i + reach] ?? 0) * (light[y * width + Math.min(width - 1, Math.max(0, x + i))] ?? 0);
      across[y * width + x] = sum / total;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = -reach; i <= reach; i++)
        sum += (weights[i + reach] ?? 0) * (across[Math.min(height - 1, Math.max(0, y + i)) * width + x] ?? 0);
      down[y * width + x] = sum / total;
    }
  return down;
}

/** The mean along a line of `motion` pixels, in steps of half a pixel. */
function moved(light: Float32Array, { width, height, motion }: Scene, direction: number): Float32Array {
  const steps = Array.from({ length: motion * 2 + 1 }, (_, i) => i / 2 - motion / 2);
  const result = new Float32Array(light.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const step of steps)
        sum += at(light, width, height, x + step * Math.cos(direction), y + step * Math.sin(direction));
      result[y * width + x] = sum / steps.length;
    }
  return result;
}

function at(light: Float32Array, width: number, height: number, x: number, y: number): number {
  const left = Math.min(width - 2, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 2, Math.max(0, Math.floor(y)));
  const [across, down] = [Math.min(1, Math.max(0, x - left)), Math.min(1, Math.max(0, y - top))];
  const i = top * width + left;
  const upper = (light[i] ?? 0) * (1 - across) + (light[i + 1] ?? 0) * across;
  const lower = (light[i + width] ?? 0) * (1 - across) + (light[i + width + 1] ?? 0) * across;
  return upper * (1 - down) + lower * down;
}

function sensed(light: Float32Array, { width, height, noise, gradient }: Scene, random: Random): Grey {
  const picture = greyOf(width, height);
  for (let i = 0; i < light.length; i++)
    picture.data[i] = (light[i] ?? 0) + gradient * ((i % width) / width - 0.5) + random.normal(noise);
  return picture;
}
