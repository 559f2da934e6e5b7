/** The station app in a real browser: set up once with a network, then without one; and what it must never take for a yes. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, DAY, type Issued, NOW } from '../support/authority.ts';
import { launchBrowser } from '../support/chromium.ts';
import { changedSignature, OLD_BROWSER } from '../support/old-browser.ts';
import { type ScannerSettings, scanInto } from '../support/wedge.ts';
import { paste, readyStation, type Station, type StationOptions, textOf, WORD } from './station-page.ts';

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

const ready = (options: Partial<StationOptions> = {}): Promise<Station> =>
  readyStation(browser, { root: authority.rootJws, bundle, ...options });

const changedAt = (digits: string, index: number) =>
  digits.slice(0, index) + ((Number(digits[index]) + 1) % 10) + digits.slice(index + 1);

describe('a station that was set up', () => {
  it('gives the verdict with the word, the holder, the issuer, the dates and the age of the data', async () => {
    const { page, complaints } = await ready();
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
      '撤销情况截至 2026年11月24日 15:00',
    ])
      expect(verdict).toContain(text);
    expect(await textOf(page, '#bar-data')).toContain('数据截至 2026年11月24日 15:30');
    expect(complaints).toEqual([]);
  });

  it('opens again and judges after the server was killed and the browser went offline', async () => {
    const { page, context, site } = await ready();
    await site.kill();
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    await paste(page, good.url);
    await page.waitForSelector('.verdict-valid');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    expect(await textOf(page, '#stage')).toContain('证书已被撤销');
    expect(await textOf(page, '#stage')).toContain(WORD);
  });

  it('never leaves a yes on the screen while the next code is judged, nor when that fails', async () => {
    const init = `
      const verify = crypto.subtle.verify;
      crypto.subtle.verify = async function (...args) {
        await globalThis.held;
        if (globalThis.broken) throw new Error('broken');
        return verify.apply(this, args);
      };
    `;
    const { page } = await ready({ init });
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await page.evaluate('globalThis.held = new Promise((resolve) => { globalThis.release = resolve; }); undefined');
    await paste(page, revoked.digits);
    await expect.poll(() => textOf(page, '#stage')).toContain('正在核验');
    expect(await page.locator('.verdict').count()).toBe(0);
    await page.evaluate('globalThis.release()');
    await page.waitForSelector('.verdict-invalid');
    await page.evaluate('globalThis.broken = true');
    await paste(page, good.digits);
    await expect.poll(() => textOf(page, '#stage')).toContain('核验没有完成');
    expect(await page.locator('.verdict').count()).toBe(0);
  });

  it('shows the verdict on the newest of two codes, whichever is judged first', async () => {
    const init = `
      const verify = crypto.subtle.verify;
      let calls = 0;
      crypto.subtle.verify = async function (...args) {
        if (globalThis.slowFirst && calls++ === 0) await new Promise((resolve) => setTimeout(resolve, 700));
        return verify.apply(this, args);
      };
    `;
    const { page } = await ready({ init });
    await page.evaluate('globalThis.slowFirst = true');
    await paste(page, good.digits);
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    await page.waitForTimeout(1_000);
    expect(await page.locator('.verdict-invalid').count()).toBe(1);
  });

  it('works in an old browser that has neither Ed25519 nor DecompressionStream', async () => {
    const { page, complaints } = await ready({ init: OLD_BROWSER });
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await paste(page, changedSignature(good));
    await page.waitForSelector('.verdict-invalid');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['valid', async () => good.digits, '请核对持证人身份'],
    ['invalid', async () => revoked.digits, '请不要受理'],
    ['invalid', async () => (await authority.issue({ validUntil: NOW - DAY })).digits, '已过有效期'],
    ['invalid', async () => changedSignature(good), '签名不符'],
    ['unknown', async () => changedAt(good.digits, 60), '请对准重扫'],
    ['unknown', async () => '12345', '请对准重扫'],
  ])('%s', async (outcome, code, sentence) => {
    const { page } = await ready();
    await paste(page, await code());
    await page.waitForSelector(`.verdict-${outcome}`);
    expect(await textOf(page, '#stage')).toContain(sentence);
  });
});

describe('a scanner that types', () => {
  const scanner = async (page: Page) => page.context().newCDPSession(page);

  it.each([
    ['at a millisecond a key', {}],
    ['with a Chinese input method on', { inputMethod: true }],
    ['ending with Tab', { ends: ['Tab'] }],
    ['ending with nothing', { ends: [] }],
    ['slowly', { msPerKey: 12 }],
  ] satisfies [string, ScannerSettings][])('is read %s', async (_, options) => {
    const { page } = await ready();
    const session = await scanner(page);
    await scanInto(session, good.url, options);
    await page.waitForSelector('.verdict-valid');
    expect(await page.locator('.foreign-link').count()).toBe(0);
    await scanInto(session, revoked.url.replace('xz.hzedu.gov.cn', 'elsewhere.example'), options);
    await page.waitForSelector('.verdict-invalid');
    expect(await textOf(page, '#stage')).toContain('证书已被撤销');
    expect(await textOf(page, '#stage')).toContain('不是官方网址');
  });

  it('types, in these tests, by the time that its keys carry', async () => {
    const { page } = await ready();
    await page.evaluate(`globalThis.times = []; addEventListener('keydown', (event) => times.push(event.timeStamp));`);
    await scanInto(await scanner(page), good.digits);
    await page.waitForSelector('.verdict-valid');
    const times: number[] = await page.evaluate('times');
    expect(times.length).toBe(good.digits.length + 1);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeCloseTo(good.digits.length, 0);
  });

  it('may type into a field that has the focus, and leaves it as it was', async () => {
    const { page } = await ready();
    await page.fill('#code', '42');
    await scanInto(await scanner(page), good.url);
    await page.waitForSelector('.verdict-valid');
    expect(await page.inputValue('#code')).toBe('42');
  });

  it('presses no button that has the focus', async () => {
    const { page } = await ready();
    await page.focus('#sound');
    const session = await scanner(page);
    await scanInto(session, good.digits, { ends: ['Enter', 'Enter', 'Tab'] });
    await page.waitForSelector('.verdict-valid');
    expect(await page.getAttribute('#sound', 'aria-pressed')).toBe('true');
  });

  it('that sends a code twice in one go is read once, and one cut short is asked for again', async () => {
    const { page } = await ready();
    const session = await scanner(page);
    await scanInto(session, good.digits + good.digits);
    await page.waitForSelector('.verdict-valid');
    await scanInto(session, good.url + good.url);
    await page.waitForSelector('.verdict-valid');
    await scanInto(session, good.url.slice(0, -40));
    await page.waitForSelector('.verdict-unknown');
    expect(await textOf(page, '#stage')).toContain('请对准重扫');
    await scanInto(session, good.digits.slice(0, 20), { ends: [] });
    await expect.poll(() => textOf(page, '#stage')).toContain('请对准重扫');
  });
});

describe('the day’s log', () => {
  it('counts checks without names, says when a code was shown before, and forgets with the day', async () => {
    const { page } = await ready();
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await page.clock.setFixedTime((NOW + 5) * 1000);
    await paste(page, good.url);
    await page.waitForSelector('.verdict-valid');
    expect(await page.locator('.shown-before').count()).toBe(0);
    await page.clock.setFixedTime((NOW + 3600) * 1000);
    await paste(page, good.url);
    await page.waitForSelector('.shown-before');
    expect(await textOf(page, '.shown-before')).toContain('此码今天 16:00 在本站出示过');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    await paste(page, changedAt(good.digits, 50));
    await page.waitForSelector('.verdict-unknown');
    expect(await textOf(page, '#day-facts')).toMatch(
      /今日合计 Today3有效 Valid2.*未能确认 Not confirmed0无效 Not valid1/,
    );
    const stored = await page.evaluate(STORED);
    expect(stored).toContain('2026-11-24');
    for (const secret of ['欧', good.digits, good.digits.slice(0, 30), good.fields.uuid])
      expect(stored).not.toContain(secret);

    await page.clock.setFixedTime((NOW + DAY) * 1000);
    await page.reload();
    await expect.poll(() => textOf(page, '#day-facts')).toContain('Today0');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await page.locator('.shown-before').count()).toBe(0);
    expect(await page.evaluate(STORED)).not.toContain('2026-11-24');
  });

  /** The day's record as text. */
  const STORED = `new Promise((resolve) => {
    const open = indexedDB.open('xingzheng-station');
    open.onsuccess = () => {
      const get = open.result.transaction('records').objectStore('records').get('day');
      get.onsuccess = () => {
        open.result.close();
        const { date, counts, shown } = get.result;
        resolve(JSON.stringify([date, counts, [...shown]]));
      };
    };
  })`;
});

