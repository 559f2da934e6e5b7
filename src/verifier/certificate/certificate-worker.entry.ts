/**
 * The certificates' service worker: with a network, pages come from it; without one, or on one that does not answer, the
 * copies that kept-copy.ts put aside on this device. It keeps nothing by itself.
 */

import type * as copies from './copies.ts';

// What lib.dom does not know of a service worker's side.
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { readonly request: Request; respondWith(answer: Promise<Response>): void };
declare const self: {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', on: (event: Lasting) => void): void;
  addEventListener(name: 'fetch', on: (event: Asked) => void): void;
};

// A service worker is one file: it shares no chunk.
const COPIES: typeof copies.COPIES = 'certificate-copies';
const KEPT: typeof copies.KEPT = '?kept';
const FRESH: typeof copies.FRESH = '?fresh';

/** A hall full of phones has a network that answers nobody. */
const PAGE_PATIENCE_MS = 4_000;
/** Its page has just waited. */
const FILE_PATIENCE_MS = 1_500;

async function fromNetworkOr(kept: Response | undefined, request: Request, patienceMs?: number): Promise<Response> {
  if (!kept) return fetch(request);
  const fresh = fetch(request).then(
    (response) => (response.status < 500 ? response : kept),
    () => kept,
  );
  if (patienceMs === undefined) return fresh;
  const later = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), patienceMs));
  return Promise.race([fresh, later]);
}

async function page(request: Request, { pathname, search }: URL): Promise<Response> {
  const kept = await caches.match(pathname, { cacheName: COPIES });
  if (kept && search === KEPT) return kept;
  return fromNetworkOr(kept, request, search === FRESH ? undefined : PAGE_PATIENCE_MS);
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request.url, { cacheName: COPIES, ignoreVary: true });
  return fromNetworkOr(kept, request, FILE_PATIENCE_MS);
}

// A new version of this script knows the copies of the one before.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (['', KEPT, FRESH].includes(url.search)) event.respondWith(page(request, url)); // not the other forms of a credential
  } else if (url.pathname.startsWith('/assets/')) event.respondWith(file(request));
});
