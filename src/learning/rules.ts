/** The rules of a scheme, laid out for finding the one that a record falls under, and what a record is worth by its rule. */

import { startOfDay } from './calendar.ts';
import type { RecordEntry } from './ledger.ts';
import type { Activity, Cap, Period, Scheme, Worth } from './scheme.ts';

export type Rule = {
  readonly activity: Activity;
  readonly caps: readonly Cap[];
  /** Days in epoch seconds, the end exclusive. */
  readonly from: number;
  readonly until: number;
};

/** Why no rule is for a record. */
export type Unmatched = 'no-rule' | 'not-in-stage' | 'before-effective' | 'after-effective';

/** Why a record is worth nothing by its rule. */
export type Unmet = 'no-minutes' | 'too-short' | 'no-score' | 'low-score';

/** By category, then by verb; the nearest rule first. */
export type Rules = ReadonlyMap<string, ReadonlyMap<string, readonly Rule[]>>;

const laidOut = new WeakMap<Scheme, Rules>();

export function rulesOf(scheme: Scheme): Rules {
  let rules = laidOut.get(scheme);
  if (rules === undefined) {
    rules = layOut(scheme);
    laidOut.set(scheme, rules);
  }
  return rules;
}

type Described = Pick<RecordEntry, 'category' | 'verb' | 'activity'> & { source?: string };

/** The nearest rule that speaks of such a record, in whatever stage and at whatever time it counts. */
export function matchActivity(scheme: Scheme, record: Described): Activity | undefined {
  return candidates(rulesOf(scheme), record).find(({ activity }) => covers(activity, record))?.activity;
}

/**
 * The one rule for a record: an exact activity before a prefix, the longer prefix before the shorter, then the rule that names
 * sources or stages before the one for all. Independent of the order in the file.
 */
export function ruleFor(rules: Rules, entry: Described & Pick<RecordEntry, 'stage' | 'occurredAt'>): Rule | Unmatched {
  let why: Unmatched = 'no-rule';
  for (const rule of candidates(rules, entry)) {
    const { activity, from, until } = rule;
    if (!covers(activity, entry)) continue;
    let objection: Unmatched;
    if (activity.stages !== undefined && !activity.stages.includes(entry.stage)) objection = 'not-in-stage';
    else if (entry.occurredAt < from) objection = 'before-effective';
    else if (entry.occurredAt >= until) objection = 'after-effective';
    else return rule;
    if (why === 'no-rule') why = objection; // the nearest one's
  }
  return why;
}

/** Points that the record is worth by itself, before repeats and caps; below zero when the rule takes points away. */
export function worthOf(worth: Worth, { minutes, score }: RecordEntry): number | Unmet {
  if (typeof worth === 'number') return worth;
  if ('deduct' in worth) return -worth.deduct;
  if ('everyMinutes' in worth) {
    if (minutes === undefined) return 'no-minutes';
    return Math.floor(minutes / worth.everyMinutes) * worth.points || 'too-short';
  }
  if (score === undefined) return 'no-score';
  return worth.scores.findLast(({ from }) => score >= from)?.points ?? 'low-score';
}

const NONE: readonly Rule[] = [];

const candidates = (rules: Rules, { category, verb }: Described): readonly Rule[] =>
  rules.get(category)?.get(verb) ?? NONE;

function covers({ activity: pattern, providers }: Activity, { activity, source }: Described): boolean {
  if (providers !== undefined && (source === undefined || !providers.includes(source))) return false;
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? activity.startsWith(pattern.slice(0, -1)) : activity === pattern;
}

function layOut(scheme: Scheme): Rules {
  const rules = new Map<string, Map<string, Rule[]>>();
  const nearestFirst = scheme.activities.toSorted((a, b) => nearness(b) - nearness(a));
  for (const activity of nearestFirst) {
    const byVerb = rules.get(activity.category) ?? new Map<string, Rule[]>();
    rules.set(activity.category, byVerb);
    const caps = (scheme.caps ?? []).filter(
      (cap) =>
        (cap.category ?? activity.category) === activity.category && (cap.activity ?? activity.id) === activity.id,
    );
    const rule: Rule = { activity, caps, ...daysOf(scheme.effective, activity.effective) };
    for (const verb of activity.verbs) byVerb.set(verb, [...(byVerb.get(verb) ?? []), rule]);
  }
  return rules;
}

/** Patterns have at most 128 characters, so that the lower digits are free for the lists. */
function nearness({ activity: pattern, providers, stages }: Activity): number {
  const exact = pattern === undefined ? 0 : pattern.endsWith('*') ? pattern.length : 1_000;
  return exact * 4 + (providers === undefined ? 0 : 2) + (stages === undefined ? 0 : 1);
}

/** Within the scheme's own time. */
function daysOf(...periods: readonly (Period | undefined)[]): { from: number; until: number } {
  const from = periods.map((period) => (period?.from === undefined ? 0 : startOfDay(period.from)));
  const until = periods.map((period) =>
    period?.until === undefined ? Number.POSITIVE_INFINITY : startOfDay(period.until) + 86_400,
  );
  return { from: Math.max(...from), until: Math.min(...until) };
}
