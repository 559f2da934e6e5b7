/** The station app as a folder of files: what was built, and what makes a copy of it this station's. Served by routes/site.ts, packed by cli/station.ts. */
import { StationPage } from '../pages/station.tsx';
import { type Bytes, hex, utf8 } from '../vc/encoding.ts';
import type { Primitives } from '../vc/primitives.ts';

export type StationFolder = {
  /** 80 bits of SHA-256 over all files, in five groups for people to compare. */
  readonly fingerprint: string;
  readonly policy: string;
  /** Path → the hash of what stands there, `sha256-…`. */
  readonly files: Readonly<Record<string, string>>;
  /** The files that are made and not built; `./` is the page. */
  readonly made: Readonly<Record<string, StationFile>>;
};

export type StationFile = { readonly contentType: string; readonly text: string };

export type StationFolderContext = {
  /** The root document's text, pinned in this copy. */
  readonly trustRoot: string;
  /** Absolute, or relative to the page. */
  readonly bundleUrl: string;
  /** The station's own limit on the age of its data. */
  readonly graceSeconds?: number;
  readonly assets: (path: string) => Promise<Response | undefined>;
  readonly primitives: Primitives;
};

/** Where build.mjs puts what it built for the station, and the list of it. */
export const STATION_ASSETS = '/station/';
const LIST = `${STATION_ASSETS}files.json`;
const WORKER = '/assets/service-worker.js';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const JSON_TYPE = 'application/json';

/** Undefined when the app was not built. */
export async function stationFolder(context: StationFolderContext): Promise<StationFolder | undefined> {
  const { trustRoot, bundleUrl, graceSeconds, assets, primitives } = context;
  const [list, worker] = await Promise.all([assets(LIST), assets(WORKER)]);
  if (!list || !worker) return undefined;
  const policy = policyFor(bundleUrl);
  const edition = JSON.stringify({ root: JSON.parse(trustRoot), bundleUrl, ...(graceSeconds && { graceSeconds }) });
  const page: StationFile = { contentType: HTML, text: `<!doctype html>${await StationPage({ policy })}` };
  const made = { './': page, 'edition.json': { contentType: JSON_TYPE, text: edition } };

  const built: Record<string, string> = await list.json();
  const hashed = await Promise.all(
    Object.entries(made).map(
      async ([path, { text }]): Promise<[string, string]> => [path, await integrityOf(utf8(text), primitives)],
    ),
  );
  const files = { ...built, ...Object.fromEntries(hashed) };
  const fingerprint = await fingerprintOf(files, primitives);
  const text = `self.edition=${JSON.stringify({ fingerprint, files })};\n${await worker.text()}`;
  return { fingerprint, policy, files, made: { ...made, 'service-worker.js': { contentType: SCRIPT, text } } };
}

/** Everything from this folder; bundles also from where they are published. */
function policyFor(bundleUrl: string): string {
  const elsewhere = URL.canParse(bundleUrl) ? ` ${new URL(bundleUrl).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${elsewhere}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types service-worker scan-worker',
  ].join('; ');
}

/** Of the sorted list of files and hashes. */
export async function fingerprintOf(files: StationFolder['files'], primitives: Primitives): Promise<string> {
  const listing = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, hash]) => `${path} ${hash}\n`);
  const digest = await primitives.sha256(utf8(listing.join('')));
  return hex(digest.slice(0, 10)).match(/.{4}/g)?.join(' ') ?? '';
}

/** As Subresource Integrity writes it. */
export const integrityOf = async (content: Bytes, primitives: Primitives): Promise<string> =>
  `sha256-${btoa(String.fromCharCode(...(await primitives.sha256(content))))}`;