describe('sound and vibration', () => {
  const RECORD = `
    window.signals = [];
    navigator.vibrate = (pattern) => window.signals.push(['vibration', ...pattern]);
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) { window.signals.push(['tone', this.frequency.value]); return start.call(this, at); };
  `;

  it('differ with the verdict, and can be turned off for good', async () => {
    const { page } = await ready();
    await page.addInitScript(RECORD);
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    const signals = () =>
      page.evaluate(() => JSON.stringify((window as unknown as { signals: unknown[] }).signals.splice(0)));
    await page.click('#code');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    const valid = await signals();
    expect(valid).toBe('[["vibration",80],["tone",880],["tone",1320]]');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    expect(await signals()).toBe('[["vibration",300,100,300],["tone",220],["tone",220],["tone",220]]');
    await page.click('#sound');
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
    await page.click('#code');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await signals()).toBe('[]');
    expect(await page.getAttribute('#sound', 'aria-pressed')).toBe('false');
  });
});

describe('sound', () => {
  it('may begin when a finger is lifted, as browsers have it', async () => {
    const init = `
      globalThis.tones = 0;
      const state = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'state').get;
      let allowed = false;
      Object.defineProperty(AudioContext.prototype, 'state', { get() { return allowed ? state.call(this) : 'suspended'; } });
      const { resume } = AudioContext.prototype;
      AudioContext.prototype.resume = function () {
        if (event?.type === 'pointerup') allowed = true;
        return resume.call(this);
      };
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (at) { tones++; return start.call(this, at); };
    `;
    const { page } = await ready({ init });
    await page.evaluate(() => dispatchEvent(new PointerEvent('pointerdown')));
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await page.evaluate('tones')).toBe(0);
    await page.evaluate(() => dispatchEvent(new PointerEvent('pointerup')));
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
    expect(await page.evaluate('tones')).toBe(3);
  });

  it('that the browser does not allow yet is said with the verdict', async () => {
    const init = `Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } });`;
    const { page } = await ready({ init });
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '.verdict')).toContain('请先点一下屏幕');
    await page.click('#sound');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    expect(await textOf(page, '.verdict')).not.toContain('请先点一下屏幕');
  });
});

