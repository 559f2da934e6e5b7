/**
 * Adds up the records of a ladder in canonical order: what each is worth, what of that its caps let through, what counts. A
 * record that earns less than it is worth says why.
 */

import { dayOf, schoolYearOf, termOf, weekOf } from './calendar.ts';
import type { Tally } from './ladder.ts';
import type { RecordEntry } from './ledger.ts';
import { type Rule, ruleFor, rulesOf, type Unmatched, type Unmet, worthOf } from './rules.ts';
import { type Cap, calendarOf, type Scheme } from './scheme.ts';

/** Why a record earned less than its rule's points; `deduction`: it is one. */
export type EarnedReason = Unmatched | Unmet | 'duplicate-activity' | 'cap' | 'deduction';

export type Earned = {
  entryId: string;
  points: number;
  reason?: EarnedReason;
  /** What it would have earned alone, when a repeat or a cap left less of it. */
  worth?: number;
  /** The one that left least. */
  cap?: Cap;
};

/** The records are one learner's of one stage, in canonical order. */
export function tallyOf(records: readonly RecordEntry[], scheme: Scheme): { tally: Tally; earned: Earned[] } {
  const rules = rulesOf(scheme);
  const counts: Record<string, number> = {};
  for (const { id } of scheme.categories) counts[id] = 0;
  const byCategory = { ...counts };
  const byRule: Record<string, number> = {};
  const spent: Spent = { scheme, objects: new Map(), caps: new Map() };
  const sessions = new Map<string, boolean>();
  const earned: Earned[] = [];
  let sum = 0;

  for (const entry of records) {
    const rule = ruleFor(rules, entry);
    if (typeof rule === 'string') {
      earned.push({ entryId: entry.id, points: 0, reason: rule });
      continue;
    }
    const { id, category, attendance } = rule.activity;
    if (attendance !== undefined)
      sessions.set(entry.activity, attendance === 'present' || sessions.get(entry.activity) === true);
    const { line, counts: isCounted } = earn(entry, rule, spent);
    earned.push(line);
    sum += line.points;
    byCategory[category] = (byCategory[category] ?? 0) + line.points;
    if (!isCounted) continue;
    counts[category] = (counts[category] ?? 0) + 1;
    byRule[id] = (byRule[id] ?? 0) + 1;
  }
  let attended = 0;
  for (const present of sessions.values()) if (present) attended++;
  return {
    tally: { points: Math.max(0, sum), counts, byCategory, byRule, sessions: sessions.size, attended },
    earned,
  };
}

/** Points given so far, by activity object that earns once, and by cap and period. */
type Spent = { scheme: Scheme; objects: Map<string, number>; caps: Map<string, number> };

/** What a record adds under its rule, and whether it counts towards minimums. One that a cap leaves nothing counts all the same. */
function earn(entry: RecordEntry, rule: Rule, spent: Spent): { line: Earned; counts: boolean } {
  const { activity } = rule;
  const entryId = entry.id;
  const worth = worthOf(activity.points, entry);
  if (typeof worth === 'string') return { line: { entryId, points: 0, reason: worth }, counts: false };
  if (worth < 0) return { line: { entryId, points: worth, reason: 'deduction' }, counts: false };
  const counts = activity.attendance !== 'absent';
  if (activity.once === undefined) return { line: clipped(entry, { rule, worth, open: worth }, spent), counts };

  const object = `${activity.id}\n${entry.activity}`;
  const before = spent.objects.get(object);
  const open = Math.max(0, worth - (before ?? 0));
  const line = clipped(entry, { rule, worth, open }, spent);
  spent.objects.set(object, (before ?? 0) + line.points);
  if (before === undefined) return { line, counts };
  if (line.reason === undefined && (open < worth || worth === 0)) line.reason = 'duplicate-activity';
  if (line.reason !== undefined) line.worth = worth;
  return { line, counts: false };
}

/** What all caps of the rule leave of the `open` points; it is used up in each. */
function clipped(
  entry: RecordEntry,
  { rule, worth, open }: { rule: Rule; worth: number; open: number },
  { scheme, caps }: Spent,
): Earned {
  const line: Earned = { entryId: entry.id, points: open };
  if (rule.caps.length === 0 || open === 0) return line;
  const names = rule.caps.map((cap) => `${scheme.caps?.indexOf(cap)} ${periodOf(cap, entry, scheme)}`);
  for (const [at, cap] of rule.caps.entries()) {
    const left = cap.points - (caps.get(names[at] ?? '') ?? 0);
    if (left < line.points) Object.assign(line, { points: left, reason: 'cap', worth, cap });
  }
  for (const name of names) caps.set(name, (caps.get(name) ?? 0) + line.points);
  return line;
}

/** Names the period, and where the cap is for each the object, in which the record uses it up. */
function periodOf({ per, each }: Cap, { occurredAt, activity }: RecordEntry, scheme: Scheme): string {
  const object = each === undefined ? '' : activity;
  switch (per) {
    case 'stage':
      return object;
    case 'day':
      return `${dayOf(occurredAt)} ${object}`;
    case 'week':
      return `${weekOf(occurredAt)} ${object}`;
    case 'term':
      return `${termOf(occurredAt, calendarOf(scheme))} ${object}`;
    case 'school-year':
      return `${schoolYearOf(occurredAt, calendarOf(scheme))} ${object}`;
  }
}
