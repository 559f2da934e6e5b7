/** A real headless Chromium from npm (@sparticuz/chromium), driven by playwright-core. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));

const fontConfig = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
`;

const flags = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
  '--font-render-hinting=none',
];

/** The caller closes it. `args` are added, for example a fake camera. No font of it has Chinese glyphs. */
export async function launchBrowser({ args = [] }: { args?: string[] } = {}): Promise<Browser> {
  const directory = await unpacked();
  return chromium.launch({
    executablePath: join(directory, 'chromium'),
    args: [...flags, ...args],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(directory, 'fonts'),
    },
  });
}

/** Unpacks the browser once for each installed version; a rename makes the finished directory visible as a whole. */
async function unpacked(): Promise<string> {
  const manifest = join(root, 'node_modules/@sparticuz/chromium/package.json');
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'));
  const cache = join(root, 'node_modules/.cache');
  const directory = join(cache, `chromium-${version}`);
  if (existsSync(directory)) return directory;

  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${directory}-`);
  await unpackInto(fresh);
  // The one it brings looks for the fonts in /tmp and draws no text at all when they are elsewhere.
  await writeFile(join(fresh, 'fonts/fonts.conf'), fontConfig);
  try {
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another test file was faster.
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/**
 * In a process of its own, because the package reads both settings from the environment and changes it: without
 * AWS_EXECUTION_ENV it leaves out the system libraries, and it re-uses any older browser that lies in TMPDIR.
 */
async function unpackInto(directory: string): Promise<void> {
  const program = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    env: { ...process.env, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x', TMPDIR: directory },
  });
}
