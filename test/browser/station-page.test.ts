/** The station's page itself: its camera and pictures, the keyboard, what axe-core says, and that nothing goes anywhere else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { codePrefix, emitPayload } from '../../src/vc/qr/payload.ts';
import { symbolSvg } from '../../src/vc/qr/symbol.ts';
import type { Grey } from '../../src/verifier/scan/grey.ts';
import { CONDITIONS } from '../bench/scan/conditions.ts';
import { showing } from '../bench/scan/trial.ts';
import { violations } from '../support/accessibility.ts';
import { type Authority, createAuthority, DAY, type Issued, NOW, PUBLIC_URL } from '../support/authority.ts';
import { cameraFlags, pngOf } from '../support/camera.ts';
import { launchBrowser } from '../support/chromium.ts';
import { changedSignature, OLD_BROWSER } from '../support/old-browser.ts';
import { openStation, paste, readyStation, type StationOptions, textOf, WORD } from './station-page.ts';

let browser: Browser;
let authority: Authority;
let good: Issued;
let other: Issued;
let revoked: Issued;
let bundle: string;
const directory = mkdtempSync(join(tmpdir(), 'xingzheng-station-'));

beforeAll(async () => {
  authority = await createAuthority();
  good = await authority.issue();
  other = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00778899', holder: { name: '王*明' } });
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  bundle = await authority.publish();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

const ready = (options: Partial<StationOptions> = {}, using = browser) =>
  readyStation(using, { root: authority.rootJws, bundle, ...options });

/** A hand that holds the code for some frames. */
function frames({ digits }: { digits: string }, count = 3): Grey[] {
  const condition = CONDITIONS.find(({ name }) => name === '720p 30 mm');
  if (!condition) throw new Error('no such condition');
  const film = showing(condition, symbolSvg(codePrefix(PUBLIC_URL), digits, 'code'), 7);
  return Array.from({ length: count }, () => film.next().value).flatMap((frame) => frame ?? []);
}

