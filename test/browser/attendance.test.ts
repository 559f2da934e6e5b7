/** Attendance in a real browser: recorded with no network, kept over a restart, redeemed by the real service; and whatever a clerk may do wrong. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/vc/json.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { violations } from '../support/accessibility.ts';
import { otherDevice } from '../support/attendance.ts';
import { launchBrowser } from '../support/chromium.ts';
import { OLD_BROWSER } from '../support/old-browser.ts';
import { decodePng } from '../support/qr-image.ts';
import { type Service, startService } from '../support/service.ts';
import { scanInto } from '../support/wedge.ts';
import { paste, setUp, textOf } from './station-page.ts';

let browser: Browser;
let service: Service;
let key: string;
let now: number;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startService('node')]);
  key = await service.key();
  now = service.deps.clock.now();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

type Tablet = { page: Page; context: BrowserContext; complaints: string[] };

async function openTablet(init = ''): Promise<Tablet> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, acceptDownloads: true });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  if (init) await page.addInitScript(init);
  await page.goto(`${service.url}/station/`);
  await setUp(page);
  await expect.poll(() => textOf(page, '#app-facts')).toMatch(/[0-9a-f]{4} [0-9a-f]{4}/);
  return { page, context, complaints };
}

const makeKey = async (page: Page): Promise<string> => {
  await page.click('#device-make');
  await page.waitForSelector('#device:not([hidden])');
  return (await page.locator('#device-facts code').textContent()) ?? '';
};

let salon = 0;
async function giveQuota(device: string, changes: JsonObject = {}): Promise<string> {
  const fields = {
    title: '社区驿站家长沙龙',
    device,
    record: {
      scheme: 'shangcheng-star-licence',
      stage: '4-6',
      activity: `station:salon-${++salon}`,
      category: 'offline',
      verb: 'attended',
    },
    from: isoSeconds(now - 3_600),
    until: isoSeconds(now + 3_600),
    serials: 50,
    redeemBy: isoSeconds(now + 86_400),
    ...changes,
  };
  const headers = { 'content-type': 'application/json' };
  const answer = await service.request('/api/quotas', { method: 'POST', headers, key, body: JSON.stringify(fields) });
  expect(answer.status).toBe(200);
  return (await answer.json()).quota;
}

async function loadQuota(page: Page, quota: string, says = '已载入配额'): Promise<void> {
  await page.setInputFiles('#quota-file', {
    name: 'quota.jws',
    mimeType: 'application/jose',
    buffer: Buffer.from(quota),
  });
  await expect.poll(() => textOf(page, '#attendance-said')).toContain(says);
}

const codeOf = async (parent: string): Promise<string> =>
  (await (await service.request(`/api/learners/${parent}/code`, { key })).text()).trim();

async function shows(page: Page, text: string): Promise<void> {
  await expect.poll(() => textOf(page, '#stage')).toContain(text);
}

const pointsOf = async (parent: string): Promise<number> =>
  (await (await service.request(`/api/learners/${parent}`, { key })).json()).ladders?.[0].points;

const factsOf = async (page: Page) =>
  (await textOf(page, '#attendance-counts')) + (await textOf(page, '#attendance-facts'));

/** It may be sending by itself already: then the button is off. */
const sendNow = (page: Page): Promise<void> =>
  page.locator('#slips-send').evaluate((button) => (button as HTMLButtonElement).click()); // the page has it as a button

async function savedSlips(page: Page): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#slips-save')]);
  expect(download.suggestedFilename()).toMatch(/^slips-.*\.txt$/);
  return readFileSync(await download.path(), 'utf8');
}

