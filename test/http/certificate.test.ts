/** GET /credentials/{uuid} in all its forms, as holder and as organisation, on both runtimes. */
import { util } from '@digitalbazaar/vpqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContext } from '../../src/vc/contexts.ts';
import { decodeSvgQr } from '../support/qr-image.ts';
import { recordsForStars } from '../support/records.ts';
import { type Runtime, type Service, startService } from '../support/service.ts';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  beforeAll(async () => {
    service = await startService(runtime);
    key = await service.key();
  });
  afterAll(() => service.stop());

  const post = (path: string, body: unknown, as: string | null = key) =>
    service.request(path, {
      method: 'POST',
      ...(as === null ? {} : { key: as }),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** The certificates' ids by their stars, signed. */
  async function certificates(learner: string, stars: number): Promise<string[]> {
    const answer = await (await post('/api/events', recordsForStars(stars, { learner, name: '陈静怡' }))).json();
    const ids: string[] = answer.milestones.map(({ credentialId }: { credentialId: string }) => credentialId);
    for (const id of ids)
      await expect.poll(async () => (await get(id, 'application/vc')).status, { timeout: 20_000 }).toBe(200);
    return ids;
  }
  const get = (id: string, accept: string) => service.request(`/credentials/${id}`, { key, headers: { accept } });
  const byName = (id: string, format: string, as: { key?: string } = { key }) =>
    service.request(`/credentials/${id}?format=${format}`, as);

  async function session(learner: string, id: string): Promise<string> {
    const { url } = await (await post(`/api/learners/${learner}/link`, {})).json();
    const answer = await post(`/credentials/${id}/session`, { token: url.split('#t=')[1] }, null);
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }
  const asHolder = (id: string, cookie: string, search = '') =>
    service.request(`/credentials/${id}${search}`, { headers: { cookie, accept: 'text/html' } });

  test('vc+jwt: by its media type and by name, the same token each time, and POST /verify accepts it', async () => {
    const [id = ''] = await certificates('token', 1);
    const answer = await get(id, 'application/vc+jwt');
    expect(answer.headers.get('content-type')).toBe('application/vc+jwt');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const jwt = await answer.text();
    const cookie = await session('token', id);
    expect(await (await asHolder(id, cookie, '?format=jwt')).text()).toBe(jwt);
    const verdict = await (await post('/verify', { jwt }, null)).json();
    expect(verdict).toMatchObject({ outcome: 'valid', credential: { id: expect.stringContaining(id) } });
    const { keys } = await (await service.request('/.well-known/jwks.json')).json();
    const { kid } = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString());
    expect(keys.map((one: { kid: string }) => one.kid)).toContain(kid);
    expect((await service.request(`/credentials/${id}`, { headers: { accept: 'application/vc+jwt' } })).status).toBe(
      401,
    );
  });

  test('CBOR-LD: the JSON-LD as the text of a VC barcode and as its picture, by name alone', async () => {
    const [id = ''] = await certificates('barcode', 1);
    const answer = await byName(id, 'cborld');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const text = await answer.text();
    const read = await util.fromQrCode({ text, expectedHeader: 'VC1-', documentLoader: loadContext });
    const credential = await (await get(id, 'application/vc')).json();
    expect(read.jsonldDocument).toEqual(credential);
    const verdict = await (await post('/verify', { credential: read.jsonldDocument }, null)).json();
    expect(verdict.outcome).toBe('valid');
    const picture = await byName(id, 'cborld-svg');
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect(await decodeSvgQr(await picture.text())).toBe(text);

    const cookie = await session('barcode', id);
    expect(await (await asHolder(id, cookie, '?format=cborld')).text()).toBe(text);
    for (const format of ['cborld', 'cborld-svg']) expect((await byName(id, format, {})).status).toBe(401);
    expect((await get(id, 'text/plain')).status).toBe(406);
  });

  test('an unknown form is refused with the list of those that there are', async () => {
    const [id = ''] = await certificates('forms', 1);
    const unknown = [get(id, 'application/cbor'), ...['cbor', 'constructor'].map((name) => byName(id, name))];
    for (const answer of await Promise.all(unknown)) {
      expect(answer.status).toBe(406);
      const { zh, en } = await answer.json();
      for (const one of ['application/vc+jwt', 'html, jsonld, jwt, svg, cborld, cborld-svg'])
        for (const said of [zh, en]) expect(said).toContain(one);
    }
  });

  test('a lower star names the higher one and links to it; the holder’s session opens both', async () => {
    const [one = '', two = ''] = await certificates('climber', 2);
    const cookie = await session('climber', one);
    const lower = await (await asHolder(one, cookie)).text();
    expect(lower).toContain('已有更高等级的证书');
    expect(lower).toContain(`href="/credentials/${two}"`);
    expect(lower).toContain('请出示此码');
    const higher = await (await asHolder(two, cookie)).text();
    expect(higher).toContain('二星');
    expect(higher).not.toContain('已有更高等级');
  });

  test('a revoked certificate: when and why, no code, no token that was not made before, what was signed as before', async () => {
    const [id = ''] = await certificates('revoked', 1);
    const cookie = await session('revoked', id);
    const signed = await (await byName(id, 'cborld')).text();
    expect(await (await asHolder(id, cookie)).text()).toContain('class="code-picture"');
    await post(`/api/credentials/${id}/revoke`, { reason: '记录<重复>上报' });
    const page = await (await asHolder(id, cookie)).text();
    expect(page).toContain('此证书已被撤销');
    expect(page).toContain('记录&lt;重复&gt;上报');
    expect(page).not.toContain('code-picture');
    const token = await get(id, 'application/vc+jwt');
    expect([token.status, (await token.json()).code]).toEqual([409, 'status-is-final']);
    const accept = 'image/svg+xml';
    const alone = await service.request(`/credentials/${id}`, { headers: { cookie, accept } });
    const barcode = await service.request(`/credentials/${id}?format=cborld-svg`, { headers: { cookie } });
    for (const code of [alone, await get(id, accept), barcode, await byName(id, 'cborld-svg')])
      expect([code.status, (await code.json()).code]).toEqual([410, 'revoked']);
    expect((await get(id, 'application/vc')).status).toBe(200);
    expect(await (await byName(id, 'cborld')).text()).toBe(signed);
  });

  test('a session that the holder ended opens nothing, whoever kept its cookie', async () => {
    const [id = ''] = await certificates('leaver', 1);
    const cookie = await session('leaver', id);
    expect(await (await asHolder(id, cookie)).text()).toContain('陈*怡');
    const ended = await service.request(`/credentials/${id}/session`, { method: 'DELETE', headers: { cookie } });
    expect(ended.status).toBe(204);
    expect(ended.headers.get('set-cookie')).toMatch(/xz_session=;.*Max-Age=0.*Path=\/credentials\//i);
    expect(await (await asHolder(id, cookie)).text()).not.toContain('陈*怡');
    expect((await service.request(`/credentials/${id}/session`, { method: 'DELETE' })).status).toBe(204);
  });

  test('a link that is still in its 15 minutes ends with the session; another learner’s does not', async () => {
    const [id = ''] = await certificates('lender', 1);
    const [other = ''] = await certificates('owner', 1);
    const linkOf = async (learner: string): Promise<string> => {
      const { url } = await (await post(`/api/learners/${learner}/link`, {})).json();
      return url.split('#t=')[1];
    };
    const [link, another] = [await linkOf('lender'), await linkOf('owner')];
    const opened = await post(`/credentials/${id}/session`, { token: link }, null);
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    await service.request(`/credentials/${id}/session`, { method: 'DELETE', headers: { cookie } });
    const again = await post(`/credentials/${id}/session`, { token: link }, null);
    expect([again.status, (await again.json()).code]).toEqual([410, 'link-expired']);
    expect((await post(`/credentials/${other}/session`, { token: another }, null)).status).toBe(204);
    expect((await post(`/credentials/${id}/session`, { token: await linkOf('lender') }, null)).status).toBe(204);
  });

  test('the service worker comes from the folder that it serves, fresh, and may only ask this service', async () => {
    const script = await service.request('/credentials/service-worker.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toBe('no-cache');
    expect(script.headers.get('content-security-policy')).toBe("default-src 'none'; connect-src 'self'");
    expect(await script.text()).toContain('certificate-copies');
  });
});
