/** Reads the files that people name, and opens a bundle file under a root file, for the commands that verify without a database. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodePrimitives } from '../../node-primitives.ts';
import type { Bytes } from '../../vc/encoding.ts';
import { type OpenResult, openBundle, type Trust } from '../../vc/trust/bundle.ts';
import { attachPayload } from '../../vc/trust/detached.ts';
import { type IssuedSets, keyOfSet } from '../../vc/trust/issued-set.ts';
import { type Root, readRoot } from '../../vc/trust/root.ts';
import { UsageError } from './command.ts';

export async function openBundleFile(
  path: string,
  { root, now }: { root: string | undefined; now: number },
): Promise<OpenResult> {
  if (!existsSync(path)) throw new UsageError(`${path}: 没有这个文件。 There is no such file.`);
  const text = attachPayload(readInput(path).toString('utf8').trim());
  return openBundle(text, { pinnedRoot: pinnedRoot(root), now, primitives: nodePrimitives });
}

/** Each belongs to the key that the trust list pins it for; without trust there is none. */
export async function openIssuedSets(paths: readonly string[], trust: Trust | undefined): Promise<IssuedSets> {
  const sets = new Map<number, Bytes>();
  for (const path of trust ? paths : []) {
    const file = new Uint8Array(readInput(path));
    const key = trust && (await keyOfSet(trust, file, nodePrimitives));
    if (key === undefined)
      throw new UsageError(
        `${path}: 信任名单中没有密钥对应这份签发清单。 The trust list pins this issued set for no compromised key.`,
      );
    sets.set(key, file);
  }
  return sets;
}

/** A directory, or a file that may not be read, is wrong usage: it must not end with the exit code of a verdict. */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UsageError(`${path}: 无法读取(${reason})。 It cannot be read (${reason}).`);
  }
}

/** `--root`, then TRUST_ROOT (a path or the document), then the data directory's own. */
export function pinnedRoot(option: string | undefined): Root {
  const named = option ?? process.env.TRUST_ROOT ?? join(process.env.DATA_DIR || './data', 'trust-root.json');
  const text = named.trimStart().startsWith('{')
    ? named
    : existsSync(named)
      ? readInput(named).toString('utf8')
      : undefined;
  if (text === undefined)
    throw new UsageError(`没有根文件 ${named};请用 --root 指定。 No root document at ${named}: name it with --root.`);
  const root = readRoot(parsed(text));
  if (root) return root;
  throw new UsageError(`${named} 不是根文件。 It is no root document.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
