/** Lists of existing certificates over HTTP, on both runtimes: taken in by the jobs, looked at, taken back, and whose they are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CERTIFICATE_HEADER, certificateLines } from '../../src/cli/console/sample-certificates.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

const SOURCE = 'zjhj-certificates';
const list = (rows: number, seed: number) => `${CERTIFICATE_HEADER}\r\n${[...certificateLines(rows, seed)].join('')}`;

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key({ source: SOURCE });
  });
  afterAll(() => service.stop());

  const send = async (
    body: string,
    { path = '/api/imports', as = key, headers = {} as Record<string, string> } = {},
  ) => {
    const answer = await service.request(path, {
      method: 'POST',
      key: as,
      headers: { 'content-type': 'text/csv', ...headers },
      body,
    });
    return { status: answer.status, body: await answer.json() };
  };
  const post = (path: string, body: unknown, as = key) =>
    send(JSON.stringify(body), { path, as, headers: { 'content-type': 'application/json' } });
  const get = async (path: string, as = key) => (await service.request(path, { key: as })).json();
  const until = async (id: string, state: string) => {
    for (;;) {
      const report = await get(`/api/imports/${id}`);
      if (report.state === state) return report;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const count = async (sql: string) => Number((await service.deps.db.read(`select count(*) as n from ${sql}`))[0]?.n);

  test('is taken in by the jobs, and its report says the same as its problems', { timeout: 120_000 }, async () => {
    const idempotent = { 'idempotency-key': 'list-1' };
    const options = { path: '/api/imports?fileName=list.csv', headers: idempotent };
    const begun = await send(list(300, 1), options);
    expect(begun).toMatchObject({
      status: 200,
      body: { state: 'running', rows: 300, fileName: 'list.csv', source: SOURCE },
    });
    const { id } = begun.body;
    expect((await send(list(300, 1), options)).body).toMatchObject({ id });
    expect((await send(list(300, 2), options)).body).toMatchObject({ code: 'idempotency-conflict' });
    expect(await count('imports')).toBe(1);

    const report = await until(id, 'done');
    expect(report).toMatchObject({
      rows: 300,
      done: 300,
      accepted: 292,
      duplicates: 1,
      refused: 7,
      repeated: 1,
      issued: 291,
      waiting: 0,
    });
    expect(report.problems).toEqual({
      ...{ 'missing-name': 1, 'repeated-person': 1, 'record-conflict': 1, 'unknown-stage': 1, 'bad-date': 1 },
      ...{ 'future-date': 1, 'bad-characters': 1, 'missing-field': 1 },
    });
    const answer = await service.request(`/api/imports/${id}/problems`, { key });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await answer.text()).trimEnd().split('\r\n')).toHaveLength(9);
    expect((await send(list(300, 1))).body).toMatchObject({ id, state: 'done' });
  });

  test('is tried without a trace', async () => {
    const before = await count('ledger');
    const { status, body } = await send(list(200, 3), { path: '/api/imports?dryRun=true' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ rows: 200, accepted: 192, refused: 7, dryRun: true });
    expect(body.columns[0]).toEqual({ column: '证书编号', fields: ['id'] });
    expect(body.findings[0]).toMatchObject({ line: expect.any(Number), code: expect.any(String) });
    expect(await count('ledger')).toBe(before);
  });

  test('is tried up to 100,000 rows, and no further', { timeout: 120_000 }, async () => {
    const trial = { path: '/api/imports?dryRun=true' };
    const rows = (count: number) => `${CERTIFICATE_HEADER}\r\n${'x\n'.repeat(count)}`;
    expect((await send(rows(100_000), trial)).body).toMatchObject({ rows: 100_000, refused: 100_000 });
    expect(await send(rows(100_001), trial)).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  test('is taken back', { timeout: 120_000 }, async () => {
    const { id } = (await send(list(100, 4))).body;
    await until(id, 'done');
    const asked = await post(`/api/imports/${id}/rollback`, { reason: '整批有误' });
    expect(asked).toMatchObject({ status: 200, body: { id } });
    const report = await until(id, 'rolled-back');
    expect(report.rolledBack).toEqual({ reason: '整批有误', revoked: report.issued });
    expect(await count(`credentials where state = 'revoked'`)).toBe(report.issued);
    expect(await post(`/api/imports/${id}/rollback`, { reason: '再次' })).toMatchObject({
      body: { state: 'rolled-back', rolledBack: { reason: '整批有误' } },
    });
  });

  test('is nothing to another organisation or source', async () => {
    const { id } = (await send(list(60, 5))).body;
    const strangers = [
      await service.key({ source: SOURCE, organisation: OTHER_ORGANISATION }),
      await service.key({ source: 'zjhj', scopes: ['records:write', 'credentials:revoke'] }),
    ];
    for (const as of strangers) {
      expect(await get(`/api/imports/${id}`, as)).toMatchObject({ status: 404, code: 'not-found' });
      expect(await get(`/api/imports/${id}/problems`, as)).toMatchObject({ status: 404 });
      expect(await post(`/api/imports/${id}/rollback`, { reason: 'x' }, as)).toMatchObject({ status: 404 });
    }
    const operator = await service.key({ source: 'zjhj', scopes: ['organisation:operate'] });
    expect(await get(`/api/imports/${id}`, operator)).toMatchObject({ id });
    const reader = await service.key({ source: SOURCE, scopes: ['learners:read'] });
    expect(await get(`/api/imports/${id}`, reader)).toMatchObject({ status: 403 });
    const writer = await service.key({ source: SOURCE, scopes: ['records:write'] });
    expect(await get(`/api/imports/${id}`, writer)).toMatchObject({ id });
    expect(await post(`/api/imports/${id}/rollback`, { reason: 'x' }, writer)).toMatchObject({ status: 403 });
    expect(
      await send(list(60, 6), { as: await service.key({ source: SOURCE, scopes: ['learners:read'] }) }),
    ).toMatchObject({ status: 403 });
    expect(
      await send(list(60, 6), { as: await service.key({ source: SOURCE, categories: ['online'] }) }),
    ).toMatchObject({ status: 403 });
  });

  test.each([
    { what: 'no key', options: { as: 'xz_none' }, status: 401 },
    { what: 'another media type', options: { headers: { 'content-type': 'text/plain' } }, status: 415 },
    { what: 'no rows', body: `${CERTIFICATE_HEADER}\r\n`, status: 400, code: 'malformed-request' },
    { what: 'nothing', body: '', status: 400, code: 'missing-column' },
    { what: 'a column is missing', body: '姓名,学段\r\n王,小学\r\n', status: 400, code: 'missing-column' },
    {
      what: 'a column is missing, of megabytes',
      body: `姓名,学段\r\n${'王,小学\r\n'.repeat(500_000)}`,
      status: 400,
      code: 'missing-column',
    },
    { what: 'an unknown setting', options: { path: '/api/imports?colour=red' }, status: 400, code: 'invalid-field' },
  ])('is refused: $what', async ({ body = list(60, 7), options = {}, status, code }) => {
    const before = await count('imports');
    const answer = await send(body, options);
    expect(answer.status).toBe(status);
    if (code) expect(answer.body.code).toBe(code);
    expect(await count('imports')).toBe(before);
    expect(await count(`imports where state = 'uploading'`)).toBe(0);
  });

  test('comes from a source that a scheme knows', async () => {
    const { status, body } = await send(list(60, 8), { as: await service.key({ source: 'zjhj' }) });
    expect({ status, field: body.field }).toEqual({ status: 400, field: 'source' });
  });
});
