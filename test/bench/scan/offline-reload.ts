/** How long the station app takes to be ready again when it is reloaded with its server gone and no network. */
import { launchBrowser } from '../../support/chromium.ts';
import { startService } from '../../support/service.ts';
import { median } from '../measure.ts';

/** Median milliseconds from the reload to the page that takes codes, with its data read and verified. */
export async function offlineReloadMs(times = 7): Promise<number> {
  const service = await startService('node');
  let running = true;
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${service.url}/station/`);
    await page.fill('#word', '蓝天46');
    await page.press('#word', 'Enter');
    const ready = async () => {
      await page.waitForSelector('#post:not([hidden])');
      await page.getByText('可用至').first().waitFor({ state: 'attached' });
    };
    await ready();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready)); // it keeps all of the app before it is
    await service.stop();
    running = false;
    await context.setOffline(true);
    const measured: number[] = [];
    for (let i = 0; i < times; i++) {
      const startMs = performance.now();
      await page.reload();
      await ready();
      measured.push(performance.now() - startMs);
    }
    return median(measured);
  } finally {
    await browser.close();
    if (running) await service.stop();
  }
}
