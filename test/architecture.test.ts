/** The import table, enforced: who may import whom, which globals the pure parts never touch, and what never ships to verifiers. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** Files at the top of src/ that together make Deps. */
const DEPS_FILES = [
  'config.ts',
  'deps.ts',
  'node-platform.ts',
  'node-primitives.ts',
  'signing-threads.ts',
  'worker-platform.ts',
];

/** `→ may import`; a folder may always import itself. `Deps` is the type alone, from deps.ts. contexts and credentials are data. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  vc: ['contexts'],
  learning: [],
  errors: [],
  store: ['learning', 'vc', 'errors'],
  issuer: ['learning', 'vc', 'store', 'errors', 'Deps'],
  pages: ['learning', 'vc', 'errors'],
  http: ['issuer', 'store', 'learning', 'vc', 'pages', 'errors', 'Deps'],
  jobs: ['issuer', 'store', 'errors', 'Deps'],
  verifier: ['vc'],
  deps: ['learning', 'vc', 'store', 'errors', 'credentials'],
  cli: ['issuer', 'jobs', 'http', 'store', 'learning', 'vc', 'errors', 'deps', 'contexts', 'credentials'],
  entry: ['http', 'jobs', 'deps', 'vc', 'errors'],
};

/** Nothing below these reads a clock or reaches out; vc and learning run wherever JavaScript does. */
const PURE = ['vc', 'learning'];
const NEVER_IN_PURE_CODE: readonly (readonly [string, RegExp])[] = [
  ['fetch(', /(?<![\w$.])(?:globalThis\.|self\.|window\.)?fetch\s*\(/],
  ['Date.now', /\bDate\s*\.\s*now\b/],
  ['new Date()', /\bnew\s+Date\b(?!\s*\(\s*[^\s)])/],
];
const NEVER_IMPORTED_BY_PURE_CODE = /^(?:node:|cloudflare:|hono(?:\/|$)|@hono\/)/;

type Source = { readonly path: string; readonly code: string };
/** `specifier` is undefined when only running the program would tell. */
type Import = { readonly specifier: string | undefined; readonly typeOnly: boolean; readonly names: string };

function importsOf(code: string): Import[] {
  const found: Import[] = [];
  for (const [, keyword = '', clause = '', specifier] of code.matchAll(
    /^\s*(import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]/gm,
  )) {
    const whole = /^\s*type\b/.test(clause);
    const names =
      clause
        .match(/\{([^}]*)\}/)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const each = names.length > 0 && /^\s*\{[^}]*\}\s*$/.test(clause) && names.every((name) => /^\s*type\s/.test(name));
    found.push({ specifier, typeOnly: whole || each, names: `${keyword}${clause}` });
  }
  for (const [, specifier] of code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm))
    found.push({ specifier, typeOnly: false, names: '' });
  for (const [, specifier] of code.matchAll(/\b(?:import|require)\s*\(\s*(?:['"]([^'"]+)['"]\s*[,)])?/g))
    found.push({ specifier, typeOnly: false, names: '' });
  return found;
}

/** The row of the table that a file under src/, contexts/ or credentials/ belongs to. */
function partOf(path: string, commands: ReadonlySet<string>): string {
  if (isEntry(path, commands)) return 'entry';
  const [top = '', ...rest] = path.split('/');
  if (top !== 'src') return top;
  const [name = ''] = rest;
  if (rest.length > 1) return name;
  return DEPS_FILES.includes(name) ? 'deps' : name.replace(/\.ts$/, '');
}

const isEntry = (path: string, commands: ReadonlySet<string>): boolean =>
  ['src/worker.ts', 'src/node.ts', 'src/signing-thread.ts'].includes(path) ||
  path.endsWith('.entry.ts') ||
  commands.has(path);

