/** Learner codes, quotas and slips over HTTP, on both runtimes. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readLearnerCode } from '../../src/vc/slip/learner-code.ts';
import { readQuota } from '../../src/vc/slip/quota.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { device, signedSlip } from '../support/attendance.ts';
import { decodeSvgQr } from '../support/qr-image.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

test('more requests than the limit are told to wait', async () => {
  const service = await startService('node', { VERIFY_LIMIT_PER_MINUTE: '2' });
  onTestFinished(() => service.stop());
  const bring = () =>
    service.request('/api/slips', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
  expect([(await bring()).status, (await bring()).status]).toEqual([200, 200]);
  const third = await bring();
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).toMatch(/^\d+$/);
});

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  let now: number;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key();
    now = service.deps.clock.now();
  });
  afterAll(() => service?.stop());

  const JSON_TYPE = { 'content-type': 'application/json' };
  const post = (path: string, body: unknown, by?: string) =>
    service.request(path, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(body),
      ...(by === undefined ? {} : { key: by }),
    });
  const bring = (body: string, type = 'text/plain') =>
    service.request('/api/slips', { method: 'POST', headers: { 'content-type': type }, body });
  let salon = 0;
  const quotaFields = () => ({
    title: '社区驿站家长沙龙',
    device: device.multibase,
    record: {
      scheme: 'shangcheng-star-licence',
      stage: '4-6',
      activity: `station:salon-${++salon}`,
      category: 'offline',
      verb: 'attended',
    },
    from: isoSeconds(now - 3_600),
    until: isoSeconds(now + 3_600),
    serials: 50,
    redeemBy: isoSeconds(now + 86_400),
  });
  const giveQuota = async () => {
    const fields = quotaFields();
    const answer = await post('/api/quotas', fields, key);
    expect(answer.status).toBe(200);
    const { id, quota } = await answer.json();
    return { id, quota, activity: fields.record.activity };
  };
  const codeOf = async (learner: string): Promise<string> => {
    const read = readLearnerCode(await (await service.request(`/api/learners/${learner}/code`, { key })).text());
    return read?.ok ? read.digits : '';
  };

  test('a parent’s code comes as text and as a picture that says the same, and is always the same', async () => {
    const text = await service.request('/api/learners/parent-7/code', { key });
    expect(text.headers.get('content-type')).toMatch(/^text\/plain/);
    const code = (await text.text()).trim();
    expect(code).toMatch(/^XZL:\d{32}$/);
    const picture = await service.request('/api/learners/parent-7/code', { key, headers: { accept: 'image/svg+xml' } });
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect(picture.headers.get('cache-control')).toContain('no-store');
    expect(await decodeSvgQr(await picture.text())).toBe(code);
    expect(await codeOf('parent-7')).toBe(code.slice(4));
    expect(await codeOf('parent-8')).not.toBe(code.slice(4));
    expect((await service.request('/api/learners/parent-7/code')).status).toBe(401);
  });

  test('slips need no key, as lines of text or as JSON, and each is answered for', async () => {
    const { id, quota, activity } = await giveQuota();
    expect(readQuota(quota)).toMatchObject({ ok: true, fields: { id, issuerName: '杭州市上城区教育局' } });
    const common = { quota: id, activity, time: now, bundle: 1 };
    const [one, two] = [
      await signedSlip({ ...common, serial: 1, learner: await codeOf('parent-7') }),
      await signedSlip({ ...common, serial: 2, learner: await codeOf('parent-8') }),
    ];
    const first = await bring(`${one}\r\n\nnonsense\n`);
    expect(first.status).toBe(200);
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(await first.json()).toEqual({
      redeemed: 1,
      results: [
        { index: 0, redeemed: true },
        { index: 1, redeemed: false, reason: 'malformed', zh: '不是完整的凭条。', en: 'This is no complete slip.' },
      ],
    });
    const second = await post('/api/slips', { slips: [one, two] });
    expect(await second.json()).toMatchObject({
      redeemed: 1,
      results: [{ reason: 'already-redeemed' }, { redeemed: true }],
    });
    const { ladders } = await (await service.request('/api/learners/parent-7', { key })).json();
    expect(ladders).toMatchObject([{ scheme: 'shangcheng-star-licence', points: 20, byCategory: { offline: 20 } }]);
  });

  test('a suspended quota is listed with both contents, and resumed with a reason', async () => {
    const { id, activity } = await giveQuota();
    const common = { quota: id, activity, time: now, bundle: 1, serial: 1 };
    const [one, rival] = [
      await signedSlip({ ...common, learner: await codeOf('parent-1') }),
      await signedSlip({ ...common, learner: await codeOf('parent-2') }),
    ];
    expect(await (await bring(one)).json()).toMatchObject({ redeemed: 1 });
    expect(await (await bring(rival)).json()).toMatchObject({ results: [{ reason: 'serial-reused' }] });
    const list = async (by = key) =>
      (await (await service.request('/api/quotas?state=suspended', { key: by })).json()).quotas;
    expect(await list()).toMatchObject([
      { state: 'suspended', redeemed: 1, says: { id }, contradictions: [{ serial: 1, first: one, other: rival }] },
    ]);
    const stranger = await service.key({ organisation: OTHER_ORGANISATION });
    expect(await list(stranger)).toEqual([]);
    expect((await post(`/api/quotas/${id}/resume`, { reason: 'x' }, stranger)).status).toBe(404);
    expect((await post(`/api/quotas/${id}/resume`, {}, key)).status).toBe(400);
    expect((await post(`/api/quotas/${id}/resume`, { reason: '已核实' }, key)).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  test('whoever may not give quotas out is refused, and a bad field is named', async () => {
    const reader = await service.key({ scopes: ['learners:read'] });
    expect((await post('/api/quotas', quotaFields(), reader)).status).toBe(403);
    expect((await post('/api/quotas', quotaFields())).status).toBe(401);
    const bad = await post('/api/quotas', { ...quotaFields(), serials: 0 }, key);
    expect([bad.status, (await bad.json()).field]).toEqual([400, 'serials']);
  });

  test('a body that is none, or too much, is refused as a whole', async () => {
    expect((await bring('{"slips":[1]}', 'application/json')).status).toBe(400);
    expect((await bring('[]', 'application/json')).status).toBe(400);
    expect((await bring('x', 'text/html')).status).toBe(415);
    expect((await bring('x\n'.repeat(1_001))).status).toBe(413);
    // workerd may break a connection whose request it has not read.
    if (runtime === 'node') expect((await bring('x'.repeat(1_100_000))).status).toBe(413);
    expect(await (await bring('')).json()).toEqual({ redeemed: 0, results: [] });
  });
});
