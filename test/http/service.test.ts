/** The HTTP contract, the same file on Node with an embedded database and in workerd with a libSQL server. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCAN_WORKER_POLICY } from '../../src/http/page.ts';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { openBundle } from '../../src/vc/trust/bundle.ts';
import { attachPayload } from '../../src/vc/trust/detached.ts';
import { readRoot } from '../../src/vc/trust/root.ts';
import { recordsForStars } from '../support/records.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;

  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key();
  });
  afterAll(() => service.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}, as: string | null = key) =>
    service.request(path, {
      method: 'POST',
      ...(as === null ? {} : { key: as }),
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const get = (path: string, headers: Record<string, string> = {}) => service.request(path, { key, headers });
  const record = (over: Record<string, unknown> = {}) => ({
    ...recordsForStars(1, { learner: 'x' })[0],
    ...over,
  });

  /**
   * On Workers issuing goes through the queue, so the answer may come before the signature; and the queue, still busy with what
   * came before, may reach the milestone first: then the answer does not list it, and the learner's progress does.
   */
  async function issued(learner: string, stars = 1, name = '陈静怡'): Promise<string> {
    expect((await post('/api/events', recordsForStars(stars, { learner, name }))).status).toBe(200);
    const progress = await (await get(`/api/learners/${learner}`)).json();
    const credentialId: string = progress.credentials.at(-1).credentialId;
    await expect
      .poll(async () => (await get(`/credentials/${credentialId}`, { accept: 'application/vc' })).status, {
        timeout: 15_000,
      })
      .toBe(200);
    return credentialId;
  }

  describe('event in, credential out, verified, revoked', () => {
    test('the whole way', async () => {
      const id = await issued('whole-way');
      const credential = await (await get(`/credentials/${id}`, { accept: 'application/vc' })).json();
      expect(await (await post('/verify', { credential })).json()).toMatchObject({ outcome: 'valid' });
      const revoke = await post(`/api/credentials/${id}/revoke`, { reason: '误发' });
      expect(await revoke.json()).toMatchObject({ credentialId: id, state: 'revoked' });
      await expect
        .poll(async () => (await (await post('/verify', { credential })).json()).outcome, { timeout: 5_000 })
        .toBe('invalid');
      expect((await post(`/api/credentials/${id}/revoke`, { reason: '再次' })).status).toBe(200);
    });

    test('five stars at once: five credentials, in order', async () => {
      const answer = await (await post('/api/events', recordsForStars(5, { learner: 'five' }))).json();
      expect(answer.milestones.map(({ level }: { level: string }) => level)).toEqual(['1', '2', '3', '4', '5']);
    });

    test('without a name the credential carries a pseudonym, and the verdict says that it proves no person', async () => {
      const answer = await (await post('/api/events', recordsForStars(1, { learner: 'nameless' }))).json();
      const id = answer.milestones[0].credentialId;
      await expect
        .poll(async () => (await get(`/credentials/${id}`, { accept: 'application/vc' })).status, { timeout: 15_000 })
        .toBe(200);
      const credential = await (await get(`/credentials/${id}`, { accept: 'application/vc' })).json();
      const verdict = await (await post('/verify', { credential })).json();
      expect(verdict).toMatchObject({ outcome: 'valid', credential: { holderMatch: 'none' } });
    });

    test('concurrent duplicates count once', async () => {
      const records = recordsForStars(1, { learner: 'concurrent' });
      const answers = await Promise.all(
        Array.from({ length: 8 }, async () => (await post('/api/events', records)).json()),
      );
      expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(17);
      expect(answers.flatMap(({ milestones }) => milestones)).toHaveLength(1);
    });
  });

  describe('records', () => {
    test.each([
      ['an unknown scheme', { scheme: 'nowhere' }, 'unknown-scheme', 'scheme'],
      ['an unknown activity', { activity: 'sleep:1' }, 'unknown-activity', 'activity'],
      ['a stage that the scheme does not have', { stage: '99' }, 'unknown-stage', 'stage'],
      ['a date in the future', { occurredAt: '2031-01-01T00:00:00Z' }, 'future-date', 'occurredAt'],
      ['an absurd date', { occurredAt: '1888-01-01T00:00:00Z' }, 'absurd-date', 'occurredAt'],
      ['a date without a zone', { occurredAt: '2026-01-01T00:00:00' }, 'bad-date', 'occurredAt'],
      ['a control character in a name', { learner: { id: 'x', name: '王\u0007明' } }, 'bad-characters', 'learner.name'],
      ['a birth date', { birthDate: '2019-01-01' }, 'unknown-field', 'birthDate'],
      ['no learner', { learner: {} }, 'missing-field', 'learner.id'],
    ])('%s is refused by name, and the rest of the batch goes in', async (_, over, code, field) => {
      const good = record({ id: `good-${code}` });
      const answer = await (await post('/api/events', [record({ id: `bad-${code}`, ...over }), good])).json();
      expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 0, problem: { code, field } }] });
      expect(answer.rejected[0].problem).toMatchObject({
        type: expect.stringContaining(code),
        detail: expect.any(String),
      });
    });

    test('a table as Chinese spreadsheet programs save it: GB18030, Chinese headers and dates', async () => {
      const gbk: Readonly<Record<string, string>> = {
        ...{
          记: 'bcc7',
          录: 'c2bc',
          编: 'b1e0',
          号: 'bac5',
          学: 'd1a7',
          员: 'd4b1',
          姓: 'd0d5',
          名: 'c3fb',
          阶: 'bdd7',
        },
        ...{
          段: 'b6ce',
          活: 'bbee',
          动: 'b6af',
          方: 'b7bd',
          式: 'cabd',
          状: 'd7b4',
          态: 'ccac',
          日: 'c8d5',
          习: 'cfb0',
          期: 'c6da',
        },
        ...{
          年: 'c4ea',
          月: 'd4c2',
          线: 'cfdf',
          上: 'c9cf',
          完: 'cdea',
          成: 'b3c9',
          王: 'cdf5',
          小: 'd0a1',
          明: 'c3f7',
          '１': 'a3b1',
        },
      };
      const table = [
        '记录编号,学员编号,姓名,阶段,活动,学习方式,状态,日期',
        'gb-１,p-gb,王小明,4-6,lesson:gb,线上,完成,2026年3月1日',
      ];
      const hex = [...table.join('\r\n')]
        .map((one) => gbk[one] ?? one.charCodeAt(0).toString(16).padStart(2, '0'))
        .join('');
      const body = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      const response = await service.request('/api/events', {
        method: 'POST',
        key,
        headers: { 'content-type': 'text/csv' },
        body,
      });
      expect(await response.json()).toMatchObject({ accepted: 1, rejected: [] });
      // Had one character been read otherwise, this would be a conflict.
      const same = {
        id: 'gb-1',
        learner: { id: 'p-gb', name: '王小明' },
        stage: '4-6',
        activity: 'lesson:gb',
        category: 'online',
        verb: 'completed',
        occurredAt: '2026-03-01T00:00:00+08:00',
      };
      expect(await (await post('/api/events', same)).json()).toMatchObject({ duplicates: 1, rejected: [] });
    });

    test('a lone surrogate breaks the JSON text rules and nothing is taken', async () => {
      const response = await post('/api/events', `[{"id":"s","learner":{"id":"\\ud800"}}]`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    });

    test('the same id with other content is a conflict, with the same content a duplicate', async () => {
      await post('/api/events', record({ id: 'conflict' }));
      const answer = await (
        await post('/api/events', [record({ id: 'conflict', stage: '7-9' }), record({ id: 'conflict' })])
      ).json();
      expect(answer).toMatchObject({
        accepted: 0,
        duplicates: 1,
        rejected: [{ index: 0, problem: { code: 'record-conflict' } }],
      });
    });

    test('the source is the key’s: the same id from another source is another record', async () => {
      await post('/api/events', record({ id: 'shared-id' }));
      const other = await service.key({ source: 'station-7' });
      expect(await (await post('/api/events', record({ id: 'shared-id' }), {}, other)).json()).toMatchObject({
        accepted: 1,
      });
    });

    test('a key may be limited to categories', async () => {
      const online = await service.key({ source: 'online-only', categories: ['online'] });
      const answer = await (
        await post(
          '/api/events',
          record({ id: 'c1', category: 'offline', activity: 'station:1', verb: 'attended' }),
          {},
          online,
        )
      ).json();
      expect(answer).toMatchObject({ accepted: 0, rejected: [{ problem: { code: 'category-not-allowed' } }] });
    });

    test('CSV and NDJSON', async () => {
      const csv =
        'id,learner.id,stage,activity,category,verb,occurredAt\ncsv-1,csv,4-6,lesson:1,online,completed,2026-03-01T09:00:00+08:00\n';
      expect(
        await (await post('/api/events', csv, { 'content-type': 'text/csv; charset=utf-8' })).json(),
      ).toMatchObject({ accepted: 1 });
      const lines = `${JSON.stringify(record({ id: 'nd-1' }))}\n{broken\n${JSON.stringify(record({ id: 'nd-2' }))}\n`;
      expect(await (await post('/api/events', lines, { 'content-type': 'application/x-ndjson' })).json()).toMatchObject(
        {
          accepted: 2,
          rejected: [{ index: 1, problem: { code: 'malformed-json' } }],
        },
      );
    });

    test('an Idempotency-Key gives the first answer again, and refuses another body', async () => {
      const body = record({ id: 'idem-1' });
      const headers = { 'idempotency-key': 'import-7' };
      const first = await (await post('/api/events', body, headers)).json();
      expect(await (await post('/api/events', body, headers)).json()).toEqual(first);
      const other = await post('/api/events', record({ id: 'idem-2' }), headers);
      expect(other.status).toBe(422);
      expect(await other.json()).toMatchObject({ code: 'idempotency-conflict' });
    });

    test('the kept answer of a link holds no link that can be read, and no person’s id stands beside it', async () => {
      await issued('330102199001011234');
      const headers = { 'idempotency-key': 'link-1' };
      const first = await (await post('/api/learners/330102199001011234/link', {}, headers)).json();
      expect(await (await post('/api/learners/330102199001011234/link', {}, headers)).json()).toEqual(first);
      const rows = JSON.stringify(await service.deps.db.read('select * from idempotency'));
      expect(rows).toContain('link-1');
      expect(rows).not.toContain('330102199001011234');
      expect(rows).not.toContain(first.url.split('#t=')[1]);
    });

    test('progress says what is still missing', async () => {
      await post('/api/events', recordsForStars(1, { learner: 'progress' }).slice(0, 16));
      const progress = await (await get('/api/learners/progress')).json();
      expect(progress.ladders).toMatchObject([
        { stage: '4-6', points: 80, level: null, missing: { zh: '距一星还差 20 分和 1 次线下活动' } },
      ]);
    });
  });

  describe('who may do what', () => {
    test('no key, a wrong key and a missing scope', async () => {
      expect((await service.request('/api/events', { method: 'POST', body: '[]' })).status).toBe(401);
      expect(
        (await service.request('/api/events', { method: 'POST', body: '[]', key: `xz_${'A'.repeat(43)}` })).status,
      ).toBe(401);
      const reader = await service.key({ scopes: ['learners:read'] });
      expect((await post('/api/events', [record()], {}, reader)).status).toBe(403);
    });

    test('another organisation’s credential and learner are not found', async () => {
      const id = await issued('ours');
      const stranger = await service.key({ organisation: OTHER_ORGANISATION });
      const as = { key: stranger, headers: { accept: 'application/vc' } };
      expect((await service.request(`/credentials/${id}`, as)).status).toBe(404);
      expect((await service.request('/api/learners/ours', as)).status).toBe(404);
      expect((await post(`/api/credentials/${id}/revoke`, { reason: 'x' }, {}, stranger)).status).toBe(404);
      expect((await post('/api/learners/ours/link', {}, {}, stranger)).status).toBe(404);
    });

    test('without any proof the page is a gate, other forms are refused', async () => {
      const id = await issued('gate');
      const page = await service.request(`/credentials/${id}`, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(await page.text()).not.toContain('陈');
      expect((await service.request(`/credentials/${id}`, { headers: { accept: 'application/vc' } })).status).toBe(401);
    });

    test('a holder’s link opens only the holder’s certificates', async () => {
      const mine = await issued('holder-a');
      const theirs = await issued('holder-b');
      const { url } = await (await post('/api/learners/holder-a/link', {})).json();
      const token = url.split('#t=')[1];
      const exchange = await service.request(`/credentials/${mine}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      expect(exchange.status).toBe(204);
      const cookie = exchange.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Strict/i);
      const as = { headers: { cookie: cookie.split(';')[0] ?? '', accept: 'text/html' } };
      expect(await (await service.request(`/credentials/${mine}`, as)).text()).toContain('陈*怡');
      expect(await (await service.request(`/credentials/${theirs}`, as)).text()).not.toContain('陈');
      const wrong = await service.request(`/credentials/${mine}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: 'x'.repeat(43) }),
      });
      expect(wrong.status).toBe(410);
    });
  });

  describe('POST /verify', () => {
    test.each([
      ['not JSON', '{', 400],
      ['none of the three', '{}', 400],
      ['two of the three', '{"qr":"1","jwt":"x"}', 400],
      ['a qr that is no text', '{"qr":5}', 400],
      ['a jwt that is no text', '{"jwt":[]}', 400],
      ['a member of its own', '{"qr":"1","now":"2020"}', 400],
      ['a list', '[]', 400],
      ['a rule fault inside, and a second member', '{"credential":{"a":1,"a":2},"qr":"1"}', 400],
      ['the member itself twice', '{"credential":1,"credential":2}', 400],
    ])('%s → %i', async (_, body, status) => {
      const response = await post('/verify', body, {}, null);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ code: 'malformed-request', status });
    });

    test.each([
      ['a wrong type', '{"credential":5}', 'malformed'],
      ['duplicate names', '{"credential":{"id":"a","id":"b"}}', 'malformed'],
      ['__proto__', '{"credential":{"__proto__":{}}}', 'malformed'],
      ['deep nesting', `{"credential":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'malformed'],
      ['a lone surrogate', '{"credential":{"id":"\\ud800"}}', 'malformed'],
      ['another shape', '{"credential":{"type":["VerifiableCredential"]}}', 'unknown-template'],
      ['a short code', '{"qr":"123"}', 'damaged-scan'],
      ['a jwt', '{"jwt":"a.b.c"}', 'malformed'],
    ])('%s inside is a verdict', async (_, body, reason) => {
      const response = await post('/verify', body, {}, null);
      expect(response.status).toBe(200);
      const verdict = await response.json();
      expect(verdict.checks.map(({ check }: { check: string }) => check)).toEqual([
        'format',
        'proof',
        'issuer',
        'validity',
        'status',
        'policy',
      ]);
      expect(verdict.checks[0]).toMatchObject({ reason });
      expect(verdict).toMatchObject({ credential: null, problemDetails: [{ title: reason }] });
    });

    test('the body has a size and a type', async () => {
      expect((await post('/verify', { qr: '1'.repeat(300_000) }, {}, null)).status).toBe(413);
      expect((await post('/verify', '{"qr":"1"}', { 'content-type': 'text/plain' }, null)).status).toBe(415);
    });

    test('a batch is answered in order, with a key', async () => {
      const id = await issued('batch');
      const credential = await (await get(`/credentials/${id}`, { accept: 'application/vc' })).json();
      const { verdicts } = await (await post('/verify/batch', { items: [{ qr: '1' }, { credential }] })).json();
      expect(verdicts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['unknown', 'valid']);
      expect((await post('/verify/batch', { items: [] }, {}, null)).status).toBe(401);
      expect((await post('/verify/batch', { items: Array(1001).fill({ qr: '1' }) })).status).toBe(400);
    });
  });

  describe('public documents', () => {
    test('the bundle opens under the root, is compressed when asked, and is not sent twice', async () => {
      const ask = (known?: string) =>
        service.request('/trust/bundle', {
          headers: { 'accept-encoding': 'gzip', ...(known ? { 'if-none-match': known } : {}) },
        });
      const response = await ask();
      expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}-gzip"$/);
      const pinnedRoot = readRoot(await (await service.request('/trust/root')).json());
      if (!pinnedRoot) throw new Error('no root');
      const opened = await openBundle(await response.text(), {
        pinnedRoot,
        now: Math.floor(Date.now() / 1000),
        primitives: nodePrimitives,
      });
      expect(opened.ok).toBe(true);
      // What other tests revoked may still be published in between.
      const askAgain = async () => (await ask((await ask()).headers.get('etag') ?? '')).status;
      await expect.poll(askAgain, { timeout: 10_000 }).toBe(304);
    });

    test('the bundle with its payload detached is the same one, for two thirds of the bytes', async () => {
      const whole = await (await service.request('/trust/bundle')).text();
      const response = await service.request('/trust/bundle?payload=detached');
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const detached = await response.text();
      expect(attachPayload(detached)).toBe(whole);
      expect(gzipSync(detached).length).toBeLessThan((gzipSync(whole).length * 2) / 3);
    });

    test('status list, did document, contexts, health', async () => {
      const list = await (await service.request('/status-lists/1')).json();
      expect(list).toMatchObject({
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        id: 'http://localhost:8787/status-lists/1',
      });
      expect((await service.request('/status-lists/99')).status).toBe(404);
      const did = await (await service.request('/issuers/shangcheng/did.json')).json();
      expect(did.id).toBe('did:web:localhost%3A8787:issuers:shangcheng');
      expect(did.assertionMethod).toHaveLength(3);
      expect(did.verificationMethod[0]).toMatchObject({ type: 'Multikey', controller: did.id });
      expect((await (await service.request('/.well-known/did.json')).json()).id).toBe('did:web:localhost%3A8787');
      const { keys } = await (await service.request('/.well-known/jwks.json')).json();
      const [jwk] = keys.filter(({ kid }: { kid: string }) => did.assertionMethod.includes(kid)); // each issuer has one
      expect(did.verificationMethod).toContainEqual({
        id: jwk.kid,
        type: 'JsonWebKey',
        controller: did.id,
        publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), alg: 'EdDSA', use: 'sig', kid: jwk.kid },
      });
      expect((await service.request('/contexts/xingzheng-v1.json')).status).toBe(200);
      expect((await service.request('/healthz')).status).toBe(200);
      expect(await (await service.request('/readyz')).json()).toMatchObject({ status: 'ok' });
    });

    test('pages have a strict policy and their files; what is not there is a problem document', async () => {
      const page = await service.request('/c/');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect((await service.request('/assets/site.css')).headers.get('content-type')).toContain('text/css');
      // Only the worker that scans may compile WebAssembly, by a policy of its own.
      expect(page.headers.get('content-security-policy')).not.toContain('wasm-unsafe-eval');
      const worker = await service.request('/assets/scan-worker.js');
      expect(worker.headers.get('content-security-policy')).toBe(SCAN_WORKER_POLICY);
      expect((await service.request('/assets/zxing_reader.wasm')).headers.get('content-type')).toBe('application/wasm');
      expect((await service.request('/')).status).toBe(200);
      const lost = await service.request('/nothing', { headers: { accept: 'text/html,*/*' } });
      expect(lost.status).toBe(404);
      expect(await lost.text()).toContain('没有这个地址');
      const nothing = await service.request('/nothing');
      expect(nothing.status).toBe(404);
      expect(nothing.headers.get('content-type')).toBe('application/problem+json');
      expect((await service.request('/assets/../package.json')).status).toBe(404);
    });

    test('the station app: whole, every file as its service worker expects it, the root of this service in it', async () => {
      const page = await service.request('/station/');
      expect(page.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect((await service.request('/station', { redirect: 'manual' })).headers.get('location')).toBe('/station/');
      const { root, bundleUrl } = await (await service.request('/station/edition.json')).json();
      expect([root, bundleUrl]).toEqual([JSON.parse(service.trustRoot), '/trust/bundle']);

      const [first = ''] = (await (await service.request('/station/service-worker.js')).text()).split('\n');
      const { files }: { files: Record<string, string> } = JSON.parse(first.slice('self.edition='.length, -1));
      expect(Object.keys(files)).toEqual(expect.arrayContaining(['./', 'edition.json', 'station.js', 'station.css']));
      for (const [path, hash] of Object.entries(files)) {
        const bytes = new Uint8Array(await (await service.request(`/station/${path}`)).arrayBuffer());
        expect([path, `sha256-${Buffer.from(await nodePrimitives.sha256(bytes)).toString('base64')}`]).toEqual([
          path,
          hash,
        ]);
      }
      expect((await service.request('/station/nothing.js')).status).toBe(404);
    });
  });
});