describe('a station that records attendance', () => {
  it('works without a network, over a restart, and every parent gets the points once', async () => {
    const { page, context, complaints } = await openTablet();
    const device = await makeKey(page);
    expect(device).toMatch(/^z6Mk/);
    await page.click('#device summary');
    expect(await decodePng(await page.locator('#device-picture').screenshot())).toBe(device);
    await loadQuota(page, await giveQuota(device));
    const codes = await Promise.all(['ann', 'bao', 'cai'].map(codeOf));
    const [ann = '', bao = '', cai = ''] = codes;

    await context.setOffline(true);
    await paste(page, ann);
    await shows(page, '已记录 第 1 号');
    await shows(page, 'Recorded, no. 1');
    await shows(page, '社区驿站家长沙龙');
    await paste(page, ann);
    await shows(page, '已经记录过');
    await shows(page, '第 1 号');
    await scanInto(await context.newCDPSession(page), bao);
    await shows(page, '已记录 第 2 号');

    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    await paste(page, bao);
    await shows(page, '已经记录过');
    await paste(page, cai);
    await shows(page, '已记录 第 3 号');
    await expect.poll(() => factsOf(page)).toContain('3 / 50');

    const saved = await savedSlips(page);
    expect(saved.trim().split('\n')).toHaveLength(3);
    const brought = await service.request('/api/slips', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: saved,
    });
    expect(await brought.json()).toMatchObject({ redeemed: 3 });
    expect([await pointsOf('ann'), await pointsOf('bao'), await pointsOf('cai')]).toEqual([20, 20, 20]);

    await context.setOffline(false);
    await sendNow(page); // the service has them already
    await expect.poll(() => factsOf(page)).toMatch(/Confirmed\s*3/);
    expect(await factsOf(page)).toMatch(/To be sent\s*0/);
    expect(await pointsOf('ann')).toBe(20);
    expect(complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  });

  it('reads the parent’s code from its picture, and hides nothing from a screen reader', async () => {
    const { page, context } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    await page.click('#device summary');
    expect(await violations(page)).toEqual([]);
    const headers = { accept: 'image/svg+xml' };
    const svg = await (await service.request('/api/learners/qin/code', { key, headers })).text();
    const phone = await context.newPage();
    await phone.setContent(`<img style="width: 300px" src="data:image/svg+xml,${encodeURIComponent(svg)}">`);
    const buffer = await phone.locator('img').screenshot();
    await page.setInputFiles('#picture', { name: 'code.png', mimeType: 'image/png', buffer });
    await shows(page, '已记录 第 1 号');
    expect(await violations(page)).toEqual([]);
  });

  it('sends each slip at once while there is a network, and keeps it while the service does not answer', async () => {
    const { page, context } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    await page.route('**/api/slips', (route) => route.fulfill({ status: 503, body: '' }));
    await paste(page, await codeOf('dai'));
    await shows(page, '已记录 第 1 号');
    await page.click('#slips-send');
    await expect.poll(() => textOf(page, '#attendance-said')).toContain('现在无法上传');
    expect(await factsOf(page)).toMatch(/To be sent\s*1/);
    await page.unroute('**/api/slips');
    await paste(page, await codeOf('er'));
    await shows(page, '已记录 第 2 号');
    await expect.poll(() => factsOf(page)).toMatch(/Confirmed\s*2/);
    expect([await pointsOf('dai'), await pointsOf('er')]).toEqual([20, 20]);
    expect(await page.locator('#slips-send').isDisabled()).toBe(true);

    await context.setOffline(true);
    await paste(page, await codeOf('fei'));
    await shows(page, '已记录 第 3 号');
    expect(await factsOf(page)).toMatch(/To be sent\s*1/);
    await context.setOffline(false); // and what was recorded meanwhile goes by itself
    await expect.poll(() => factsOf(page)).toMatch(/Confirmed\s*3/);
  });

  it('says why the service refused a slip, and keeps it', async () => {
    const { page, context } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    await context.setOffline(true);
    await paste(page, await codeOf('fang'));
    await shows(page, '已记录 第 1 号');
    await service.deps.db.write([`update quotas set state = 'suspended'`]);
    await context.setOffline(false);
    await page.click('#slips-send');
    await expect.poll(() => textOf(page, '#attendance-said')).toContain('有凭条未被兑换');
    expect(await factsOf(page)).toContain('配额已暂停');
    expect(await factsOf(page)).toMatch(/To be sent\s*1/);
    await service.deps.db.write([`update quotas set state = 'open'`]);
    await page.click('#slips-send');
    await expect.poll(() => textOf(page, '#attendance-said')).toContain('已全部上传并确认');
    expect(await pointsOf('fang')).toBe(20);
  });

  it('signs after a restart what it had recorded and could not sign', async () => {
    const { page, context } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    await context.setOffline(true);
    await page.evaluate(`crypto.subtle.sign = () => Promise.reject(new Error('the power went'))`);
    await paste(page, await codeOf('mei'));
    await shows(page, '已记录 第 1 号');
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    expect((await savedSlips(page)).trim().split('\n')).toHaveLength(1);
    await context.setOffline(false);
    await sendNow(page);
    await expect.poll(() => factsOf(page)).toMatch(/Confirmed\s*1/);
    expect(await pointsOf('mei')).toBe(20);
  });

  it('records nobody while it cannot store, and says so', async () => {
    const { page } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    await page.evaluate(
      `IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }`,
    );
    await paste(page, await codeOf('nie'));
    await shows(page, '本机没能保存这条记录');
    expect(await page.locator('.verdict-valid').count()).toBe(0);
  });

  it('gives two tabs different serials', async () => {
    const { page, context } = await openTablet();
    await loadQuota(page, await giveQuota(await makeKey(page)));
    const other = await context.newPage();
    await other.goto(`${service.url}/station/`);
    await other.waitForSelector('#post:not([hidden])');
    const [one, two] = await Promise.all(['ou', 'pan'].map(codeOf));
    await Promise.all([paste(page, one ?? ''), paste(other, two ?? '')]);
    await Promise.all([shows(page, '已记录'), shows(other, '已记录')]);
    const numbers = await Promise.all(
      [page, other].map(async (tab) => /第 (\d) 号/.exec(await textOf(tab, '#stage'))?.[1]),
    );
    expect(numbers.sort()).toEqual(['1', '2']);
    await expect.poll(async () => [await pointsOf('ou'), await pointsOf('pan')].join()).toBe('20,20');
  });

  it('never gives a serial twice: not with the same quota loaded again, nor after starting over', async () => {
    const { page, context } = await openTablet();
    const quota = await giveQuota(await makeKey(page));
    await loadQuota(page, quota);
    await context.setOffline(true);
    await paste(page, await codeOf('gao'));
    await shows(page, '已记录 第 1 号');
    await loadQuota(page, quota, '本机已有这份配额');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.click('#start-over');
    await page.waitForSelector('#setup:not([hidden])');
    await setUp(page);
    await paste(page, await codeOf('gao'));
    await shows(page, '已经记录过');
    await paste(page, await codeOf('he'));
    await shows(page, '已记录 第 2 号');
  });

  it('says what is wrong where it cannot record', async () => {
    const { page } = await openTablet();
    const code = await codeOf('jin');
    await paste(page, code);
    await shows(page, '没有签到配额');
    const device = await makeKey(page);
    await loadQuota(page, 'nonsense', '不是完整的配额文件');
    await loadQuota(page, await giveQuota(otherDevice.multibase), '发给另一台设备');
    await loadQuota(page, await giveQuota(device, { from: isoSeconds(now + 1_800) }));
    await paste(page, code);
    await shows(page, '活动还没有开始');
    await loadQuota(page, await giveQuota(device, { serials: 1 }));
    await paste(page, `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`);
    await shows(page, '学员码不完整');
    await paste(page, code);
    await shows(page, '已记录 第 1 号');
    await paste(page, await codeOf('kang'));
    await shows(page, '配额已用完');
    expect(await page.locator('.verdict-valid').count()).toBe(0);
  });

  it('says so in a browser that cannot make a device key, and checks certificates all the same', async () => {
    const { page } = await openTablet(OLD_BROWSER);
    await page.click('#device-make');
    await expect.poll(() => textOf(page, '#attendance-said')).toContain('此浏览器不能制作或保存设备密钥');
    await paste(page, await codeOf('lan'));
    await shows(page, '没有签到配额');
    await paste(page, '1'.repeat(60));
    await shows(page, '二维码不完整');
  });
});
