/** The holder's link in a real browser: spent by a tap, gone from the address bar, and honest when it no longer works. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CredentialPage } from '../../src/pages/credential.tsx';
import { HolderGatePage } from '../../src/pages/holder-gate.tsx';
import { launchBrowser } from '../support/chromium.ts';
import { sampleProps, UUID } from './sample.ts';
import { type Answer, PAGE_HEADERS, render, type Site, startSite } from './site.ts';

const ADDRESS = `/credentials/${UUID}`;
const SESSION = 'holder=s; HttpOnly; SameSite=Strict; Path=/';
const OPENED: Answer = { status: 204, headers: { 'Set-Cookie': SESSION } };
const EXPIRED: Answer = {
  status: 410,
  headers: { 'Content-Type': 'application/problem+json' },
  body: JSON.stringify({ title: 'link-expired', zh: '链接已过期<b>。', en: 'The link has expired.' }),
};

let browser: Browser;
let site: Site;
let tokens: string[];
let answers: Answer[];

beforeAll(async () => {
  site = await startSite({
    [ADDRESS]: async ({ cookie }) => {
      const page = cookie.includes('holder=s') ? CredentialPage(sampleProps()) : HolderGatePage({ uuid: UUID });
      return { status: 200, headers: PAGE_HEADERS, body: await render(page) };
    },
    [`${ADDRESS}/session`]: ({ body }) => {
      tokens.push(body);
      return answers.shift() ?? EXPIRED;
    },
    '/elsewhere': async () => ({
      status: 200,
      headers: { 'Content-Type': 'text/html' },
      body: `<a href="${site.url}${ADDRESS}#t=abc_123">link</a>`,
    }),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});
beforeEach(() => {
  tokens = [];
  answers = [OPENED];
});

async function newPage({ javaScriptEnabled = true } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled });
  onTestFinished(() => context.close());
  return context.newPage();
}
const message = async (page: Page) => (await page.locator('#gate-message').textContent()) ?? '';

describe('holder link', () => {
  it('spends nothing until the tap, then opens the certificate, also when another site led here', async () => {
    const page = await newPage();
    await page.goto(`${site.url.replace('127.0.0.1', 'localhost')}/elsewhere`);
    await page.click('a');
    await page.waitForSelector('#open');
    expect(page.url()).toBe(site.url + ADDRESS);
    expect(tokens).toEqual([]);
    await page.click('#open');
    await page.waitForSelector('.certificate');
    expect(tokens).toEqual(['{"token":"abc_123"}']);
    expect(page.url()).toBe(site.url + ADDRESS);
    await page.waitForSelector('[data-print]:not([hidden])');
  });

  it('leaves the address bar also when a session is open already', async () => {
    const page = await newPage();
    await page.context().addCookies([{ name: 'holder', value: 's', url: site.url }]);
    await page.goto(`${site.url}${ADDRESS}#t=abc`);
    await page.waitForSelector('.certificate');
    await expect.poll(() => page.url()).toBe(site.url + ADDRESS);
    expect(tokens).toEqual([]);
  });

  it('without a token says where to get a link and shows no button', async () => {
    const page = await newPage();
    await page.goto(site.url + ADDRESS);
    await expect.poll(() => message(page)).toContain('15 分钟');
    expect(await page.locator('#open').isVisible()).toBe(false);
  });

  it('shows the sentence of a refusal as text, and takes the button away', async () => {
    answers = [EXPIRED];
    const page = await newPage();
    await page.goto(`${site.url}${ADDRESS}#t=old`);
    await page.click('#open');
    await expect.poll(() => message(page)).toContain('链接已过期<b>。');
    expect(await page.locator('#open').isVisible()).toBe(false);
  });

  it('can be tapped again after a failing server and after a lost network', async () => {
    answers = [{ status: 503 }, OPENED];
    const page = await newPage();
    await page.goto(`${site.url}${ADDRESS}#t=abc`);
    await page.click('#open');
    await expect.poll(() => message(page)).toContain('稍后再点');
    await page.context().setOffline(true);
    await page.click('#open');
    await expect.poll(() => message(page)).toContain('检查后再点');
    await page.context().setOffline(false);
    await page.click('#open');
    await page.waitForSelector('.certificate');
  });

  it('says what to do where scripts are off', async () => {
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(site.url + ADDRESS);
    expect(await page.locator('.notice').textContent()).toContain('允许 JavaScript');
    expect(await page.locator('#open').isVisible()).toBe(false);
  });
});

describe('certificate on paper', () => {
  it('prints the code at 30 mm or more, black on white, also from dark mode', async () => {
    const page = await newPage();
    await page.context().addCookies([{ name: 'holder', value: 's', url: site.url }]);
    await page.goto(site.url + ADDRESS);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const { modulesMm, ground } = await page.evaluate(() => {
      const picture = document.querySelector('.code-picture');
      const modules = picture?.querySelector('path:last-child')?.getBoundingClientRect().width ?? 0;
      return { modulesMm: (modules / 96) * 25.4, ground: picture && getComputedStyle(picture).backgroundColor };
    });
    expect(modulesMm).toBeGreaterThanOrEqual(30);
    expect(ground).toBe('rgb(255, 255, 255)');
    expect(await page.locator('[data-save]').isVisible()).toBe(false);
  });
});
