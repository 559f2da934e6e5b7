import { describe, expect, test } from 'vitest';
import type { Gap } from '../../src/learning/ladder.ts';
import { amountOf, missingWords, reasonWords } from '../../src/learning/wording.ts';
import { fullFile, mustParse, shangcheng } from './schemes.ts';

const full = mustParse(fullFile);

describe('what is still missing', () => {
  const gap = (part: Partial<Gap>): Gap => ({ level: '1', missingPoints: 0, missing: {}, ...part });

  test.each<[string, Partial<Gap>, string, string]>([
    [
      'points and one activity',
      { missingPoints: 20, missing: { offline: 1 } },
      '距一星还差 20 分和 1 次线下活动',
      'one star: 20 points and 1 offline activity to go',
    ],
    ['one point', { missingPoints: 1 }, '距一星还差 1 分', 'one star: 1 point to go'],
    ['activities only', { missing: { offline: 2 } }, '距一星还差 2 次线下活动', 'one star: 2 offline activities to go'],
    [
      'a category without a plural',
      { missing: { online: 2 } },
      '距一星还差 2 次线上学习',
      'one star: 2 × online learning to go',
    ],
    [
      'three things',
      { missingPoints: 5, missing: { online: 1, offline: 3 } },
      '距一星还差 5 分、1 次线上学习和 3 次线下活动',
      'one star: 5 points, 1 online learning and 3 offline activities to go',
    ],
  ])('%s', (_, part, zh, en) => {
    expect(missingWords(shangcheng, gap(part))).toEqual({ zh, en });
  });

  test('make-up sessions, rules and levels of other stages, in the unit of the scheme', () => {
    const all: Gap = {
      level: 'p-2',
      missingPoints: 1,
      missing: {},
      absences: 2,
      activities: { talk: 1 },
      levels: [{ stage: 'baby', level: '1' }],
    };
    expect(missingWords(full, all)).toEqual({
      zh: '距p-2还差 1 学分、1 次talk、2 次补课和 “baby 1”',
      en: 'p-2: 1 credit, 1 talk, 2 make-up sessions and "1" of "baby" to go',
    });
  });

  test('amounts', () => {
    expect([0, 1, 2].map((count) => amountOf(full, count).en)).toEqual(['0 credits', '1 credit', '2 credits']);
  });
});

describe('why a record earned less', () => {
  const [perDay, , , , perObject] = full.caps ?? [];

  test('a record that earned all it could is not spoken of', () => {
    expect(reasonWords(full, { entryId: 'e', points: 5 })).toBeUndefined();
  });

  test('the cap, and what it let through', () => {
    expect(
      reasonWords(full, { entryId: 'e', points: 4, worth: 8, reason: 'cap', ...(perDay && { cap: perDay }) }),
    ).toEqual({
      zh: '“线上学习”每天最多 20 学分;本条计 4 学分(原为 8 学分)',
      en: 'at most 20 credits a day for lessons: 4 of 8 credits counted',
    });
    expect(
      reasonWords(full, { entryId: 'e', points: 0, worth: 4, reason: 'cap', ...(perObject && { cap: perObject }) }),
    ).toEqual({
      zh: '“video”同一项本阶段最多 6 学分',
      en: 'at most 6 credits in this stage for video, each by itself',
    });
  });

  test.each([
    ['duplicate-activity', '同一项活动只计一次'],
    ['not-in-stage', '这项活动不计入本阶段'],
    ['no-rule', '现行方案没有相应的规则'],
    ['before-effective', '发生在规则生效之前'],
    ['after-effective', '发生在规则失效之后'],
    ['too-short', '时长不足'],
    ['no-minutes', '没有填写时长'],
    ['low-score', '得分未达到要求'],
    ['no-score', '没有填写得分'],
    ['deduction', '按规则扣分'],
  ] as const)('%s', (reason, zh) => {
    expect(reasonWords(full, { entryId: 'e', points: 0, reason })?.zh).toBe(zh);
  });
});
