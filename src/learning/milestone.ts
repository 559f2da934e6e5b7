/** Where a learner stands on one stage's ladder: a pure function of ledger and scheme, so a replay gives the same answer. */

import { effectiveEntries, type LedgerEntry } from './ledger.ts';
import { type Level, matchActivity, type Scheme } from './scheme.ts';

/** Why a record earned less than its rule's points. */
export type EarnedReason = 'duplicate-activity' | 'no-rule';

export type Standing = {
  points: number;
  /** Records that counted, and points, per category of the scheme; every category is there. */
  counts: Record<string, number>;
  byCategory: Record<string, number>;
  /** Level ids from the first, without a gap. */
  reached: string[];
  /** The first level not reached and what it still needs; absent at the top. A category that needs nothing is not listed. */
  next?: { level: string; missingPoints: number; missing: Record<string, number> };
  /** One line for each record of this scheme and stage, in canonical order. */
  earned: { entryId: string; points: number; reason?: EarnedReason }[];
};

/** `entries` are one learner's; those of other schemes and stages are passed over: a record counts only in the ladder that it names. */
export function standing(entries: readonly LedgerEntry[], scheme: Scheme, stage: string): Standing {
  const counts = Object.fromEntries(scheme.categories.map(({ id }) => [id, 0]));
  const byCategory = { ...counts };
  const earned: Standing['earned'] = [];
  const counted = new Set<string>();
  let points = 0;

  for (const entry of effectiveEntries(entries)) {
    if (entry.scheme !== scheme.id || entry.stage !== stage) continue;
    const rule = matchActivity(scheme, entry);
    if (rule === undefined) {
      earned.push({ entryId: entry.id, points: 0, reason: 'no-rule' });
      continue;
    }
    const object = JSON.stringify([rule.id, entry.activity]);
    if (rule.once === 'activity' && counted.has(object)) {
      earned.push({ entryId: entry.id, points: 0, reason: 'duplicate-activity' });
      continue;
    }
    counted.add(object);
    points += rule.points;
    counts[rule.category] = (counts[rule.category] ?? 0) + 1;
    byCategory[rule.category] = (byCategory[rule.category] ?? 0) + rule.points;
    earned.push({ entryId: entry.id, points: rule.points });
  }

  const open = scheme.levels.findIndex((level) => !isReached(level, points, counts));
  const reached = (open === -1 ? scheme.levels : scheme.levels.slice(0, open)).map(({ id }) => id);
  const level = scheme.levels[open];
  return { points, counts, byCategory, reached, ...(level && { next: stillMissing(level, points, counts) }), earned };
}

function isReached(level: Level, points: number, counts: Record<string, number>): boolean {
  return points >= level.points && Object.keys(missingCounts(level, counts)).length === 0;
}

function stillMissing(level: Level, points: number, counts: Record<string, number>): NonNullable<Standing['next']> {
  return { level: level.id, missingPoints: Math.max(0, level.points - points), missing: missingCounts(level, counts) };
}

function missingCounts(level: Level, counts: Record<string, number>): Record<string, number> {
  const gaps = Object.entries(level.minimums ?? {}).map(
    ([category, least]) => [category, least - (counts[category] ?? 0)] as const,
  );
  return Object.fromEntries(gaps.filter(([, gap]) => gap > 0));
}
