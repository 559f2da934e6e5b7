/** Data from one station's screen to another one's camera: what the first really draws is the film that the second one's camera sees. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Grey, greyOf } from '../../src/verifier/scan/grey.ts';
import { violations } from '../support/accessibility.ts';
import { type Authority, createAuthority, type Issued } from '../support/authority.ts';
import { cameraFlags } from '../support/camera.ts';
import { launchBrowser } from '../support/chromium.ts';
import { scanInto } from '../support/wedge.ts';
import { openStation, paste, readyStation, type Station, setUp, textOf, WORD } from './station-page.ts';

let browser: Browser;
let authority: Authority;
let good: Issued;
let revoked: Issued;
let bundle: string;
let newer: string;
let watching: Promise<Browser> | undefined;
const directory = mkdtempSync(join(tmpdir(), 'xingzheng-transfer-'));

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue();
  bundle = await authority.publish();
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  newer = await authority.publish({ number: 42 });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await (await watching)?.close();
  rmSync(directory, { recursive: true });
});

/** Each frame that a station with these data draws in a few seconds, a module five pixels wide. */
async function filmOf(held: string): Promise<Grey[]> {
  const { page } = await readyStation(browser, { root: authority.rootJws, bundle: held });
  await page.click('#send');
  const canvas = page.locator('.transfer-code');
  await canvas.waitFor();
  const drawn = new Map<string, Grey>();
  const wanted = Number(/(\d+) 秒/.exec(await textOf(page, '#transfer-view'))?.[1]) * 6 + 6;
  while (drawn.size < wanted) {
    const modules = await canvas.evaluate((node) => {
      const { width, height } = node as HTMLCanvasElement; // it is one
      const pixels = (node as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      return Array.from({ length: width * height }, (_, at) => pixels[at * 4] ?? 0);
    });
    drawn.set(modules.join(), photographOf(modules));
    await page.waitForTimeout(60);
  }
  return [...drawn.values()];
}

function photographOf(modules: readonly number[]): Grey {
  const side = Math.sqrt(modules.length);
  const picture = greyOf(640, 480);
  picture.data.fill(120);
  for (let y = 0; y < side * 5; y++)
    for (let x = 0; x < side * 5; x++)
      picture.data[(y + 40) * 640 + x + 120] = 20 + (modules[Math.floor(y / 5) * side + Math.floor(x / 5)] ?? 0) * 0.8;
  return picture;
}

let films = 0;
const browserThatSees = (film: readonly Grey[]): Promise<Browser> =>
  launchBrowser({ args: cameraFlags(join(directory, `${films++}.y4m`), film, { framesPerSecond: 6 }) });

/** Whose camera sees the frames of `bundle`. */
function watcher(): Promise<Browser> {
  watching ??= filmOf(bundle).then(browserThatSees);
  return watching;
}

/** Counts cameras that run and wishes that the screen stay on. */
const COUNTED = `
  const { getUserMedia } = MediaDevices.prototype;
  globalThis.tracks = [];
  MediaDevices.prototype.getUserMedia = async function (...args) {
    const stream = await getUserMedia.apply(this, args);
    tracks.push(...stream.getTracks());
    return stream;
  };
  globalThis.awake = 0;
  Object.defineProperty(navigator, 'wakeLock', {
    value: { request: async () => (awake++, { release: async () => { awake--; } }) },
  });
`;
const running = (page: Page) =>
  page.evaluate<number>(`tracks.filter(({ readyState }) => readyState === 'live').length`);
const awake = (page: Page) => page.evaluate<number>('awake');

/** When the code was drawn. */
const DRAWN = `
  const put = CanvasRenderingContext2D.prototype.putImageData;
  globalThis.drawnMs = [];
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    if (this.canvas.className === 'transfer-code') drawnMs.push(Math.round(new Event('x').timeStamp));
    return put.apply(this, args);
  };
`;
const drawnMs = (page: Page) => page.evaluate<number[]>('drawnMs');

const showing = (page: Page, selector: string) =>
  page.locator(selector).evaluate((video: HTMLVideoElement) => video.srcObject instanceof MediaStream);

/** Whole, but for a part of a pixel, and below the bar that stays at the top. */
const inView = (page: Page, selector: string) =>
  page.locator(selector).evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    const bar = document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0;
    return top >= bar - 1 && bottom <= innerHeight + 1;
  });

