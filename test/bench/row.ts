/** One line of the benchmarks: what was measured, what it is worth, and what it should reach. */

export type Row = {
  /** Its name in `--json`, with the unit in it where it is no ratio. */
  readonly key: string;
  readonly what: string;
  readonly value: number;
  /** `at least` or `at most` this; absent where nothing is asked of it. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
};

export type BenchOptions = {
  /** The large sizes too, which take an hour. */
  readonly long: boolean;
  readonly progress: (text: string) => void;
};

export type Group = (options: BenchOptions) => Promise<readonly Row[]>;

export function isReached({ value, goal }: Row): boolean {
  if (!goal) return true;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
