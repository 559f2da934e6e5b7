/** From camera frames to the text of a code: who decodes, and what each frame is made into before. Pure but for the decoders it is given. */
import { enlarge, fromRgba, level, type Rgba, smooth, toRgba } from './grey.ts';

/** Text of the QR code in a picture, if it finds one. What is `levelled` has its threshold at 128; else the decoder finds one. */
export type Decode = (picture: Rgba, kind: { levelled: boolean }) => Promise<string | undefined>;

export type Decoders = {
  readonly decode: Decode;
  /** The browser's own: quick, but of unknown quality, and on some devices it throws or never answers. */
  readonly native?: Native | undefined;
};
export type Native = (picture: Rgba) => Promise<string | undefined>;

/** A code that fills more of a frame than its middle half has pixels enough without being enlarged. */
const MIDDLE = 0.5;
/** A frame is enlarged until it would be at least so wide; more shows nothing more, and takes longer. So does more than four times. */
const ENLARGED_WIDTH = 2560;
const timesLarger = ({ width }: Rgba): number => Math.min(4, Math.ceil(ENLARGED_WIDTH / width));

type Way = (frame: Rgba, decode: Decode, share: number) => Promise<string | undefined>;

/** Most codes, and the only way for those that are large or far from the middle. */
const asItIs: Way = (frame, decode) => decode(frame, { levelled: false });

/** The middle `share` made into another picture. */
const PREPARED: readonly Way[] = [
  // Small and blurred codes: down to 1.4 pixels a module.
  (frame, decode, share) => {
    const sharp = level(fromRgba(frame, share), 4);
    return decode(toRgba(enlarge(sharp, timesLarger(frame), -1.5)), { levelled: true });
  },
  // Those in noise, or in weak and uneven light.
  (frame, decode, share) => {
    const soft = smooth(fromRgba(frame, share));
    return decode(toRgba(enlarge(soft, timesLarger(frame))), { levelled: false });
  },
];

/** Each frame of a stream is tried as it is, which is quick, and then prepared in one way, the next frame in the next one. */
export function createFrameReader({ decode, native }: Decoders): Native {
  const quick = native && whileItWorks(native);
  let turn = 0;
  return async (frame) => {
    const prepared = PREPARED[turn++ % PREPARED.length];
    return (await quick?.(frame)) ?? (await asItIs(frame, decode, 1)) ?? (await prepared?.(frame, decode, MIDDLE));
  };
}

/** A picture does not come again, so it is tried in every way, and all of it. */
export async function readPicture(picture: Rgba, { decode, native }: Decoders): Promise<string | undefined> {
  const found = await (native && whileItWorks(native))?.(picture);
  if (found !== undefined) return found;
  for (const way of [asItIs, ...PREPARED]) {
    const text = await way(picture, decode, 1);
    if (text !== undefined) return text;
  }
  return undefined;
}

const NATIVE_PATIENCE_MS = 500;

/** The decoder until it throws or keeps waiting once; from then on it finds nothing. */
function whileItWorks(native: Native): Native {
  let working = true;
  return async (picture) => {
    if (!working) return undefined;
    const late = Symbol();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), NATIVE_PATIENCE_MS);
    });
    const answer = await Promise.race([native(picture).catch(() => late), patience]);
    clearTimeout(timer);
    if (typeof answer !== 'symbol') return answer;
    working = false;
    return undefined;
  };
}
