/** A bundle as the frames of an animated code, one after the other and without an end. */
import { utf8 } from '../../../vc/encoding.ts';
import { LIMITS } from '../../../vc/limits.ts';
import { gzip, type Primitives } from '../../../vc/primitives.ts';
import { detachPayload } from '../../../vc/trust/detached.ts';
import { encodeSymbol, symbolCount } from './fountain.ts';
import { FRAME_NUMBERS, frameDigits, sessionHash } from './frame.ts';

/** How long each frame stands. Two changes make a flash, and nothing may flash more than three times in a second (WCAG 2.2, 2.3.1). */
export const FRAME_MS = 170;

export type Sending = {
  /** How many frames the other station needs at least. */
  readonly needed: number;
  /** Digits of the frame that comes after so many others. */
  frame(shown: number): string;
};

/** `bundle` is the text that the shelf holds. Undefined when it is too large to be sent this way. */
export async function openSending(bundle: string, primitives: Primitives): Promise<Sending | undefined> {
  const data = await gzip(utf8(detachPayload(bundle)));
  if (data.length > LIMITS.transferBytes) return undefined;
  const session = { hash: sessionHash(await primitives.sha256(data)), length: data.length };
  return {
    needed: symbolCount(data.length),
    frame(shown) {
      const number = shown % FRAME_NUMBERS;
      return frameDigits({ session, number, symbol: encodeSymbol(data, number) });
    },
  };
}