/** Every breach of the rules, as `file: what`. */
function breaches(sources: readonly Source[], commands: ReadonlySet<string> = new Set()): string[] {
  return sources.flatMap(({ path, code }) => {
    const folder = path.split('/').length > 2 ? (path.split('/')[1] ?? '') : '';
    // A command and a page's script obey their folder's row; only the servers have a row of their own.
    const part = folder === '' ? partOf(path, commands) : folder;
    const allowed = MAY_IMPORT[part];
    const found = allowed ? [] : [`${path}: the table has no row for ${part}`];
    for (const { specifier, typeOnly, names } of importsOf(code)) {
      if (specifier === undefined) found.push(`${path}: an import that cannot be read before it runs`);
      else if (!specifier.startsWith('.')) found.push(...packageBreaches(path, part, specifier));
      else found.push(...ownBreaches(path, { part, allowed: allowed ?? [], specifier, typeOnly, names, commands }));
    }
    if (PURE.includes(part)) {
      const shipped = withoutCommentsAndTypes(path, code);
      for (const [name, pattern] of NEVER_IN_PURE_CODE) if (pattern.test(shipped)) found.push(`${path}: ${name}`);
    }
    return found;
  });
}

function packageBreaches(path: string, part: string, specifier: string): string[] {
  return PURE.includes(part) && NEVER_IMPORTED_BY_PURE_CODE.test(specifier) ? [`${path}: imports ${specifier}`] : [];
}

type OwnImport = Omit<Import, 'specifier'> & {
  specifier: string;
  part: string;
  allowed: readonly string[];
  commands: ReadonlySet<string>;
};

function ownBreaches(path: string, { part, allowed, specifier, typeOnly, names, commands }: OwnImport): string[] {
  const target = join(dirname(path), specifier);
  if (isEntry(target, commands)) return [`${path}: imports the entry ${target}`];
  const other = partOf(target, commands);
  if (other === part || allowed.includes(other)) return [];
  const depsType = allowed.includes('Deps') && target === 'src/deps.ts';
  if (depsType && typeOnly && /\{\s*(?:type\s+)?Deps\s*,?\s*\}/.test(names)) return [];
  return [`${path}: imports ${target}${depsType ? ', of which it may have the Deps type only' : ''}`];
}

const withoutCommentsAndTypes = (path: string, code: string): string =>
  transformSync(code, { loader: path.endsWith('x') ? 'tsx' : 'ts', minifyWhitespace: true, legalComments: 'none' })
    .code;

const root = resolve(import.meta.dirname, '..');

function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.tsx?$/.test(file.name) && !file.name.endsWith('.d.ts'))
    .map((file) => relative(root, join(file.parentPath, file.name)))
    .map((path) => ({ path, code: readFileSync(join(root, path), 'utf8') }));
}

/** A command is what a script of package.json runs. */
const COMMANDS = new Set(
  [...readFileSync(join(root, 'package.json'), 'utf8').matchAll(/dist\/node\/(cli\/[\w-]+)\.js/g)].map(
    ([, name]) => `src/${name}.ts`,
  ),
);

describe('src', () => {
  const sources = sourcesUnder('src');

  test('the import table holds', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(breaches(sources, COMMANDS)).toEqual([]);
  });

  test('every import of ours that the checker sees leads to a file: nothing is read wrongly', () => {
    const files = new Set(sources.map(({ path }) => path));
    const targets = sources.flatMap(({ path, code }) =>
      importsOf(code).flatMap(({ specifier }) => (specifier?.startsWith('.') ? [join(dirname(path), specifier)] : [])),
    );
    expect(targets.length).toBeGreaterThan(200);
    expect(targets.filter((target) => /\.tsx?$/.test(target) && !files.has(target))).toEqual([]);
  });

  test('the checker sees every import that the compiler sees', async () => {
    const { metafile } = await build({
      entryPoints: sources.map(({ path }) => join(root, path)),
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'nowhere',
      packages: 'external',
      format: 'esm',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
    });
    for (const { path, code } of sources) {
      const seen = importsOf(code).map(({ specifier }) => specifier);
      const compiled = (metafile.inputs[path]?.imports ?? []).map((one) => one.original ?? one.path);
      const unseen = compiled.filter((specifier) => !seen.includes(specifier) && specifier !== 'hono/jsx/jsx-runtime');
      expect({ path, unseen }).toEqual({ path, unseen: [] });
    }
  });
});

