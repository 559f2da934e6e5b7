/** A ladder of levels: which of them a tally of records reaches, and what the next one still needs. */

import type { Level } from './scheme.ts';

/** What the records of a learner in a stage come to. */
export type Tally = {
  points: number;
  /** Records that counted, and points, per category of the scheme; every category is there. */
  counts: Record<string, number>;
  byCategory: Record<string, number>;
  /** Records that counted, by rule. */
  byRule: Record<string, number>;
  /** Sessions with a record of presence or absence. */
  sessions: number;
  attended: number;
};

/** What a level still needs. A category or rule that needs nothing is not listed. */
export type Gap = {
  level: string;
  missingPoints: number;
  /** Records per category. */
  missing: Record<string, number>;
  /** Absences to make up for. */
  absences?: number;
  /** Records per rule. */
  activities?: Record<string, number>;
  /** Levels of other stages. */
  levels?: { stage: string; level: string }[];
};

/** Levels reached in another stage. */
export type Elsewhere = (stage: string) => readonly string[];

export type Climb = {
  /** Level ids from the first, without a gap. */
  reached: string[];
  /** The first level not reached and what it still needs; absent at the top. */
  next?: Gap;
};

export function climb(levels: readonly Level[], tally: Tally, elsewhere: Elsewhere): Climb {
  const reached: string[] = [];
  for (const level of levels) {
    const next = gapTo(level, tally, elsewhere);
    if (next) return { reached, next };
    reached.push(level.id);
  }
  return { reached };
}

/** Undefined when the level asks for no more. */
export function gapTo(level: Level, tally: Tally, elsewhere: Elsewhere): Gap | undefined {
  const { minimums, attendancePercent, requires } = level;
  const missingPoints = Math.max(0, level.points - tally.points);
  const missing = shortfall(minimums, tally.counts);
  const activities = shortfall(requires?.activities, tally.byRule);
  const absences =
    attendancePercent === undefined
      ? 0
      : Math.max(0, Math.ceil((attendancePercent * tally.sessions) / 100) - tally.attended);
  const levels = (requires?.levels ?? []).filter(({ stage, level: id }) => !elsewhere(stage).includes(id));
  if (missingPoints === 0 && !missing && !activities && absences === 0 && levels.length === 0) return undefined;
  return {
    level: level.id,
    missingPoints,
    missing: missing ?? {},
    ...(absences > 0 && { absences }),
    ...(activities && { activities }),
    ...(levels.length > 0 && { levels }),
  };
}

function shortfall(
  least: Readonly<Record<string, number>> | undefined,
  counts: Readonly<Record<string, number>>,
): Record<string, number> | undefined {
  let gaps: Record<string, number> | undefined;
  for (const id in least) {
    const gap = (least[id] ?? 0) - (counts[id] ?? 0);
    if (gap <= 0) continue;
    gaps ??= {};
    gaps[id] = gap;
  }
  return gaps;
}
