/** Root documents: the offline keys that everything else hangs on, and the chain by which one version hands over to the next. */
import * as z from 'zod/mini';
import { equalJson } from '../equal-json.ts';
import { LIMITS } from '../limits.ts';
import type { Primitives } from '../primitives.ts';
import { number, publicKey } from './field.ts';
import { type DocumentType, type GeneralJws, generalJws, payloadOf, validSigners } from './signed-document.ts';

const rootPayload = z.strictObject({
  version: number,
  keys: z
    .array(z.strictObject({ id: z.string(), publicKeyMultibase: publicKey }))
    .check(z.minLength(1), z.maxLength(LIMITS.rootKeys)),
  threshold: number,
});

export type Root = {
  version: number;
  keys: { id: string; publicKey: Uint8Array<ArrayBuffer> }[];
  threshold: number;
  jws: GeneralJws;
};

/** Shape only: whoever pins a root vouches for it; a later version is vouched for by `nextRoot`. */
export function readRoot(value: unknown): Root | undefined {
  const jws = generalJws.safeParse(value);
  const payload = jws.success ? rootPayload.safeParse(payloadOf(jws.data)) : undefined;
  if (!jws.success || !payload?.success) return undefined;
  const { version, threshold } = payload.data;
  const keys = payload.data.keys.map((key) => ({ id: key.id, publicKey: key.publicKeyMultibase }));
  const distinct =
    new Set(keys.map(({ id }) => id)).size === keys.length &&
    new Set(keys.map((k) => k.publicKey.join())).size === keys.length;
  return distinct && threshold <= keys.length ? { version, keys, threshold, jws: jws.data } : undefined;
}

export const signedByRoot = async (
  root: Root,
  typ: Exclude<DocumentType, 'xz-bundle+jws'>,
  jws: GeneralJws,
  primitives: Primitives,
) => (await validSigners(typ, jws, root.keys, primitives)).size >= root.threshold;

/**
 * Walks from the pinned root to the newest that the chain proves: each step is one version, signed by the thresholds of both.
 * Undefined for a gap, a missing signature, or another document under a version that is already known.
 */
export async function walkRootChain(
  pinned: Root,
  chain: readonly unknown[],
  primitives: Primitives,
): Promise<Root | undefined> {
  let current = pinned;
  const roots = chain.map(readRoot);
  for (const root of roots) {
    if (!root) return undefined;
    if (root.version < current.version) continue;
    if (root.version === current.version) {
      if (!equalJson(root.jws.payload, current.jws.payload)) return undefined;
      continue;
    }
    const proven =
      root.version === current.version + 1 &&
      (await signedByRoot(current, 'xz-root+jws', root.jws, primitives)) &&
      (await signedByRoot(root, 'xz-root+jws', root.jws, primitives));
    if (!proven) return undefined;
    current = root;
  }
  return current;
}
