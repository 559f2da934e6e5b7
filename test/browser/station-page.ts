/** The station app as a clerk uses it: a browser profile of its own, on a server of its own. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { NOW } from '../support/authority.ts';
import { type StationSite, startStationSite } from './station-site.ts';

export type Station = { page: Page; context: BrowserContext; site: StationSite; complaints: string[]; asked: string[] };

export type StationOptions = {
  readonly root: unknown;
  /** What the server offers; nothing when left out. */
  readonly bundle?: string | undefined;
  readonly now?: number;
  /** Runs before the page. */
  readonly init?: string;
};

// Playwright's clock makes the time of an event that at which it is looked at; a scanner's keys have times of their own.
const KEEP_TIME_STAMP = `globalThis.timeStamp ??= Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');`;
const RESTORE_TIME_STAMP = `Object.defineProperty(Event.prototype, 'timeStamp', globalThis.timeStamp);`;

/** A fresh browser profile and a server of its own, before set-up. */
export async function openStation(
  browser: Browser,
  { root, bundle, now = NOW, init = '' }: StationOptions,
): Promise<Station> {
  const site = await startStationSite({
    trustRoot: JSON.stringify(root),
    ...(bundle === undefined ? {} : { bundle }),
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
  await context.addInitScript(KEEP_TIME_STAMP);
  await page.clock.setFixedTime(now * 1000);
  await context.addInitScript(RESTORE_TIME_STAMP);
  if (init) await page.addInitScript(init);
  await page.goto(`${site.url}/station/`);
  return { page, context, site, complaints, asked };
}

export const WORD = '蓝天46';

/** Set up with the word, holding the bundle, kept for use without a network. */
export async function readyStation(browser: Browser, options: StationOptions): Promise<Station> {
  const station = await openStation(browser, options);
  await setUp(station.page);
  await expect.poll(() => textOf(station.page, '#data-facts')).toContain('可用至');
  await expect.poll(() => textOf(station.page, '#app-facts')).toContain(station.site.folder.fingerprint);
  return station;
}

export async function setUp(page: Page): Promise<void> {
  await page.fill('#word', WORD);
  await page.press('#word', 'Enter');
  await page.waitForSelector('#post:not([hidden])');
}

export async function paste(page: Page, code: string): Promise<void> {
  await page.fill('#code', code);
  await page.press('#code', 'Enter');
}

export const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';

/** Loads a bundle, or another file of data. */
export const loadFile = (page: Page, content: string | Uint8Array): Promise<void> =>
  page.setInputFiles('#bundle-file', { name: 'data', mimeType: 'application/jose', buffer: Buffer.from(content) });
