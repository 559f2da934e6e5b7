/** One build of a verifier that holds all its mutants: every check that its doors lead to, with a switch. */
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { instrument, type Site, SWITCHES, SWITCHES_SOURCE } from './site.ts';

export type MutableBuild = {
  /** The body of a function of `require` and `module`, whose exports are the doors. */
  readonly code: string;
  readonly sites: readonly Site[];
  /** File of ours → the files that import it. */
  readonly importers: ReadonlyMap<string, readonly string[]>;
};

/** All paths are from the working directory. A check that the doors never lead to is none of this verifier's, and one in `elsewhere` stays. */
export async function buildMutable(doors: string, elsewhere: readonly string[] = []): Promise<MutableBuild> {
  const sites: Site[] = [];
  let last = 0;
  const { outputFiles, metafile } = await build({
    entryPoints: [doors],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'warning',
    // As in build.mjs: @digitalbazaar/credentials-context resolves against it while loading, and nothing uses the result.
    define: { 'import.meta.url': '"file:///mutable.js"' },
    plugins: [
      {
        name: 'switches',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: new RegExp(`^${SWITCHES}$`) }, () => ({ path: SWITCHES, namespace: 'switches' }));
          onLoad({ filter: /./, namespace: 'switches' }, () => ({ contents: SWITCHES_SOURCE, loader: 'js' }));
          onLoad({ filter: new RegExp(`^${resolve('src')}/.*\\.ts$`) }, async ({ path }) => {
            const file = relative('.', path);
            if (elsewhere.includes(file)) return undefined;
            const { text, sites: found } = instrument(file, await readFile(path, 'utf8'), () => ++last);
            sites.push(...found);
            return { contents: text, loader: 'ts' };
          });
        },
      },
    ],
  });
  const code = outputFiles[0]?.text ?? '';
  const left = new Set(Array.from(code.matchAll(/\b__(?:as|on)\d*\((\d+)/g), ([, id]) => Number(id)));
  const importers = new Map<string, string[]>();
  for (const [file, { imports }] of Object.entries(metafile.inputs))
    for (const { path } of imports) importers.set(path, [...(importers.get(path) ?? []), file]);
  return { code, sites: sites.filter(({ id }) => left.has(id)).toSorted((a, b) => a.id - b.id), importers };
}
