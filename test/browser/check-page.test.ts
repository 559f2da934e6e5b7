/** The check page in a real browser: what a camera's code says, what a pasted code is worth, and that nothing leaves the device. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CheckPage } from '../../src/pages/check.tsx';
import { REASON_WORDING } from '../../src/vc/verify/wording.ts';
import { type Site, startSite } from '../pages/site.ts';
import { type Authority, createAuthority, DAY, type Issued, NOW } from '../support/authority.ts';
import { launchBrowser } from '../support/chromium.ts';
import { changedSignature, OLD_BROWSER } from '../support/old-browser.ts';

let browser: Browser;
let site: Site;
let authority: Authority;
let good: Issued;
let revoked: Issued;

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue({ holder: { name: '欧*明' } });
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  site = await startSite({
    '/c/': CheckPage({ officialHosts: 'xz.hzedu.gov.cn' }),
    '/trust/root': JSON.stringify(authority.rootJws),
    '/trust/bundle': await authority.publish({
      list: (list) => list.hosts.push(new URL(site?.url ?? 'http://x').host),
    }),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});
beforeEach(() => {
  site.requests.length = 0;
});

type Opened = { page: Page; context: BrowserContext; asked: string[]; complaints: string[] };

/** A fresh browser profile on the page, its clock at NOW; every request and every complaint of the browser is recorded. */
async function openCheckPage(fragment = '', { now = NOW, init = '' } = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.clock.setFixedTime(now * 1000);
  if (init) await page.addInitScript(init);
  await page.goto(`${site.url}/c/${fragment}`);
  return { page, context, asked, complaints };
}

const paste = async (page: Page, code: string) => {
  await page.fill('#code', code);
  await page.press('#code', 'Enter');
};
const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';

/** The digit at `index` made another one. */
const changedAt = (digits: string, index: number) =>
  digits.slice(0, index) + ((Number(digits[index]) + 1) % 10) + digits.slice(index + 1);

