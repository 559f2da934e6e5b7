/** Where a learner stands on one stage's ladder: a pure function of ledger and scheme, so a replay gives the same answer. */

import { schoolYearOf } from './calendar.ts';
import { type Climb, climb, type Elsewhere, gapTo, type Tally } from './ladder.ts';
import { effectiveEntries, type LedgerEntry, type RecordEntry } from './ledger.ts';
import { calendarOf, levelsOf, type Scheme } from './scheme.ts';
import { type Earned, tallyOf } from './tally.ts';

export type Standing = Pick<Tally, 'points' | 'counts' | 'byCategory'> &
  Climb & {
    /** One line for each record of this scheme and stage, in canonical order. */
    earned: Earned[];
    /** Where levels are reached within a school year: the one, by the year in which it began, that the sums and `next` are of. It is the last with a record. */
    schoolYear?: number;
  };

/** `entries` are one learner's; those of other schemes and stages are passed over: a record counts only in the ladder that it names. */
export function standing(entries: readonly LedgerEntry[], scheme: Scheme, stage: string): Standing {
  const levels = levelsOf(scheme, stage);
  const elsewhere: Elsewhere = (other) => standing(entries, scheme, other).reached;
  const records = effectiveEntries(entries, { scheme: scheme.id, stage });
  if (scheme.within === undefined) {
    const { tally, earned } = tallyOf(records, scheme);
    const { points, counts, byCategory } = tally;
    return { points, counts, byCategory, ...climb(levels, tally, elsewhere), earned };
  }

  const calendar = calendarOf(scheme);
  const years = new Map<number, RecordEntry[]>();
  for (const record of records) {
    const year = schoolYearOf(record.occurredAt, calendar);
    const own = years.get(year);
    if (own) own.push(record);
    else years.set(year, [record]);
  }
  const tallied = [...years].map(([schoolYear, own]) => ({ schoolYear, ...tallyOf(own, scheme) }));
  const climbs = tallied.map(({ tally }) => climb(levels, tally, elsewhere));
  const reached = climbs.reduce<string[]>((most, one) => (one.reached.length > most.length ? one.reached : most), []);
  const { tally, schoolYear } = tallied.at(-1) ?? { ...tallyOf([], scheme), schoolYear: undefined };
  const open = levels[reached.length];
  const next = open && (gapTo(open, tally, elsewhere) ?? climbs.at(-1)?.next);
  return {
    points: tally.points,
    counts: tally.counts,
    byCategory: tally.byCategory,
    reached,
    ...(next && { next }),
    earned: tallied.flatMap((one) => one.earned),
    ...(schoolYear !== undefined && { schoolYear }),
  };
}
