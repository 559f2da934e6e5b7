/**
 * The station app's service worker: keeps whole editions of the app, each file checked against its hash, and serves the one
 * that the clerk has approved. It is served behind a line that sets `edition`, so that any change makes it a new worker.
 */

export type AppEdition = {
  /** Of all files and their hashes, as http/station-folder.ts computes it. */
  readonly fingerprint: string;
  /** Path beside this script → its hash, as Subresource Integrity writes it. */
  readonly files: Readonly<Record<string, string>>;
};

// What lib.dom does not know of a service worker's side.
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { readonly request: Request; respondWith(answer: Promise<Response>): void };
declare const self: {
  readonly edition: AppEdition;
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', on: (event: Lasting) => void): void;
  addEventListener(name: 'fetch', on: (event: Asked) => void): void;
  addEventListener(name: 'message', on: (event: MessageEvent) => void): void;
};

const { fingerprint, files } = self.edition;

// app-editions.ts uses these names, too.
const APPROVED = 'station-approved';
const EDITION = 'station-edition-';
const COMPLETE = '/complete';

/** Rejects when one file is missing or is not the one that the hash names: then this worker is thrown away and nothing changes. */
async function keepEdition(): Promise<void> {
  const cache = await caches.open(EDITION + fingerprint);
  await Promise.all(
    Object.entries(files).map(async ([path, integrity]) => {
      const request = new Request(path, { integrity, cache: 'reload', credentials: 'omit', redirect: 'error' });
      const response = await fetch(request);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(path, response);
    }),
  );
  await cache.put(COMPLETE, new Response(fingerprint));
  if ((await approved()) === undefined) await (await caches.open(APPROVED)).put(COMPLETE, new Response(fingerprint));
}

async function approved(): Promise<string | undefined> {
  const note = await (await caches.open(APPROVED)).match(COMPLETE);
  return note?.text();
}

/** Keeps the approved edition and this one, which may be approved next. */
async function forgetOthers(): Promise<void> {
  const wanted = [APPROVED, EDITION + fingerprint, EDITION + (await approved())];
  for (const name of await caches.keys())
    if (name.startsWith('station-') && !wanted.includes(name)) await caches.delete(name);
}

async function answer(request: Request, path: string): Promise<Response> {
  const chosen = await approved();
  const kept = await (await caches.open(EDITION + chosen)).match(path);
  if (kept) return kept;
  // A file that storage has lost is fetched again, if it is still the very same.
  const integrity = chosen === fingerprint && Object.hasOwn(files, path) ? files[path] : undefined;
  return integrity === undefined ? fetch(request) : fetch(new Request(path, { integrity, redirect: 'error' }));
}

self.addEventListener('install', (event) => event.waitUntil(keepEdition()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));
self.addEventListener('message', ({ data }) => {
  if (data === 'approved') void self.skipWaiting();
});

const folder = new URL('./', self.location.href);
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== folder.origin || !pathname.startsWith(folder.pathname)) return;
  // Whatever this edition's list says: the approved one's files may have other names.
  event.respondWith(answer(request, pathname.slice(folder.pathname.length) || './'));
});
