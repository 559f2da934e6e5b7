/** The day's log: how many codes were checked, and when one was shown before. No name, no code: hashes under a salt that goes with the day. */
import { base64url, utf8 } from '../../vc/encoding.ts';
import type { Primitives } from '../../vc/primitives.ts';
import { isoSeconds } from '../../vc/time.ts';
import type { Outcome, Verdict } from '../../vc/verify/verdict.ts';
import { exchangeRecord } from './database.ts';

export type Counts = Readonly<Record<Outcome, number>>;

export type DayLog = {
  /** Notes a check. `shownBefore`: the Beijing time, `10:03`, at which the same code was shown here earlier this day. */
  note(
    text: string,
    verdict: Verdict,
    now: number,
  ): Promise<{ readonly counts: Counts; readonly shownBefore?: string }>;
  counts(now: number): Promise<Counts>;
};

type Day = {
  /** In Beijing. */
  readonly date: string;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly counts: Counts;
  /** Hash of a code → when it was last shown, epoch seconds. */
  readonly shown: ReadonlyMap<string, number>;
};

/** A code that a hand moves out of the picture and back is still the same showing. */
const ONE_SHOWING_SECONDS = 10;
const BEIJING_SECONDS = 8 * 3600;

const dateAt = (now: number): string => isoSeconds(now + BEIJING_SECONDS).slice(0, 10);
const timeAt = (now: number): string => isoSeconds(now + BEIJING_SECONDS).slice(11, 16);

export function openDayLog(primitives: Primitives): DayLog {
  let unstored: Day | undefined;

  /** Where the browser stores nothing, the log lasts as long as the page. */
  async function exchange(next: (day: Day | undefined) => Day): Promise<Day> {
    try {
      return (await exchangeRecord<Day>('day', next)) ?? next(undefined);
    } catch {
      unstored = next(unstored);
      return unstored;
    }
  }

  const today = (now: number): Promise<Day> => exchange((day) => (day?.date === dateAt(now) ? day : newDay(now)));

  return {
    counts: async (now) => (await today(now)).counts,
    async note(text, verdict, now) {
      const { salt, counts } = await today(now);
      if (verdict.checks.some(({ check, result }) => check === 'format' && result !== 'passed')) return { counts };
      const hash = await hashOf(text, salt, primitives);
      let last: number | undefined;
      const day = await exchange((current) => {
        const day = current?.date === dateAt(now) ? current : newDay(now);
        last = day.shown.get(hash);
        const shown = new Map([...day.shown, [hash, now]]);
        return { ...day, shown, counts: isSameShowing(last, now) ? day.counts : oneMore(day.counts, verdict.outcome) };
      });
      const again = last !== undefined && !isSameShowing(last, now);
      return { counts: day.counts, ...(again && last !== undefined ? { shownBefore: timeAt(last) } : {}) };
    },
  };
}

const isSameShowing = (last: number | undefined, now: number): boolean =>
  last !== undefined && Math.abs(now - last) < ONE_SHOWING_SECONDS;

const oneMore = (counts: Counts, outcome: Outcome): Counts => ({ ...counts, [outcome]: counts[outcome] + 1 });

const newDay = (now: number): Day => ({
  date: dateAt(now),
  salt: crypto.getRandomValues(new Uint8Array(16)),
  counts: { valid: 0, stale: 0, unknown: 0, invalid: 0 },
  shown: new Map(),
});

/** 80 bits over the digits, whatever link they came with. */
async function hashOf(text: string, salt: Uint8Array, primitives: Primitives): Promise<string> {
  const digits = utf8(text.match(/\d+/g)?.at(-1) ?? '');
  const salted = new Uint8Array(salt.length + digits.length);
  salted.set(salt);
  salted.set(digits, salt.length);
  return base64url((await primitives.sha256(salted)).subarray(0, 10));
}
