/** credentials/compiled.json says what made it: whatever changes there is noticed, and moves no pin. */
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import packageLock from '../../package-lock.json' with { type: 'json' };
import { compilerFiles, type Provenance } from '../../src/cli/console/provenance.ts';
import { COMPILED_PATH, compileCredentials } from '../../src/cli/templates.ts';

type Compiled = { schemes: unknown; templates: unknown; made: Provenance };
const committed = readFileSync(COMPILED_PATH, 'utf8');
const { made, ...shipped }: Compiled = JSON.parse(committed);

const PACKAGES = ['node_modules/jsonld/package.json', 'node_modules/rdf-canonize/package.json'];
/** A copy of the project, as far as templates are compiled from it. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'provenance-'));
  for (const path of ['credentials', 'src/vc/template', 'src/vc/json-ld', ...PACKAGES])
    cpSync(path, join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

test('names every template, the compiler as sha256sum would, and the packages as locked', () => {
  expect(Object.keys(made.templates)).toHaveLength((shipped.templates as unknown[]).length);
  for (const [path, digest] of Object.entries({ ...made.templates, ...made.compiler }))
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(digest);
  expect(made.packages).toEqual({
    jsonld: packageLock.packages['node_modules/jsonld'].version,
    'rdf-canonize': packageLock.packages['node_modules/rdf-canonize'].version,
  });
});

test('the compiler is what compile.ts imports: all of the template folder but the matcher, and the JSON-LD door', () => {
  expect(compilerFiles('.').sort()).toEqual(Object.keys(made.compiler));
  expect(Object.keys(made.compiler)).toEqual(
    expect.arrayContaining(['src/vc/template/fill.ts', 'src/vc/template/slot.ts', 'src/vc/json-ld/expansion.ts']),
  );
  expect(made.compiler).not.toHaveProperty(['src/vc/template/match.ts']);
});

test('an untouched copy compiles to the same text', async () => {
  expect(await compileCredentials(root)).toBe(committed);
});

test.each([...Object.keys(made.templates), ...Object.keys(made.compiler)])(
  'a space more in %s is noticed',
  async (path) => {
    appendFileSync(join(root, path), ' ');
    const { made: now, ...rest }: Compiled = JSON.parse(await compileCredentials(root));
    expect(rest).toEqual(shipped);
    expect(now).not.toEqual(made);
  },
);

test('another jsonld is noticed, and an rdf-canonize of its own', async () => {
  const put = (path: string, version: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify({ version }));
  };
  put('node_modules/jsonld/package.json', '9.0.1');
  put('node_modules/jsonld/node_modules/rdf-canonize/package.json', '5.0.1');
  const now: Compiled = JSON.parse(await compileCredentials(root));
  expect(now.made).toEqual({ ...made, packages: { jsonld: '9.0.1', 'rdf-canonize': '5.0.1' } });
});
