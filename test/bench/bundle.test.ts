/** The budgets of `npm run bundle-report`: what is built keeps them, and what does not is named. */
import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { type Budgets, complaints, type Entry, entriesOf } from './bundle.ts';
import { BUDGETS, builtEntries } from './bundle-budgets.ts';

test.each(Object.keys(BUDGETS))('%s: everything that is built has a budget and keeps it', (target) => {
  expect(complaints(builtEntries(target), BUDGETS[target] ?? {})).toEqual([]);
});

/** A program of one file or more, built as build.mjs builds the worker. */
async function built(files: Readonly<Record<string, string>>): Promise<Entry[]> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: files.entry ?? '', sourcefile: 'entry', resolveDir: '.' },
    plugins: [
      {
        name: 'files',
        setup(plugin) {
          plugin.onResolve({ filter: /^own:/ }, ({ path }) => ({ path: path.slice(4), namespace: 'own' }));
          plugin.onLoad({ filter: /./, namespace: 'own' }, ({ path }) => ({
            contents: files[path] ?? '',
            resolveDir: '.',
          }));
        },
      },
    ],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    absWorkingDir: process.cwd(),
    outdir: 'nowhere',
  });
  const contents = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  return entriesOf(metafile as Metafile, (path) => contents.get(`${process.cwd()}/${path}`) ?? new Uint8Array());
}

describe('a package', () => {
  const budgets: Budgets = { entry: 5, 'own:later': 30 };

  test('that loads at the start counts at the start', async () => {
    const [entry] = await built({ entry: `import { create } from 'qrcode'; globalThis.used = create;` });
    expect(entry).toMatchObject({ source: 'entry', lazy: false });
    expect(entry?.carries[0]?.[0]).toBe('qrcode');
    expect(complaints(entry ? [entry] : [], { entry: 5 })).toEqual([
      expect.stringMatching(/^entry: \d+\.\d kB, .* 5 kB$/),
    ]);
  });

  test('that loads later counts there, and what both need only once', async () => {
    const shared = `globalThis.text = ${JSON.stringify('x'.repeat(5000))};`;
    const entries = await built({
      entry: `import 'own:shared'; globalThis.later = () => import('own:later');`,
      later: `import 'own:shared'; import { create } from 'qrcode'; globalThis.used = create;`,
      shared,
    });
    expect(complaints(entries, budgets)).toEqual([]);
    expect(complaints(entries, { ...budgets, 'own:later': 5 })).toEqual([expect.stringMatching(/^own:later: /)]);
    const [entry, later] = [false, true].map((lazy) => entries.find((one) => one.lazy === lazy));
    expect(entry?.bytes).toBeGreaterThan(5000);
    expect(later?.carries.map(([part]) => part)).toContain('qrcode');
    const alone = (await built({ entry: `import { create } from 'qrcode'; globalThis.used = create;` }))[0];
    expect(later?.bytes).toBeLessThan((alone?.bytes ?? 0) + 1000); // without the shared text
  });
});

describe('the list', () => {
  const entry: Entry = { source: 'a.ts', lazy: false, bytes: 3000, gzipBytes: 1000, carries: [] };

  test('is kept at the budget and broken one byte above it', () => {
    expect(complaints([entry], { 'a.ts': 1 })).toEqual([]);
    expect(complaints([{ ...entry, gzipBytes: 1001 }], { 'a.ts': 1 })).toHaveLength(1);
  });

  test('has a row for everything that is built, and no other', () => {
    expect(complaints([entry], {})).toEqual(['a.ts: has no budget']);
    expect(complaints([], { 'a.ts': 1 })).toEqual(['a.ts: has a budget and is not built']);
  });
});
