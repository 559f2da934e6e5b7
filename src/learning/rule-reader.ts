/** Reads what earns points in a scheme file: activities, caps, the calendar they are counted by; and refuses rules that contradict each other. */

import { isDay, isMonthDay } from './calendar.ts';
import {
  fail,
  fields,
  identifier,
  integer,
  type Located,
  list,
  oneOf,
  optional,
  reference,
  text,
  wording,
} from './located.ts';
import type { Activity, Cap, Category, Period, Scheme, Stage, Worth } from './scheme.ts';

const NO_CATEGORY = { zh: '不是本方案的类别', en: 'is not a category of this scheme' };
const NO_STAGE = { zh: '不是本方案的阶段', en: 'is not a stage of this scheme' };
const NO_ACTIVITY = { zh: '不是本方案的活动', en: 'is not an activity of this scheme' };

export type Defined = { categories: readonly Category[]; stages: readonly Stage[] };

const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);

export function readActivity(node: Located, { categories, stages }: Defined): Activity {
  const known = fields(node, {
    required: ['id', 'name', 'category', 'verbs', 'points'],
    optional: ['activity', 'providers', 'stages', 'once', 'attendance', 'effective', 'assumption'],
  });
  const rule: Activity = {
    id: identifier(known('id')),
    name: wording(known('name')),
    category: reference(known('category'), idsOf(categories), NO_CATEGORY),
    verbs: list(known('verbs'), identifier),
    points: readWorth(known('points')),
    ...optional('activity', known, pattern),
    ...optional('providers', known, (providers) => list(providers, identifier)),
    ...optional('stages', known, (some) => list(some, (stage) => reference(stage, idsOf(stages), NO_STAGE))),
    ...optional('once', known, (once) => oneOf(once, ['activity'])),
    ...optional('attendance', known, (attendance) => oneOf(attendance, ['present', 'absent'])),
    ...optional('effective', known, readPeriod),
    ...optional('assumption', known, text),
  };
  if (rule.attendance === 'absent' && earns(rule.points))
    fail(known('points'), { zh: '缺席不能得分', en: 'an absence cannot earn points' });
  return rule;
}

const earns = (worth: Worth): boolean => (typeof worth === 'number' ? worth > 0 : !('deduct' in worth));

function readWorth(node: Located): Worth {
  if (typeof node.value !== 'object' || node.value === null) return integer(node, 0, 10_000);
  if ('everyMinutes' in node.value) {
    const known = fields(node, { required: ['everyMinutes', 'points'] });
    return { everyMinutes: integer(known('everyMinutes'), 1, 1440), points: integer(known('points'), 1, 10_000) };
  }
  if ('scores' in node.value) {
    const scores = list(fields(node, { required: ['scores'] })('scores'), readStep);
    scores.forEach(({ from, points }, at) => {
      const below = scores[at - 1];
      if (below && (from <= below.from || points <= below.points))
        fail(
          { ...node, path: `${node.path}.scores[${at}]` },
          { zh: '分数线和积分都应高于前一档', en: 'must be above the step before, in score and points' },
        );
    });
    return { scores };
  }
  if ('deduct' in node.value) {
    return { deduct: integer(fields(node, { required: ['deduct'] })('deduct'), 1, 10_000) };
  }
  fail(node, {
    zh: '应为整数,或含 everyMinutes、scores、deduct 之一',
    en: 'must be a whole number, or have everyMinutes, scores or deduct',
  });
  return 0;
}

function readStep(node: Located): { from: number; points: number } {
  const known = fields(node, { required: ['from', 'points'] });
  return { from: integer(known('from'), 0, 100), points: integer(known('points'), 1, 10_000) };
}

