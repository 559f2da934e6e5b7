/** Corrections and what follows from them over HTTP, on both runtimes: whose objects they are, and what bad input is told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordsForStars } from '../support/records.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key({ scopes: ['records:write', 'learners:read'] });
  });
  afterAll(() => service.stop());

  const post = async (path: string, body: unknown, as = key, headers: Record<string, string> = {}) => {
    const answer = await service.request(path, {
      method: 'POST',
      key: as,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const get = async (path: string, as = key) => (await service.request(path, { key: as })).json();
  const send = async (learner: string) => {
    const records = recordsForStars(1, { learner }).slice(0, 4);
    expect((await post('/api/events', records)).body).toMatchObject({ accepted: 4 });
    return records.map(({ id }) => id);
  };

  describe('POST /api/corrections', () => {
    test('one record, once, whatever is repeated', async () => {
      const [recordId] = await send('one');
      const idempotent = { 'idempotency-key': 'correct-one' };
      const first = await post('/api/corrections', { recordId, reason: '误录' }, key, idempotent);
      expect(first).toEqual({ status: 200, body: { reversed: 1, alreadyReversed: 0, notFound: [], flagged: [] } });
      expect(await post('/api/corrections', { recordId, reason: '误录' }, key, idempotent)).toEqual(first);
      const again = await post('/api/corrections', { recordId, reason: '误录' });
      expect(again).toEqual({ status: 200, body: { reversed: 0, alreadyReversed: 1, notFound: [], flagged: [] } });
      expect((await get('/api/learners/one')).ladders[0]).toMatchObject({ points: 15 });
    });

    test('a list, and a window of time', async () => {
      const recordIds = await send('batch');
      const some = await post('/api/corrections', { recordIds: [...recordIds.slice(0, 2), 'nobody'], reason: '误录' });
      expect(some.body).toEqual({ reversed: 2, alreadyReversed: 0, notFound: ['nobody'], flagged: [] });
      const only = await service.key({ source: 'window', scopes: ['records:write'] });
      await post('/api/events', recordsForStars(1, { learner: 'window' }).slice(0, 3), only);
      const window = { from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', reason: '误录' };
      expect((await post('/api/corrections', window, only)).body).toMatchObject({ reversed: 3 });
    });

    test('another source, another organisation, no key', async () => {
      const [recordId] = await send('whose');
      const body = { recordId, reason: '误录' };
      const source = await service.key({ source: 'school', scopes: ['records:write'] });
      expect(await post('/api/corrections', body, source)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      const named = await post('/api/corrections', { ...body, source: 'zjhj' }, source);
      expect(named).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const stranger = await service.key({ organisation: OTHER_ORGANISATION });
      expect((await post('/api/corrections', body, stranger)).status).toBe(404);
      expect((await post('/api/corrections', body, 'xz_nobody')).status).toBe(401);
      const boss = await service.key({ source: 'bureau' });
      expect(await post('/api/corrections', body, boss)).toMatchObject({ status: 200, body: { reversed: 1 } });
    });

    test.each([
      ['no reason', { recordId: 'r' }, 'reason'],
      ['an empty reason', { recordId: 'r', reason: ' ' }, 'reason'],
      ['a number as id', { recordId: 7, reason: 'x' }, 'recordId'],
      ['an empty list', { recordIds: [], reason: 'x' }, 'recordIds'],
      ['a list with something else in it', { recordIds: ['r', null], reason: 'x' }, 'recordIds'],
      ['a window without an end', { from: '2026-01-01T00:00:00Z', reason: 'x' }, 'to'],
      [
        'a window that ends before it begins',
        { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z', reason: 'x' },
        'to',
      ],
      ['a date without its time', { from: '2026-01-01', to: '2026-01-02', reason: 'x' }, 'from'],
      ['an unknown field', { recordId: 'r', reason: 'x', learner: 'y' }, 'learner'],
      ['two ways at once', { recordId: 'r', recordIds: ['r'], reason: 'x' }, undefined],
      ['no way at all', { reason: 'x' }, undefined],
    ])('%s is refused and says where', async (_, body, field) => {
      const { status, body: problem } = await post('/api/corrections', body);
      expect(status).toBe(400);
      expect(problem.field).toBe(field);
      expect(problem).toMatchObject({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) });
    });
  });

  describe('flags, status changes, reissue, audit', () => {
    /** On Workers issuing goes through the queue. */
    const issued = async (learner: string) => {
      const answer = await post('/api/events', recordsForStars(1, { learner }));
      const credentialId: string = answer.body.milestones[0].credentialId;
      const state = async () => (await get(`/api/learners/${learner}`)).credentials[0]?.state;
      await expect.poll(state, { timeout: 15_000 }).toBe('issued');
      return credentialId;
    };

    test('a record taken back flags the star; a person keeps it', async () => {
      const boss = await service.key({ source: 'bureau' });
      const credentialId = await issued('flagged');
      const answer = await post('/api/corrections', { recordId: 'flagged-lesson-0', reason: '误录' });
      expect(answer.body).toMatchObject({ reversed: 1, flagged: [credentialId] });
      const { flags } = await get('/api/flags?limit=1000', boss);
      const flag = flags.find((one: { credentialId: string }) => one.credentialId === credentialId);
      expect(flag).toMatchObject({ cause: 'level-lost', state: 'open', level: '1', stage: '4-6' });
      expect((await get('/api/learners/flagged')).credentials).toMatchObject([{ flags: [{ state: 'open' }] }]);
      const keep = { decision: 'keep', reason: '家长无过错' };
      expect(await post(`/api/flags/${flag.flagId}`, keep)).toMatchObject({ status: 403 });
      const stranger = await service.key({ organisation: OTHER_ORGANISATION });
      expect(await post(`/api/flags/${flag.flagId}`, keep, stranger)).toMatchObject({ status: 404 });
      const unclear = await post(`/api/flags/${flag.flagId}`, { ...keep, decision: 'later' }, boss);
      expect(unclear).toMatchObject({ status: 400, body: { field: 'decision' } });
      expect(await post(`/api/flags/${flag.flagId}`, keep, boss)).toMatchObject({ body: { state: 'kept' } });
      const opposite = await post(`/api/flags/${flag.flagId}`, { ...keep, decision: 'revoke' }, boss);
      expect(opposite).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    });

    test('revoked by mistake among many, and issued again', async () => {
      const boss = await service.key({ source: 'bureau' });
      const credentialId = await issued('reissued');
      const changes = [
        { credentialId, status: 'revoked' },
        { credentialId: 'nobody', status: 'revoked', reason: '其他' },
      ];
      const idempotent = { 'idempotency-key': 'many' };
      const { body } = await post('/api/status-changes', { changes, reason: '误发' }, boss, idempotent);
      expect(body.results).toMatchObject([
        { credentialId, state: 'revoked' },
        { credentialId: 'nobody', problem: { code: 'not-found', status: 404 } },
      ]);
      expect((await post('/api/status-changes', { changes, reason: '误发' }, boss, idempotent)).body).toEqual(body);
      const path = `/api/credentials/${credentialId}/reissue`;
      const again = await post(path, { reason: '误撤销' }, boss);
      expect(again).toMatchObject({ status: 200, body: { inPlaceOf: credentialId, isNew: true } });
      const repeated = await service.request(path, { method: 'POST', key: boss }); // as short as it can be asked for
      expect(await repeated.json()).toMatchObject({ credentialId: again.body.credentialId, isNew: false });
      const stranger = await service.key({ organisation: OTHER_ORGANISATION });
      expect(await post(path, { reason: '误撤销' }, stranger)).toMatchObject({ status: 404 });
      const valid = async () => {
        const answer = await service.request(`/credentials/${again.body.credentialId}`, { key: boss });
        return answer.ok && (await post('/verify', { credential: await answer.json() })).body.outcome;
      };
      await expect.poll(valid, { timeout: 15_000 }).toBe('valid');
      const { entries } = await get('/api/audit?limit=1000', boss);
      expect(entries).toContainEqual(
        expect.objectContaining({ action: 'revoke', object: credentialId, detail: '误发' }),
      );
      expect(await get('/api/audit')).toMatchObject({ code: 'forbidden' });
    });

    test.each([
      ['no changes', { reason: 'x' }, 'changes'],
      ['another status', { changes: [{ credentialId: 'x', status: 'suspended' }], reason: 'x' }, 'changes[0].status'],
      ['no reason anywhere', { changes: [{ credentialId: 'x', status: 'revoked' }] }, 'reason'],
      ['no object', { changes: ['x'], reason: 'x' }, 'changes[0]'],
    ])('status changes with %s are refused', async (_, body, field) => {
      const boss = await service.key({ source: 'bureau' });
      expect(await post('/api/status-changes', body, boss)).toMatchObject({ status: 400, body: { field } });
    });
  });

  describe('merge and erase', () => {
    test('two records of one person, and then nobody', async () => {
      const boss = await service.key({ source: 'bureau' });
      await post('/api/events', recordsForStars(1, { learner: 'phone' }).slice(0, 2));
      await post('/api/events', recordsForStars(1, { learner: 'account/7' }).slice(4, 7));
      const [phone, account] = ['/api/learners/phone', `/api/learners/${encodeURIComponent('account/7')}`];
      const merging = { into: 'phone', reason: '同一家长' };
      expect(await post(`${account}/merge`, merging)).toMatchObject({ status: 403 });
      const stranger = await service.key({ organisation: OTHER_ORGANISATION });
      expect(await post(`${account}/merge`, merging, stranger)).toMatchObject({ status: 404 });
      const nowhere = await post(`${account}/merge`, { ...merging, into: 'nobody' }, boss);
      expect(nowhere).toMatchObject({ status: 404, body: { field: 'into' } });
      expect(await post(`${account}/merge`, merging, boss)).toMatchObject({ status: 200, body: { merged: true } });
      expect(await post(`${account}/merge`, merging, boss)).toMatchObject({ status: 200, body: { merged: false } });
      for (const path of [phone, account]) expect((await get(path)).ladders[0]).toMatchObject({ points: 25 });

      expect(await post(`${phone}/erase`, { reason: '本人申请' })).toMatchObject({ status: 403 });
      expect(await post(`${phone}/erase`, { reason: '本人申请' }, stranger)).toMatchObject({ status: 404 });
      const idempotent = { 'idempotency-key': 'erase-phone' };
      const erased = await post(`${phone}/erase`, { reason: '本人申请' }, boss, idempotent);
      expect(erased).toEqual({ status: 200, body: { erased: true, credentials: [] } });
      expect(await post(`${phone}/erase`, { reason: '本人申请' }, boss, idempotent)).toEqual(erased);
      for (const path of [phone, account]) expect(await get(path)).toMatchObject({ code: 'not-found' });
    });

    test('an erased learner’s certificate is gone here', async () => {
      const boss = await service.key({ source: 'bureau' });
      const { body } = await post('/api/events', recordsForStars(1, { learner: 'forgotten' }));
      const { credentialId } = body.milestones[0];
      const read = () => service.request(`/credentials/${credentialId}`, { key: boss });
      await expect.poll(async () => (await read()).status, { timeout: 15_000 }).toBe(200);
      await post('/api/learners/forgotten/erase', { reason: '本人申请' }, boss);
      const answer = await read();
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 410,
        body: { code: 'erased' },
      });
    });
  });
});
