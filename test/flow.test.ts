/** The whole story, from a learning record to a refused code. It is the best documentation: read it first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../src/node-primitives.ts';
import { openBundle, type Trust } from '../src/vc/trust/bundle.ts';
import { readRoot } from '../src/vc/trust/root.ts';
import type { Verdict } from '../src/vc/verify/verdict.ts';
import { verify } from '../src/vc/verify/verify.ts';
import { launchBrowser } from './support/chromium.ts';
import { decodeSvgQr } from './support/qr-image.ts';
import { recordsForStars } from './support/records.ts';
import { type Service, startService } from './support/service.ts';

let service: Service;
let key: string;

beforeAll(async () => {
  service = await startService('node');
  key = await service.key();
});
afterAll(() => service.stop());

/** What a station holds: a bundle fetched once, opened under the root that it was built with. */
async function takeBundle(previous?: Trust): Promise<Trust> {
  const text = await (await service.request('/trust/bundle')).text();
  const pinnedRoot = readRoot(JSON.parse(service.trustRoot));
  if (!pinnedRoot) throw new Error('the root document does not read');
  const opened = await openBundle(text, { pinnedRoot, now: nowSeconds(), primitives: nodePrimitives, previous });
  if (!opened.ok) throw new Error(opened.refusal);
  return opened.trust;
}

/** The station's check: a function of code, data and clock. Nothing here can reach a network. */
const check = (code: string, trust: Trust | undefined, now = nowSeconds()): Promise<Verdict> =>
  verify({ qr: code }, { trust, now, primitives: nodePrimitives });

const nowSeconds = () => Math.floor(Date.now() / 1000);
const post = (path: string, body: unknown) =>
  service.request(path, {
    method: 'POST',
    key,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a parent learns, and a school believes it', () => {
  let credentialId: string;
  let code: string;
  let trust: Trust;

  test('records come in; the first star is reached and its certificate issued', async () => {
    const response = await post('/api/events', recordsForStars(1, { learner: 'parent-1', name: '王小明' }));
    expect(response.status).toBe(200);
    const answer = await response.json();
    expect(answer).toMatchObject({ accepted: 17, duplicates: 0, rejected: [] });
    expect(answer.milestones).toEqual([
      {
        learner: 'parent-1',
        scheme: 'shangcheng-star-licence',
        stage: '4-6',
        level: '1',
        credentialId: expect.any(String),
        state: 'issued',
      },
    ]);
    credentialId = answer.milestones[0].credentialId;
  });

  test('the same records again change nothing', async () => {
    const again = await post('/api/events', recordsForStars(1, { learner: 'parent-1', name: '王小明' }));
    expect(await again.json()).toEqual({ accepted: 0, duplicates: 17, rejected: [], milestones: [] });
  });

  test('the parent opens the certificate by a link and a tap, and the code on it is the credential', async () => {
    const { url } = await (await post('/api/learners/parent-1/link', {})).json();
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const local = url.replace(service.publicUrl, service.url);
      await page.goto(local);
      await page.getByRole('button', { name: /打开我的证书/ }).click();
      await page.locator('.certificate').getByText('王*明').waitFor();
      const cookies = await page.context().cookies();
      const session = cookies.find(({ name }) => name === 'xz_session');
      expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    } finally {
      await browser.close();
    }
    const svg = await (
      await service.request(`/credentials/${credentialId}`, { key, headers: { accept: 'image/svg+xml' } })
    ).text();
    code = await decodeSvgQr(svg);
    expect(code).toMatch(/^http:\/\/localhost:8787\/c\/#\d+$/);
  });

  test('a station with a bundle confirms it without a network', async () => {
    trust = await takeBundle();
    const verdict = await check(code, trust);
    expect(verdict.outcome).toBe('valid');
    expect(verdict.credential).toMatchObject({
      id: `http://localhost:8787/credentials/${credentialId}`,
      issuer: { id: 'did:web:localhost%3A8787:issuers:shangcheng', name: '杭州市上城区教育局' },
      scheme: 'shangcheng-star-licence',
      stage: '4-6',
      level: '1',
      achievement: { name: '星级家长执照 · 4–6岁 · 一星' },
      holder: '王*明',
      holderMatch: 'masked',
      points: 100,
    });
  });

  test('a station without a bundle cannot tell, and one with an old bundle says how old', async () => {
    expect((await check(code, undefined)).outcome).toBe('unknown');
    const inTwoMonths = nowSeconds() + 60 * 86_400;
    expect((await check(code, trust, inTwoMonths)).outcome).toBe('stale');
  });

  test('a code with one wrong digit asks for another scan', async () => {
    const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
    expect(await check(wrong, trust)).toMatchObject({ outcome: 'unknown', credential: null });
  });

  test('a partner agency asks by API and gets the same answer for the code and for the JSON', async () => {
    const credential = await (
      await service.request(`/credentials/${credentialId}`, { key, headers: { accept: 'application/vc' } })
    ).json();
    const byCode = await (await post('/verify', { qr: code })).json();
    const byJson = await (await post('/verify', { credential })).json();
    expect(byCode).toMatchObject({ outcome: 'valid' });
    expect(byJson.credential).toEqual(byCode.credential);
    credential.credentialSubject.points = 500;
    expect(await (await post('/verify', { credential })).json()).toMatchObject({
      outcome: 'invalid',
      credential: null,
    });
  });

  test('the bureau revokes it: refused at once by API, and at the station with its next bundle', async () => {
    const revoked = await post(`/api/credentials/${credentialId}/revoke`, { reason: '误发' });
    expect(revoked.status).toBe(200);
    expect(await (await post('/verify', { qr: code })).json()).toMatchObject({ outcome: 'invalid' });
    const next = await takeBundle(trust);
    const verdict = await check(code, next);
    expect(verdict.outcome).toBe('invalid');
    expect(verdict.checks).toContainEqual(expect.objectContaining({ check: 'status', reason: 'revoked' }));
  });
});
