/** A certificate that was opened once, in a school hall without a signal: kept on the phone, told apart from a fresh one, replaced, removed. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CredentialPage } from '../../src/pages/credential.tsx';
import { sampleProps, UUID } from '../pages/sample.ts';
import { PAGE_HEADERS, render, startSite } from '../pages/site.ts';
import { launchBrowser } from '../support/chromium.ts';
import { paperPages } from '../support/pdf.ts';
import { decodePng } from '../support/qr-image.ts';
import { recordsForStars } from '../support/records.ts';
import { type Service, startService } from '../support/service.ts';

let browser: Browser;
let service: Service;
let key: string;
beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startService('node')]);
  key = await service.key();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const post = async (path: string, body: unknown, to = service, by = key) => {
  const headers = { 'content-type': 'application/json' };
  return (await to.request(path, { method: 'POST', key: by, headers, body: JSON.stringify(body) })).json();
};

type Opened = { page: Page; context: BrowserContext; id: string; code: string; complaints: string[] };

async function phone(init = ''): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  onTestFinished(() => context.close());
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  return { page, context, complaints };
}

/** By the holder's link, as on a parent's phone. */
async function opened(
  learner: string,
  { stars = 1, init = '', at = service, by = key }: { stars?: number; init?: string; at?: Service; by?: string } = {},
): Promise<Opened> {
  await post('/api/events', recordsForStars(stars, { learner, name: '陈静怡' }), at, by);
  const { url } = await post(`/api/learners/${learner}/link`, {}, at, by);
  const { pathname, hash } = new URL(url);
  const { page, context, complaints } = await phone(init);
  await page.goto(at.url + pathname + hash);
  await page.click('#open');
  await page.waitForSelector('.certificate');
  return { page, context, id: pathname.split('/').at(-1) ?? '', code: await codeOn(page), complaints };
}

const codeOn = async (page: Page) => decodePng(await page.locator('.code-picture').screenshot());
const kept = (page: Page) => page.waitForSelector('#on-device:not([hidden])');
const isCopy = (page: Page) => page.locator('.kept-only').isVisible();
const copies = (page: Page) =>
  page.evaluate(async () => {
    if (!(await caches.has('certificate-copies'))) return [];
    const kept = await (await caches.open('certificate-copies')).keys();
    return kept.map(({ url }) => new URL(url).pathname).sort();
  });

describe('without a network', () => {
  test('a reload shows the same code, says that it is a copy and of when, and offers nothing that needs the server', async () => {
    const { page, context, code, complaints } = await opened('hall');
    expect(await isCopy(page)).toBe(false);
    await kept(page);
    await context.setOffline(true);
    await page.reload();
    expect(await isCopy(page)).toBe(true);
    const notice = (await page.locator('.kept-only').textContent()) ?? '';
    expect(notice).toMatch(/离线副本.*截至 20\d\d年\d+月\d+日 \d\d:\d\d/);
    expect(await codeOn(page)).toBe(code);
    expect(await page.locator('a[href*="format="]').first().isVisible()).toBe(false);
    expect(complaints.filter((text) => /policy|Trusted/i.test(text))).toEqual([]);
  });

  test('the copy is printed and saved as a picture like the page itself', async () => {
    const { page, context, code } = await opened('printer');
    await kept(page);
    await context.setOffline(true);
    await page.reload();
    const pages = await paperPages(await page.pdf({ preferCSSPageSize: true }));
    expect(pages.flatMap(({ codes }) => codes.map(({ text }) => text))).toEqual([code, code]);
    await page.click('[data-save]');
    const source = (await page.locator('#picture img').getAttribute('src')) ?? '';
    expect(await decodePng(Buffer.from(source.split(',')[1] ?? '', 'base64'))).toBe(code);
  });

  test('with the server gone, in a new tab, too', async () => {
    const own = await startService('node');
    const { page, context, id, code } = await opened('gone', { at: own, by: await own.key() });
    await kept(page);
    await own.stop();
    const tab = await context.newPage();
    await tab.goto(`${own.url}/credentials/${id}`);
    expect([await isCopy(tab), await codeOn(tab)]).toEqual([true, code]);
  });

  test('on a network that does not answer, after a few seconds; and when the service is out of order, at once', async () => {
    let hangs = false;
    let fails = false;
    const site = await startSite({
      [`/credentials/${UUID}`]: async () => {
        if (hangs) await new Promise(() => undefined);
        return {
          status: fails ? 503 : 200,
          headers: PAGE_HEADERS,
          body: fails ? '' : await render(CredentialPage(sampleProps())),
        };
      },
      '/credentials/service-worker.js': async () => ({
        status: 200,
        headers: { 'Content-Type': 'text/javascript' },
        body: await readFile('dist/assets/assets/certificate-worker.js', 'utf8'),
      }),
    });
    onTestFinished(() => site.stop());
    const { page } = await phone();
    await page.goto(`${site.url}/credentials/${UUID}`);
    await kept(page);
    fails = true;
    await page.reload();
    expect(await isCopy(page)).toBe(true);
    fails = false;
    await page.reload();
    expect(await isCopy(page)).toBe(false);
    hangs = true;
    await page.reload();
    expect(await isCopy(page)).toBe(true);
  });

  test('a certificate that was never opened here is not there, and the other pages of the site are not kept', async () => {
    const { page, context, id } = await opened('two-stars', { stars: 2 });
    await kept(page);
    expect((await copies(page)).filter((path) => !path.startsWith('/assets/'))).toEqual([`/credentials/${id}`]);
    await context.setOffline(true);
    await expect(page.goto(`${service.url}/credentials/${UUID}`)).rejects.toThrow(/net::ERR_/);
    await expect(page.goto(`${service.url}/c/`)).rejects.toThrow(/net::ERR_/);
  });
});

