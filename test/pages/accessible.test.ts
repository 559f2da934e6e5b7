/** The pages that a stranger meets first, in a real browser: axe-core, the keyboard alone, and every request that they make. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CheckPage } from '../../src/pages/check.tsx';
import { HolderGatePage } from '../../src/pages/holder-gate.tsx';
import { HomePage } from '../../src/pages/home.tsx';
import { ProblemPage } from '../../src/pages/problem.tsx';
import { violations } from '../support/accessibility.ts';
import { type Authority, createAuthority, NOW } from '../support/authority.ts';
import { launchBrowser } from '../support/chromium.ts';
import { UUID } from './sample.ts';
import { type Site, startSite } from './site.ts';

let browser: Browser;
let site: Site;
let authority: Authority;
let digits: string;

beforeAll(async () => {
  authority = await createAuthority();
  ({ digits } = await authority.issue());
  site = await startSite({
    '/': HomePage({ issuers: [{ id: 'did:web:edu.shangcheng.gov.cn', name: '杭州市上城区教育局' }] }),
    '/c/': CheckPage({ officialHosts: 'xz.hzedu.gov.cn' }),
    [`/credentials/${UUID}`]: HolderGatePage({ uuid: UUID }),
    '/nowhere': ProblemPage({ title: 'not-found', zh: '没有这个页面。', en: 'There is no such page.', status: 404 }),
    '/trust/root': JSON.stringify(authority.rootJws),
    '/trust/bundle': await authority.publish(),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

type Opened = { page: Page; asked: string[]; complaints: string[] };

async function open(path: string, { colorScheme = 'light' as 'light' | 'dark' } = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [asked, complaints]: [string[], string[]] = [[], []];
  context.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.clock.setFixedTime(NOW * 1000);
  await page.goto(site.url + path);
  return { page, asked, complaints };
}

/** A page, and what must be there before it is looked at. */
const PAGES: readonly (readonly [name: string, path: () => string, selector: string])[] = [
  ['home', () => '/', 'h1'],
  ['check page', () => '/c/', '#tool:not([hidden])'],
  ['check page that a code opened', () => `/c/#${digits}`, '.says dl'],
  ['holder gate', () => `/credentials/${UUID}#t=abc_123`, '#open:not([hidden])'],
  ['problem', () => '/nowhere', 'h1'],
];

describe.each(PAGES)('%s', (_, path, selector) => {
  it.each(['light', 'dark'] as const)('%s: axe-core finds nothing', async (colorScheme) => {
    const { page } = await open(path(), { colorScheme });
    await page.waitForSelector(selector);
    expect(await violations(page)).toEqual([]);
  });

  it('asks for nothing but its own files, and says nothing on the console', async () => {
    const { page, asked, complaints } = await open(path());
    await page.waitForSelector(selector);
    await page.waitForLoadState('networkidle');
    expect(asked.length).toBeGreaterThan(1);
    for (const url of asked) expect(url).toMatch(new RegExp(`^${site.url}/(assets/|trust/|c/|nowhere|credentials/|$)`));
    expect(complaints).toEqual([]);
  });

  it('lets the keyboard reach every control, and shows where it is', async () => {
    const { page } = await open(path());
    await page.waitForSelector(selector);
    const controls = await page.evaluate(() => {
      const shown = [
        ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary'),
      ].filter((node) => node.getClientRects().length > 0 && !node.matches(':disabled, [tabindex="-1"]'));
      for (const [at, node] of shown.entries()) node.dataset.control = String(at);
      return shown.length;
    });
    expect(controls).toBeGreaterThan(0);
    const reached = new Set<string>();
    for (let tabs = 0; tabs < controls + 3; tabs++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const node = document.activeElement as HTMLElement | null; // of an HTML page
        // A field that is not shown has its outline on the label beside it.
        const visible = node?.matches('.unseen') ? node.nextElementSibling : node;
        const { outlineStyle, outlineWidth } = visible
          ? getComputedStyle(visible)
          : { outlineStyle: 'none', outlineWidth: '0px' };
        return outlineStyle !== 'none' && outlineWidth !== '0px' ? node?.dataset.control : undefined;
      });
      if (at !== undefined) reached.add(at);
    }
    expect([...reached].sort()).toEqual(Array.from({ length: controls }, (_, at) => String(at)).sort());
  });
});