describe('the camera', () => {
  it('goes on after each code: the next person needs no tap, and it starts by itself the next day', async () => {
    // Half a minute in a second: each certificate for as long as a camera needs to see it.
    const film = [...repeated(frames(good), 6), ...repeated(frames(revoked), 6), ...repeated(frames(other), 6)];
    const own = await launchBrowser({ args: cameraFlags(join(directory, 'queue.y4m'), film, { framesPerSecond: 5 }) });
    onTestFinished(() => own.close());
    const { page, context, site, complaints } = await ready({}, own);
    await page.click('#camera');
    await page.waitForSelector('.verdict-invalid');
    await expect.poll(() => textOf(page, '#stage'), { timeout: 20_000 }).toContain('王*明');
    await page.waitForSelector('.verdict-valid');
    await expect.poll(() => textOf(page, '#stage'), { timeout: 20_000 }).toContain('欧阳晓明月');
    expect(await page.locator('#view').isVisible()).toBe(true);
    expect(complaints).toEqual([]);

    await site.kill();
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('.verdict', { timeout: 20_000 });
    await page.click('#camera');
    expect(await page.locator('#view').isVisible()).toBe(false);
  });

  it('sees what is valid, revoked, forged, expired, of an unknown template or damaged, with no server and no network', async () => {
    const shown: readonly [digits: string, outcome: string, sentence: string][] = [
      [good.digits, 'valid', '请核对持证人身份'],
      [revoked.digits, 'invalid', '证书已被撤销'],
      [changedSignature(good), 'invalid', '签名不符'],
      [(await authority.issue({ validUntil: NOW - DAY })).digits, 'invalid', '已过有效期'],
      [emitPayload({ ...good.fields, template: 99 }).digits, 'unknown', '不是已登记的证书样式'],
      [good.digits.slice(0, -3), 'unknown', '请对准重扫'],
    ];
    const film = shown.flatMap(([digits]) => repeated(frames({ digits }), 3));
    const own = await launchBrowser({ args: cameraFlags(join(directory, 'six.y4m'), film, { framesPerSecond: 6 }) });
    onTestFinished(() => own.close());
    const { page, context, site } = await ready({}, own);
    await site.kill();
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    await page.evaluate(() => {
      const verdicts: string[] = [];
      Object.assign(globalThis, { verdicts });
      new MutationObserver(() => {
        const verdict = document.querySelector<HTMLElement>('#stage .verdict');
        if (verdict) verdicts.push(`${verdict.dataset.outcome} ${verdict.textContent}`);
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.click('#camera');
    for (const [, outcome, sentence] of shown)
      await expect
        .poll(() => page.evaluate<string[]>('verdicts'), { timeout: 30_000 })
        .toContainEqual(expect.stringMatching(new RegExp(`^${outcome} .*${sentence}`, 's')));
  });

  it('lights its torch where it has one', async () => {
    const init = `
      MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
      globalThis.asked = [];
      MediaStreamTrack.prototype.applyConstraints = async (constraints) => { asked.push(constraints.advanced[0].torch); };`;
    const own = await launchBrowser({ args: cameraFlags(join(directory, 'torch.y4m'), frames(good)) });
    onTestFinished(() => own.close());
    const { page } = await ready({ init }, own);
    expect(await page.locator('#torch').isVisible()).toBe(false);
    await page.click('#camera');
    await page.click('#torch');
    await expect.poll(() => page.getAttribute('#torch', 'aria-pressed')).toBe('true');
    await page.waitForSelector('.verdict-valid'); // and it stays on while the name is compared
    expect(await page.evaluate('asked')).toEqual([true]);
    await page.click('#torch');
    await expect.poll(() => page.evaluate('asked')).toEqual([true, false]);
  });

  it('that is not there is said, and the rest works', async () => {
    const { page } = await ready();
    await page.click('#camera');
    await expect.poll(() => textOf(page, '#scan-message')).toContain('没有可用的摄像头');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
  });
});

const repeated = <T>(all: readonly T[], times: number): T[] => Array.from({ length: times }, () => all).flat();

describe('a picture', () => {
  it.each([
    ['today’s', ''],
    ['an old', OLD_BROWSER],
  ])('of a certificate gets the verdict in %s browser, also without a network', async (_, init) => {
    const { page, context, site } = await ready({ init });
    await site.kill();
    await context.setOffline(true);
    const [photograph] = frames(good, 1);
    if (!photograph) throw new Error('no frame');
    await page.setInputFiles('#picture', { name: 'a.png', mimeType: 'image/png', buffer: pngOf(photograph) });
    await page.waitForSelector('.verdict-valid');
  });
});

describe('the keyboard alone', () => {
  it('sets the station up, checks, and reaches every control', async () => {
    const { page } = await openStation(browser, { root: authority.rootJws, bundle });
    await page.waitForSelector('#setup:not([hidden])');
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    const tabTo = async (id: string) => {
      for (let tabs = 0; tabs < 20 && (await focused()) !== id; tabs++) await page.keyboard.press('Tab');
      expect(await focused()).toBe(id);
    };
    await tabTo('word');
    await page.keyboard.insertText(WORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#post:not([hidden])');
    await tabTo('code');
    await page.keyboard.insertText(good.digits);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict-valid');
    for (const id of ['sound', 'update', 'bundle-file', 'receive', 'send', 'start-over', 'camera', 'picture', 'code'])
      await tabTo(id);
    await page.keyboard.press('Escape');
    await expect.poll(() => textOf(page, '#stage')).toContain('请出示二维码');
  });
});

describe('a phone', () => {
  it('shows a typical verdict whole: name, until when, and how old the data are, with no scrolling', async () => {
    const { page } = await ready();
    await paste(page, other.digits);
    await page.waitForSelector('.verdict-valid');
    expect(page.viewportSize()).toEqual({ width: 360, height: 740 });
    const bottoms = await page.evaluate(() =>
      ['.holder-name', '.row:nth-child(3) time', '.as-of'].map((selector) => {
        const box = document.querySelector(`.verdict ${selector}`)?.getBoundingClientRect();
        return [selector, box !== undefined && box.top > 0 && box.bottom <= innerHeight];
      }),
    );
    expect(bottoms).toEqual([
      ['.holder-name', true],
      ['.row:nth-child(3) time', true],
      ['.as-of', true],
    ]);
    expect(await textOf(page, '.verdict .row:nth-child(3)')).toContain('有效期至');
  });
});

describe('axe-core finds nothing', () => {
  it.each(['light', 'dark'] as const)('%s: set-up, waiting, every verdict', async (colorScheme) => {
    const { page } = await openStation(browser, { root: authority.rootJws, bundle });
    await page.emulateMedia({ colorScheme });
    await page.waitForSelector('#setup:not([hidden])');
    expect(await violations(page)).toEqual([]);
    await page.fill('#word', WORD);
    await page.press('#word', 'Enter');
    await page.waitForSelector('#post:not([hidden])');
    await expect.poll(() => textOf(page, '#app-facts')).toMatch(/[0-9a-f]{4} /);
    expect(await violations(page)).toEqual([]);
    for (const [outcome, code, now] of [
      ['valid', `https://elsewhere.example/c/#${other.digits}`, NOW],
      ['valid', other.digits, NOW + 60],
      ['invalid', revoked.digits, NOW],
      ['unknown', good.digits.slice(0, -3), NOW],
      ['stale', good.digits, NOW + 60 * DAY],
    ] as const) {
      await page.clock.setFixedTime(now * 1000);
      await paste(page, code);
      await page.waitForSelector(`.verdict-${outcome}`);
      expect([outcome, await violations(page)]).toEqual([outcome, []]);
    }
  });

  it('the search finds what is there', async () => {
    const { page } = await openStation(browser, { root: authority.rootJws, bundle });
    await page.evaluate(() => document.querySelector('label[for=word]')?.remove());
    await page.waitForSelector('#setup:not([hidden])');
    expect((await violations(page)).join()).toContain('label');
  });
});

describe('requests', () => {
  it('go to the station’s own folder and for the bundle, and nowhere else; no code is in any of them', async () => {
    const { page, site, asked, complaints } = await ready();
    await paste(page, `https://elsewhere.example/c/#${good.digits}`);
    await page.waitForSelector('.verdict-valid');
    await page.click('#update');
    const [photograph] = frames(revoked, 1);
    if (!photograph) throw new Error('no frame');
    await page.setInputFiles('#picture', { name: 'a.png', mimeType: 'image/png', buffer: pngOf(photograph) });
    await page.waitForSelector('.verdict-invalid');
    await page.waitForLoadState('networkidle');
    expect(asked.length).toBeGreaterThan(8);
    for (const url of asked)
      expect(url).toMatch(
        new RegExp(`^(blob:)?${site.url}/(station/[\\w./-]*|trust/bundle\\?payload=detached|[\\w-]{36})$`),
      );
    const paths = site.requests.map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(paths.filter((line) => !/^GET \/(station\/[\w./-]*|trust\/bundle)$/.test(line))).toEqual([]);
    expect([...asked, ...paths].join(' ')).not.toMatch(/\d{20}/);
    expect(complaints).toEqual([]);
  });

  it('for anything else are refused by the page’s own policy, which also stands in the page for servers without headers', async () => {
    const { page, site, complaints } = await ready();
    const html = await (await fetch(`${site.url}/station/`)).text();
    expect(html).toContain('http-equiv="Content-Security-Policy"');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src=)/i);
    const refused = await page.evaluate(async () => {
      const tries: Record<string, () => unknown> = {
        fetch: () => fetch('https://elsewhere.example/'),
        html: () => {
          document.body.innerHTML = '<p></p>';
        },
        worker: () => new Worker('station.js'),
      };
      const names: string[] = [];
      for (const [name, attempt] of Object.entries(tries))
        await Promise.resolve()
          .then(attempt)
          .catch(() => names.push(name));
      return names;
    });
    expect(refused).toEqual(['fetch', 'html', 'worker']);
    expect(complaints.length).toBeGreaterThan(0);
  });
});