describe('with a network', () => {
  test('the fresh page is shown, and replaces the copy: of a revoked certificate no code is left on the phone', async () => {
    const { page, context, id } = await opened('revoked');
    await kept(page);
    await page.reload();
    expect(await isCopy(page)).toBe(false);
    await post(`/api/credentials/${id}/revoke`, { reason: '记录有误' });
    await page.reload();
    await page.waitForSelector('.notice-invalid');
    await kept(page);
    await context.setOffline(true);
    await page.reload();
    expect(await isCopy(page)).toBe(true);
    expect(await page.locator('.notice-invalid').textContent()).toContain('已被撤销');
    expect(await page.locator('.code-picture').count()).toBe(0);
  });

  test('with a session that has ended the gate offers the copy, which stays across reloads', async () => {
    const { page, context, id, code } = await opened('an-hour-later');
    await kept(page);
    await context.clearCookies();
    await page.reload();
    await page.click('#open-copy');
    await page.waitForSelector('.certificate');
    expect([await isCopy(page), await codeOn(page)]).toEqual([true, code]);
    await page.reload();
    expect(await isCopy(page)).toBe(true);
    const { page: stranger } = await phone();
    await stranger.goto(`${service.url}/credentials/${id}`);
    await stranger.waitForSelector('#gate-message .notice');
    expect(await stranger.locator('#open-copy').isVisible()).toBe(false);
  });
});

test('on a phone whose storage takes nothing any more, the code of a revoked certificate goes all the same', async () => {
  const { page, id } = await opened('full-phone', {
    init: `if (sessionStorage.full) Cache.prototype.put = () => Promise.reject(new DOMException('', 'QuotaExceededError'))`,
  });
  await kept(page);
  await post(`/api/credentials/${id}/revoke`, { reason: '记录有误' });
  await page.evaluate(() => sessionStorage.setItem('full', 'yes'));
  await page.reload();
  await page.waitForSelector('.notice-invalid');
  await expect.poll(() => copies(page)).not.toContain(`/credentials/${id}`);
});

describe('removed from this device', () => {
  test('copy, files, service worker and session are gone', async () => {
    const { page, context } = await opened('borrowed');
    await kept(page);
    await page.click('#remove');
    await expect.poll(() => page.locator('main').textContent()).toContain('已从这部手机移除');
    expect(await page.locator('.certificate').count()).toBe(0);
    expect(await copies(page)).toEqual([]);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    await page.reload();
    await page.waitForSelector('#gate-message .notice');
    await context.setOffline(true);
    await expect(page.reload()).rejects.toThrow(/net::ERR_/);
  });

  test('without a network the copy goes, and the page says that the session is still open', async () => {
    const { page, context } = await opened('borrowed-in-the-hall');
    await kept(page);
    await context.setOffline(true);
    await page.reload();
    await page.click('#remove');
    await expect.poll(() => page.locator('main').textContent()).toContain('最多一小时后结束');
    await expect(page.reload()).rejects.toThrow(/net::ERR_/);
  });
});

describe('a browser without service workers or caches', () => {
  test.each([
    ['serviceWorker', 'delete Navigator.prototype.serviceWorker'],
    ['caches', 'delete globalThis.caches; delete Object.getPrototypeOf(globalThis).caches'],
  ])('%s: the page works with a network as before and promises nothing more', async (_, init) => {
    const { page, complaints } = await opened(`old-${_}`, { init });
    await page.waitForSelector('[data-save]:not([hidden])');
    expect(await page.locator('#on-device').isVisible()).toBe(false);
    await page.reload();
    expect(await page.locator('.certificate').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});
