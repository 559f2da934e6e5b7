/** A verifier's memory of the trust that it held, as text: what must not be forgotten when the program restarts. */
import { type Bytes, base64url, fromBase64url } from '../encoding.ts';
import type { StatusList } from '../status/status-list.ts';
import type { Remembered, Trust } from './bundle.ts';
import { readRoot } from './root.ts';
import type { GeneralJws } from './signed-document.ts';

type Memory = {
  readonly text: string;
  readonly issuedAt: number;
  readonly root: GeneralJws;
  readonly listNumber: number;
  readonly listPayload: string;
  readonly meanings: readonly (readonly [string, string])[];
  readonly newestBundles: readonly (readonly [string, number])[];
  /** Those that the bundle itself does not bring. */
  readonly statusLists: readonly (Omit<StatusList, 'bits'> & { readonly bits: string })[];
  readonly suspect: readonly number[];
};

export const memoryText = (trust: Trust): string =>
  JSON.stringify({
    text: trust.text,
    issuedAt: trust.bundle.issuedAt,
    root: trust.root.jws,
    listNumber: trust.list.number,
    listPayload: trust.listPayload,
    meanings: [...trust.meanings],
    newestBundles: [...trust.newestBundles],
    statusLists: [...trust.statusLists.values()]
      .filter(({ number }) => trust.carriedLists.has(number))
      .map((list) => ({ ...list, bits: base64url(list.bits) })),
    suspect: [...trust.suspect],
  } satisfies Memory);

/**
 * What memoryText wrote, for openBundle's `previous`: the text in it is to be opened again, and then gives the same trust.
 * Whoever kept it vouches that it is unchanged. Undefined when it has not what nothing may go back behind.
 */
export function readMemory(text: string): Remembered | undefined {
  try {
    const memory: Memory = JSON.parse(text);
    const root = readRoot(memory.root);
    const numbers = [memory.issuedAt, memory.listNumber, ...memory.newestBundles.map(([, number]) => number)];
    const texts = [memory.text, memory.listPayload];
    if (!root || !numbers.every(Number.isSafeInteger) || texts.some((one) => typeof one !== 'string')) return undefined;
    return {
      text: memory.text,
      bundle: { issuedAt: memory.issuedAt },
      root,
      list: { number: memory.listNumber },
      listPayload: memory.listPayload,
      meanings: new Map(memory.meanings),
      newestBundles: new Map(memory.newestBundles),
      statusLists: new Map(memory.statusLists.map((list) => [list.number, { ...list, bits: bitsOf(list.bits) }])),
      suspect: new Set(memory.suspect),
    };
  } catch {
    return undefined;
  }
}

function bitsOf(text: string): Bytes {
  const bits = fromBase64url(text);
  if (bits) return bits;
  throw new RangeError('not base64url');
}
