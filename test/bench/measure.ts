/** Honest comparisons on a shared machine: contestants take turns within one run, and processor time counts, not the clock on the wall. */

export type Contestant = {
  readonly name: string;
  /** Does the work so many times. */
  readonly run: (times: number) => unknown;
};

/** Work per core-second, one figure a round; all contestants of a round ran right after one another. */
export type Rates = ReadonlyMap<string, readonly number[]>;

export type Rounds = { readonly rounds: number; readonly sliceMs: number };

/** The collection of garbage before each turn undoes much of what was compiled: a turn is long enough to be about steady work. */
const DEFAULT_ROUNDS: Rounds = { rounds: 7, sliceMs: 1000 };

/** The order turns with every round, so that nobody always runs after the same one. */
export async function takeTurns(contestants: readonly Contestant[], rounds = DEFAULT_ROUNDS): Promise<Rates> {
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  const times = new Map<string, number>();
  for (const one of contestants) times.set(one.name, await timesIn(one, rounds.sliceMs));
  for (let round = 0; round < rounds.rounds; round++) {
    for (const [turn] of contestants.entries()) {
      const one = contestants[(turn + round) % contestants.length];
      if (!one) continue;
      const count = times.get(one.name) ?? 1;
      rates.get(one.name)?.push(count / (await coreSeconds(() => one.run(count))));
    }
  }
  return rates;
}

/** How often it can be done in a slice, found while it warms up. What another's compiler or collector still does may pass for work once, so the quicker of two runs counts. */
async function timesIn({ run }: Contestant, sliceMs: number): Promise<number> {
  let times = 1;
  for (;;) {
    const first = await coreSeconds(() => run(times));
    const seconds = first * 1000 < sliceMs / 2 ? first : Math.min(first, await coreSeconds(() => run(times)));
    if (seconds * 1000 >= sliceMs / 2) return Math.max(1, Math.round((times * sliceMs) / 1000 / seconds));
    times *= 2;
  }
}

/** Of the whole process, helping threads included; what others left to be collected is collected before. */
async function coreSeconds(work: () => unknown): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const rateOf = (rates: Rates, name: string): number => median(rates.get(name) ?? []);

/** Median of the rounds' quotients: how many times as fast `name` is as `other`. */
export function ratioOf(rates: Rates, name: string, other: string): number {
  const others = rates.get(other) ?? [];
  return median((rates.get(name) ?? []).map((rate, round) => rate / (others[round] ?? Number.NaN)));
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}
