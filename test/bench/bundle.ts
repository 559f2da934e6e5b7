/** What was built, entry by entry: how large it is as it travels, and what it carries. Read from esbuild's metafile and the files themselves. */
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';

export type Entry = {
  /** The source file that it starts from. */
  readonly source: string;
  /** Loads by itself, before anything is asked of it; otherwise with the first `import()`, and then only what its opener has not loaded. */
  readonly lazy: boolean;
  readonly bytes: number;
  /** Of each file by itself, as they are sent. */
  readonly gzipBytes: number;
  /** Package or folder of ours → bytes, largest first. */
  readonly carries: readonly (readonly [part: string, bytes: number])[];
};

type Outputs = Metafile['outputs'];

/** The entries of one target: those that were asked for, and behind them whatever loads later. `content` gives an output's bytes. */
export function entriesOf({ outputs }: Metafile, content: (path: string) => Uint8Array): Entry[] {
  const later = new Set(
    Object.values(outputs).flatMap(({ imports }) =>
      imports.flatMap(({ kind, path }) => (kind === 'dynamic-import' ? [path] : [])),
    ),
  );
  const starts = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint !== undefined);
  const loaded = new Set(starts.filter((path) => !later.has(path)).flatMap((path) => [...atOnce(outputs, path)]));
  return starts.map((path) => {
    const lazy = later.has(path);
    const files = [...atOnce(outputs, path)].filter((file) => !lazy || !loaded.has(file));
    const contents = files.map(content);
    return {
      source: outputs[path]?.entryPoint ?? path,
      lazy,
      bytes: sum(contents.map(({ length }) => length)),
      gzipBytes: sum(contents.map((one) => gzipSync(one, { level: 9 }).length)),
      carries: carriedBy(outputs, files),
    };
  });
}

/** The file and what it imports statically, and so on. */
function atOnce(outputs: Outputs, start: string): Set<string> {
  const reached = new Set([start]);
  for (const path of reached)
    for (const { kind, external, path: other } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) reached.add(other); // a set visits what joins it
  return reached;
}

function carriedBy(outputs: Outputs, files: readonly string[]): [string, number][] {
  const carried = new Map<string, number>();
  for (const file of files)
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file]?.inputs ?? {}))
      carried.set(partOf(input), (carried.get(partOf(input)) ?? 0) + bytesInOutput);
  return [...carried].sort(([, a], [, b]) => b - a);
}

/** `node_modules/@a/b/c.js` → `@a/b`, `src/vc/qr/payload.ts` → `src/vc/qr`. */
const partOf = (input: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, -1).join('/');

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** Source file → kB of gzip (1,000 bytes) that it may be. */
export type Budgets = Readonly<Record<string, number>>;

/** Whatever is above its budget, and whatever has none: a new entry needs a decision. */
export function complaints(entries: readonly Entry[], budgets: Budgets): string[] {
  const known = new Set(entries.map(({ source }) => source));
  return [
    ...entries.flatMap(({ source, gzipBytes }) => {
      const budget = budgets[source];
      if (budget === undefined) return [`${source}: has no budget`];
      return gzipBytes > budget * 1000
        ? [`${source}: ${(gzipBytes / 1000).toFixed(1)} kB, its budget is ${budget} kB`]
        : [];
    }),
    ...Object.keys(budgets).flatMap((source) =>
      known.has(source) ? [] : [`${source}: has a budget and is not built`],
    ),
  ];
}
