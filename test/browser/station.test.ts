/** The station app in a real browser: set up once with a network, then without one; and what it must never take for a yes. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Authority, createAuthority, DAY, type Issued, NOW } from '../support/authority.ts';
import { launchBrowser } from '../support/chromium.ts';
import { type StationSite, startStationSite } from './station-site.ts';

let browser: Browser;
let authority: Authority;
let good: Issued;
let revoked: Issued;
let bundle: string;

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue({ holder: { name: '欧*明' } });
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  bundle = await authority.publish();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

type Station = { page: Page; context: BrowserContext; site: StationSite; complaints: string[]; asked: string[] };

/** A fresh browser profile and a server of its own, before set-up. */
async function openStation({ now = NOW, offers = bundle as string | undefined } = {}): Promise<Station> {
  const site = await startStationSite({
    trustRoot: JSON.stringify(authority.rootJws),
    ...(offers === undefined ? {} : { bundle: offers }),
  });
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  onTestFinished(async () => {
    await context.close();
    await site.kill();
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  context.on('request', (request) => asked.push(request.url()));
  await page.clock.setFixedTime(now * 1000);
  await page.goto(`${site.url}/station/`);
  return { page, context, site, complaints, asked };
}

const WORD = '蓝天46';

/** Set up with the word, holding the bundle, kept for use without a network. */
async function readyStation(options: Parameters<typeof openStation>[0] = {}): Promise<Station> {
  const station = await openStation(options);
  await setUp(station.page);
  await expect.poll(() => textOf(station.page, '#data-facts')).toContain('41');
  await expect.poll(() => textOf(station.page, '#app-facts')).toContain(station.site.folder.fingerprint);
  return station;
}

async function setUp(page: Page): Promise<void> {
  await page.fill('#word', WORD);
  await page.press('#word', 'Enter');
  await page.waitForSelector('#stage:not([hidden])');
}

async function paste(page: Page, code: string): Promise<void> {
  await page.fill('#code', code);
  await page.press('#code', 'Enter');
}

const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';

const changedAt = (digits: string, index: number) =>
  digits.slice(0, index) + ((Number(digits[index]) + 1) % 10) + digits.slice(index + 1);

describe('a station that was set up', () => {
  it('gives the verdict with the word, the holder, the issuer, the dates and the age of the data', async () => {
    const { page, complaints } = await readyStation();
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    const verdict = await textOf(page, '#stage');
    for (const text of [
      '有效',
      'Valid',
      WORD,
      '欧*明',
      '不能证明持证人就是本人',
      'not proof that this person holds it',
      '杭州市上城区教育局',
      '星级家长执照 · 4–6岁 · 三星',
      '2026年11月14日',
      '核验数据截至 2026年11月24日 15:00',
    ])
      expect(verdict).toContain(text);
    expect(await textOf(page, '#bar-data')).toContain('数据截至 2026年11月24日 15:30');
    expect(complaints).toEqual([]);
  });

  it('opens again and judges after the server was killed and the browser went offline', async () => {
    const { page, context, site } = await readyStation();
    await site.kill();
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('#stage:not([hidden])');
    await paste(page, good.url);
    await page.waitForSelector('.verdict-valid');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    expect(await textOf(page, '#stage')).toContain('证书已被撤销');
    expect(await textOf(page, '#stage')).toContain(WORD);
  });

  it.each([
    ['valid', async () => good.digits, '请核对持证人身份'],
    ['invalid', async () => revoked.digits, '请不要受理'],
    ['invalid', async () => (await authority.issue({ validUntil: NOW - DAY })).digits, '已过有效期'],
    ['invalid', async () => (await authority.issue({}, { signWith: 'stranger' as never })).digits, '签名不符'],
    ['unknown', async () => changedAt(good.digits, 60), '请对准重扫'],
    ['unknown', async () => '12345', '请对准重扫'],
  ])('%s', async (outcome, code, sentence) => {
    const { page } = await readyStation();
    await paste(page, await code());
    await page.waitForSelector(`.verdict-${outcome}`);
    expect(await textOf(page, '#stage')).toContain(sentence);
  });
});