export function readCap(node: Located, { categories }: Defined, activities: readonly Activity[]): Cap {
  const known = fields(node, { required: ['per', 'points'], optional: ['category', 'activity', 'each', 'assumption'] });
  return {
    per: oneOf(known('per'), ['day', 'week', 'term', 'school-year', 'stage']),
    points: integer(known('points'), 1, 1_000_000),
    ...optional('category', known, (category) => reference(category, idsOf(categories), NO_CATEGORY)),
    ...optional('activity', known, (activity) => reference(activity, idsOf(activities), NO_ACTIVITY)),
    ...optional('each', known, (each) => oneOf(each, ['object'])),
    ...optional('assumption', known, text),
  };
}

export function readPeriod(node: Located): Period {
  const known = fields(node, { optional: ['from', 'until', 'assumption'] });
  const period: Period = {
    ...optional('from', known, day),
    ...optional('until', known, day),
    ...optional('assumption', known, text),
  };
  if (period.from === undefined && period.until === undefined)
    fail(node, { zh: '应有 from 或 until', en: 'must have from or until' });
  if (period.from && period.until && period.until < period.from)
    fail(known('until'), { zh: '早于 from', en: 'is before from' });
  return period;
}

export function readCalendar(node: Located): NonNullable<Scheme['calendar']> {
  const known = fields(node, { required: ['terms'], optional: ['assumption'] });
  const terms = list(known('terms'), monthDay);
  const start = terms[0] ?? '';
  const place = (term: string) => (term < start ? `1${term}` : `0${term}`);
  terms.forEach((term, at) => {
    const before = terms[at - 1];
    if (term !== '' && before !== undefined && place(term) <= place(before))
      fail(
        { ...known('terms'), path: `${node.path}.terms[${at}]` },
        { zh: '应晚于前一学期(按学年顺序)', en: 'must be after the term before, in the order of the school year' },
      );
  });
  if (terms.length > 8) fail(known('terms'), { zh: '最多 8 个学期', en: 'at most 8 terms' });
  return { terms, ...optional('assumption', known, text) };
}

/** Two rules that one record could fall under, with nothing to tell which. */
export function refuseRivals(activities: readonly Activity[], node: Located): void {
  const rivals = activities.flatMap((rule, at) =>
    activities.slice(at + 1).flatMap((other) => {
      const verb = rule.verbs.find((one) => other.verbs.includes(one));
      const same =
        verb !== undefined &&
        rule.category === other.category &&
        rule.activity === other.activity &&
        meet(rule.providers, other.providers) &&
        meet(rule.stages, other.stages) &&
        overlap(rule.effective, other.effective);
      return same ? [JSON.stringify([rule.category, verb, rule.activity ?? null])] : [];
    }),
  );
  for (const what of rivals)
    fail(node, {
      zh: `两条规则的类别、行为和活动相同:${what}`,
      en: `the same category, verb and activity twice: ${what}`,
    });
}

/** One that names some is nearer than one that takes any, so only two lists, or none, can be rivals. */
function meet(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (some === undefined || others === undefined) return some === others;
  return some.some((one) => others.includes(one));
}

const overlap = (a: Period | undefined, b: Period | undefined): boolean =>
  (a?.from ?? '') <= (b?.until ?? '9') && (b?.from ?? '') <= (a?.until ?? '9');

function pattern(node: Located): string {
  if (typeof node.value === 'string' && node.value.length <= 128 && /^[^*\s]+\*?$/.test(node.value)) return node.value;
  fail(node, {
    zh: '应为活动的编号,或以 * 结尾的编号开头',
    en: "must be an activity's id, or a prefix of one that ends in *",
  });
  return '';
}

function day(node: Located): string {
  if (typeof node.value === 'string' && isDay(node.value)) return node.value;
  fail(node, { zh: '应为日期,如 2026-09-01', en: 'must be a day like 2026-09-01' });
  return '';
}

function monthDay(node: Located): string {
  if (typeof node.value === 'string' && isMonthDay(node.value)) return node.value;
  fail(node, { zh: '应为月和日,如 09-01', en: 'must be a month and a day like 09-01' });
  return '';
}
