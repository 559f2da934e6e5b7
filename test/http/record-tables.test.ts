/** Tables over HTTP: a source's mapping, a dry run that writes nothing, refused rows given back to be mended; on Node and in workerd. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { XLSX } from '../../src/learning/formats/sheet.ts';
import { workbook, workbookParts, zipped } from '../learning/formats/workbooks.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key({ source: 'tables' });
  });
  afterAll(() => service.stop());

  const send = (body: string, { query = '', as = key, ...headers }: Record<string, string> = {}) =>
    service.request(`/api/events${query}`, {
      method: 'POST',
      key: as,
      headers: { 'content-type': 'text/csv', ...headers },
      body,
    });
  const put = (mapping: unknown, as = key) =>
    service.request('/api/mapping', {
      method: 'PUT',
      key: as,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(mapping),
    });

  const header = '记录编号,学员编号,姓名,阶段,活动,学习方式,状态,日期';
  const row = (id: string, date = '2026年3月1日') => `${id},p-${id},王小明,4-6,lesson:1,线上,完成,${date}`;
  const mapping = {
    fields: {
      id: ['学员', '课号'],
      'learner.id': '学员',
      stage: { constant: '4-6' },
      activity: { column: '课号', prefix: 'lesson:' },
      category: { constant: 'online' },
      verb: { constant: 'completed' },
      occurredAt: '日期',
    },
    ignore: ['学校'],
  };

  test('a dry run shows the mapping, the counts and the first errors, and writes nothing', async () => {
    const table = [header, row('dry-1'), row('dry-2', '6/1/2026'), row('dry-3', '昨天')].join('\n');
    expect(await (await send(table, { query: '?dryRun=true' })).json()).toMatchObject({
      dryRun: true,
      encoding: 'utf-8',
      columns: expect.arrayContaining([{ column: '姓名', fields: ['learner.name'] }]),
      rows: 3,
      good: 1,
      refused: 2,
      problems: { 'ambiguous-date': 1, 'bad-date': 1 },
      rejected: [
        { index: 1, line: 3, problem: { code: 'ambiguous-date', field: 'occurredAt' } },
        { index: 2, line: 4, problem: { code: 'bad-date' } },
      ],
    });
    expect(await (await send(table)).json()).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  test('a misspelt dry run writes nothing either', async () => {
    for (const query of ['?dryRun=1', '?dryRun=True', '?dryRun='])
      expect(await (await send([header, row('misspelt')].join('\n'), { query })).json()).toMatchObject({
        code: 'invalid-field',
        field: 'dryRun',
      });
    expect(await (await send([header, row('misspelt')].join('\n'))).json()).toMatchObject({ accepted: 1 });
  });

  test('refused rows come back as a table, and go in when they are mended', async () => {
    const table = [header, row('mend-1'), row('mend-2', '6/1/2026')].join('\n');
    const response = await send(table, { accept: 'text/csv' });
    expect(response.headers.get('content-type')).toContain('text/csv');
    const counts = ['accepted', 'duplicates', 'rejected'].map((name) => response.headers.get(`xingzheng-${name}`));
    expect(counts).toEqual(['1', '0', '1']);
    const returned = await response.text();
    expect(returned.split('\r\n').length).toBe(3);
    const mended = returned.replaceAll('6/1/2026', '2026年6月1日');
    expect(await (await send(mended)).json()).toMatchObject({ accepted: 1, rejected: [] });
  });

  test('a record that conflicts with one in the ledger comes back too, and so does a record of JSON', async () => {
    await send([header, row('conflict')].join('\n'));
    const conflict = await send([header, row('conflict', '2026年3月2日')].join('\n'), { accept: 'text/csv' });
    expect(await conflict.text()).toContain('record-conflict');
    const json = await send('{"id":"only"}', { accept: 'text/csv', 'content-type': 'application/json' });
    expect(await json.text()).toMatch(/record\r\n1,missing-field,.*"\{""id"":""only""\}"\r\n$/);
  });

  test('with an idempotency key the same table comes back again', async () => {
    const table = [header, row('twice', '6/1/2026')].join('\n');
    const first = await (await send(table, { accept: 'text/csv', 'idempotency-key': `table-${runtime}` })).text();
    const second = await (await send(table, { accept: 'text/csv', 'idempotency-key': `table-${runtime}` })).text();
    expect(second).toBe(first);
    expect(first).toContain('ambiguous-date');
  });

  test('what the key may not record is refused in a dry run as well, and without the scope there is none', async () => {
    const offline = await service.key({ source: 'tables', categories: ['offline'] });
    expect(
      await (await send([header, row('c')].join('\n'), { query: '?dryRun=true', as: offline })).json(),
    ).toMatchObject({ problems: { 'category-not-allowed': 1 } });
    const reader = await service.key({ source: 'tables', scopes: ['learners:read'] });
    expect((await send([header, row('c')].join('\n'), { query: '?dryRun=true', as: reader })).status).toBe(403);
    expect((await put(mapping, reader)).status).toBe(403);
  });

  test('a workbook as a spreadsheet program saves it, and a hostile one', async () => {
    const sheet = workbook([header.split(','), row('sheet-1').split(','), row('sheet-2', '6/1/2026').split(',')]);
    const xlsx = (body: Uint8Array<ArrayBuffer>, headers = {}) =>
      service.request('/api/events', { method: 'POST', key, headers: { 'content-type': XLSX, ...headers }, body });
    const response = await xlsx(sheet, { accept: 'text/csv' });
    expect(response.headers.get('xingzheng-accepted')).toBe('1');
    expect(await (await send((await response.text()).replaceAll('6/1/2026', '2026-06-01'))).json()).toMatchObject({
      accepted: 1,
    });
    const hostile = zipped({ ...workbookParts([header.split(',')]), 'xl/vbaProject.bin': 'x' });
    expect(await (await xlsx(hostile)).json()).toMatchObject({ status: 400, code: 'macro' });
  });

  test.each(['', '?dryRun=true'])(
    'more rows than one request may bring end it at the first too many%s',
    async (query) => {
      const many: [string, string][] = [
        ['application/x-ndjson', '1\n'.repeat(4 << 20)],
        ['text/csv', `${header}\n${'1\n'.repeat((4 << 20) - 100)}`],
        ['application/json', `[${'1,'.repeat(10_000)}1]`],
      ];
      for (const [type, body] of many) {
        const answer = await send(body, { query, 'content-type': type, accept: 'text/csv' });
        expect(await answer.json()).toMatchObject({
          status: 413,
          code: 'too-large',
          en: expect.stringMatching(/10000 records at a time, in a dry run too/),
        });
      }
      const most = await send('1\n'.repeat(10_000), { query: '?dryRun=true', 'content-type': 'application/x-ndjson' });
      expect(await most.json()).toMatchObject({ rows: 10_000, refused: 10_000 });
    },
  );

  test('a JSON array of too many values is called too large, not malformed', async () => {
    const answer = await send(`[${'1,'.repeat(600_000)}1]`, { 'content-type': 'application/json' });
    expect(await answer.json()).toMatchObject({ status: 400, code: 'json-too-large' });
  });

  test('a charset that is not known is refused, gbk is GB18030', async () => {
    expect((await send(`${header}\n`, { 'content-type': 'text/csv; charset=big5' })).status).toBe(415);
    const table = 'id,learner.id,stage,activity,category,verb,occurredAt\n';
    const answer = await send(table, { 'content-type': 'text/csv; charset=GBK', query: '?dryRun=true' });
    expect(await answer.json()).toMatchObject({ encoding: 'gb18030', rows: 0 });
  });

  test('a source’s mapping is kept, and its tables are read by it', async () => {
    const mapped = await service.key({ source: 'mapped' });
    const read = async (as: string) => (await service.request('/api/mapping', { key: as })).json();
    expect(await read(mapped)).toEqual({ source: 'mapped', mapping: null });
    const table = '学员,课号,日期,学校\nP1,７,2026-03-01,采荷二小\n';
    expect(await (await send(table, { as: mapped })).json()).toMatchObject({ code: 'missing-column' });
    expect((await put(mapping, mapped)).status).toBe(200);
    expect(await read(mapped)).toEqual({ source: 'mapped', mapping });
    expect(await (await send(table, { as: mapped })).json()).toMatchObject({ accepted: 1 });
    const same = {
      id: 'P1-7',
      learner: { id: 'P1' },
      stage: '4-6',
      activity: 'lesson:7',
      category: 'online',
      verb: 'completed',
      occurredAt: '2026-03-01T00:00:00+08:00',
    };
    const answer = await send(JSON.stringify(same), { as: mapped, 'content-type': 'application/json' });
    expect(await answer.json()).toMatchObject({ duplicates: 1 });
    // Neither another source's nor another organisation's of the same name.
    expect(await read(key)).toMatchObject({ mapping: null });
    expect(await read(await service.key({ source: 'mapped', organisation: OTHER_ORGANISATION }))).toMatchObject({
      mapping: null,
    });
  });

  test('a mapping with errors is refused with all of them, and the one before stays', async () => {
    const own = await service.key({ source: 'wrong-mapping' });
    await put(mapping, own);
    const answer = await put({ fields: { birthDate: '出生日期', stage: {} } }, own);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'invalid-field',
      zh: expect.stringMatching(/2 处错误.*birthDate.*stage/),
    });
    expect(await (await service.request('/api/mapping', { key: own })).json()).toMatchObject({ mapping });
  });
});
