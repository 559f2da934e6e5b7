/** Issued sets: what a key is known to have signed before it was called compromised; each a file of its own, pinned by the root. */
import { type Bytes, equalBytes, hex } from '../encoding.ts';
import type { Primitives } from '../primitives.ts';
import type { Trust } from './bundle.ts';

/** The file's bytes, tags one after the other in the order of their status indexes, by the number of the key. */
export type IssuedSets = ReadonlyMap<number, Bytes>;

const TAG_BYTES = 10;

/** The first 80 bits of SHA-256 over what was signed: names a credential in a compromised key's issued set, and nothing else. */
export const tagOf = async (signed: Bytes, primitives: Primitives): Promise<Bytes> =>
  (await primitives.sha256(signed)).slice(0, TAG_BYTES);

export function holdsTag(file: Bytes, tag: Bytes): boolean {
  for (let at = 0; at < file.length; at += TAG_BYTES)
    if (equalBytes(file.subarray(at, at + TAG_BYTES), tag)) return true;
  return false;
}

/** Number of a compromised key → the hash that the root pins its set by. */
export const pinnedSets = (trust: Trust): ReadonlyMap<number, string> =>
  new Map(
    [...trust.keysByNumber.values()].flatMap(({ number, state, issuedSet }) =>
      state === 'compromised' && issuedSet ? [[number, issuedSet.sha256] as const] : [],
    ),
  );

/** Number of the key whose set the file is; undefined when the trust list pins no such file. */
export async function keyOfSet(trust: Trust, file: Bytes, primitives: Primitives): Promise<number | undefined> {
  const hash = hex(await primitives.sha256(file));
  return [...pinnedSets(trust)].find(([, pin]) => pin === hash)?.[0];
}
