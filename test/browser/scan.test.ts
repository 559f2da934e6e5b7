/** Scanning on the check page in a real browser: a fake camera that shows photographs of codes, picture files, and no camera at all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CheckPage } from '../../src/pages/check.tsx';
import { codePrefix } from '../../src/vc/qr/payload.ts';
import { symbolSvg } from '../../src/vc/qr/symbol.ts';
import { CONDITIONS, type Condition } from '../bench/scan/conditions.ts';
import { showing } from '../bench/scan/trial.ts';
import { type Site, startSite } from '../pages/site.ts';
import { type Authority, createAuthority, type Issued, NOW, PUBLIC_URL } from '../support/authority.ts';
import { cameraFlags, pngOf } from '../support/camera.ts';
import { launchBrowser } from '../support/chromium.ts';
import { OLD_BROWSER } from '../support/old-browser.ts';

let site: Site;
let authority: Authority;
let good: Issued;
let revoked: Issued;
const directory = mkdtempSync(join(tmpdir(), 'xingzheng-camera-'));

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue();
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  site = await startSite({
    '/c/': CheckPage({ officialHosts: 'xz.hzedu.gov.cn' }),
    '/trust/root': JSON.stringify(authority.rootJws),
    '/trust/bundle': await authority.publish(),
  });
});
afterAll(async () => {
  await site?.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  site.requests.length = 0;
});

const condition = (name: string): Condition => {
  const found = CONDITIONS.find((one) => one.name === name);
  if (!found) throw new Error(`no condition ${name}`);
  return found;
};
const drawing = (digits: string, prefix = codePrefix(PUBLIC_URL)) => symbolSvg(prefix, digits, 'code');

/** Three frames of a hand that holds the code. */
function frames(svg: string, name = '720p 30 mm') {
  const film = showing(condition(name), svg, 7);
  return [1, 2, 3].flatMap(() => film.next().value ?? []);
}

let films = 0;
/** A browser whose camera sees the code. */
const withCamera = (svg: string, name?: string) =>
  launchBrowser({ args: cameraFlags(join(directory, `${films++}.y4m`), frames(svg, name)) });

type Opened = { page: Page; complaints: string[] };

/** The check page, its clock at NOW. The browser is closed with the test. */
async function openIn(browser: Browser, { init = '' } = {}): Promise<Opened> {
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.clock.setFixedTime(NOW * 1000);
  if (init) await page.addInitScript(init);
  await page.goto(`${site.url}/c/`);
  return { page, complaints };
}

const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';
const message = (page: Page) => textOf(page, '#scan-message');
/** Starting a worker with its decoder takes a moment, on a busy machine several. */
const said = (page: Page) => expect.poll(() => message(page), { timeout: 20_000 });

describe('the camera', () => {
  it.each([
    ['', ''],
    ['in an old browser ', OLD_BROWSER],
  ])('%sreads a code, gives the verdict and stops', async (_, init) => {
    const { page, complaints } = await openIn(await withCamera(drawing(good.digits)), { init });
    await page.click('#scan');
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '#verdict')).toContain('欧阳晓明月');
    expect(await page.locator('#view').isVisible()).toBe(false);
    expect(await page.locator('#view').evaluate((video: HTMLVideoElement) => video.srcObject)).toBeNull();
    expect(complaints).toEqual([]);
    expect(
      site.requests.filter(
        (line) => !/^GET \/(c\/|assets\/[\w./-]+|trust\/(root|bundle\?payload=detached))$/.test(line),
      ),
    ).toEqual([]);
  });

  it('reads one that is revoked, in the noise of a dark room', async () => {
    const { page } = await openIn(await withCamera(drawing(revoked.digits), 'noise'));
    await page.click('#scan');
    await page.waitForSelector('.verdict-invalid');
    expect(await textOf(page, '#verdict')).toContain('证书已被撤销');
  });

  it('does not confirm a damaged code', async () => {
    const digits = good.digits.slice(0, 90) + ((Number(good.digits[90]) + 1) % 10) + good.digits.slice(91);
    const { page } = await openIn(await withCamera(drawing(digits)));
    await page.click('#scan');
    await page.waitForSelector('.verdict-unknown');
    expect(await textOf(page, '#verdict')).toContain('请对准重扫');
  });

  it('notes a code that names another host', async () => {
    const { page } = await openIn(await withCamera(drawing(good.digits, 'https://evil.example/c/#')));
    await page.click('#scan');
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '#verdict')).toContain('不是官方网址');
  });

  it('says of a stranger’s code that it is none of ours, and goes on until it is stopped', async () => {
    const { page } = await openIn(await withCamera(drawing('1234567', 'https://example.org/menu/')));
    await page.click('#scan');
    await said(page).toContain('不是证书的二维码');
    expect(await page.locator('#view').isVisible()).toBe(true);
    expect(await textOf(page, '#verdict')).toBe('');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stop');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#view').isVisible()).toBe(false);
    expect(await message(page)).toBe('');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('scan');
  });
});

