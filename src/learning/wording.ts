/** What a learner is told, in plain Chinese and English: what a level still needs, and why a record earned less than it might have. */

import type { Gap } from './ladder.ts';
import type { Wording } from './located.ts';
import { allLevels, type Cap, type Counted, type Scheme } from './scheme.ts';
import type { Earned, EarnedReason } from './tally.ts';

const POINT: Counted = { zh: '分', en: 'point', plural: 'points' };

/** 20 → `20 分`, `20 points`; in the scheme's own unit, where it has one. */
export function amountOf({ unit }: Scheme, count: number): Wording {
  const { zh, en, plural = en } = unit?.name ?? POINT;
  return { zh: `${count} ${zh}`, en: `${count} ${count === 1 ? en : plural}` };
}

/** `距一星还差 20 分和 1 次线下活动`, `one star: 20 points and 1 offline activity to go` */
export function missingWords(scheme: Scheme, gap: Gap): Wording {
  const { missingPoints, missing, activities = {}, absences = 0, levels = [] } = gap;
  const parts = [
    ...(missingPoints > 0 ? [amountOf(scheme, missingPoints)] : []),
    ...Object.entries(missing).map(([id, count]) => times(count, named(scheme.categories, id))),
    ...Object.entries(activities).map(([id, count]) => times(count, named(scheme.activities, id))),
    ...(absences > 0 ? [times(absences, MAKE_UP)] : []),
    ...levels.map(({ stage, level }) => {
      const [where, what] = [named(scheme.stages, stage), named(allLevels(scheme), level)];
      return { zh: `“${where.zh} ${what.zh}”`, en: `"${what.en}" of "${where.en}"` };
    }),
  ];
  const level = named(allLevels(scheme), gap.level);
  return {
    zh: `距${level.zh}还差 ${listed(
      parts.map(({ zh }) => zh),
      '、',
      '和 ',
    )}`,
    en: `${level.en}: ${listed(
      parts.map(({ en }) => en),
      ', ',
      ' and ',
    )} to go`,
  };
}

const MAKE_UP: Counted = { zh: '补课', en: 'make-up session', plural: 'make-up sessions' };

const times = (count: number, { zh, en, plural }: Counted): Wording => ({
  zh: `${count} 次${zh}`,
  en: count === 1 ? `1 ${en}` : plural === undefined ? `${count} × ${en}` : `${count} ${plural}`,
});

const named = (items: readonly { id: string; name: Counted }[], id: string): Counted =>
  items.find((item) => item.id === id)?.name ?? { zh: id, en: id };

const listed = (parts: readonly string[], between: string, last: string): string =>
  parts.length < 2 ? parts.join('') : parts.slice(0, -1).join(between) + last + parts.at(-1);

const WHY: Readonly<Record<Exclude<EarnedReason, 'cap'>, Wording>> = {
  'no-rule': { zh: '现行方案没有相应的规则', en: 'the scheme has no rule for it' },
  'not-in-stage': { zh: '这项活动不计入本阶段', en: 'the activity does not count in this stage' },
  'before-effective': { zh: '发生在规则生效之前', en: 'it happened before the rule took effect' },
  'after-effective': { zh: '发生在规则失效之后', en: 'it happened after the rule had ended' },
  'no-minutes': { zh: '没有填写时长', en: 'its minutes are missing' },
  'too-short': { zh: '时长不足', en: 'it was too short' },
  'no-score': { zh: '没有填写得分', en: 'its score is missing' },
  'low-score': { zh: '得分未达到要求', en: 'its score is below what earns points' },
  'duplicate-activity': { zh: '同一项活动只计一次', en: 'the same activity counts once' },
  deduction: { zh: '按规则扣分', en: 'the rule takes points away' },
};

/** Why a record earned less than it might have; undefined when it did not. */
export function reasonWords(scheme: Scheme, { reason, cap, points, worth }: Earned): Wording | undefined {
  if (reason === undefined) return undefined;
  const why = reason === 'cap' ? capWords(scheme, cap) : WHY[reason];
  if (points <= 0 || worth === undefined) return why;
  const [got, all] = [amountOf(scheme, points), amountOf(scheme, worth)];
  return { zh: `${why.zh};本条计 ${got.zh}(原为 ${all.zh})`, en: `${why.en}: ${points} of ${all.en} counted` };
}

const PER: Readonly<Record<Cap['per'], Wording>> = {
  day: { zh: '每天', en: 'a day' },
  week: { zh: '每周', en: 'a week' },
  term: { zh: '每学期', en: 'a term' },
  'school-year': { zh: '每学年', en: 'a school year' },
  stage: { zh: '本阶段', en: 'in this stage' },
};

function capWords(scheme: Scheme, cap: Cap | undefined): Wording {
  if (cap === undefined) return { zh: '已达上限', en: 'the cap is reached' };
  const { category, activity, each, per, points } = cap;
  const of = [
    ...(category === undefined ? [] : [named(scheme.categories, category)]),
    ...(activity === undefined ? [] : [named(scheme.activities, activity)]),
  ];
  const most = amountOf(scheme, points);
  const [single, about] = [each !== undefined, of.at(-1)];
  return {
    zh: `${about ? `“${about.zh}”` : ''}${single ? '同一项' : ''}${PER[per].zh}最多 ${most.zh}`,
    en: `at most ${most.en} ${PER[per].en}${about ? ` for ${about.plural ?? about.en}` : ''}${single ? ', each by itself' : ''}`,
  };
}