describe('a code in the fragment', () => {
  it('is shown as what it says, with how to decide officially, and never as a verdict', async () => {
    const { page, complaints } = await openCheckPage(`#${good.digits}`);
    await page.waitForSelector('#says [data-outcome=valid]');
    const says = await textOf(page, '#landed');
    for (const text of [
      '星级家长执照 · 4–6岁 · 三星',
      '杭州市上城区教育局',
      '2026年11月14日',
      '未被撤销',
      '请勿仅凭本页受理',
      'xz.hzedu.gov.cn/c/',
    ])
      expect(says).toContain(text);
    expect(await textOf(page, '#says bdi.holder-name')).toBe('欧*明');
    expect(await page.locator('.verdict').count()).toBe(0);
    expect(await page.locator('#tool').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['', '', ''],
    [' behind a space', '%20', ''],
    [' with what a reader added', 'x', '&utm_source=1'],
  ])('%s is gone from the address bar and from the history', async (_, before, after) => {
    const { page } = await openCheckPage(`#${before}${good.digits}${after}`);
    await page.waitForSelector('#says [data-outcome]');
    expect(page.url()).toBe(`${site.url}/c/`);
    expect(await page.evaluate(() => location.href)).toBe(`${site.url}/c/`);
    await page.reload();
    expect(await page.locator('#landed').isVisible()).toBe(false);
    expect(await page.locator('#tool').isVisible()).toBe(true);
  });

  it('makes the browser ask for the page, its files and the trust documents, and for nothing else', async () => {
    const { page, asked } = await openCheckPage(`#${good.digits}`);
    await page.waitForSelector('#says [data-outcome=valid]');
    await page.waitForLoadState('networkidle');
    expect(asked.length).toBeGreaterThan(4);
    for (const url of asked) expect(url.startsWith(`${site.url}/`)).toBe(true);
    expect(
      site.requests.filter(
        (line) => !/^GET (\/c\/|\/assets\/[\w./-]+|\/trust\/(root|bundle\?payload=detached))$/.test(line),
      ),
    ).toEqual([]);
    expect([...asked.map((url) => new URL(url).pathname), ...site.requests].join(' ')).not.toMatch(/\d{20}/);
  });

  it('says that it was revoked', async () => {
    const { page } = await openCheckPage(`#${revoked.digits}`);
    await page.waitForSelector('#says [data-outcome=invalid]');
    expect(await textOf(page, '#says')).toContain('证书已被撤销');
    expect(await page.locator('#says .flagged .icon').count()).toBe(1);
  });

  it('with one changed digit asks to scan again, wherever the digit stands', async () => {
    for (const index of [0, 60, good.digits.length - 1]) {
      const { page } = await openCheckPage(`#${changedAt(good.digits, index)}`);
      await page.waitForSelector('#says [data-outcome=unknown]');
      const says = await textOf(page, '#says');
      expect(says).toContain('请对准重扫');
      expect(says).not.toContain('欧*明');
    }
  });

  it('may be followed by another one in the same tab', async () => {
    const { page } = await openCheckPage(`#${good.digits}`);
    await page.waitForSelector('#says [data-outcome=valid]');
    await page.evaluate((digits) => {
      location.hash = digits;
    }, revoked.digits);
    await page.waitForSelector('#says [data-outcome=invalid]');
    expect(page.url()).toBe(`${site.url}/c/`);
  });
});

describe('a pasted code', () => {
  it('gets the verdict by keyboard alone, and the next one after it', async () => {
    const { page, complaints } = await openCheckPage();
    for (let tabs = 0; tabs < 6 && (await page.evaluate(() => document.activeElement?.id)) !== 'code'; tabs++)
      await page.keyboard.press('Tab');
    await page.keyboard.insertText(good.digits);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict-valid');
    const verdict = await textOf(page, '#verdict');
    for (const text of ['有效', 'Valid', '请核对持证人身份', '姓名已隐去部分', '撤销情况截至 2026年11月24日 15:00'])
      expect(verdict).toContain(text);
    expect(await page.getAttribute('#verdict', 'aria-live')).toBe('polite');

    await page.keyboard.insertText(`https://elsewhere.example/c/#${revoked.digits}`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict-invalid');
    const next = await textOf(page, '#verdict');
    for (const text of ['无效', '证书已被撤销', '请不要受理', '不是官方网址']) expect(next).toContain(text);
    expect(next).not.toContain('证书属实');
    expect(complaints).toEqual([]);
  });

  it('that is genuine but old data cannot vouch for is stale', async () => {
    const { page } = await openCheckPage('', { now: NOW + 60 * DAY });
    await paste(page, good.url);
    await page.waitForSelector('.verdict-stale');
    expect(await textOf(page, '#verdict')).toContain('请先更新数据');
  });

  it('with a changed digit is not confirmed, never forged', async () => {
    const { page } = await openCheckPage();
    await paste(page, changedAt(good.digits, 100));
    await page.waitForSelector('.verdict-unknown');
    expect(await textOf(page, '#verdict')).toContain('请对准重扫');
  });

  it('shows a name from right to left without disturbing what stands around it', async () => {
    const hostile = '\u202e<img src=x onerror=alert(1)>';
    const { page, complaints } = await openCheckPage();
    await paste(page, (await authority.issue({ holder: { name: hostile } })).digits);
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '#verdict bdi.holder-name')).toBe(hostile);
    expect(await page.locator('#verdict img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('a code of a key that was stolen', () => {
  it('is told from a forgery by the issued set, which the page fetches when it needs it', async () => {
    const robbed = await createAuthority();
    const genuine = await robbed.issue({}, { by: 'a-compromised' });
    const forged = await robbed.issue({ points: 500 }, { by: 'a-compromised' });
    robbed.issuedByCompromisedKey.push(genuine.tag);
    const before = { ...site.routes };
    onTestFinished(() => {
      Object.assign(site.routes, before);
      delete site.routes['/trust/issued-sets/6'];
    });
    site.routes['/trust/root'] = JSON.stringify(robbed.rootJws);
    site.routes['/trust/bundle'] = await robbed.publish();
    const { page } = await openCheckPage();
    await paste(page, genuine.digits);
    await page.waitForSelector('.verdict-unknown');
    expect(await textOf(page, '#verdict')).toContain(REASON_WORDING['issued-set-unavailable'].zh);

    let file = new Uint8Array(10);
    site.routes['/trust/issued-sets/6'] = () => ({ status: 200, body: file });
    const asked = () => site.requests.filter((line) => line === 'GET /trust/issued-sets/6').length;
    const already = asked();
    await paste(page, genuine.digits);
    await expect.poll(asked).toBe(already + 1);
    await page.waitForSelector('.verdict-unknown'); // not the file that the list pins
    file = robbed.issuedSet();
    await paste(page, genuine.digits);
    await page.waitForSelector('.verdict-valid');
    await paste(page, forged.digits);
    await page.waitForSelector('.verdict-invalid');
  });
});

describe('without what a check needs', () => {
  it('works in an old browser that has neither Ed25519 nor DecompressionStream', async () => {
    const { page } = await openCheckPage(`#${good.digits}`, { init: OLD_BROWSER });
    await page.waitForSelector('#says [data-outcome=valid]');
    await page.evaluate((digits) => {
      location.hash = digits;
    }, changedSignature(good));
    await page.waitForSelector('#says [data-outcome=invalid]');
    expect(await textOf(page, '#says')).toContain('签名不符');
  });

  it('says that the clock is wrong when it lies before the data', async () => {
    const { page } = await openCheckPage(`#${good.digits}`, { now: NOW - DAY });
    await expect.poll(() => textOf(page, '#says')).toContain('请校准时间');
  });

  it('keeps the data it has when the network goes, and says so when it has none', async () => {
    const { page, context } = await openCheckPage();
    await context.setOffline(true);
    await paste(page, good.digits);
    await expect.poll(() => textOf(page, '#verdict')).toContain('请检查网络');
    await context.setOffline(false);
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await context.setOffline(true);
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });

  it('keeps newer data when the server offers older ones', async () => {
    const { page } = await openCheckPage();
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    const before = site.routes['/trust/bundle'];
    onTestFinished(() => {
      if (before !== undefined) site.routes['/trust/bundle'] = before;
    });
    const cleared = new Uint8Array(131_072 / 8);
    site.routes['/trust/bundle'] = await authority.publish({
      number: 40,
      statusLists: [await authority.statusList(1, { bits: cleared }), await authority.statusList(3)],
    });
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });
});
