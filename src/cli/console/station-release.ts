/** A packed station app on the disk: its folder, the root's signature over the list of its files, and the check of both. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { StartError } from '../../errors.ts';
import { fingerprintOf, integrityOf, type StationFolder } from '../../http/station-folder.ts';
import { nodePrimitives } from '../../node-primitives.ts';
import type { Bytes } from '../../vc/encoding.ts';
import { isObject, parseJson } from '../../vc/json.ts';
import { type Root, signedByRoot } from '../../vc/trust/root.ts';
import { generalJws, type NamedSigner, payloadOf, signGeneral } from '../../vc/trust/signed-document.ts';

/** The signature; it is no part of what it signs. */
const RELEASE = 'release.json';
const PAGE = 'index.html';
const WORKER = 'service-worker.js';

export type PackedStation = {
  /** As the app itself shows it: of all files but the service worker, which carries it. */
  readonly fingerprint: string;
  readonly files: ReadonlyMap<string, Bytes>;
};

export function writeStation(directory: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

/** Path in the folder of what the app calls `./`. */
export const onDisk = (path: string): string => (path === './' ? PAGE : path);

export async function readStation(directory: string): Promise<PackedStation> {
  const files = new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(directory, file).replaceAll('\\', '/'), new Uint8Array(readFileSync(file))] as const)
      .filter(([path]) => path !== RELEASE),
  );
  const { [WORKER]: _, [PAGE]: page, ...rest } = await hashesOf(files);
  if (page === undefined) throw new StartError(`${directory}: 不是核验站文件夹。 It is no station folder.`);
  return { files, fingerprint: await fingerprintOf({ ...rest, './': page }, nodePrimitives) };
}

async function hashesOf(files: PackedStation['files']): Promise<StationFolder['files']> {
  const hashed = [...files].map(async ([path, content]) => [path, await integrityOf(content, nodePrimitives)] as const);
  return Object.fromEntries((await Promise.all(hashed)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Signs the list of files with root keys, for stations that check the folder before they serve it. */
export async function signStation(directory: string, signers: readonly NamedSigner[]): Promise<PackedStation> {
  const station = await readStation(directory);
  const payload = { fingerprint: station.fingerprint, files: { ...(await hashesOf(station.files)) } };
  writeFileSync(join(directory, RELEASE), JSON.stringify(await signGeneral('xz-station+jws', payload, signers)));
  return station;
}

/** The folder as the root signed it: not one file more, fewer or different. Undefined when it is not. */
export async function openSignedStation(directory: string, root: Root): Promise<PackedStation | undefined> {
  const station = await readStation(directory);
  const jws = generalJws.safeParse(readRelease(directory));
  if (!jws.success || !(await signedByRoot(root, 'xz-station+jws', jws.data, nodePrimitives))) return undefined;
  const payload = payloadOf(jws.data);
  const signed = isObject(payload) && isObject(payload.files) ? payload.files : {};
  const found = await hashesOf(station.files);
  const paths = new Set([...Object.keys(signed), ...Object.keys(found)]);
  return [...paths].every((path) => signed[path] === found[path]) ? station : undefined;
}

function readRelease(directory: string): unknown {
  try {
    const parsed = parseJson(new Uint8Array(readFileSync(join(directory, RELEASE))), {
      maxBytes: 1_000_000,
      maxDepth: 4,
    });
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
