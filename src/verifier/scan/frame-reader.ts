/** From camera frames to the text of a code: who decodes, and what each frame is made into before. Pure but for the decoders it is given. */
import { centre, enlarge, fromRgba, type Grey, type Rgba, smooth, toRgba } from './grey.ts';

/** Text of the QR code in a picture, if it finds one. */
export type Decode = (picture: Rgba) => Promise<string | undefined>;

export type Decoders = {
  readonly decode: Decode;
  /** The browser's own: quick, but of unknown quality, and on some devices it throws or never answers. */
  readonly native?: Decode | undefined;
};

/** What a frame may be made into: raw finds most codes, the others those that are small, blurred or noisy. */
const PREPARATIONS: readonly ((frame: Grey) => Grey)[] = [
  (frame) => frame,
  (frame) => enlarge(frame, 2),
  smooth,
  (frame) => enlarge(centre(frame, 0.5), 3),
];

/** Each frame of a stream is tried in one way, the next frame in the next one. */
export function createFrameReader({ decode, native }: Decoders): Decode {
  const quick = native && whileItWorks(native);
  let turn = 0;
  return async (frame) => {
    const prepare = PREPARATIONS[turn++ % PREPARATIONS.length] ?? ((same: Grey) => same);
    const text = (await quick?.(frame)) ?? (await decode(toRgba(prepare(fromRgba(frame)))));
    if (text !== undefined) turn = 0;
    return text;
  };
}

/** A picture does not come again, so it is tried in every way. */
export async function readPicture(picture: Rgba, { decode, native }: Decoders): Promise<string | undefined> {
  const found = await (native && whileItWorks(native))?.(picture);
  if (found !== undefined) return found;
  const grey = fromRgba(picture);
  for (const prepare of PREPARATIONS) {
    const text = await decode(toRgba(prepare(grey)));
    if (text !== undefined) return text;
  }
  return undefined;
}

const NATIVE_PATIENCE_MS = 500;

/** The decoder until it throws or keeps waiting once; from then on it finds nothing. */
function whileItWorks(native: Decode): Decode {
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
