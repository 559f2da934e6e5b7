/** How long a clerk waits: from the first frame that shows a code to the verdict, in Chromium on a slow processor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { symbolSvg } from '../../../src/vc/qr/symbol.ts';
import type { Grey } from '../../../src/verifier/scan/grey.ts';
import { type Answer, PAGE_HEADERS, startSite } from '../../pages/site.ts';
import { type Authority, NOW } from '../../support/authority.ts';
import { cameraFlags } from '../../support/camera.ts';
import { launchBrowser } from '../../support/chromium.ts';
import { percentile } from '../measure.ts';
import type { Condition } from './conditions.ts';
import { showing } from './trial.ts';

export type VerdictTimes = { readonly p50Ms: number; readonly p95Ms: number };

export type VerdictRun = {
  readonly authority: Authority;
  /** Prefix of the codes. */
  readonly prefix: string;
  readonly condition: Condition;
  readonly showings: number;
  /** Times slower than this machine: the page's own thread by Chromium's throttle, the scanning worker by late answers. */
  readonly pageSlowdown: number;
  readonly workerSlowdown: number;
};

const HTML = '<!doctype html><title>bench</title><script type="module" src="/assets/bench.js"></script>';

export async function timeVerdicts(run: VerdictRun): Promise<VerdictTimes> {
  const directory = mkdtempSync(join(tmpdir(), 'xingzheng-film-'));
  const film = cameraFlags(join(directory, 'film.y4m'), await filmOf(run), { framesPerSecond: 10 });
  const site = await startSite({
    '/': () => ({ status: 200, headers: PAGE_HEADERS, body: HTML }),
    '/assets/bench.js': await pageScript(),
    '/trust/root': JSON.stringify(run.authority.rootJws),
    '/trust/bundle': await run.authority.publish(),
  });
  const browser = await launchBrowser({ args: film });
  try {
    const page = await browser.newPage();
    const failures: Error[] = [];
    page.on('pageerror', (error) => failures.push(error));
    await page.goto(site.url);
    await page.waitForFunction(() => 'bench' in globalThis);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: run.pageSlowdown });
    await page.evaluate((options) => bench.start(options), { now: NOW, workerSlowdown: run.workerSlowdown });
    let times: number[] = [];
    const endMs = performance.now() + PATIENCE_MS;
    while (times.length < WARM_UP + run.showings && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      times = await page.evaluate(() => bench.timesMs);
      if (failures[0]) throw failures[0];
    }
    const warm = times.slice(WARM_UP);
    if (warm.length < LEAST)
      throw new Error(`only ${warm.length} verdicts in ${PATIENCE_MS / 1000} s: the machine is too busy`);
    return { p50Ms: percentile(warm, 50), p95Ms: percentile(warm, 95) };
  } finally {
    await browser.close();
    await site.stop();
    rmSync(directory, { recursive: true });
  }
}

/** The first ones pay for compiling. */
const WARM_UP = 4;
/** A busy machine misses codes; from too few verdicts nothing is said. */
const PATIENCE_MS = 120_000;
const LEAST = 20;
/** Pixels of the corner that tells the page which code a frame shows. */
const CORNER = 8;
const CORNER_GREY = 80;

/** Nothing, one certificate, nothing, another one; because a scanner reports a code once as long as it is the same. */
async function filmOf({ authority, prefix, condition }: VerdictRun): Promise<Grey[]> {
  const codes = [await authority.issue(), await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00aabbcc' })];
  return codes.flatMap(({ digits }, n) => {
    const svg = symbolSvg(prefix, digits, 'code');
    const nothing = frames({ ...condition, ink: condition.paper }, { svg, seed: n, count: 5 });
    const code = frames(condition, { svg, seed: n, count: 7 });
    for (const { data, width } of code)
      for (let y = 0; y < CORNER; y++) data.fill(n * CORNER_GREY, y * width, y * width + CORNER);
    return [...nothing, ...code];
  });
}

function frames(condition: Condition, { svg, seed, count }: { svg: string; seed: number; count: number }): Grey[] {
  const taken: Grey[] = [];
  for (const frame of showing(condition, svg, seed)) if (taken.push(frame) === count) break;
  return taken;
}

async function pageScript(): Promise<() => Answer> {
  const { outputFiles } = await build({
    entryPoints: ['test/bench/scan/verdict-page.ts'],
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    write: false,
  });
  const body = outputFiles[0]?.text ?? '';
  return () => ({ status: 200, headers: { 'Content-Type': 'text/javascript' }, body });
}
