/** The frames of an animated code put together again. Nothing in them is looked at before all of it has the hash that each frame names. */
import { type Bytes, equalBytes, fromUtf8 } from '../../../vc/encoding.ts';
import { LIMITS } from '../../../vc/limits.ts';
import type { Primitives } from '../../../vc/primitives.ts';
import { attachPayload } from '../../../vc/trust/detached.ts';
import { type Catch, openCatch } from './fountain.ts';
import { type Frame, readFrame, type Session, sessionHash } from './frame.ts';

/**
 * `no-frame`: some other code. `other-session`: a frame of other data than those that are being received. `damaged`: all is
 * there and does not have the hash; it starts from nothing. `received`: the text as it was sent, for the shelf to judge.
 */
export type Reception =
  | { readonly kind: 'no-frame' | 'other-session' | 'damaged' }
  | { readonly kind: 'progress'; readonly found: number; readonly needed: number }
  | { readonly kind: 'received'; readonly text: string };

export type Receiver = {
  /** `nowMs`: of any clock that does not go back. */
  take(text: string, nowMs: number): Promise<Reception>;
};

/** Data of which nothing has been seen for so long give way to others: the screen shows something else now. */
const SILENCE_MS = 2000;

export function createReceiver(primitives: Primitives): Receiver {
  let current: { session: Session; caught: Catch; seenMs: number } | undefined;

  async function take(text: string, nowMs: number): Promise<Reception> {
    const frame = readFrame(text);
    if (!frame) return { kind: 'no-frame' };
    const caught = catchFor(frame, nowMs);
    if (!caught) return { kind: 'other-session' };
    const wasWhole = caught.found === caught.needed; // and is being judged
    if (!wasWhole) caught.add(frame.number, frame.symbol);
    const data = wasWhole ? undefined : caught.data();
    if (!data) return { kind: 'progress', found: caught.found, needed: caught.needed };
    const judged = await judge(data, frame.session);
    current = undefined;
    return judged;
  }

  async function judge(data: Bytes, { hash }: Session): Promise<Reception> {
    if (!equalBytes(sessionHash(await primitives.sha256(data)), hash)) return { kind: 'damaged' };
    const unpacked = await primitives.gunzip(data, LIMITS.trustDocumentBytes);
    // What cannot be unpacked is no bundle, as an empty text is none.
    return { kind: 'received', text: attachPayload((unpacked instanceof Uint8Array && fromUtf8(unpacked)) || '') };
  }

  function catchFor({ session }: Frame, nowMs: number): Catch | undefined {
    if (current && isSame(current.session, session)) current.seenMs = nowMs;
    else if (current && nowMs - current.seenMs < SILENCE_MS) return undefined;
    else current = { session, caught: openCatch(session.length), seenMs: nowMs };
    return current.caught;
  }

  return { take };
}

const isSame = (a: Session, b: Session): boolean => a.length === b.length && equalBytes(a.hash, b.hash);