describe('an update of the app', () => {
  const NEW_STYLE = '.bar { outline: 7px solid rgb(1, 2, 3) }';
  const outline = (page: Page) => page.locator('.bar').evaluate((bar) => getComputedStyle(bar).outlineWidth);
  const lookForUpdate = (page: Page) =>
    page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update().catch(() => undefined);
    });
  const reload = async (page: Page) => {
    await page.reload();
    await page.waitForSelector('#post:not([hidden])');
  };

  it('waits for the clerk, shows its fingerprint, and survives any number of starts unapproved', async () => {
    const { page, context, site } = await ready();
    const before = site.folder.fingerprint;
    await site.republish({ style: NEW_STYLE });
    await lookForUpdate(page);
    await expect.poll(() => textOf(page, '#app-facts')).toContain(site.folder.fingerprint);
    expect(await textOf(page, '#app-facts')).toContain(before);
    expect(await textOf(page, '#app-said')).toContain('请先核对指纹');
    await reload(page);
    expect(await outline(page)).not.toBe('7px');
    await page.goto('about:blank'); // no page is left, so the browser lets the new worker take over
    await new Promise((resolve) => setTimeout(resolve, 500));
    const later = await context.newPage();
    await later.clock.setFixedTime(NOW * 1000);
    await later.goto(`${site.url}/station/`);
    await later.waitForSelector('#app-approve:not([hidden])');
    expect(await outline(later)).not.toBe('7px');
    await paste(later, good.digits);
    await later.waitForSelector('.verdict-valid');

    await later.click('#app-approve');
    await expect.poll(() => outline(later)).toBe('7px');
    await expect.poll(() => textOf(later, '#app-facts')).not.toContain(before);
    expect(await later.locator('#app-approve').isVisible()).toBe(false);
    await site.kill();
    await context.setOffline(true);
    await reload(later);
    expect(await outline(later)).toBe('7px');
    await paste(later, good.digits);
    await later.waitForSelector('.verdict-valid');
  });

  it('whose files have other names leaves the approved one whole', async () => {
    const { page, context, site } = await ready();
    await site.republish({ chunks: false });
    await lookForUpdate(page);
    await page.waitForSelector('#app-approve:not([hidden])');
    await page.goto('about:blank');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await site.kill();
    await context.setOffline(true);
    await page.goto(`${site.url}/station/`);
    await page.waitForSelector('#post:not([hidden])');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
  });

  it('of which one file is not what its hash says is not taken at all', async () => {
    const { page, site } = await ready();
    const before = site.folder.fingerprint;
    await site.republish({ style: NEW_STYLE });
    site.tampered = 'station.js';
    await lookForUpdate(page);
    await expect
      .poll(() => site.requests.filter((line) => line.startsWith('GET /station/station.js')).length)
      .toBeGreaterThan(2);
    await reload(page);
    await expect.poll(() => textOf(page, '#app-facts')).toContain(before);
    expect(await textOf(page, '#app-facts')).not.toContain(site.folder.fingerprint);
    expect(await page.locator('#app-approve').isVisible()).toBe(false);
    site.tampered = undefined;
    await lookForUpdate(page);
    await expect.poll(() => textOf(page, '#app-facts')).toContain(site.folder.fingerprint);
  });

  it('that cannot be started is said, and can be started later', async () => {
    const { page, site } = await ready();
    await site.republish({ style: NEW_STYLE });
    await lookForUpdate(page);
    await page.waitForSelector('#app-approve:not([hidden])');
    await page.evaluate(() => {
      const { put } = Cache.prototype;
      Cache.prototype.put = async () => {
        Cache.prototype.put = put;
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await page.click('#app-approve');
    await expect.poll(() => textOf(page, '#app-said')).toContain('新版本没有启用');
    expect(await outline(page)).not.toBe('7px');
    await page.click('#app-approve');
    await expect.poll(() => outline(page)).toBe('7px');
  });

  it('that pins another root confirms nothing by the data of the old one, and says so', async () => {
    const { page, site } = await ready();
    const stranger = await authority.rootDocument({ version: 1, keys: ['stranger'], threshold: 1 });
    await site.republish({ trustRoot: JSON.stringify(stranger) });
    await lookForUpdate(page);
    await page.waitForSelector('#app-approve:not([hidden])');
    await page.click('#app-approve');
    await expect.poll(() => textOf(page, '#trouble')).toContain('另一个信任根');
    await page.waitForSelector('#post:not([hidden])');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-unknown');
  });
});
