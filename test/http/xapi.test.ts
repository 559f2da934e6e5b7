/** xAPI statements over HTTP, as an LRS forwards them; on Node and in workerd. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Runtime, type Service, startService } from '../support/service.ts';

const VERBS = 'http://adlnet.gov/expapi/verbs/';
const EXTENSION = 'https://w3id.org/xingzheng/xapi/';

const statement = (over: Record<string, unknown> = {}, learner = 'x-1') => ({
  id: randomUUID(),
  actor: { objectType: 'Agent', name: '王小明', account: { homePage: 'https://zjhj.example', name: learner } },
  verb: { id: `${VERBS}completed`, display: { 'zh-CN': '完成' } },
  object: { objectType: 'Activity', id: 'lesson:1', definition: { name: { 'zh-CN': '如何沟通' } } },
  context: {
    platform: 'zjhj',
    extensions: {
      [`${EXTENSION}scheme`]: 'shangcheng-star-licence',
      [`${EXTENSION}stage`]: '4-6',
      [`${EXTENSION}category`]: 'online',
    },
  },
  timestamp: '2026-03-01T09:00:00+08:00',
  ...over,
});
const voided = (target: string) => ({
  id: randomUUID(),
  actor: { account: { homePage: 'https://zjhj.example', name: 'admin' } },
  verb: { id: `${VERBS}voided` },
  object: { objectType: 'StatementRef', id: target },
});

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key({ source: 'lrs' });
  });
  afterAll(() => service.stop());

  const send = (body: unknown, headers: Record<string, string> = {}, as: string | undefined = key) =>
    service.request('/xapi/statements', {
      method: 'POST',
      ...(headers.authorization ? {} : { key: as }),
      headers: { 'content-type': 'application/json', 'x-experience-api-version': '1.0.3', ...headers },
      body: JSON.stringify(body),
    });
  const pointsOf = async (learner: string): Promise<number> => {
    const { ladders } = await (await service.request(`/api/learners/${learner}`, { key })).json();
    return ladders.reduce((sum: number, { points }: { points: number }) => sum + points, 0);
  };

  test.each([
    ['1.0.3', '1.0.3'],
    ['1.0', '1.0.3'],
    ['1.0.0', '1.0.3'],
    ['2.0.0', '2.0.0'],
    ['2.0', '2.0.0'],
  ])('version %s: one statement, or several; the answer is their ids, in version %s', async (asked, answered) => {
    const one = statement();
    const response = await send(one, { 'x-experience-api-version': asked });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-experience-api-version')).toBe(answered);
    expect(await response.json()).toEqual([one.id]);
    const two = [statement({ object: { id: 'lesson:2' } }), statement({ object: { id: 'lesson:3' } })];
    expect(await (await send(two, { 'x-experience-api-version': asked })).json()).toEqual(two.map(({ id }) => id));
  });

  test.each(['', '0.95', '3.0.0', '1.1.0', 'latest'])('version %j is refused', async (version) => {
    const response = await send(statement(), { 'x-experience-api-version': version });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-experience-api-version')).toBe('1.0.3');
  });

  test('completed earns points; sent again it changes nothing; voided takes them back, once', async () => {
    const learner = `voided-${runtime}`;
    const one = statement({}, learner);
    await send(one);
    await send(one);
    expect(await pointsOf(learner)).toBe(5);
    const taken = voided(one.id.toUpperCase());
    expect(await (await send(taken)).json()).toEqual([taken.id]);
    expect(await pointsOf(learner)).toBe(0);
    expect((await send(taken)).status).toBe(200);
    expect(await pointsOf(learner)).toBe(0);
  });

  test('a statement without a timestamp counts once as well: by the date that the LRS stored it, or not at all', async () => {
    const learner = `undated-${runtime}`;
    const undated = { ...statement({}, learner), timestamp: undefined };
    const stored = { ...undated, stored: '2026-03-01T09:00:00.123Z' };
    for (const _ of ['first', 'again']) {
      expect(await (await send(stored)).json()).toEqual([stored.id]);
      const refused = await send({ ...undated, id: randomUUID() });
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        rejected: [{ problem: { code: 'missing-field', field: 'timestamp' } }],
      });
    }
    expect(await pointsOf(learner)).toBe(5);
  });

  test('a batch may take back what it brings', async () => {
    const learner = `both-${runtime}`;
    const one = statement({}, learner);
    const more = statement({ object: { id: 'lesson:9' } }, learner);
    expect((await send([voided(one.id), one, more])).status).toBe(200);
    expect(await pointsOf(learner)).toBe(5);
  });

  test('passed with its score, attended with its minutes, are records of the ledger like any other', async () => {
    const learner = `kinds-${runtime}`;
    const passed = statement(
      { verb: { id: `${VERBS}passed` }, object: { id: 'quiz:1' }, result: { success: true, score: { scaled: 0.9 } } },
      learner,
    );
    const attended = statement(
      { verb: { id: `${VERBS}attended` }, object: { id: 'lecture:1' }, result: { duration: 'PT1H30M' } },
      learner,
    );
    expect((await send([passed, attended])).status).toBe(200);
    const same = {
      id: passed.id,
      learner: { id: learner, name: '王小明' },
      stage: '4-6',
      activity: 'quiz:1',
      category: 'online',
      verb: 'passed',
      occurredAt: '2026-03-01T01:00:00Z',
      score: 90,
    };
    const events = await service.request('/api/events', {
      method: 'POST',
      key,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(same),
    });
    expect(await events.json()).toMatchObject({ duplicates: 1, rejected: [] });
  });

  test('what no rule takes is refused by its place and id, and the good ones are recorded', async () => {
    const learner = `mixed-${runtime}`;
    const good = statement({}, learner);
    const bad = statement({ verb: { id: `${VERBS}experienced` } }, learner);
    const response = await send([bad, good]);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      code: 'statements-refused',
      accepted: 1,
      rejected: [{ index: 0, id: bad.id, problem: { code: 'unknown-activity' } }],
    });
    expect(await pointsOf(learner)).toBe(5);
  });

  test('the same id with other content is 409', async () => {
    const one = statement();
    await send(one);
    const response = await send({ ...one, object: { id: 'lesson:7' } });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ rejected: [{ problem: { code: 'record-conflict' } }] });
  });

  test('nothing to take back, another source’s record, and a statement without the scope', async () => {
    const unknown = await send(voided(randomUUID()));
    expect(await unknown.json()).toMatchObject({ status: 400, rejected: [{ problem: { code: 'nothing-to-void' } }] });
    const one = statement({}, `other-${runtime}`);
    await send(one);
    const other = await service.key({ source: 'other-lrs' });
    expect((await send(voided(one.id), {}, other)).status).toBe(400);
    expect(await pointsOf(`other-${runtime}`)).toBe(5);
    const reader = await service.key({ source: 'lrs', scopes: ['learners:read'] });
    expect((await send(one, {}, reader)).status).toBe(403);
  });

  test('HTTP Basic, which is all that xAPI clients know: the key is the password', async () => {
    const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    expect((await send(statement(), basic(`lrs:${key}`))).status).toBe(200);
    expect((await send(statement(), basic('lrs:wrong'))).status).toBe(401);
    expect((await send(statement(), { authorization: 'Basic ====' })).status).toBe(401);
  });

  test('the source’s mapping turns a platform’s ids into ours', async () => {
    const mapped = await service.key({ source: 'mapped-lrs' });
    const mapping = {
      fields: {
        activity: { column: 'object.id', strip: 'https://zjhj.example/lessons/', prefix: 'lesson:' },
        stage: { column: 'context.platform', values: { zjhj: '4-6' } },
        category: { constant: 'online' },
        verb: { column: 'verb.id', values: { 'https://zjhj.example/verbs/finished': 'completed' } },
      },
    };
    await service.request('/api/mapping', {
      method: 'PUT',
      key: mapped,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(mapping),
    });
    const learner = `mapped-${runtime}`;
    const one = statement(
      {
        object: { id: 'https://zjhj.example/lessons/7' },
        verb: { id: 'https://zjhj.example/verbs/finished' },
        context: { platform: 'zjhj' },
      },
      learner,
    );
    const response = await send(one, {}, mapped);
    expect(await response.json()).toEqual([one.id]);
    expect(await pointsOf(learner)).toBe(5);
  });

  test('about says the versions, and asks for none', async () => {
    expect(await (await service.request('/xapi/about')).json()).toEqual({ version: ['1.0.3', '2.0.0'] });
  });
});
