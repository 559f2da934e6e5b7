/** Schemes that the learning tests speak about: the one we ship, and a small one to bend. */

import shangchengFile from '../../credentials/shangcheng-star-licence/scheme.json';
import { parseScheme, type Scheme } from '../../src/learning/scheme.ts';

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
