/** GET /api/learners/{id}: what a parent is told of points, levels, what is missing, and why a record earned less, on both runtimes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SentRecord } from '../support/records.ts';
import { type Runtime, type Service, startService } from '../support/service.ts';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key({ source: 'school-platform' });
  });
  afterAll(() => service.stop());

  let serial = 0;
  const record = (learner: string, part: Partial<SentRecord> & { score?: number }) => {
    serial += 1;
    const common = { id: `r-${serial}`, learner: { id: learner }, verb: 'completed', category: 'online' };
    const ours = { scheme: 'zhejiang-parent-points', stage: 'primary', activity: `course:${serial}` };
    return { ...common, ...ours, occurredAt: '2026-10-08T10:00:00+08:00', ...part };
  };
  const send = async (records: readonly object[]) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await service.request('/api/events', {
      method: 'POST',
      headers,
      key,
      body: JSON.stringify(records),
    });
    expect(await answer.json()).toMatchObject({ accepted: records.length, rejected: [] });
  };
  const progress = async (learner: string) => (await service.request(`/api/learners/${learner}`, { key })).json();

  test('two schemes and two stages are three ladders, each with its sums', async () => {
    await send([
      record('many', {}),
      record('many', { category: 'offline', verb: 'attended', activity: 'meeting:1' }),
      record('many', { stage: 'junior' }),
      record('many', { scheme: 'shangcheng-star-licence', stage: '4-6', activity: 'lesson:1' }),
    ]);
    const { learner, ladders } = await progress('many');
    expect(learner).toBe('many');
    expect(ladders).toMatchObject([
      { scheme: 'shangcheng-star-licence', stage: '4-6', points: 5, title: { zh: '上城区星级家长执照 4–6岁阶段' } },
      { scheme: 'zhejiang-parent-points', stage: 'primary', points: 25, byCategory: { online: 5, offline: 20 } },
      { scheme: 'zhejiang-parent-points', stage: 'junior', points: 5, counts: { online: 1, offline: 0 } },
    ]);
    expect(ladders[1]).toMatchObject({
      level: null,
      missing: { zh: '距学习电子证书还差 75 分', en: 'learning certificate: 75 points to go' },
      reduced: { total: 0, newest: [] },
    });
  });

  test('why records earned less: cap, duplicate, not in this stage, score', async () => {
    const days = (day: number) => ({ occurredAt: `2026-10-0${day}T10:00:00+08:00` });
    const records = [
      ...[1, 2, 3, 4].map((n) => record('clipped', { activity: `course:${n}`, ...days(1) })),
      record('clipped', { activity: 'course:5', occurredAt: '2026-10-01T20:00:00+08:00' }),
      record('clipped', { activity: 'course:1', ...days(2) }),
      record('clipped', { activity: 'family:1', ...days(3) }),
      record('clipped', { activity: 'test:1', verb: 'passed', score: 40, ...days(4) }),
    ];
    await send(records);
    const [ladder] = (await progress('clipped')).ladders;
    expect(ladder).toMatchObject({ points: 20, counts: { online: 5 } });
    expect(ladder.reduced.total).toBe(4);
    const [score, stage, duplicate, cap] = ladder.reduced.newest;
    expect(score).toMatchObject({ reason: 'low-score', points: 0, zh: '得分未达到要求' });
    expect(stage).toMatchObject({ reason: 'not-in-stage', zh: '这项活动不计入本阶段' });
    expect(duplicate).toMatchObject({ reason: 'duplicate-activity', worth: 5, zh: '同一项活动只计一次' });
    expect(cap).toEqual({
      recordId: records[4]?.id,
      source: 'school-platform',
      activity: 'course:5',
      category: 'online',
      occurredAt: '2026-10-01T12:00:00Z',
      points: 0,
      worth: 5,
      reason: 'cap',
      zh: '“线上学习”每天最多 20 分',
      en: 'at most 20 points a day for online activities',
    });
  });

  test('only the newest are listed, and all are counted', async () => {
    await send(
      Array.from({ length: 60 }, (_, n) =>
        record('again', {
          activity: 'course:1',
          occurredAt: new Date(1_791_000_000_000 + n * 86_400_000 * -1).toISOString(),
        }),
      ),
    );
    const [ladder] = (await progress('again')).ladders;
    expect(ladder.reduced).toMatchObject({ total: 59, newest: { length: 50 } });
    const times = ladder.reduced.newest.map(({ occurredAt }: { occurredAt: string }) => occurredAt);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(times[0]).toBe('2026-10-03T04:00:00Z');
  });

  test('a level that is reached, with its credential and nothing missing', async () => {
    await send(
      Array.from({ length: 20 }, (_, n) =>
        record('done', { occurredAt: `2026-10-${String(1 + n).padStart(2, '0')}T10:00:00+08:00` }),
      ),
    );
    const { ladders, credentials } = await progress('done');
    expect(ladders).toMatchObject([{ points: 100, level: 'certificate' }]);
    expect(ladders[0]).not.toHaveProperty('missing');
    expect(credentials).toMatchObject([{ scheme: 'zhejiang-parent-points', stage: 'primary', level: 'certificate' }]);
  });

  test('minutes of one school year, in the words of the scheme', async () => {
    const hour = { scheme: 'beilun-certificate', stage: 'parents', minutes: 45 };
    await send([record('hours', { ...hour, activity: 'hour:1' }), record('hours', { ...hour, activity: 'hour:2' })]);
    expect((await progress('hours')).ladders).toMatchObject([
      {
        schoolYear: 2026,
        points: 90,
        missing: { zh: '距学习证书还差 270 分钟', en: 'learning certificate: 270 minutes to go' },
      },
    ]);
  });

  test('an unknown learner is not found', async () => {
    expect((await service.request('/api/learners/nobody', { key })).status).toBe(404);
  });
});
