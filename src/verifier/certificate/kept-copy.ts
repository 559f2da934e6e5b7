/** The copy of an opened certificate on its holder's device: kept when the page is opened, replaced by what the server says next time, removed by a tap. */
import { workerAddress } from '../worker-address.ts';
import { COPIES, FRESH_BODY, KEPT_BODY } from './copies.ts';

const SCOPE = '/credentials/';

/** Old browsers, and those inside some apps, have neither: there the page works with a network, as before. */
export const canKeep = (): boolean => 'serviceWorker' in navigator && 'caches' in globalThis;

/** True once the page opens without a network. False where the server's answer is no certificate any more. */
export async function keepCopy(address: string): Promise<boolean> {
  const worker = workerAddress(`${SCOPE}service-worker.js`);
  await navigator.serviceWorker.register(worker, { scope: SCOPE, updateViaCache: 'none' });
  const answer = await fetch(address, { headers: { accept: 'text/html' }, cache: 'no-store' });
  const text = await answer.text();
  if (!answer.ok || !text.includes(FRESH_BODY)) return false;
  const copies = await caches.open(COPIES);
  await Promise.all(filesOfPage().map((file) => copies.add(new Request(file, { cache: 'no-cache' }))));
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8' });
  const policy = answer.headers.get('content-security-policy');
  if (policy !== null) headers.set('content-security-policy', policy);
  await copies.put(address, new Response(text.replace(FRESH_BODY, KEPT_BODY), { headers }));
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
  canKeep() && (await caches.match(address, { cacheName: COPIES })) !== undefined;

/** What the server says now must not stand beside what it said before, whether or not the new is kept as well. */
export const dropCopy = async (address: string): Promise<boolean> => (await caches.open(COPIES)).delete(address);

/** With the last copy everything goes that this device was given for them. */
export async function removeCopy(address: string): Promise<void> {
  await dropCopy(address);
  const copies = await caches.open(COPIES);
  const left = (await copies.keys()).some(({ url }) => new URL(url).pathname.startsWith(SCOPE));
  if (left) return;
  await caches.delete(COPIES);
  await (await navigator.serviceWorker.getRegistration(SCOPE))?.unregister();
}
