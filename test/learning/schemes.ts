/** Schemes that the learning tests speak about: the one we ship, and a small one to bend. */

import shangchengFile from '../../credentials/shangcheng-star-licence/scheme.json';
import type { Scheme } from '../../src/learning/scheme.ts';
import { parseScheme } from '../../src/learning/scheme-reader.ts';

export function mustParse(value: unknown): Scheme {
  const parsed = parseScheme(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scheme;
}

export const shangcheng = mustParse(shangchengFile);
export { shangchengFile };

const named = (id: string) => ({ id, name: { zh: id, en: id } });

export const smallFile = {
  ...named('small'),
  version: 1,
  description: { zh: '小', en: 'small' },
  sources: [{ fact: 'invented', source: 'test' }],
  stages: [named('0-3'), named('4-6')],
  categories: [named('online'), named('offline')],
  levels: [
    { ...named('1'), points: 20, minimums: { offline: 1 } },
    { ...named('2'), points: 40, minimums: { offline: 2 } },
    { ...named('3'), points: 60 },
  ],
  activities: [
    { ...named('lesson'), category: 'online', verbs: ['completed'], activity: 'lesson:*', points: 5, once: 'activity' },
    { ...named('long-lesson'), category: 'online', verbs: ['completed'], activity: 'lesson:long-*', points: 10 },
    { ...named('first-lesson'), category: 'online', verbs: ['completed'], activity: 'lesson:long-1', points: 15 },
    { ...named('meeting'), category: 'offline', verbs: ['attended', 'hosted'], points: 10 },
  ],
  template: 7,
};

const lesson = { category: 'online', verbs: ['completed'], activity: 'lesson:*' };
const session = { category: 'offline', activity: 'class:*' };

/** Has something of everything that a scheme can say. */
export const fullFile = {
  ...named('full'),
  version: 3,
  description: { zh: '全', en: 'everything' },
  sources: [{ fact: 'invented', source: 'test' }],
  unit: { name: { zh: '学分', en: 'credit', plural: 'credits' }, assumption: 'invented' },
  effective: { from: '2025-09-01' },
  calendar: { terms: ['09-01', '02-15'], assumption: 'invented' },
  stages: [
    { ...named('baby'), ages: { from: 0, to: 3 } },
    {
      ...named('primary'),
      levels: [
        { ...named('p-1'), points: 30, requires: { levels: [{ stage: 'baby', level: '1' }] } },
        { ...named('p-2'), points: 60, requires: { activities: { talk: 1 } } },
      ],
    },
  ],
  categories: [
    { id: 'online', name: { zh: '线上学习', en: 'lesson', plural: 'lessons' } },
    { id: 'offline', name: { zh: '线下活动', en: 'offline activity', plural: 'offline activities' } },
  ],
  levels: [
    { ...named('1'), points: 20, minimums: { offline: 1 } },
    { ...named('2'), points: 50, attendancePercent: 90 },
  ],
  activities: [
    { ...named('lesson'), ...lesson, points: 5, once: 'activity' },
    { ...named('partner-lesson'), ...lesson, points: 8, once: 'activity', providers: ['partner'] },
    { ...named('baby-lesson'), ...lesson, activity: 'lesson:baby-*', points: 6, stages: ['baby'] },
    { ...named('video'), category: 'online', verbs: ['watched'], points: { everyMinutes: 10, points: 2 } },
    {
      ...named('quiz'),
      category: 'online',
      verbs: ['passed'],
      points: {
        scores: [
          { from: 60, points: 5 },
          { from: 90, points: 10 },
        ],
      },
      once: 'activity',
    },
    { ...named('session'), ...session, verbs: ['attended'], points: 20, attendance: 'present' },
    { ...named('session-made-up'), ...session, verbs: ['made-up'], points: 10, attendance: 'present' },
    { ...named('session-missed'), ...session, verbs: ['missed'], points: 0, attendance: 'absent' },
    { ...named('talk'), category: 'offline', verbs: ['heard'], points: 20, effective: { until: '2026-08-31' } },
    { ...named('talk-now'), category: 'offline', verbs: ['heard'], points: 10, effective: { from: '2026-09-01' } },
    { ...named('late'), category: 'offline', verbs: ['returned-late'], points: { deduct: 15 } },
  ],
  caps: [
    { per: 'day', points: 20, category: 'online', assumption: 'invented' },
    { per: 'week', points: 60 },
    { per: 'term', points: 200 },
    { per: 'school-year', points: 300 },
    { per: 'stage', points: 6, activity: 'video', each: 'object' },
  ],
  template: 8,
  validity: { schoolYears: 1 },
};
