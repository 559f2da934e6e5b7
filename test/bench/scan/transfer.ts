/** Data from one station's screen to another's camera: how surely a camera reads a frame, and how long a whole transfer takes at least. */
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { QUIET_ZONE, screenSymbol } from '../../../src/vc/qr/symbol.ts';
import { createFrameReader, type Decoders } from '../../../src/verifier/scan/frame-reader.ts';
import { toRgba } from '../../../src/verifier/scan/grey.ts';
import { FRAME_PREFIX } from '../../../src/verifier/scan/other-codes.ts';
import { openSending, type Sending } from '../../../src/verifier/station/transfer/sender.ts';
import { CONDITIONS, type Condition } from './conditions.ts';
import { showing } from './trial.ts';

/** A phone's screen, 60 mm of it, before a camera of 480 and of 720 lines; and 120 mm of a larger one. */
const SCREENS: readonly Condition[] = ([0, 3] as const).flatMap((at) => {
  const camera = CONDITIONS[at];
  if (!camera) return [];
  const screen = { ...camera, dotMm: 0.1, ink: 20, paper: 235, gradient: 30, noise: 8, tilt: { from: 0, to: 20 } };
  return [
    { ...screen, name: `${camera.height} lines, 60 mm at 130 mm`, sideMm: 60, distanceMm: 130 },
    { ...screen, name: `${camera.height} lines, 120 mm at 280 mm`, sideMm: 120, distanceMm: 280 },
  ];
});

export type FrameRate = { readonly name: string; readonly percent: number };

/** Of single pictures of frames, each of another frame. */
export async function frameRates(sending: Sending, decoders: Decoders, trials: number): Promise<FrameRate[]> {
  const rates: FrameRate[] = [];
  for (const condition of SCREENS) {
    let count = 0;
    for (let at = 0; at < trials; at++) {
      const digits = sending.frame(at);
      const { value: picture } = showing(condition, svgOf(digits), at).next();
      const text = picture && (await createFrameReader(decoders)(toRgba(picture)));
      if (text === FRAME_PREFIX + digits) count++;
    }
    rates.push({ name: condition.name, percent: (count / trials) * 100 });
  }
  return rates;
}

export async function sendingOf(bundle: string): Promise<Sending> {
  const sending = await openSending(bundle, webPrimitives);
  if (!sending) throw new Error('too large for a screen');
  return sending;
}

/** What the bench's camera looks at is a drawing; the app fills pixels. */
function svgOf(digits: string): string {
  const { size, data } = screenSymbol(FRAME_PREFIX, digits);
  const side = size + 2 * QUIET_ZONE;
  const path = [...data].map((dark, at) =>
    dark ? `M${(at % size) + QUIET_ZONE} ${Math.floor(at / size) + QUIET_ZONE}h1v1h-1z` : '',
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><path fill="#000" d="${path.join('')}"/></svg>`;
}