const said = (page: Page) => expect.poll(() => textOf(page, '#transfer-said'), { timeout: 60_000 });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** A station that takes up the transfer. */
async function receiving(using: Browser, held?: string): Promise<Station> {
  const station = await openStation(using, { root: authority.rootJws, bundle: held });
  await setUp(station.page);
  if (held !== undefined) await expect.poll(() => textOf(station.page, '#data-facts')).toContain('可用至');
  await station.page.click('#receive');
  await station.page.waitForSelector('#transfer:not([hidden])');
  return station;
}

describe('a station without data or a network', () => {
  it('takes them from another station’s screen, judges by them, and still has them the next day', async () => {
    const { page, context, site, complaints } = await openStation(await watcher(), { root: authority.rootJws });
    await setUp(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await site.kill();
    await context.setOffline(true);
    await page.click('#receive');
    await said(page).toContain('已换上新数据');
    expect(await textOf(page, '#transfer-end')).toContain('完成');
    expect(await page.locator('#transfer video').isVisible()).toBe(false);
    await page.click('#transfer-end');
    expect(await focused(page)).toBe('receive');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '#stage')).toContain(WORD);
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    // It asked the network for data, and heard that there are none.
    expect(complaints.filter((line) => !line.startsWith('Failed to load resource'))).toEqual([]);
  });

  it('takes them before it is set up, too', async () => {
    const { page } = await openStation(await watcher(), { root: authority.rootJws });
    await page.waitForSelector('#tools:not([hidden])');
    await page.click('#receive');
    await said(page).toContain('已换上新数据');
    expect(await page.locator('#setup').isVisible()).toBe(false);
    await page.click('#transfer-end');
    await setUp(page);
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
  });
});

describe('a station that knows better', () => {
  it('refuses older data', async () => {
    const { page } = await receiving(await watcher(), newer);
    await said(page).toContain('比本机已有的旧');
    await page.click('#transfer-end');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });

  it('refuses data of another root', async () => {
    const root = await authority.rootDocument({ version: 1, keys: ['stranger'], threshold: 1 });
    const { page } = await openStation(await watcher(), { root });
    await setUp(page);
    await page.click('#receive');
    await said(page).toContain('未通过签名验证');
    expect(await textOf(page, '#bar-data')).toContain('还没有核验数据');
  });

  it('says of the same data that they are the newest', async () => {
    const { page } = await receiving(await watcher(), bundle);
    await said(page).toContain('已是最新数据');
  });
});

