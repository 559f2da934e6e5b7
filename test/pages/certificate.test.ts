/** The certificate page in a real browser: what it shows in each state, for everybody; what comes out of the printer and into the album. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CredentialPage, type CredentialPageProps } from '../../src/pages/credential.tsx';
import { symbolSvg } from '../../src/vc/qr/symbol.ts';
import { violations } from '../support/accessibility.ts';
import { launchBrowser } from '../support/chromium.ts';
import { paperPages } from '../support/pdf.ts';
import { decodePng } from '../support/qr-image.ts';
import { sampleProps, UUID } from './sample.ts';
import { PAGE_HEADERS, render, type Site, startSite } from './site.ts';

const PREFIX = 'https://xz.hzedu.gov.cn/c/#';
const DIGITS = '1234567890'.repeat(32).concat('12345678'); // as many as a typical certificate has
const LONGEST_DIGITS = '8'.repeat(400); // version 10-M, the largest that is issued
const coded = (digits: string) => symbolSvg(PREFIX, digits, '证书二维码 Certificate code');
const sample = sampleProps({ svg: coded(DIGITS) });
const another = { uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112244', level: { zh: '五星', en: 'five stars' } };

const STATES: Record<string, CredentialPageProps> = {
  current: sample,
  superseded: { ...sample, successor: another },
  revoked: {
    ...sample,
    state: 'revoked',
    revocation: { at: '2026-11-20T02:00:00Z', reason: '学习记录重复上报' },
    successor: another,
  },
  expired: { ...sample, state: 'expired' },
  early: { ...sample, state: 'not-yet-valid' },
  'early-superseded': { ...sample, state: 'not-yet-valid', successor: another },
  pseudonym: {
    ...sample,
    svg: coded(LONGEST_DIGITS),
    credential: {
      ...sample.credential,
      holder: 'a7'.repeat(16),
      holderMatch: 'none',
      issuer: { ...sample.credential.issuer, name: '浙江省宁波市北仑区教育局家庭教育指导服务中心' },
      achievement: { name: '浙江省家长学习积分 · 新家庭 · 学习电子证书' },
    },
  },
};

let browser: Browser;
let site: Site;
beforeAll(async () => {
  const pages = Object.entries(STATES).map(([name, props]) => [`/${name}`, CredentialPage(props)]);
  const kept = async () => ({
    status: 200,
    headers: PAGE_HEADERS,
    body: (await render(CredentialPage(sample))).replace('data-shown="fresh"', 'data-shown="kept"'),
  });
  site = await startSite({ ...Object.fromEntries(pages), '/kept': kept });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const SIZES = { phone: [360, 740], tablet: [768, 1024], desk: [1280, 800] } as const;

async function open(name: string, { size = 'phone' }: { size?: keyof typeof SIZES } = {}): Promise<Page> {
  const [width, height] = SIZES[size];
  const context = await browser.newContext({ viewport: { width, height } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${site.url}/${name}`);
  return page;
}
const isVisible = (page: Page, selector: string) => page.locator(selector).first().isVisible();

describe('on the screen', () => {
  it('the whole code is on the first screen of a phone, also under a notice of one line or two', async () => {
    for (const name of ['current', 'superseded', 'kept']) {
      const page = await open(name);
      const box = await page.locator('.code-picture').boundingBox();
      expect([name, (box?.y ?? 1e4) + (box?.height ?? 0) < 740 ? 'in sight' : box]).toEqual([name, 'in sight']);
    }
  });

  it('is drawn in whole modules with its quiet zone, and reads', async () => {
    const page = await open('current');
    expect(await decodePng(await page.locator('.code-picture').screenshot())).toBe(PREFIX + DIGITS);
    const shape = await page.locator('.code-picture svg').evaluate((svg) => ({
      paths: [...svg.querySelectorAll('path')].map((path) => path.getAttribute('d') ?? ''),
      side: Number(svg.getAttribute('viewBox')?.split(' ')[3]),
    }));
    expect(shape.paths).toHaveLength(2);
    expect(shape.paths[1]).toMatch(/^(?:M\d+ \d+h\d+v1h-\d+z)+$/);
    expect(shape.paths[1]).toMatch(/^M4 4h7/);
    expect((shape.side - 8 - 17) % 4).toBe(0);
  });

  it('a revoked certificate has no code and nothing to present it with', async () => {
    const page = await open('revoked');
    expect(await isVisible(page, '.notice-invalid')).toBe(true);
    for (const absent of ['.code', '[data-save]', '[data-print]', '.wallet-card', '[href*="format="]'])
      expect([absent, await page.locator(absent).count()]).toEqual([absent, 0]);
  });

  it('an expired one can be looked at and read by machines, and is not offered for showing', async () => {
    const page = await open('expired');
    expect(await isVisible(page, '.code')).toBe(true);
    expect(await page.locator('[data-save], [data-print]').count()).toBe(0);
    expect(await page.locator('#code-title').textContent()).not.toContain('请出示');
  });

  it('asks nobody but the site that served it, and the policy has nothing to complain about', async () => {
    for (const name of Object.keys(STATES)) {
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      context.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${site.url}/${name}`);
      for (const button of await page.locator('[data-save]').all()) await button.click();
      expect(asked.length).toBeGreaterThan(2);
      expect(asked.filter((url) => !url.startsWith(`${site.url}/`) && !url.startsWith('data:'))).toEqual([]);
      // This small site has no service worker to give.
      expect(complaints.filter((text) => !/404/.test(text))).toEqual([]);
    }
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)('axe-core finds nothing: %s', async (colorScheme) => {
    for (const name of [...Object.keys(STATES), 'kept']) {
      const page = await open(name);
      await page.emulateMedia({ colorScheme });
      for (const button of await page.locator('[data-save]').all()) await button.click();
      await page.evaluate(() => {
        for (const hidden of document.querySelectorAll('[hidden]')) hidden.removeAttribute('hidden');
      });
      expect([name, await violations(page)]).toEqual([name, []]);
    }
  });

  it('text of double size and the narrowest screen: nothing is cut off sideways', async () => {
    for (const name of [...Object.keys(STATES), 'kept'])
      for (const width of [320, 360, 1280]) {
        const page = await open(name);
        await page.setViewportSize({ width, height: 740 });
        await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll('main *')]
            .filter((one) => !one.matches('.unseen') && one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.className || one.tagName),
        );
        expect([name, width, wide]).toEqual([name, width, []]);
      }
  });

  it('by keyboard alone: every action in the order in which it stands', async () => {
    const page = await open('superseded');
    await page.waitForSelector('[data-save]:not([hidden])');
    const reached: string[] = [];
    for (let tabs = 0; tabs < 14; tabs++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 4) ?? ''));
    }
    const expected = ['五星', '保存图片', '打印证书', '打印卡片', 'W3C ', '令牌形式', '二维码原', 'VC 条', '条码文本'];
    expect(reached.filter((text) => expected.includes(text))).toEqual(expected);
    await page.locator('[data-save]').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('#picture img');
  });
});

describe('on paper', () => {
  const printed = async (page: Page) => paperPages(await page.pdf({ preferCSSPageSize: true }));

  it.each([
    ['current', DIGITS],
    ['superseded', DIGITS],
    ['early', DIGITS],
    ['early-superseded', DIGITS],
    ['pseudonym', LONGEST_DIGITS],
  ])('%s: a sheet of A4 and a card, each with the code above 30 mm and the official host', async (name, digits) => {
    const pages = await printed(await open(name));
    expect(pages).toHaveLength(2);
    for (const { widthMm, heightMm, text, codes } of pages) {
      expect([Math.round(widthMm), Math.round(heightMm)]).toEqual([210, 297]);
      expect(codes.map((code) => code.text)).toEqual([PREFIX + digits]);
      expect(codes[0]?.sideMm).toBeGreaterThanOrEqual(30);
      expect(text).toContain('xz.hzedu.gov.cn/c/');
    }
  });

  it('the button prints the one that it names, black on white also from dark mode', async () => {
    const page = await open('current');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.evaluate(() => {
      window.print = () => undefined;
    });
    for (const [kind, other] of [
      ['sheet', '.wallet-card'],
      ['card', '.certificate'],
    ] as const) {
      await page.click(`[data-print="${kind}"]`);
      await page.emulateMedia({ media: 'print' });
      expect([kind, await isVisible(page, other)]).toEqual([kind, false]);
      expect(await page.locator('.masthead').evaluate((one) => getComputedStyle(one).display)).toBe('none');
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
      const pages = await printed(page);
      expect([kind, pages.length, pages[0]?.codes.length]).toEqual([kind, 1, 1]);
      await page.emulateMedia({ media: 'screen' });
    }
    expect(await printed(page)).toHaveLength(2); // chosen for one time
  });

  it('the card has the size of a bank card', async () => {
    const page = await open('current');
    await page.emulateMedia({ media: 'print' });
    const box = await page.locator('.wallet-card').boundingBox();
    const mm = (pixels = 0) => Math.round((pixels / 96) * 254) / 10;
    expect([mm(box?.width), mm(box?.height)]).toEqual([85.6, 54]);
  });

  it('sheet and card of a superseded certificate name the higher one, though the notice stays on the screen', async () => {
    for (const { text } of await printed(await open('superseded'))) expect(text).toContain('five stars');
    for (const { text } of await printed(await open('current'))) expect(text).not.toContain('five stars');
  });

  it('the card of a certificate that is not valid yet says from when it is', async () => {
    const [, card] = await printed(await open('early'));
    expect(card?.text).toContain('Valid from 14 November 2026');
    const [, today] = await printed(await open('current'));
    expect(today?.text).not.toContain('Valid from');
  });

  it('an expired certificate prints on one sheet that says so, from the browser’s own menu', async () => {
    const pages = await printed(await open('expired'));
    expect(pages).toHaveLength(1);
    expect(pages[0]?.text).toContain('This certificate has expired');
  });

  it('a revoked certificate prints on one sheet that says so, without a code', async () => {
    const pages = await printed(await open('revoked'));
    expect(pages.map(({ codes }) => codes)).toEqual([[]]);
    expect(pages[0]?.text).toContain('20 November 2026');
  });
});

describe('as a picture', () => {
  it('is saved as PNG, at least 8 pixels a module, and reads; it is shown for a long press, too', async () => {
    for (const [name, digits] of [
      ['current', DIGITS],
      ['pseudonym', LONGEST_DIGITS],
    ] as const) {
      const page = await open(name);
      const saving = page.waitForEvent('download');
      await page.click('[data-save]');
      const download = await saving;
      expect(download.suggestedFilename()).toMatch(/\.png$/);
      const picture = page.locator('#picture img');
      expect(await picture.isVisible()).toBe(true);
      const png = Buffer.from((await picture.getAttribute('src'))?.split(',')[1] ?? '', 'base64');
      expect(await decodePng(png)).toBe(PREFIX + digits);
      const width = png.readUInt32BE(16);
      const darkRun = await picture.evaluate(firstFinder);
      expect(width).toBe(1080);
      expect(darkRun % 7).toBe(0); // a finder's edge is seven modules
      expect(darkRun / 7).toBeGreaterThanOrEqual(8);
    }
  });
});

it('a picture says of when it is, and what a look at it alone would hide', async () => {
  const textOf = async (name: string): Promise<string> => {
    const page = await open(name);
    await page.evaluate(() => {
      const drawn: string[] = [];
      const draw = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        drawn.push(text);
        document.body.dataset.drawn = drawn.join('');
        draw.call(this, text, ...place);
      };
    });
    await page.click('[data-save]');
    return (await page.getAttribute('body', 'data-drawn')) ?? '';
  };
  const current = await textOf('current');
  expect(current).toContain('内容截至 2026年11月27日 09:30，是否有效以扫码核验为准');
  expect(current).not.toMatch(/五星|起有效/);
  const superseded = await textOf('superseded');
  for (const text of ['已有更高等级的证书：五星', 'A higher level is current: five stars', 'as of this time, Beijing'])
    expect(superseded).toContain(text);
  expect(await textOf('early')).toContain('自2026年11月14日起有效');
});

/** Runs in the page: length in pixels of the first long black run, which is the top edge of the left finder. */
function firstFinder(image: SVGElement | HTMLElement): number {
  const canvas = document.createElement('canvas');
  const { naturalWidth: width, naturalHeight: height } = image as HTMLImageElement;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  context?.drawImage(image as HTMLImageElement, 0, 0);
  for (let y = 0; y < height; y++) {
    const row = context?.getImageData(0, y, width, 1).data ?? new Uint8ClampedArray();
    let run = 0;
    for (let x = 0; x < width; x++) {
      const isBlack = row[4 * x] === 0 && row[4 * x + 1] === 0 && row[4 * x + 2] === 0;
      if (isBlack) run++;
      else if (run >= 40) return run;
      else run = 0;
    }
  }
  return 0;
}

it('names its own address in every link', async () => {
  const page = await open('current');
  const links = await page.locator('main a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(links.every((href) => href?.startsWith(`/credentials/${UUID}`))).toBe(true);
});
