/** A certificate that was opened once, in a school hall without a signal: kept on the phone, told apart from a fresh one, replaced, removed. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CredentialPage } from '../../src/pages/credential.tsx';
import { FRESH } from '../../src/verifier/certificate/copies.ts';
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

const WORKER = async () => ({
  status: 200,
  headers: { 'Content-Type': 'text/javascript' },
  body: await readFile('dist/assets/assets/certificate-worker.js', 'utf8'),
});
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
      '/credentials/service-worker.js': WORKER,
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

describe('by the clock of the device, a copy', () => {
  const atTime = async (learner: string, iso: string) => {
    const phone = await opened(learner);
    await kept(phone.page);
    await phone.context.setOffline(true);
    await phone.page.clock.setFixedTime(iso);
    await phone.page.reload();
    return phone.page;
  };

  test('that has expired says so, and offers neither showing nor printing', async () => {
    const page = await atTime('years-later', '2036-01-01T00:00:00Z');
    await page.waitForSelector('#copy-expired:not([hidden])');
    for (const absent of ['[data-save]', '[data-print]', '#code-title'])
      expect([absent, await page.locator(absent).first().isVisible()]).toEqual([absent, false]);
    expect(await page.locator('#copy-expired').textContent()).toContain('按本机时间，此证书已过有效期');
    const pages = await paperPages(await page.pdf({ preferCSSPageSize: true }));
    expect(pages).toHaveLength(1);
    expect(pages[0]?.text).toContain('this certificate has expired');
    expect(pages[0]?.text).not.toContain('Offline copy');
  });

  test('that has not says nothing', async () => {
    const page = await atTime('days-later', new Date().toISOString());
    await page.waitForSelector('[data-save]:not([hidden])');
    expect(await page.locator('#copy-expired').isVisible()).toBe(false);
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

  test('on one that answers late the copy is shown, and then what the server says', async () => {
    let late = false;
    let revoked = false;
    const certificate = async () => {
      if (late) await new Promise((resolve) => setTimeout(resolve, 5_500));
      const props = sampleProps(revoked ? { state: 'revoked' } : {});
      return { status: 200, headers: PAGE_HEADERS, body: await render(CredentialPage(props)) };
    };
    const site = await startSite({
      [`/credentials/${UUID}`]: certificate,
      [`/credentials/${UUID}${FRESH}`]: certificate,
      '/credentials/service-worker.js': WORKER,
    });
    onTestFinished(() => site.stop());
    const { page, context } = await phone();
    await page.goto(`${site.url}/credentials/${UUID}`);
    await kept(page);
    await page.reload();
    await kept(page);
    [late, revoked] = [true, true];
    await page.reload();
    expect(await isCopy(page)).toBe(true);
    expect(await page.locator('.kept-only').textContent()).toContain('可能已被撤销，以核验为准');
    await page.waitForSelector('[data-shown=fresh] .notice-invalid:not([hidden])');
    await expect.poll(() => page.url()).toBe(`${site.url}/credentials/${UUID}`);
    await kept(page);
    await context.setOffline(true);
    await page.reload();
    expect(await page.locator('.code-picture').count()).toBe(0);

    // By hand, too.
    await context.setOffline(false);
    [late, revoked] = [false, false];
    await page.click('.kept-only a');
    await page.waitForSelector('[data-shown=fresh] .code-picture');
    await context.setOffline(true);
    await page.goto(`${site.url}/credentials/${UUID}${FRESH}`);
    expect(await isCopy(page)).toBe(true);
    await expect.poll(() => page.url()).toBe(`${site.url}/credentials/${UUID}`);
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

  test('the copies of other certificates go, too, and what other tabs show of them', async () => {
    const { page, context, id } = await opened('borrowed-by-two');
    await kept(page);
    const { url } = await opened('another-child').then(async () => post('/api/learners/another-child/link', {}));
    const other = await context.newPage();
    await context.clearCookies();
    await other.goto(service.url + new URL(url).pathname + new URL(url).hash);
    await other.click('#open');
    await kept(other);
    expect((await copies(other)).filter((path) => !path.startsWith('/assets/'))).toHaveLength(2);
    await other.click('#remove');
    await expect.poll(() => page.locator('main').textContent()).toContain('已从这部手机移除');
    expect(await page.locator('.certificate').count()).toBe(0);
    await expect.poll(() => copies(other)).toEqual([]);
    await other.goto(`${service.url}/credentials/${id}`);
    await other.waitForSelector('#gate-message .notice');
    expect(await other.locator('#open-copy').isVisible()).toBe(false);
  });

  test('storage that fails leaves nothing on the screen and no session, and the page says what to do', async () => {
    const { page, id, complaints } = await opened('broken-phone', {
      init: `if (sessionStorage.broken) CacheStorage.prototype.open = CacheStorage.prototype.delete = () => Promise.reject(new DOMException('', 'UnknownError'))`,
    });
    await kept(page);
    await page.evaluate(() => sessionStorage.setItem('broken', 'yes'));
    await page.reload();
    await kept(page);
    await page.click('#remove');
    await expect.poll(() => page.locator('main').textContent()).toContain('请在浏览器设置中清除本站的数据');
    expect(await page.locator('.certificate').count()).toBe(0);
    await page.goto(`${service.url}/credentials/${id}`);
    await page.waitForSelector('#gate-message .notice');
    expect(await page.locator('#open-copy').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
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

describe('removed without a network', () => {
  async function removedOffline(learner: string) {
    const phone = await opened(learner);
    await kept(phone.page);
    await phone.context.setOffline(true);
    await phone.page.reload();
    await phone.page.click('#remove');
    await expect.poll(() => phone.page.locator('main').textContent()).toContain('最多一小时后结束');
    await phone.context.setOffline(false);
    await phone.page.goto('about:blank'); // a link taps into a page of its own
    return phone;
  }

  test('the next visit with one ends the session, shows nothing and keeps nothing', async () => {
    const { page, context, id } = await removedOffline('borrowed-then-online');
    const [cookie] = await context.cookies();
    await page.goto(`${service.url}/credentials/${id}`);
    await expect.poll(() => page.locator('main').textContent()).toContain('再次打开需要新的链接');
    expect(await page.locator('.certificate').count()).toBe(0);
    expect(await copies(page)).toEqual([]);
    const headers = { cookie: `${cookie?.name}=${cookie?.value}`, accept: 'text/html' };
    expect(await (await service.request(`/credentials/${id}`, { headers })).text()).not.toContain('陈*怡');
  });

  test('a new link opens it again, though the session had not ended yet', async () => {
    const { page } = await removedOffline('own-phone-after-all');
    const { url } = await post('/api/learners/own-phone-after-all/link', {});
    const { pathname, hash } = new URL(url);
    await page.goto(service.url + pathname + hash);
    await kept(page);
    await page.reload();
    expect(await page.locator('.certificate').isVisible()).toBe(true);
    expect(page.url()).toBe(service.url + pathname);
  });

  test('a link that has ended does not', async () => {
    const { page, id } = await removedOffline('old-message');
    await page.goto(`${service.url}/credentials/${id}#t=${'a'.repeat(43)}`);
    await expect.poll(() => page.locator('main').textContent()).toContain('再次打开需要新的链接');
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
