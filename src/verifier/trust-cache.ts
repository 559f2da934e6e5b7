/** The trust data that this page holds: fetched from its own origin, verified wholly, kept in memory, never replaced by older ones. */

import type { Bytes } from '../vc/encoding.ts';
import type { Primitives } from '../vc/primitives.ts';
import { type BundleRefusal, openBundle, type Trust } from '../vc/trust/bundle.ts';
import { attachPayload } from '../vc/trust/detached.ts';
import { readRoot } from '../vc/trust/root.ts';

/** `problem` says why nothing newer could be taken; then `trust` is what was held before, if anything. */
export type HeldTrust = { readonly trust?: Trust; readonly problem?: 'unreachable' | BundleRefusal };

export type RefreshContext = { readonly held: HeldTrust; readonly now: number; readonly primitives: Primitives };

/**
 * Asks for the current bundle and keeps what is held when there is none or it is refused. Never throws.
 * The root comes from the server that served this page: trust on first use, no better than the page itself. The station
 * app has its root pinned at build.
 */
export async function refreshTrust({ held, now, primitives }: RefreshContext): Promise<HeldTrust> {
  const previous = held.trust;
  const keep = (problem: NonNullable<HeldTrust['problem']>): HeldTrust => ({
    ...(previous && { trust: previous }),
    problem,
  });
  const [rootText, bundle] = await Promise.all([
    previous ? undefined : download('/trust/root'),
    downloadBundle('/trust/bundle'),
  ]);
  if (bundle === undefined) return keep('unreachable');
  if (bundle === previous?.text) return { trust: previous };
  const pinnedRoot = previous?.root ?? (rootText === undefined ? undefined : rootFrom(rootText));
  if (!pinnedRoot) return keep(rootText === undefined ? 'unreachable' : 'root-chain-broken');
  const opened = await openBundle(bundle, { pinnedRoot, now, primitives, previous });
  return opened.ok ? { trust: opened.trust } : keep(opened.refusal);
}

/** Asked for with its content detached, which is shorter; a server that knows only whole bundles answers with one, now or when asked for it. */
export async function downloadBundle(path: string): Promise<string | undefined> {
  const detached = `${path}${path.includes('?') ? '&' : '?'}payload=detached`;
  const text = (await download(detached)) ?? (await download(path));
  return text === undefined ? undefined : attachPayload(text);
}

const download = (path: string): Promise<string | undefined> =>
  answerTo(path, async (response) => (await response.text()).trim());

export const downloadBytes = (path: string): Promise<Bytes | undefined> =>
  answerTo(path, async (response) => new Uint8Array(await response.arrayBuffer()));

/** `no-cache` still answers from the cache when the server says 304. Redirects would lead elsewhere than the page promised. */
async function answerTo<T>(path: string, read: (response: Response) => Promise<T>): Promise<T | undefined> {
  try {
    const response = await fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error' });
    return response.ok ? await read(response) : undefined;
  } catch {
    return undefined;
  }
}

function rootFrom(text: string) {
  try {
    return readRoot(JSON.parse(text));
  } catch {
    return undefined;
  }
}