describe('the mode', () => {
  it('is one of its own: while scanning, a frame is no certificate and is not taken', async () => {
    const { page } = await openStation(await watcher(), { root: authority.rootJws });
    await setUp(page);
    await page.click('#camera');
    await expect.poll(() => textOf(page, '#scan-message'), { timeout: 30_000 }).toContain('从屏幕接收');
    expect(await page.locator('.verdict').count()).toBe(0);
    expect(await textOf(page, '#bar-data')).toContain('还没有核验数据');
  });

  it.each([
    ['that runs', 'true'],
    ['that is being opened', 'false'],
  ])('borrows the camera %s from the scanning card and gives it back', async (_, pressed) => {
    const { page } = await openStation(await watcher(), { root: authority.rootJws, init: COUNTED });
    await setUp(page);
    await page.evaluate(() => document.getElementById('camera')?.click());
    if (pressed === 'true') await page.waitForSelector('#camera[aria-pressed="true"]');
    expect(await page.getAttribute('#camera', 'aria-pressed')).toBe(pressed);
    await page.click('#receive');
    await expect.poll(() => showing(page, '#transfer video')).toBe(true);
    await expect.poll(async () => [await running(page), await showing(page, '#view')]).toEqual([1, false]);
    await page.keyboard.press('Escape');
    await expect.poll(() => showing(page, '#view')).toBe(true);
    expect(await running(page)).toBe(1);
    expect(await page.locator('#transfer').isVisible()).toBe(false);
  });

  it('leaves no camera on, and keeps the screen awake as long as it lasts and no longer', async () => {
    const { page } = await openStation(await watcher(), { root: authority.rootJws, init: COUNTED });
    await setUp(page);
    for (const end of ['click', 'Escape']) {
      await page.click('#receive');
      await expect.poll(() => showing(page, '#transfer video')).toBe(true);
      expect([await running(page), await awake(page)]).toEqual([1, 1]);
      await (end === 'click' ? page.click('#transfer-end') : page.keyboard.press(end));
      await expect.poll(async () => [await running(page), await awake(page)]).toEqual([0, 0]);
    }
    await page.click('#receive');
    await said(page).toContain('已换上新数据');
    expect(await running(page)).toBe(0);
    expect(await textOf(page, '#data-said')).toContain('已换上新数据');
  });

  it('ends when a code is judged, whose verdict is then what the clerk sees', async () => {
    for (const button of ['#receive', '#send']) {
      const { page } = await readyStation(await watcher(), { root: authority.rootJws, bundle });
      await page.click(button);
      await page.waitForSelector('#transfer-view > *');
      await scanInto(await page.context().newCDPSession(page), good.url);
      await page.waitForSelector('.verdict-valid', { state: 'visible' });
      await page.waitForTimeout(500);
      expect(await inView(page, '.verdict-word')).toBe(true);
      expect(await focused(page)).toBe('');
      expect(await page.locator('#transfer').isVisible()).toBe(false);
      expect(await page.locator('#transfer-view').textContent()).toBe('');
    }
  });

  it('does not open over a verdict that came meanwhile', async () => {
    const init = `
      ${DRAWN}
      const { digest } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.digest = async function (...args) {
        if (globalThis.slow) {
          globalThis.slow = false; // the next ones are the verdict's
          await new Promise((resolve) => setTimeout(resolve, 1_500));
        }
        return digest.apply(this, args);
      };`;
    const { page } = await readyStation(await watcher(), { root: authority.rootJws, bundle, init });
    await page.evaluate('globalThis.slow = true');
    await page.click('#send');
    await expect.poll(() => page.evaluate('globalThis.slow')).toBe(false);
    await scanInto(await page.context().newCDPSession(page), good.url);
    await page.waitForSelector('.verdict-valid', { state: 'visible' });
    await page.waitForTimeout(2_000);
    expect(await inView(page, '.verdict-word')).toBe(true);
    expect(await drawnMs(page)).toEqual([]);
  });

  it('ends with Escape before the station is set up, and at once: the next one is another', async () => {
    const { page } = await openStation(browser, { root: authority.rootJws, bundle, init: DRAWN });
    await page.waitForSelector('#send:enabled');
    await page.click('#send');
    await page.waitForSelector('.transfer-code');
    await page.keyboard.press('Escape');
    expect(await page.locator('#transfer').isVisible()).toBe(false);
    await page.click('#receive');
    await said(page).toContain('没有可用的摄像头');
    const before = (await drawnMs(page)).length;
    await page.waitForTimeout(800);
    expect((await drawnMs(page)).length).toBe(before);
  });

  it('says so when the browser refuses what it needs, and leaves no camera on', async () => {
    const init = `${COUNTED} globalThis.Worker = class { constructor() { throw new Error('no workers'); } };`;
    const { page } = await openStation(await watcher(), { root: authority.rootJws, init });
    await page.waitForSelector('#tools:not([hidden])');
    await page.click('#receive');
    await said(page).toContain('这一功能没有打开');
    expect(await running(page)).toBe(0);
  });

  it('works with the keyboard alone, and axe-core finds nothing in it', async () => {
    const { page, complaints } = await readyStation(await watcher(), { root: authority.rootJws, bundle });
    for (const [colorScheme, id] of [
      ['light', 'send'],
      ['dark', 'send'],
      ['light', 'receive'],
      ['dark', 'receive'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.focus(`#${id}`);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#transfer:not([hidden])');
      expect(await focused(page)).toBe('transfer-end');
      expect([id, colorScheme, await violations(page)]).toEqual([id, colorScheme, []]);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#transfer', { state: 'hidden' });
      expect(await focused(page)).toBe(id);
    }
    expect(complaints).toEqual([]);
  });

  it('is opened once by a double click', async () => {
    const init = `
      const { getUserMedia } = MediaDevices.prototype;
      globalThis.cameras = 0;
      MediaDevices.prototype.getUserMedia = function (...args) {
        cameras++;
        return getUserMedia.apply(this, args);
      };`;
    const { page } = await readyStation(await watcher(), { root: authority.rootJws, bundle, init });
    await page.dblclick('#receive');
    await page.waitForSelector('#transfer video');
    await said(page).toContain('已是最新数据');
    expect(await page.evaluate('cameras')).toBe(1);
  });

  it('says when there is no camera, and offers nothing to send where there are no data', async () => {
    const { page } = await openStation(browser, { root: authority.rootJws });
    await setUp(page);
    expect(await page.locator('#send').isDisabled()).toBe(true);
    await page.click('#receive');
    await said(page).toContain('没有可用的摄像头，不能从屏幕接收。请停止，改用文件。');
    expect(await page.locator('#transfer-view').textContent()).toBe('');
  });
});

describe('a frame', () => {
  it('that is pasted or typed by a scanner is no damaged certificate, and does not end the mode', async () => {
    const { page } = await readyStation(await watcher(), { root: authority.rootJws, bundle });
    const frame = `XZB1-${'1'.repeat(986)}`;
    const session = await page.context().newCDPSession(page);
    await paste(page, frame);
    await expect.poll(() => textOf(page, '#stage')).toContain('核验站之间传送数据');
    await paste(page, 'VC1-RSJRPWCR803A3P0098G3A3');
    await expect.poll(() => textOf(page, '#stage')).toContain('VC 条码');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await scanInto(session, frame);
    await expect.poll(() => textOf(page, '#stage')).toContain('核验站之间传送数据');
    expect(await page.locator('.verdict').count()).toBe(0);
    expect(await textOf(page, '#day-facts')).toContain('今日合计 Today1');
    await page.click('#send');
    await page.waitForSelector('.transfer-code');
    await scanInto(session, frame);
    await page.waitForTimeout(300);
    expect(await page.locator('.transfer-code').isVisible()).toBe(true);
  });
});

describe('the screen', () => {
  it('changes so slowly that nothing on it flashes more than three times a second', async () => {
    const { page } = await readyStation(browser, { root: authority.rootJws, bundle, init: DRAWN });
    await page.click('#send');
    await page.waitForTimeout(3_000);
    // Playwright's clock has the timer after the slow first drawing begin before it.
    const times = (await drawnMs(page)).slice(1);
    expect(times.length).toBeGreaterThan(8);
    // Two changes make a flash: in any second there are at most six.
    for (const [at, start] of times.entries())
      expect(times.slice(at).filter((time) => time - start < 1_000).length).toBeLessThanOrEqual(6);
  });

  it('shows each module as a whole number of the screen’s own pixels, and as many as there is room for', async () => {
    const { page } = await readyStation(browser, { root: authority.rootJws, bundle });
    await page.click('#send');
    const box = await page.locator('.transfer-code').boundingBox();
    expect(box?.width).toBe(77 * 4);
    expect(box?.height).toBe(box?.width);
  });

  it('keeps to the window when that gets narrower', async () => {
    const { page } = await readyStation(browser, { root: authority.rootJws, bundle });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.click('#send');
    await page.waitForSelector('.transfer-code');
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect((await page.locator('.transfer-code').boundingBox())?.width).toBe(77 * 4);
  });

  it.each([
    [360, 740],
    [320, 568],
    [844, 390],
    [1280, 600],
  ])('of %i × %i shows all of the code', async (width, height) => {
    const { page } = await readyStation(browser, { root: authority.rootJws, bundle });
    await page.setViewportSize({ width, height });
    await page.click('#send');
    await page.waitForSelector('.transfer-code');
    expect(await inView(page, '.transfer-code')).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
});
