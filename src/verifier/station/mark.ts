/** The high-water mark: the numbers that the station has reached, in a second place, so that losing the shelf is noticed and is no way back. */
import { hex, utf8 } from '../../vc/encoding.ts';
import type { Primitives } from '../../vc/primitives.ts';
import type { BundleRefusal, Trust } from '../../vc/trust/bundle.ts';

const NAME = 'xingzheng.mark';

export type Mark = {
  readonly listNumber: number;
  readonly issuedAt: number;
  readonly newestBundles: Readonly<Record<string, number>>;
  /** SHA-256 of the bundle's text. */
  readonly bundle: string;
};

export async function markOf(trust: Trust, primitives: Primitives): Promise<Mark> {
  return {
    listNumber: trust.list.number,
    issuedAt: trust.bundle.issuedAt,
    newestBundles: Object.fromEntries(trust.newestBundles),
    bundle: hex(await primitives.sha256(utf8(trust.text))),
  };
}

/** Why a station whose shelf was lost must not take this trust; undefined when it is not behind the mark. */
export async function behindMark(trust: Trust, mark: Mark, primitives: Primitives): Promise<BundleRefusal | undefined> {
  const { number, issuedAt, publisher } = trust.bundle;
  if (trust.list.number < mark.listNumber) return 'trust-list-rollback';
  const newest = mark.newestBundles[publisher] ?? 0;
  if (number < newest || issuedAt < mark.issuedAt) return 'bundle-rollback';
  const other = issuedAt === mark.issuedAt && (await markOf(trust, primitives)).bundle !== mark.bundle;
  return number === newest && other ? 'bundle-number-reused' : undefined;
}

/** A browser that refuses local storage has no mark; the shelf then works without. One that is damaged is none. */
export function readMark(): Mark | undefined {
  try {
    const mark: Mark = JSON.parse(localStorage.getItem(NAME) ?? 'null');
    const numbers = [mark.listNumber, mark.issuedAt, ...Object.values(mark.newestBundles)];
    return numbers.every(Number.isSafeInteger) ? mark : undefined;
  } catch {
    return undefined;
  }
}

export function writeMark(mark: Mark | undefined): void {
  try {
    if (mark) localStorage.setItem(NAME, JSON.stringify(mark));
    else localStorage.removeItem(NAME);
  } catch {
    // See readMark.
  }
}
