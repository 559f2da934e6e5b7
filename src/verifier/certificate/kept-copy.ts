/** The copy of an opened certificate on its holder's device: kept when the page is opened, replaced by what the server says next time, removed with all others by a tap. */
import { workerAddress } from '../worker-address.ts';
import { COPIES, FRESH_BODY, KEPT_BODY } from './copies.ts';
import { isRemoved } from './removed.ts';

const SCOPE = '/credentials/';

/** Old browsers, and those inside some apps, have neither: there the page works with a network, as before. */
export const canKeep = (): boolean => 'serviceWorker' in navigator && 'caches' in globalThis;

/** The page as the server gives it now, to be kept; undefined where its answer is no certificate any more. */
export async function pageToKeep(address: string): Promise<Response | undefined> {
  const answer = await fetch(address, { headers: { accept: 'text/html' }, cache: 'no-store' });
  const text = await answer.text();
  if (!answer.ok || !text.includes(FRESH_BODY)) return undefined;
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8' });
  const policy = answer.headers.get('content-security-policy');
  if (policy !== null) headers.set('content-security-policy', policy);
  return new Response(text.replace(FRESH_BODY, KEPT_BODY), { headers });
}

/** True once the page opens without a network. */
export async function keepCopy(address: string, page: Response): Promise<boolean> {
  if (isRemoved()) return false;
  const worker = workerAddress(`${SCOPE}service-worker.js`);
  await navigator.serviceWorker.register(worker, { scope: SCOPE, updateViaCache: 'none' });
  const copies = await caches.open(COPIES);
  await Promise.all(filesOfPage().map((file) => copies.add(new Request(file, { cache: 'no-cache' }))));
  // Whoever removes it marks that first, then deletes the cache: what was opened before takes nothing any more.
  if (isRemoved()) return false;
  await copies.put(address, page);
  await navigator.serviceWorker.ready;
  return true;
}

/** Style sheet, icon, and the scripts with whatever they have loaded. */
function filesOfPage(): string[] {
  const named = [...document.querySelectorAll<HTMLLinkElement>('[rel=icon], [rel=stylesheet]')].map(({ href }) => href);
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  const files = [...named, ...loaded].filter((file) => file.startsWith(`${location.origin}/assets/`));
  return [...new Set(files)];
}

export const hasCopy = async (address: string): Promise<boolean> =>
  canKeep() && !isRemoved() && (await caches.match(address, { cacheName: COPIES })) !== undefined;

/** What the server says now must not stand beside what it said before, whether or not the new is kept as well. */
export const dropCopy = async (address: string): Promise<boolean> => (await caches.open(COPIES)).delete(address);

/** Of every certificate, with all that this device was given for them. */
export async function removeCopies(): Promise<void> {
  if (!canKeep()) return;
  try {
    await caches.delete(COPIES);
  } finally {
    await (await navigator.serviceWorker.getRegistration(SCOPE))?.unregister();
  }
}
