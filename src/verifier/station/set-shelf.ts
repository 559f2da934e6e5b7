/** Issued sets that this station keeps: each is pinned by the trust list, so whatever its hash is not the list's does not count. */
import { type Bytes, equalBytes, hex } from '../../vc/encoding.ts';
import type { Primitives } from '../../vc/primitives.ts';
import type { Trust } from '../../vc/trust/bundle.ts';
import { type IssuedSets, pinnedSets } from '../../vc/trust/issued-set.ts';
import { exchangeRecord, readRecord } from './database.ts';

export type SetShelf = {
  held(trust: Trust | undefined): IssuedSets;
  /** Numbers of the keys whose set the list pins and this station has not. */
  missing(trust: Trust): number[];
  /** False when the list pins no such file. */
  offer(file: Bytes, trust: Trust): Promise<boolean>;
};

/** A key has signed some hundred thousand certificates at most, of ten bytes each. */
export const MAX_SET_BYTES = 32 << 20;

export async function openSetShelf(primitives: Primitives): Promise<SetShelf> {
  /** By their hash. */
  const files = new Map<string, Bytes>();
  const hashOf = async (file: Bytes): Promise<string> => hex(await primitives.sha256(file));
  const kept = await readRecord<readonly Bytes[]>('issued-sets').catch(() => undefined);
  for (const file of kept ?? []) if (file instanceof Uint8Array) files.set(await hashOf(file), file);

  const held = (trust: Trust | undefined): IssuedSets => {
    const sets = new Map<number, Bytes>();
    for (const [key, pin] of trust ? pinnedSets(trust) : []) {
      const file = files.get(pin);
      if (file) sets.set(key, file);
    }
    return sets;
  };

  return {
    held,
    missing: (trust) => [...pinnedSets(trust).keys()].filter((key) => !held(trust).has(key)),
    async offer(file, trust) {
      const hash = await hashOf(file);
      const pins = [...pinnedSets(trust).values()];
      if (!pins.includes(hash)) return false;
      files.set(hash, file);
      // Another tab may have kept more. Where the browser stores nothing, the set goes with the page, like the bundle.
      await exchangeRecord<readonly Bytes[]>('issued-sets', (kept = []) => [
        ...kept.filter((one) => !equalBytes(one, file)),
        file,
      ]).catch(() => undefined);
      return true;
    },
  };
}
