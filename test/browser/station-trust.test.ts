/** The trust rules on the device: what a station takes, keeps, notices and never forgets. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleRefusal } from '../../src/vc/trust/bundle.ts';
import { detachPayload } from '../../src/vc/trust/detached.ts';
import { REFUSAL_WORDING } from '../../src/verifier/station/data-wording.ts';
import { createAuthority, DAY, type Issued, NOW, type Publication } from '../support/authority.ts';
import { ATTACKS, authority } from '../support/bundle-attacks.ts';
import { launchBrowser } from '../support/chromium.ts';
import {
  loadFile,
  openStation,
  paste,
  readyStation,
  type StationOptions,
  setUp,
  textOf,
  WORD,
} from './station-page.ts';

let browser: Browser;
let good: Issued;
let revoked: Issued;
let bundle: string;

beforeAll(async () => {
  good = await authority.issue();
  revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00445566', statusIndex: 131_072 + 7 });
  authority.revoke(revoked);
  bundle = await authority.publish();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const ready = (options: Partial<StationOptions> = {}) =>
  readyStation(browser, { root: authority.rootJws, bundle, ...options });
const published = (number: number, changes: Publication = {}) =>
  authority.publish({ number, issuedAt: NOW - 60, ...changes });
const number = async (page: Page): Promise<string> =>
  (await page.locator('#data-facts .row').first().locator('dd').textContent()) ?? '';
const said = (page: Page) => textOf(page, '#data-said');
const reload = async (page: Page) => {
  await page.reload();
  await page.waitForSelector('#post:not([hidden])');
};

describe('a bundle from a file', () => {
  /** Of each refusal one attack, where one bundle is all that the station holds before. */
  const attacks = (Object.keys(REFUSAL_WORDING) as BundleRefusal[]).flatMap((refusal) => {
    const all = ATTACKS.filter((one) => one.refusal === refusal).map((one) => ({ ...one, refusal }));
    return refusal === 'bundle-rollback'
      ? all.filter(({ attack }) => attack === 'a lower bundle number')
      : all.slice(0, 1);
  });

  it('has an attack for every refusal', () => expect(attacks).toHaveLength(14));

  it.each(attacks)(
    '$refusal: $attack; what is held stays, also after a restart',
    async ({ refusal, previous, bundle }) => {
      const held = (await previous?.())?.text;
      const { page } = await openStation(browser, { root: authority.rootJws, bundle: held });
      await setUp(page);
      if (held !== undefined) await expect.poll(() => number(page)).toBe('41');
      await loadFile(page, await bundle());
      await expect.poll(() => said(page)).toContain(REFUSAL_WORDING[refusal].zh);
      expect(await number(page)).toContain(held === undefined ? '还没有核验数据' : '41');
      await page.route('**/trust/bundle*', (route) => route.abort());
      await reload(page);
      await expect.poll(() => number(page)).toContain(held === undefined ? '还没有核验数据' : '41');
      await loadFile(page, await bundle());
      await expect.poll(() => said(page)).toContain(REFUSAL_WORDING[refusal].zh);
    },
  );

  it('whose content is detached is the same bundle', async () => {
    const { page } = await ready({ bundle: await published(40, { issuedAt: NOW - 3600 }) });
    await loadFile(page, detachPayload(bundle));
    await expect.poll(() => number(page)).toBe('41');
  });

  it('that is newer replaces the old one, and a revocation in it counts at once', async () => {
    const { page } = await ready({
      bundle: await published(40, { statusLists: [await authority.statusList(3)], issuedAt: NOW - 3600 }),
    });
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-unknown'); // the list was not in it
    await loadFile(page, ` ${bundle}\n`);
    await expect.poll(() => number(page)).toBe('41');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });
});

