// Builds dist/: the Node programs, the Cloudflare Worker and what browsers load. Silent unless it fails.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import packageJson from './package.json' with { type: 'json' };

const shared = {
  bundle: true,
  format: 'esm',
  splitting: true,
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
};

/** On Node packages stay in node_modules, but for these: two hundred small files, each of which a starting service would look up and read. */
const BUNDLED_ON_NODE = ['@hono/node-server', '@scure/base', 'cborg', 'hono', 'zod'];
const external = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies }).filter(
  (name) => !BUNDLED_ON_NODE.includes(name),
);

/** A worker's policy comes with its script, not from the page. On Node src/http/page.ts says the same. */
const scanWorkerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const browser = {
  platform: 'browser',
  target: 'es2020',
  minify: true,
  loader: { '.png': 'copy', '.svg': 'copy', '.wasm': 'copy', '.webmanifest': 'copy' },
};

const zxing = { in: 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', out: 'zxing_reader' };

/** One row per directory under dist/. A target without an entry file is skipped. */
const targets = {
  node: {
    entries: () => [...sources('src', 'node.ts'), ...sources('src', 'signing-thread.ts'), ...sources('src/cli', '.ts')],
    options: { outbase: 'src', platform: 'node', target: 'node20', external, sourcemap: true },
  },
  worker: {
    entries: () => sources('src', 'worker.ts'),
    options: {
      // 'browser' rather than 'neutral': only for it does esbuild read the file map in a package's "browser" field.
      platform: 'browser',
      target: 'es2022',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['node:*', 'cloudflare:*'],
      // workerd has no import.meta.url, and @digitalbazaar/credentials-context resolves against it while loading.
      define: { 'import.meta.url': '"file:///worker.js"' },
      minify: true,
    },
  },
  // dist/assets is what a server serves as it is; the directory inside gives the addresses their /assets/.
  assets: {
    outdir: 'dist/assets/assets',
    entries: () => [
      ...[
        ...['src/verifier', 'src/verifier/scan'].flatMap((directory) => sources(directory, '.entry.ts')),
        'src/verifier/station/service-worker.entry.ts',
        'src/verifier/certificate/certificate-worker.entry.ts',
      ].map((file) => ({ in: file, out: basename(file, '.entry.ts') })),
      zxing,
      ...sources('src/pages', '.css').map((file) => ({ in: file, out: basename(file, '.css') })),
      ...sources('src/pages', '.svg').map((file) => ({ in: file, out: basename(file, '.svg') })),
      ...sources('src/pages', '.png').map((file) => ({ in: file, out: basename(file, '.png') })),
    ],
    options: browser,
    // On Workers the platform answers for /assets/*, so its headers are a file of the platform's own form.
    files: {
      'dist/assets/_headers': `/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
/assets/scan-worker.js
  Content-Security-Policy: ${scanWorkerPolicy}
/station/scan-worker.js
  Content-Security-Policy: ${scanWorkerPolicy}
`,
    },
  },
  // The station app's own folder: it is served, packed and kept as a whole, so it shares no file with the pages.
  station: {
    outdir: 'dist/assets/station',
    entries: () => [
      { in: 'src/verifier/station/station.entry.ts', out: 'station' },
      { in: 'src/verifier/scan/scan-worker.entry.ts', out: 'scan-worker' },
      zxing,
      { in: 'src/verifier/station/station.css', out: 'station' },
      { in: 'src/pages/station.webmanifest', out: 'station' },
      { in: 'src/pages/icon.svg', out: 'icon' },
      { in: 'src/pages/icon.png', out: 'icon' },
    ],
    options: browser,
    // Path → hash, as Subresource Integrity writes it: the service worker and the fingerprint go by it.
    list: 'files.json',
  },
};

/** esbuild's account of what went where, a file for each target: `npm run bundle-report` reads it. No server serves it. */
const META = join('dist', 'meta');

function sources(directory, ending) {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => join(directory, name));
}

/** Removes what the build did not write; afterwards, so that a program started earlier can still load its chunks. */
async function removeStale(directory, written) {
  if (!existsSync(directory)) return;
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => resolve(entry.parentPath, entry.name));
  await Promise.all(files.filter((file) => !written.has(file)).map((file) => rm(file, { force: true })));
}

async function buildTarget(name) {
  const { entries, options, outdir = join('dist', name), files = {}, list } = targets[name];
  const entryPoints = entries();
  const result = entryPoints.length > 0 ? await build({ ...shared, ...options, entryPoints, outdir }) : undefined;
  await Promise.all(Object.entries(files).map(([path, text]) => writeFile(path, text)));
  await mkdir(META, { recursive: true });
  await writeFile(join(META, `${name}.json`), JSON.stringify(result?.metafile ?? { inputs: {}, outputs: {} }));
  const written = Object.keys(result?.metafile.outputs ?? {}).map((file) => resolve(file));
  if (list !== undefined) written.push(await writeList(resolve(outdir, list), written));
  await removeStale(outdir, new Set(written));
}

async function writeList(path, written) {
  const hashes = await Promise.all(
    [...written].sort().map(async (file) => {
      const hash = createHash('sha256')
        .update(await readFile(file))
        .digest('base64');
      return [relative(resolve(path, '..'), file), `sha256-${hash}`];
    }),
  );
  await writeFile(path, JSON.stringify(Object.fromEntries(hashes)));
  return path;
}

const { values } = parseArgs({ options: { target: { type: 'string' } } });
// Both servers serve the assets and the station app, so neither is built without them.
const wanted = values.target === undefined ? Object.keys(targets) : [...new Set([values.target, 'assets', 'station'])];
if (!wanted.every((name) => Object.hasOwn(targets, name))) {
  console.error(`build: unknown target "${values.target}", expected ${Object.keys(targets).join(', ')}`);
  process.exit(2);
}

process.chdir(import.meta.dirname);
const results = await Promise.allSettled(wanted.map(buildTarget));
for (const [index, result] of results.entries()) {
  if (result.status === 'fulfilled') continue;
  // A fault in the sources has `errors`, which esbuild has printed already.
  if (!result.reason.errors) console.error(result.reason);
  console.error(`build: target ${wanted[index]} failed`);
  process.exitCode = 1;
}
