/** A points scheme as data: what `credentials/<scheme>/scheme.json` says, once it has been read. All of its days are days in Asia/Shanghai. */

import type { SchoolCalendar } from './calendar.ts';
import type { Wording } from './located.ts';

/** A value that the district did not publish says so beside itself. */
type Assumed = { assumption?: string };

/** What is counted, so that "1 offline activity" and "2 offline activities" can both be said. */
export type Counted = Wording & { plural?: string };

export type Stage = Assumed & {
  id: string;
  name: Wording;
  /** The child's age in years, for people to read: the platform sends the stage, and nobody here computes an age. */
  ages?: { from: number; to: number };
  /** Its own ladder; absent: the scheme's. */
  levels?: readonly Level[];
};

export type Category = { id: string; name: Counted };

/** `points` and `minimums` (counted records per category) are cumulative from the first level. The credential states `points`, not the learner's sum. */
export type Level = Assumed & {
  /** Unique among all ladders of the scheme. */
  id: string;
  name: Wording;
  points: number;
  minimums?: Readonly<Record<string, number>>;
  /** Of the sessions with a record of presence or absence, so many in a hundred were attended or made up for. */
  attendancePercent?: number;
  requires?: {
    /** Counted records by rule. */
    activities?: Readonly<Record<string, number>>;
    /** Levels of stages that stand before this one. */
    levels?: readonly { stage: string; level: string }[];
  };
};

/** Inclusive days, `YYYY-MM-DD`; an end that is absent is open. */
export type Period = Assumed & { from?: string; until?: string };

/** Points for the record; for every full so many minutes of it; by the highest step that its score reaches; or points taken away. */
export type Worth =
  | number
  | { everyMinutes: number; points: number }
  | { scores: readonly { from: number; points: number }[] }
  | { deduct: number };

export type Activity = Assumed & {
  id: string;
  name: Wording;
  category: string;
  verbs: readonly string[];
  /** The activity's id, or a prefix that ends in `*`; absent: any. */
  activity?: string;
  /** Names of sources; absent: any. */
  providers?: readonly string[];
  /** Where it counts; absent: in every stage. */
  stages?: readonly string[];
  points: Worth;
  /** `activity`: the same activity object earns, in one stage, no more than its best record is worth, and counts once. */
  once?: 'activity';
  /** The activity object is a session at which the learner was, or was not. A session made up for is one with a record of each. */
  attendance?: 'present' | 'absent';
  effective?: Period;
};

/** At most so many points in the period and stage. It clips: what is above earns nothing, the record counts all the same. */
export type Cap = Assumed & {
  per: 'day' | 'week' | 'term' | 'school-year' | 'stage';
  points: number;
  /** Only points of this category, of this rule; absent: of all. */
  category?: string;
  activity?: string;
  /** For each activity object by itself. */
  each?: 'object';
};

/** Full years from the day of issue, or up to the end of the n-th school year. */
export type Validity = Assumed & ({ years: number } | { schoolYears: number });

export type Scheme = {
  id: string;
  version: number;
  name: Wording;
  description: Wording;
  sources: readonly { fact: string; source: string }[];
  /** What a point is called when it is not called a point. */
  unit?: Assumed & { name: Counted };
  /** How the learner is asked before a certificate may speak of marriage, pregnancy or health; without it none may. */
  consent?: string;
  /** Records of other days earn nothing. */
  effective?: Period;
  calendar?: Assumed & SchoolCalendar;
  /** A level is reached with the records of one school year; absent: with all. */
  within?: 'school-year';
  stages: readonly Stage[];
  categories: readonly Category[];
  /** The ladder of every stage that has none of its own. */
  levels?: readonly Level[];
  activities: readonly Activity[];
  caps?: readonly Cap[];
  /** Number of the credential template. */
  template: number;
  validity?: Validity;
};

export const hasStage = (scheme: Scheme, stage: string): boolean => scheme.stages.some(({ id }) => id === stage);

/** The ladder of a stage, from its first level. */
export const levelsOf = (scheme: Scheme, stage: string): readonly Level[] =>
  scheme.stages.find(({ id }) => id === stage)?.levels ?? scheme.levels ?? [];

/** The levels of all ladders, each once. */
export const allLevels = ({ levels = [], stages }: Scheme): readonly Level[] => [
  ...levels,
  ...stages.flatMap((stage) => stage.levels ?? []),
];

/** The stage, and those whose ladders ask for a level of it: what may be reached when a record of the stage comes. */
export function stagesMovedBy(scheme: Scheme, stage: string): string[] {
  const moved = [stage];
  for (const { id } of scheme.stages)
    if (
      id !== stage &&
      levelsOf(scheme, id).some(({ requires }) => requires?.levels?.some((one) => moved.includes(one.stage)))
    )
      moved.push(id);
  return moved;
}

/** Only for schemes whose rules speak of terms or school years: their reader saw to it that they have one. */
export function calendarOf({ id, calendar }: Scheme): SchoolCalendar {
  if (calendar) return calendar;
  throw new TypeError(`scheme ${id} has no calendar`);
}
