/** The shelf: the one bundle that this station keeps. It is verified wholly before it replaces the old one, and again at every start. */
import { hex, utf8 } from '../../vc/encoding.ts';
import type { Primitives } from '../../vc/primitives.ts';
import { type BundleRefusal, openBundle, type Trust } from '../../vc/trust/bundle.ts';
import { memoryText, readMemory } from '../../vc/trust/memory.ts';
import type { Root } from '../../vc/trust/root.ts';
import { exchangeRecord, forgetRecords, readRecord } from './database.ts';
import { behindMark, markOf, readMark, writeMark } from './mark.ts';

/**
 * `corrupt`: what was kept does not verify any more. `evicted`: there was a bundle, and the browser has thrown it away.
 * `other-root`: what was kept hangs on another root than the one this app was made with. `not-kept`: the browser refuses to
 * store, so the bundle goes with the page.
 */
export type Trouble = 'corrupt' | 'evicted' | 'other-root' | 'not-kept';

export type Held = { readonly trust?: Trust; readonly trouble?: Trouble };

export type Offer = { ok: true; changed: boolean } | { ok: false; refusal: BundleRefusal };

export type Shelf = {
  held(): Held;
  /** Replaces what is kept, wholly or not at all. */
  offer(text: string): Promise<Offer>;
  /** Takes up what another tab of this station has kept since. */
  refresh(): Promise<void>;
  /** For a station that starts over: forgets the bundle and all memory of it. */
  clear(): Promise<void>;
};

export type ShelfContext = {
  readonly pinnedRoot: Root;
  readonly primitives: Primitives;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly stationGraceSeconds?: number;
};

type Kept = {
  /** Grows by one with each exchange. */
  readonly revision: number;
  /** Payload of the root that was pinned when it was kept. */
  readonly pinned: string;
  readonly memory: string;
  /** SHA-256 of `memory`: the bundle in it has signatures, the numbers beside it have not. */
  readonly sum: string;
};

export async function openShelf(context: ShelfContext): Promise<Shelf> {
  const { pinnedRoot, primitives, now, stationGraceSeconds } = context;
  const limits = stationGraceSeconds === undefined ? {} : { stationGraceSeconds };
  let held: Held = {};
  let revision = 0;

  async function load(): Promise<void> {
    const kept = await readRecord<Kept>('kept');
    if (kept && revisionOf(kept) === revision && held.trust) return;
    revision = revisionOf(kept);
    if (kept) held = await reopen(kept);
    else held = readMark() ? { trouble: 'evicted' } : {};
  }

  async function reopen(kept: Kept): Promise<Held> {
    const memory = (await sumOf(kept.memory)) === kept.sum ? readMemory(kept.memory) : undefined;
    if (!memory) return { trouble: 'corrupt' };
    const root = newerRoot(pinnedRoot, memory.root, kept.pinned);
    if (!root) return { trouble: 'other-root' };
    // It was accepted when it came: a clock that has gone back since is the verdict's matter.
    const then = Math.max(now(), memory.bundle.issuedAt);
    const previous = { ...memory, root };
    const opened = await openBundle(memory.text, { pinnedRoot, primitives, now: then, previous, ...limits });
    return opened.ok ? { trust: opened.trust } : { trouble: 'corrupt' };
  }

  async function offer(text: string): Promise<Offer> {
    await refresh();
    const previous = held.trust;
    if (text === previous?.text) return { ok: true, changed: false };
    if (held.trouble === 'other-root') return { ok: false, refusal: 'root-chain-broken' };
    const opened = await openBundle(text, { pinnedRoot, primitives, now: now(), previous, ...limits });
    if (!opened.ok) return opened;
    const { trust } = opened;
    const mark = previous ? undefined : readMark();
    const behind = mark && (await behindMark(trust, mark, primitives));
    if (behind) return { ok: false, refusal: behind };
    const memory = memoryText(trust);
    const next: Kept = {
      revision: revision + 1,
      pinned: pinnedRoot.jws.payload,
      memory,
      sum: await sumOf(memory),
    };
    const kept = await keep(next);
    if (kept && kept.memory !== memory) return offer(text); // another tab was faster; its bundle is the one to go on from
    held = kept ? { trust } : { trust, trouble: 'not-kept' };
    if (kept) revision = next.revision;
    writeMark(await markOf(trust, primitives));
    return { ok: true, changed: true };
  }

  /** What is kept afterwards; undefined when the browser stores nothing. */
  async function keep(next: Kept): Promise<Kept | undefined> {
    try {
      return await exchangeRecord<Kept>('kept', (current) =>
        revisionOf(current) === next.revision - 1 ? next : undefined,
      );
    } catch {
      return undefined;
    }
  }

  async function refresh(): Promise<void> {
    try {
      await load();
    } catch {
      held = { ...held, trouble: 'not-kept' };
    }
  }

  const sumOf = async (memory: string): Promise<string> => hex(await primitives.sha256(utf8(String(memory))));

  await refresh();
  return {
    held: () => held,
    offer,
    refresh,
    async clear() {
      await forgetRecords().catch(() => undefined);
      writeMark(undefined);
      held = {};
      revision = 0;
    },
  };
}

/** What a damaged database gives need not be a number. */
const revisionOf = (kept: Kept | undefined): number =>
  kept && Number.isSafeInteger(kept.revision) ? kept.revision : 0;

/** The root to go on from: a remembered one only where it stands in the line of the pinned one. `before` is what was pinned then. */
function newerRoot(pinned: Root, remembered: Root, before: string): Root | undefined {
  if (remembered.version < pinned.version) return pinned; // an update of the app brought it
  if (remembered.version === pinned.version) return remembered.jws.payload === pinned.jws.payload ? pinned : undefined;
  return before === pinned.jws.payload ? remembered : undefined;
}
