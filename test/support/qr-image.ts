/** Reads a QR code the way a phone does: the SVG drawn by a real browser, the pixels decoded by zxing. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { launchBrowser } from './chromium.ts';

const wasm = fileURLToPath(new URL('../../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url));
// Its default is to fetch the file from a CDN.
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });

/** The text of the one QR code in an SVG. Rejects when there is none or more than one. Without `browser` it starts its own. */
export async function decodeSvgQr(svg: string, browser?: Browser): Promise<string> {
  if (browser !== undefined) return decodePng(await screenshot(svg, browser));
  const own = await launchBrowser();
  try {
    return await decodePng(await screenshot(svg, own));
  } finally {
    await own.close();
  }
}

/** The text of the one QR code in a PNG, for example a screenshot of a whole page. */
export async function decodePng(png: Uint8Array): Promise<string> {
  const found = await readBarcodes(png, { formats: ['QRCode'] });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`expected one QR code, found ${found.length}`);
  return only.text;
}

async function screenshot(svg: string, browser: Browser): Promise<Uint8Array> {
  const page = await browser.newPage({ viewport: { width: 640, height: 640 } });
  try {
    const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    await page.setContent(`<img src="${picture}" style="width: 600px; height: 600px; background: #fff">`);
    return await page.screenshot();
  } finally {
    await page.close();
  }
}
