/** From camera frames to the text of a code: who decodes, and what each frame is made into before. Pure but for the decoders it is given. */
import { centre, enlarge, fromRgba, type Grey, level, type Rgba, smooth, toRgba } from './grey.ts';

/** Text of the QR code in a picture, if it finds one. What is `levelled` has its threshold at 128; else the decoder finds one. */
export type Decode = (picture: Rgba, kind: { levelled: boolean }) => Promise<string | undefined>;

export type Decoders = {
  readonly decode: Decode;
  /** The browser's own: quick, but of unknown quality, and on some devices it throws or never answers. */
  readonly native?: Native | undefined;
};
export type Native = (picture: Rgba) => Promise<string | undefined>;

type Prepared = { readonly picture: Grey; readonly levelled: boolean };

/** A code that fills more of a frame than its middle half has pixels enough without being enlarged. */
const MIDDLE = 0.5;
/** A frame is enlarged until it would be at least so wide; more shows nothing more, and takes longer. */
const ENLARGED_WIDTH = 2560;
const timesLarger = ({ width }: Grey): number => Math.ceil(ENLARGED_WIDTH / width);

/** What a frame may be made into; `share` of it is looked at where it is enlarged. */
const PREPARATIONS: readonly ((frame: Grey, share: number) => Prepared)[] = [
  // Most codes, and the only one for those that are large or far from the middle.
  (frame) => ({ picture: frame, levelled: false }),
  // Small and blurred ones: down to 1.4 pixels a module.
  (frame, share) => ({ picture: enlarge(level(centre(frame, share), 4), timesLarger(frame), -1.5), levelled: true }),
  // Those in noise, or in weak and uneven light.
  (frame, share) => ({ picture: enlarge(smooth(centre(frame, share)), timesLarger(frame)), levelled: false }),
];

/** Each frame of a stream is tried in one way, the next frame in the next one. */
export function createFrameReader({ decode, native }: Decoders): Native {
  const quick = native && whileItWorks(native);
  let turn = 0;
  return async (frame) => {
    const found = await quick?.(frame);
    if (found !== undefined) return found;
    const prepare = PREPARATIONS[turn++ % PREPARATIONS.length];
    return prepare && decodePrepared(prepare(fromRgba(frame), MIDDLE), decode);
  };
}

/** A picture does not come again, so it is tried in every way, and all of it. */
export async function readPicture(picture: Rgba, { decode, native }: Decoders): Promise<string | undefined> {
  const found = await (native && whileItWorks(native))?.(picture);
  if (found !== undefined) return found;
  const grey = fromRgba(picture);
  for (const prepare of PREPARATIONS) {
    const text = await decodePrepared(prepare(grey, 1), decode);
    if (text !== undefined) return text;
  }
  return undefined;
}

const decodePrepared = ({ picture, levelled }: Prepared, decode: Decode) => decode(toRgba(picture), { levelled });

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