describe('what ships', () => {
  type Entry = { entryPoints: string[] } | { stdin: { contents: string; resolveDir: string } };

  /** Packages in a bundle of the entry, by name: all of it, or what loads before anything is asked for. */
  async function packagesIn(entry: Entry, reach: 'everything' | 'at-start' = 'everything') {
    const { metafile } = await build({
      ...entry,
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'nowhere',
      format: 'esm',
      splitting: true,
      platform: 'browser',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['node:*', 'cloudflare:*', 'libsql'], // the last is a native module
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      logLevel: 'silent',
    });
    const outputs = Object.entries(metafile.outputs);
    const reached = new Set(outputs.flatMap(([path, { entryPoint }]) => (entryPoint === undefined ? [] : [path])));
    if (reach === 'at-start') {
      const lazy = outputs.flatMap(([, { imports }]) => imports.filter(({ kind }) => kind === 'dynamic-import'));
      for (const { path } of lazy) reached.delete(path); // a lazy chunk counts as an entry point of its own
      for (const path of reached)
        for (const one of metafile.outputs[path]?.imports ?? [])
          if (one.kind === 'import-statement' && !one.external) reached.add(one.path); // a set visits what joins it
    }
    const inputs = outputs.flatMap(([path, output]) =>
      reach === 'everything' || reached.has(path) ? Object.keys(output.inputs) : [],
    );
    return new Set(inputs.flatMap((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []));
  }
  const JSON_LD = /^(?:jsonld|rdf-canonize|@digitalbazaar\/.*)$/;
  const jsonLdIn = (packages: ReadonlySet<string>) => [...packages].filter((name) => JSON_LD.test(name));

  test.each(['src/vc/verify/verify.ts', 'src/cli/verify.ts'])('%s reaches no JSON-LD processor', async (entry) => {
    expect(jsonLdIn(await packagesIn({ entryPoints: [entry] }))).toEqual([]);
  });

  test.each(['src/worker.ts', 'src/node.ts'])('%s loads one only when the VC-API is used', async (entry) => {
    const packages = await packagesIn({ entryPoints: [entry] }, 'at-start');
    expect(packages).toContain('hono');
    expect(jsonLdIn(packages)).toEqual([]);
    expect(jsonLdIn(await packagesIn({ entryPoints: [entry] }))).toContain('jsonld');
  });

  test('the search finds one where there is one', async () => {
    const stdin = { contents: `import './src/vc/template/compile.ts'`, resolveDir: root };
    expect(jsonLdIn(await packagesIn({ stdin }))).toEqual(expect.arrayContaining(['jsonld', 'rdf-canonize']));
    expect(jsonLdIn(await packagesIn({ stdin }, 'at-start'))).toContain('jsonld');
    const lazily = { contents: `export const later = () => import('./src/vc/template/compile.ts')`, resolveDir: root };
    expect(jsonLdIn(await packagesIn({ stdin: lazily }))).toContain('jsonld');
    expect(jsonLdIn(await packagesIn({ stdin: lazily }, 'at-start'))).toEqual([]);
  });
});

describe('the checker complains about', () => {
  const of = (path: string, code: string) => breaches([{ path, code }], new Set(['src/cli/key.ts']));

  test.each([
    ['vc → learning', 'src/vc/a.ts', `import { x } from '../learning/x.ts';`],
    ['vc → errors', 'src/vc/a.ts', `import { AppError } from '../errors.ts';`],
    ['learning → vc, a type', 'src/learning/a.ts', `import type { X } from '../vc/x.ts';`],
    ['learning → errors', 'src/learning/a.ts', `import { AppError } from '../errors.ts';`],
    [
      'learning → contexts',
      'src/learning/a.ts',
      `import pinned from '../../contexts/pinned.json' with { type: 'json' };`,
    ],
    ['store → issuer', 'src/store/a.ts', `export { x } from '../issuer/x.ts';`],
    ['store → deps, a type', 'src/store/a.ts', `import type { Deps } from '../deps.ts';`],
    ['issuer → http', 'src/issuer/a.ts', `export * from '../http/app.ts';`],
    ['issuer → deps, more than the type', 'src/issuer/a.ts', `import { makeDeps } from '../deps.ts';`],
    ['issuer → deps, another type', 'src/issuer/a.ts', `import type { Platform } from '../deps.ts';`],
    ['issuer → deps, a value beside the type', 'src/issuer/a.ts', `import { type Deps, makeDeps } from '../deps.ts';`],
    ['issuer → config, a type', 'src/issuer/a.ts', `import type { Config } from '../config.ts';`],
    ['http → jobs', 'src/http/routes/a.ts', `import { tick } from '../../jobs/resume.ts';`],
    ['http → node-platform', 'src/http/a.ts', `import { nodeDeps } from '../node-platform.ts';`],
    ['jobs → http', 'src/jobs/a.ts', `await import('../http/app.ts');`],
    ['pages → store', 'src/pages/a.tsx', `import type { CredentialRow } from '../store/credentials.ts';`],
    ['pages → issuer', 'src/pages/a.tsx', `type X = import('../issuer/actor.ts').Actor;`],
    ['verifier → pages', 'src/verifier/a.ts', `import { layout } from '../pages/layout.tsx';`],
    ['verifier → learning', 'src/verifier/a.entry.ts', `import '../learning/name.ts';`],
    ['deps → issuer', 'src/deps.ts', `import { award } from './issuer/award.ts';`],
    ['errors → vc', 'src/errors.ts', `import { hex } from './vc/encoding.ts';`],
    ['entry → issuer', 'src/worker.ts', `import { award } from './issuer/award.ts';`],
    ['entry → store', 'src/node.ts', `import { migrate } from './store/migrate.ts';`],
    [
      'http → contexts',
      'src/http/a.ts',
      `import context from '../../contexts/xingzheng-v1.json' with { type: 'json' };`,
    ],
    ['cli → pages', 'src/cli/a.ts', `import { layout } from '../pages/layout.tsx';`],
    ['cli → verifier', 'src/cli/a.ts', `import { view } from '../verifier/verdict-view.ts';`],
    ['a server entry', 'src/cli/a.ts', `import '../node.ts';`],
    ['a browser entry', 'src/verifier/a.ts', `import './check.entry.ts';`],
    ['a command', 'src/cli/a.ts', `import { x } from './key.ts';`],
    ['a folder without a row', 'src/utils/a.ts', ''],
    ['an import over several lines', 'src/vc/a.ts', `import {\n  x,\n  type Y,\n} from '../store/client.ts';`],
    ['an import nobody can read', 'src/vc/a.ts', 'const name = "x"; await import(name);'],
    ['node: in vc', 'src/vc/a.ts', `import { createHash } from 'node:crypto';`],
    ['cloudflare: in vc', 'src/vc/a.ts', `import { env } from 'cloudflare:workers';`],
    ['hono in learning', 'src/learning/a.ts', `import { html } from 'hono/html';`],
    ['fetch in vc', 'src/vc/a.ts', `export const get = () => fetch('https://example.org');`],
    ['globalThis.fetch in vc', 'src/vc/a.ts', `export const get = () => globalThis.fetch('x');`],
    ['Date.now in learning', 'src/learning/a.ts', 'export const now = () => Date.now();'],
    ['new Date() in vc', 'src/vc/a.ts', 'export const now = () => new Date();'],
    ['new Date in vc', 'src/vc/a.ts', 'export const now = () => new Date;'],
  ])('%s', (_, path, code) => {
    expect(of(path, code)).toHaveLength(1);
  });

  test('and about nothing that is allowed', () => {
    const allowed: Source[] = [
      {
        path: 'src/vc/a.ts',
        code: `import pinned from '../../contexts/pinned.json' with { type: 'json' };\nimport { x } from './qr/x.ts';`,
      },
      {
        path: 'src/vc/b.ts',
        code: '// fetch(x), Date.now, new Date()\nexport const day = (ms: number) => new Date(ms);',
      },
      {
        path: 'src/issuer/a.ts',
        code: `import type { Deps } from '../deps.ts';\nimport { AppError } from '../errors.ts';`,
      },
      { path: 'src/http/a.ts', code: `import { type Deps } from '../deps.ts';` },
      {
        path: 'src/cli/a.ts',
        code: `import { tick } from '../jobs/resume.ts';\nimport { nodeDeps } from '../node-platform.ts';`,
      },
      {
        path: 'src/node.ts',
        code: `import { nodeDeps } from './node-platform.ts';\nimport { createApp } from './http/app.ts';`,
      },
    ];
    expect(breaches(allowed)).toEqual([]);
  });
});
