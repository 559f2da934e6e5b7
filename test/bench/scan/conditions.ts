/** The thirteen conditions: what camera, what symbol, what goes wrong. */
import type { Scene } from './optics.ts';

export type Condition = Scene & {
  readonly name: string;
  /** Size of a dot of the printer or the screen. */
  readonly dotMm: number;
  readonly tilt: { readonly from: number; readonly to: number };
};

const VGA: Condition = {
  name: '',
  width: 640,
  height: 480,
  fieldDegrees: 60,
  sideMm: 30,
  distanceMm: 150,
  dotMm: 25.4 / 300,
  tilt: { from: 0, to: 15 },
  blur: 0.7,
  motion: 0,
  noise: 5,
  ink: 35,
  paper: 205,
  gradient: 0,
  hidden: 0,
};
const HD: Condition = { ...VGA, width: 1280, height: 720, blur: 1.1 };

/** Modules a side of version 9, and with its quiet zone: on a screen 240 pixels show the latter. */
const SCREEN_MM = (32 * 61) / 53;

export const CONDITIONS: readonly Condition[] = [
  { ...VGA, name: 'VGA 30 mm' },
  { ...VGA, name: 'VGA 20 mm', sideMm: 20 },
  { ...VGA, name: 'VGA near', distanceMm: 100 },
  { ...HD, name: '720p 30 mm' },
  { ...HD, name: '720p 20 mm', sideMm: 20 },
  { ...HD, name: 'blur', blur: 1.8 },
  { ...HD, name: 'motion', blur: 0.8, motion: 4 },
  { ...HD, name: 'noise', noise: 28 },
  { ...HD, name: 'low contrast', ink: 112, paper: 150, gradient: 40 },
  { ...HD, name: 'tilt', tilt: { from: 40, to: 40 } },
  { ...HD, name: 'hidden', hidden: 0.1 },
  { ...HD, name: 'screen', sideMm: 32, dotMm: SCREEN_MM / 240, ink: 20, paper: 235, gradient: 30 },
  {
    ...VGA,
    name: 'gun',
    fieldDegrees: 38,
    sideMm: 20,
    distanceMm: 100,
    blur: 0.9,
    noise: 8,
    tilt: { from: 0, to: 10 },
  },
];