describe('without a camera', () => {
  it('says that there is none', async () => {
    const { page } = await openIn(await launchBrowser({ args: ['--use-fake-ui-for-media-stream'] }));
    await page.click('#scan');
    await said(page).toContain('没有可用的摄像头');
    expect(await page.locator('#scan').isEnabled()).toBe(true);
  });

  it('says that it was denied', async () => {
    const { page } = await openIn(
      await launchBrowser({ args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny'] }),
    );
    await page.click('#scan');
    await said(page).toContain('摄像头未获允许');
    expect(await page.locator('#view').isVisible()).toBe(false);
  });

  it('says that another program has it', async () => {
    const init = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('in use', 'NotReadableError'))`;
    const { page } = await openIn(await launchBrowser(), { init });
    await page.click('#scan');
    await said(page).toContain('被其他程序占用');
  });

  it('says that there is none where the browser has no such thing at all', async () => {
    const init = `Object.defineProperty(navigator, 'mediaDevices', { value: undefined })`;
    const { page } = await openIn(await launchBrowser(), { init });
    await page.click('#scan');
    await said(page).toContain('没有可用的摄像头');
  });
});

describe('a picture', () => {
  const choose = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
    page.setInputFiles('#picture', { name, mimeType, buffer });

  it('is read, be it a photograph or our own drawing, and the same one twice', async () => {
    const { page, complaints } = await openIn(await launchBrowser());
    const [photograph] = frames(drawing(good.digits), 'blur');
    if (!photograph) throw new Error('no photograph');
    for (let times = 0; times < 2; times++) {
      await choose(page, 'code.png', 'image/png', pngOf(photograph));
      await page.waitForSelector('.verdict-valid');
      await page.evaluate(() => document.querySelector('.verdict')?.remove());
    }
    await choose(page, 'code.svg', 'image/svg+xml', Buffer.from(drawing(revoked.digits)));
    await page.waitForSelector('.verdict-invalid');
    expect(complaints).toEqual([]);
  });

  it('without a code, or that is no picture, is answered with what to do', async () => {
    const { page } = await openIn(await launchBrowser());
    const empty = { width: 200, height: 200, data: new Uint8ClampedArray(40_000).fill(200) };
    await choose(page, 'empty.png', 'image/png', pngOf(empty));
    await said(page).toContain('没有找到二维码');
    await choose(page, 'menu.svg', 'image/svg+xml', Buffer.from(drawing('1234567', 'https://example.org/menu/')));
    await said(page).toContain('不是证书的二维码');
    await choose(page, 'letter.png', 'image/png', Buffer.from('no picture'));
    await said(page).toContain('没有找到二维码');
  });

  it('without the decoder’s program says so', async () => {
    site.routes['/assets/zxing_reader.wasm'] = () => ({ status: 503 });
    onTestFinished(() => {
      delete site.routes['/assets/zxing_reader.wasm'];
    });
    const { page } = await openIn(await launchBrowser());
    await choose(page, 'code.svg', 'image/svg+xml', Buffer.from(drawing(good.digits)));
    await said(page).toContain('无法读取图片');
  });
});
