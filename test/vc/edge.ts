/** One limit at its edge. */
import type { LIMITS } from '../../src/vc/limits.ts';

export type Limit = keyof typeof LIMITS;

export type Edge = {
  /** Presents something of exactly the size `n` and says what came of it. */
  meets: (n: number) => Promise<string>;
  accepted: string;
  refused: string;
  /** Where the limit itself cannot be met exactly: the nearest sizes on either side of it. */
  at?: number;
  past?: number;
};

/** What came of several things that share a limit: once, where it is the same for all. */
export const each = async (outcomes: readonly Promise<string>[]): Promise<string> =>
  [...new Set(await Promise.all(outcomes))].join(', but ');
