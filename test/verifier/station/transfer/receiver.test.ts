/** A transfer from frames to the bundle's text; and what others may put between them. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Bytes, utf8 } from '../../../../src/vc/encoding.ts';
import { LIMITS } from '../../../../src/vc/limits.ts';
import { type Primitives, webPrimitives } from '../../../../src/vc/primitives.ts';
import { FRAME_PREFIX } from '../../../../src/verifier/scan/other-codes.ts';
import { encodeSymbol } from '../../../../src/verifier/station/transfer/fountain.ts';
import { frameDigits, sessionHash } from '../../../../src/verifier/station/transfer/frame.ts';
import { createReceiver, type Receiver, type Reception } from '../../../../src/verifier/station/transfer/receiver.ts';
import { openSending } from '../../../../src/verifier/station/transfer/sender.ts';
import { createAuthority } from '../../../support/authority.ts';

const authority = await createAuthority();
const bundle = await authority.publish();
authority.revoke(await authority.issue());
const newer = await authority.publish();

async function framesOf(text: string): Promise<string[]> {
  const sending = await openSending(text, webPrimitives);
  if (!sending) throw new Error('too large');
  return Array.from({ length: 3 * sending.needed }, (_, at) => FRAME_PREFIX + sending.frame(at));
}

/** A frame that any program could make: of these bytes, under this hash. */
const forged = (data: Bytes, number: number, hash: Bytes): string =>
  FRAME_PREFIX + frameDigits({ session: { hash, length: data.length }, number, symbol: encodeSymbol(data, number) });

/** Given one after the other, `stepMs` apart; the answers. */
async function given(receiver: Receiver, frames: readonly string[], { stepMs = 100, startMs = 0 } = {}) {
  const answers: Reception[] = [];
  for (const [at, frame] of frames.entries()) answers.push(await receiver.take(frame, startMs + at * stepMs));
  return answers;
}

const kinds = (answers: readonly Reception[]): string[] => [...new Set(answers.map(({ kind }) => kind))];

describe('a transfer', () => {
  it('gives the bundle as it was, with the progress before', async () => {
    const frames = await framesOf(bundle);
    const needed = frames.length / 3;
    const answers = await given(createReceiver(webPrimitives), frames.slice(0, needed));
    expect(answers.at(-1)).toEqual({ kind: 'received', text: bundle });
    expect(answers.slice(0, -1)).toEqual(
      Array.from({ length: needed - 1 }, (_, at) => ({ kind: 'progress', found: at + 1, needed })),
    );
  });

  it('needs no certain frame: it may begin anywhere and lose every third', async () => {
    const frames = (await framesOf(bundle)).slice(7).filter((_, at) => at % 3 !== 0);
    const answers = await given(createReceiver(webPrimitives), frames);
    expect(answers.find(({ kind }) => kind === 'received')).toEqual({ kind: 'received', text: bundle });
  });

  it('carries the content detached, and counts its frames round and round', async () => {
    const sending = await openSending(bundle, webPrimitives);
    expect(sending?.needed).toBeLessThan(Math.ceil(gzipSync(bundle).length / 384));
    expect(sending?.frame(2 ** 24 + 5)).toBe(sending?.frame(5));
  });

  it('is refused when there is more to send than a station takes', async () => {
    const incompressible = (length: number): string => randomBytes(length).toString('base64');
    expect(await openSending(incompressible(LIMITS.transferBytes * 0.9), webPrimitives)).toBeDefined();
    expect(await openSending(incompressible(LIMITS.transferBytes), webPrimitives)).toBeUndefined();
  });
});