describe('updates over the network', () => {
  it('come in the background as soon as there is one, and cost nothing while nothing changed', async () => {
    const { page, site, context } = await ready();
    await page.click('#update');
    await expect.poll(() => said(page)).toContain('已是最新数据');
    expect(site.requests.at(-1)).toBe('GET /trust/bundle 304');
    await context.setOffline(true);
    site.bundle = await published(42);
    await page.click('#update');
    await expect.poll(() => said(page)).toContain('连不上网络');
    await context.setOffline(false);
    await expect.poll(() => number(page)).toBe('42');
  });

  it('come from a server that refuses the question for the shorter form, too', async () => {
    const { page, site } = await ready();
    await page.route('**/trust/bundle?*', (route) => route.fulfill({ status: 403 }));
    site.bundle = await published(42);
    await page.click('#update');
    await expect.poll(() => number(page)).toBe('42');
  });

  it('that are refused are said without being asked for', async () => {
    const { page, site } = await ready();
    site.bundle = await published(40);
    await reload(page);
    await expect.poll(() => said(page)).toContain('比本机已有的旧');
    expect(await number(page)).toBe('41');
  });

  it('in another tab hold here, too', async () => {
    const { page, context, site } = await ready();
    const other = await context.newPage();
    await other.clock.setFixedTime(NOW * 1000);
    await other.goto(`${site.url}/station/`);
    await expect.poll(() => number(other)).toBe('41');
    await loadFile(other, await published(43));
    await expect.poll(() => number(other)).toBe('43');
    await loadFile(page, await published(42));
    await expect.poll(() => said(page)).toContain('比本机已有的旧');
    expect(await number(page)).toBe('43');
  });
});

describe('an issued set', () => {
  it('comes from a file or beside the bundle, and tells the certificates of a stolen key from forgeries', async () => {
    const robbed = await createAuthority();
    const genuine = await robbed.issue({}, { by: 'a-compromised' });
    const forged = await robbed.issue({ points: 500 }, { by: 'a-compromised' });
    robbed.issuedByCompromisedKey.push(genuine.tag);
    const { page, site, context } = await readyStation(browser, {
      root: robbed.rootJws,
      bundle: await robbed.publish(),
    });
    await expect.poll(() => textOf(page, '#data-facts')).toMatch(/缺签发清单的密钥.*6/);
    await paste(page, genuine.digits);
    await page.waitForSelector('.verdict-unknown');
    await loadFile(page, new Uint8Array(10));
    await expect.poll(() => said(page)).toContain('请先载入新的核验数据');
    await loadFile(page, robbed.issuedSet());
    await expect.poll(() => said(page)).toContain('已收下签发清单');
    expect(await textOf(page, '#data-facts')).not.toContain('缺签发清单');

    await context.setOffline(true);
    await reload(page);
    await paste(page, genuine.digits);
    await page.waitForSelector('.verdict-valid');
    await paste(page, forged.digits);
    await page.waitForSelector('.verdict-invalid');

    await context.setOffline(false);
    site.beside.set('/trust/issued-sets/6', robbed.issuedSet());
    page.once('dialog', (dialog) => dialog.accept());
    await page.click('#start-over');
    await setUp(page);
    await expect.poll(() => site.requests).toContain('GET /trust/issued-sets/6 200');
    await expect.poll(() => textOf(page, '#data-facts')).not.toContain('缺签发清单');
    await paste(page, genuine.digits);
    await page.waitForSelector('.verdict-valid');
  });
});

/** Replaces the station's kept record by what `change`, a function's text, makes of it. */
const changeKept = (page: Page, change: string) =>
  page.evaluate(`new Promise((resolve, reject) => {
    const open = indexedDB.open('xingzheng-station');
    open.onerror = reject;
    open.onsuccess = () => {
      const transaction = open.result.transaction('records', 'readwrite');
      const store = transaction.objectStore('records');
      const get = store.get('kept');
      get.onsuccess = () => { const changed = (${change})(get.result); if (changed) store.put(changed, 'kept'); else store.delete('kept'); };
      transaction.oncomplete = () => { open.result.close(); resolve(); };
    };
  })`);

