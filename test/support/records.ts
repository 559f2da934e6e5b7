/** Learning records of the Shangcheng scheme, as a platform would send them. */

export type SentRecord = {
  id: string;
  learner: { id: string; name?: string };
  scheme: string;
  stage: string;
  activity: string;
  category: string;
  verb: string;
  occurredAt: string;
  minutes?: number;
};

type Who = { learner: string; name?: string; stage?: string; prefix?: string };

/** Enough for `stars`: each star takes 16 lessons at 5 points and one station activity at 20. */
export function recordsForStars(stars: number, { learner, name, stage = '4-6', prefix = learner }: Who): SentRecord[] {
  const person = name === undefined ? { id: learner } : { id: learner, name };
  const common = { learner: person, scheme: 'shangcheng-star-licence', stage, occurredAt: '2026-03-01T09:00:00+08:00' };
  const lessons = Array.from({ length: 16 * stars }, (_, i) => ({
    ...common,
    id: `${prefix}-lesson-${i}`,
    activity: `lesson:${i}`,
    category: 'online',
    verb: 'completed',
    minutes: 10,
  }));
  const activities = Array.from({ length: stars }, (_, i) => ({
    ...common,
    id: `${prefix}-station-${i}`,
    activity: `station:${i}`,
    category: 'offline',
    verb: 'attended',
  }));
  return [...lessons, ...activities];
}
