/** The packed station: made for one root, signed offline, checked before it is served, refused with one byte changed; and it works in a browser. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startStationSite } from '../browser/station-site.ts';
import { createAuthority, NOW } from '../support/authority.ts';
import { launchBrowser } from '../support/chromium.ts';
import { freePort } from '../support/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'xingzheng-packed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const passphrase = { ROOT_PASSPHRASE: 'a long enough passphrase' };
const run = (name: string, args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`dist/node/cli/${name}.js`, ...args], {
    env: { PATH: process.env.PATH ?? '', ...passphrase },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};
const station = (...args: string[]) => run('station', args);
const URL_OF_BUNDLES = 'https://xz.hzedu.gov.cn/trust/bundle';
const fingerprintIn = (stdout: string) => /fingerprint: ((?:[0-9a-f]{4} ){4}[0-9a-f]{4})$/m.exec(stdout)?.[1] ?? '';

let fingerprint: string;

beforeAll(() => {
  run('keygen', ['root', '--out', at('root'), '--count', '3', '--threshold', '2']);
  run('keygen', ['root', '--out', at('other')]);
  const packed = station('pack', '--out', at('app'), '--root', at('root/root.json'), '--bundle-url', URL_OF_BUNDLES);
  fingerprint = fingerprintIn(packed.stdout);
});

const key = (number: number) => ['--key', at(`root/root-${number}.key.json`)];

describe('packing', () => {
  test('makes the same folder twice, another one for another root or another address', () => {
    expect(fingerprint).not.toBe('');
    const again = (name: string, ...args: string[]) =>
      fingerprintIn(station('pack', '--out', at(name), ...args).stdout);
    const root = ['--root', at('root/root.json')];
    expect(again('same', ...root, '--bundle-url', URL_OF_BUNDLES)).toBe(fingerprint);
    expect(again('b', '--root', at('other/root.json'), '--bundle-url', URL_OF_BUNDLES)).not.toBe(fingerprint);
    expect(again('c', ...root, '--bundle-url', 'https://elsewhere.example/trust/bundle')).not.toBe(fingerprint);
    expect(again('d', ...root, '--bundle-url', URL_OF_BUNDLES, '--grace-days', '7')).not.toBe(fingerprint);
    const { root: pinned } = JSON.parse(readFileSync(at('app/edition.json'), 'utf8'));
    expect(pinned).toEqual(JSON.parse(readFileSync(at('root/root.json'), 'utf8')));
    expect(readFileSync(at('app/index.html'), 'utf8')).toContain('connect-src &#39;self&#39; https://xz.hzedu.gov.cn;');
  });

  test.each([
    [['pack', '--out', at('x')]],
    [['pack', '--out', at('x'), '--root', at('root/root.json'), '--bundle-url', 'http://xz.hzedu.gov.cn/trust/bundle']],
    [['pack', '--out', at('x'), '--root', at('none.json'), '--bundle-url', URL_OF_BUNDLES]],
    [['check']],
    [['open', 'x']],
  ])('%j is wrong usage', (args) => expect(station(...args).status).toBe(2));
});

describe('checking', () => {
  test('takes the folder that the root signed by its threshold, to the byte, and no other', () => {
    const root = ['--root', at('root/root.json')];
    expect(station('check', at('app'), ...root).status).toBe(1);
    expect(station('sign', at('app'), ...key(1)).status).toBe(0);
    expect(station('check', at('app'), ...root)).toMatchObject({ status: 1 });
    expect(fingerprintIn(station('sign', at('app'), ...key(1), ...key(2)).stdout)).toBe(fingerprint);
    expect(station('check', at('app'), ...root)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(fingerprint),
    });
    expect(station('check', at('app'), '--root', at('other/root.json')).status).toBe(1);

    const changed = (name: string, change: (directory: string) => void) => {
      cpSync(at('app'), at(name), { recursive: true });
      change(at(name));
      return station('check', at(name), ...root).status;
    };
    for (const file of ['station.js', 'index.html', 'edition.json', 'service-worker.js'])
      expect([
        file,
        changed(`changed-${file}`, (d) => writeFileSync(join(d, file), `${readFileSync(join(d, file))} `)),
      ]).toEqual([file, 1]);
    expect(changed('more', (d) => writeFileSync(join(d, 'more.js'), ''))).toBe(1);
    expect(changed('fewer', (d) => rmSync(join(d, 'icon.svg')))).toBe(1);
    expect(changed('swapped', (d) => copyFileSync(join(d, 'station.css'), join(d, 'station.js')))).toBe(1);
    expect(changed('untouched', () => undefined)).toBe(0);
  });

  test('goes by the fingerprint where one is given', () => {
    expect(station('check', at('same'), '--fingerprint', fingerprint).status).toBe(0);
    expect(station('check', at('same'), '--fingerprint', fingerprint.replace(/./, 'x')).status).toBe(1);
  });
});

test('served from the station’s own machine it works in a browser, with bundles from where they are published', async () => {
  const authority = await createAuthority();
  const office = await startStationSite({
    trustRoot: JSON.stringify(authority.rootJws),
    bundle: await authority.publish(),
  });
  onTestFinished(() => office.kill());
  writeFileSync(at('authority.json'), JSON.stringify(authority.rootJws));
  const pinned = ['--root', at('authority.json')];
  const packed = station('pack', '--out', at('served'), ...pinned, '--bundle-url', `${office.url}/trust/bundle`);
  const port = await freePort();
  const args = ['serve', at('served'), '--fingerprint', fingerprintIn(packed.stdout), '--port', String(port)];
  const child = spawn(process.execPath, ['dist/node/cli/station.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  await readyOf(child);

  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.clock.setFixedTime(NOW * 1000);
  await page.goto(`http://localhost:${port}/`);
  await page.fill('#word', '蓝天46');
  await page.press('#word', 'Enter');
  await expect.poll(() => page.textContent('#data-facts')).toContain('41');
  await expect.poll(() => page.textContent('#app-facts')).toContain(fingerprintIn(packed.stdout));
  child.kill();
  await office.kill();
  await page.reload();
  await page.waitForSelector('#post:not([hidden])');
  await page.fill('#code', (await authority.issue()).digits);
  await page.press('#code', 'Enter');
  await page.waitForSelector('.verdict-valid');
  expect(complaints.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
});

const readyOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('ready ') && resolve());
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