describe('between the frames', () => {
  it('codes of anything else change nothing', async () => {
    const frames = await framesOf(bundle);
    const answers = await given(
      createReceiver(webPrimitives),
      frames.slice(0, frames.length / 3).flatMap((frame) => ['https://example.org/', frame, `${frame}0`]),
    );
    expect(kinds(answers)).toEqual(['no-frame', 'progress', 'received']);
    expect(answers.find(({ kind }) => kind === 'received')).toEqual({ kind: 'received', text: bundle });
  });

  it('frames of other data are left out, and are never added to the first ones', async () => {
    const [first, second] = [await framesOf(bundle), await framesOf(newer)];
    const mixed = first.slice(0, first.length / 3).flatMap((frame, at) => [frame, second[at] ?? '']);
    const answers = await given(createReceiver(webPrimitives), mixed);
    expect(kinds(answers)).toEqual(['progress', 'other-session', 'received']);
    expect(answers.at(-2)).toEqual({ kind: 'received', text: bundle });
  });

  it('data of the same length are told apart by their hash', async () => {
    const [one, two] = [1, 2].map((byte) => new Uint8Array(1_000).fill(byte));
    if (!one || !two) throw new Error('no data');
    const receiver = createReceiver(webPrimitives);
    await receiver.take(forged(one, 0, sessionHash(await webPrimitives.sha256(one))), 0);
    const other = forged(two, 1, sessionHash(await webPrimitives.sha256(two)));
    expect((await receiver.take(other, 0)).kind).toBe('other-session');
  });

  it('a frame of the same hash and another length is of other data', async () => {
    const data = new Uint8Array(gzipSync(bundle));
    const receiver = createReceiver(webPrimitives);
    const hash = sessionHash(await webPrimitives.sha256(data));
    await receiver.take(forged(data, 0, hash), 0);
    expect((await receiver.take(forged(data.slice(1), 0, hash), 0)).kind).toBe('other-session');
  });

  it('other data take over once the first are gone from the screen', async () => {
    const [first, second] = [await framesOf(bundle), await framesOf(newer)];
    const receiver = createReceiver(webPrimitives);
    await given(receiver, first.slice(0, 5));
    expect((await receiver.take(second[0] ?? '', 2_399)).kind).toBe('other-session');
    const answers = await given(receiver, second.slice(0, second.length / 3), { startMs: 2_400 });
    expect(answers.at(-1)).toEqual({ kind: 'received', text: newer });
  });
});

describe('what somebody else made', () => {
  /** A receiver that tells whether anything was unpacked. */
  function watched(): { receiver: Receiver; unpacked: () => number } {
    let count = 0;
    const primitives: Primitives = {
      ...webPrimitives,
      gunzip: (data, maxBytes) => {
        count++;
        return webPrimitives.gunzip(data, maxBytes);
      },
    };
    return { receiver: createReceiver(primitives), unpacked: () => count };
  }

  const whole = (data: Bytes, hash: Bytes): string[] =>
    Array.from({ length: Math.ceil(data.length / 384) }, (_, at) => forged(data, at, hash));

  it('a single wrong symbol is found by the hash before anything is unpacked, and it starts again', async () => {
    const frames = await framesOf(bundle);
    const needed = frames.length / 3;
    const { receiver, unpacked } = watched();
    const wrong = frames.slice(0, needed);
    const target = wrong[3] ?? '';
    // The last group of digits: bytes of the symbol, not of what stands before it.
    wrong[3] = target.slice(0, -1) + ((Number(target.at(-1)) + 1) % 10);
    expect((await given(receiver, wrong)).at(-1)).toEqual({ kind: 'damaged' });
    expect(unpacked()).toBe(0);
    expect((await given(receiver, frames.slice(0, needed), { startMs: 10_000 })).at(-1)).toEqual({
      kind: 'received',
      text: bundle,
    });
    expect(unpacked()).toBe(1);
  });

  it('data under the hash of others are damaged, and are not unpacked', async () => {
    const { receiver, unpacked } = watched();
    const data = new Uint8Array(gzipSync(utf8('anything')));
    expect(await given(receiver, whole(data, new Uint8Array(16)))).toEqual([{ kind: 'damaged' }]);
    expect(unpacked()).toBe(0);
  });

  it.each([
    ['that are not compressed', utf8('no gzip')],
    [
      'that unpack to more than a bundle may have',
      new Uint8Array(gzipSync(Buffer.alloc(LIMITS.trustDocumentBytes + 1, 65))),
    ],
    ['that are no text', new Uint8Array(gzipSync(Uint8Array.of(0xff, 0xfe)))],
  ])('data %s are an empty text, which is no bundle', async (_, data) => {
    const { receiver } = watched();
    const answers = await given(receiver, whole(data, sessionHash(await webPrimitives.sha256(data))));
    expect(answers.at(-1)).toEqual({ kind: 'received', text: '' });
  });
});
