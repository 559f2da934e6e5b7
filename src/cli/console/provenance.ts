/** What credentials/compiled.json was made of: digests that tell when a template, or the compiler, is no longer the one that made it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Paths are relative to the root of the project; digests are SHA-256 of the files as they are, in hex. */
export type Provenance = {
  readonly templates: Readonly<Record<string, string>>;
  readonly compiler: Readonly<Record<string, string>>;
  /** Package → exact version. Contexts are pinned one by one: their digests stand in each compiled template. */
  readonly packages: Readonly<Record<string, string>>;
};

const COMPILER = 'src/vc/template/compile.ts';
/** What a compiled template depends on: how one is cut and filled, and our door to the JSON-LD processor. */
const COMPILER_FOLDERS = ['src/vc/template/', 'src/vc/json-ld/'];

/** Throws for a path where there is no file. */
export function provenance(root: string, templates: readonly string[]): Provenance {
  return {
    templates: digests(root, templates),
    compiler: digests(root, compilerFiles(root)),
    packages: { jsonld: installed(root, 'jsonld'), 'rdf-canonize': installed(root, 'rdf-canonize', 'jsonld') },
  };
}

const digests = (root: string, paths: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    [...paths].sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex'),
    ]),
  );

/** The compiler and all that it imports from its folders. */
export function compilerFiles(root: string): string[] {
  const found = [COMPILER];
  for (const path of found) {
    for (const [, specifier = ''] of readFileSync(join(root, path), 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)) {
      const imported = posix.join(posix.dirname(path), specifier);
      if (COMPILER_FOLDERS.some((folder) => imported.startsWith(folder)) && !found.includes(imported))
        found.push(imported);
    }
  }
  return found;
}

/** The version that `dependent` gets, which may have one of its own. */
function installed(root: string, name: string, dependent?: string): string {
  const own = join(root, 'node_modules', dependent ?? '', 'node_modules', name, 'package.json');
  const path = dependent !== undefined && existsSync(own) ? own : join(root, 'node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }; // npm installs nothing without one
  return version;
}