describe('storage', () => {
  it.each([
    ['a digit of the bundle', '(kept) => ({ ...kept, memory: kept.memory.replace(/[A-Q](?=[^A-Z]{40})/, "Z") })'],
    [
      'a number beside the bundle',
      `(kept) => ({ ...kept, memory: kept.memory.replace('["publisher",41]', '["publisher",1]') })`,
    ],
    ['the whole record', '() => ({})'],
  ])('that has changed in %s is noticed, said, and nothing is confirmed until data are loaded', async (_, change) => {
    const { page } = await ready();
    await page.route('**/trust/bundle*', (route) => route.abort());
    await changeKept(page, change);
    await reload(page);
    await expect.poll(() => textOf(page, '#trouble')).toContain('已损坏');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-unknown');
    await loadFile(page, await published(40));
    await expect.poll(() => said(page)).toContain('比本机已有的旧');
    await loadFile(page, bundle);
    await expect.poll(() => number(page)).toBe('41');
    expect(await textOf(page, '#trouble')).toBe('');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await reload(page);
    await expect.poll(() => number(page)).toBe('41');
  });

  it('that the browser has emptied is noticed, and is no way back to older data', async () => {
    const { page } = await ready();
    await page.route('**/trust/bundle*', (route) => route.abort());
    await changeKept(page, '() => undefined');
    await reload(page);
    await expect.poll(() => textOf(page, '#trouble')).toContain('清除了本机的核验数据');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-unknown');
    await loadFile(page, await authority.publish({ number: 41, issuedAt: NOW - 1800, suspect: [1] }));
    await expect.poll(() => said(page)).toContain('矛盾');
    await loadFile(page, await published(40));
    await expect.poll(() => said(page)).toContain('比本机已有的旧');
    await loadFile(page, bundle);
    await expect.poll(() => number(page)).toBe('41');
  });

  it('that is refused by the browser is said; the data serve until the page closes', async () => {
    const init = `IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };`;
    const { page } = await openStation(browser, { root: authority.rootJws, bundle, init });
    await setUp(page);
    await expect.poll(() => number(page)).toBe('41');
    expect(await textOf(page, '#trouble')).toContain('浏览器不允许保存数据');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
  });

  it('starts over when the clerk confirms, and only then', async () => {
    const { page } = await ready();
    page.once('dialog', (dialog) => dialog.dismiss());
    await page.click('#start-over');
    expect(await number(page)).toBe('41');
    await page.route('**/trust/bundle*', (route) => route.abort());
    page.once('dialog', (dialog) => dialog.accept());
    await page.click('#start-over');
    await page.waitForSelector('#setup:not([hidden])');
    expect(await number(page)).toContain('还没有核验数据');
    await loadFile(page, await published(40));
    await expect.poll(() => number(page)).toBe('40');
  });
});

describe('time', () => {
  it('before the bundle gives `unknown` and says to set the clock, also after a restart', async () => {
    const { page } = await ready();
    await page.clock.setFixedTime((NOW - DAY) * 1000);
    for (let round = 0; round < 2; round++) {
      await paste(page, good.digits);
      await page.waitForSelector('.verdict-unknown');
      expect(await textOf(page, '#stage')).toContain('请校准时间');
      await reload(page);
    }
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });

  it('past the grace gives `stale`, never a mass of `invalid`; what is revoked stays so', async () => {
    const { page } = await ready({ bundle: await authority.publish({ graceSeconds: 3 * DAY }) });
    await page.clock.setFixedTime((NOW + 3.5 * DAY) * 1000);
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
    await page.clock.setFixedTime((NOW + 30 * DAY) * 1000);
    await reload(page);
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-stale');
    expect(await textOf(page, '#stage')).toContain('请先更新数据');
    await paste(page, revoked.digits);
    await page.waitForSelector('.verdict-invalid');
  });

  it('that went back is asked about before old data can look fresh', async () => {
    const { page } = await ready();
    await page.clock.setFixedTime((NOW + 30 * DAY) * 1000);
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-stale');
    await page.clock.setFixedTime((NOW + 60) * 1000);
    await reload(page);
    await paste(page, good.digits);
    await expect.poll(() => textOf(page, '#stage')).toContain('请先核对时间');
    expect(await textOf(page, '#stage')).toContain(WORD);
    expect(await page.locator('.verdict-valid').count()).toBe(0);
    await page.click('#stage button');
    await paste(page, good.digits);
    await page.waitForSelector('.verdict-valid');
  });
});
