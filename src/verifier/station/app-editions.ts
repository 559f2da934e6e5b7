/** Which edition of the app runs here and which one waits: the service worker keeps them, the clerk decides. */
import { workerAddress } from '../worker-address.ts';

// As service-worker.entry.ts names them.
const APPROVED = 'station-approved';
const EDITION = 'station-edition-';
const COMPLETE = '/complete';

export type AppEditions = {
  /** Fingerprint of the edition that is served; undefined until the first one is kept whole. */
  readonly approved?: string;
  /** Fingerprint of one that is kept whole and was not approved yet. */
  readonly waiting?: string;
};

export async function readEditions(): Promise<AppEditions> {
  const approved = await noteIn(APPROVED);
  for (const name of await caches.keys()) {
    const waiting = name.startsWith(EDITION) ? await noteIn(name) : undefined;
    if (waiting !== undefined && approved !== undefined && waiting !== approved) return { approved, waiting };
  }
  return approved === undefined ? {} : { approved };
}

const noteIn = async (name: string): Promise<string | undefined> =>
  (await caches.has(name)) ? (await (await caches.open(name)).match(COMPLETE))?.text() : undefined;

/** How long the new worker may take over before the page loads again without waiting for it. */
const TAKE_OVER_MS = 5_000;

/**
 * From the next load on this edition is served; the others are forgotten, so that none of them is offered as new again.
 * Returns once its worker is in charge: a page that loads again in the middle of that may be left hanging.
 */
export async function approveEdition(fingerprint: string): Promise<void> {
  await (await caches.open(APPROVED)).put(COMPLETE, new Response(fingerprint));
  for (const name of await caches.keys())
    if (name.startsWith(EDITION) && name !== EDITION + fingerprint) await caches.delete(name);
  const waiting = (await navigator.serviceWorker.getRegistration())?.waiting;
  if (!waiting) return;
  const inCharge = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    setTimeout(resolve, TAKE_OVER_MS);
  });
  waiting.postMessage('approved');
  await inCharge;
}

/** Calls `changed` whenever another edition may have come. Undefined where the browser has no service workers. */
export async function registerWorker(changed: () => void): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  const registration = await navigator.serviceWorker.register(workerAddress('service-worker.js'), {
    updateViaCache: 'none',
  });
  const follow = (worker: ServiceWorker | null) => worker?.addEventListener('statechange', changed);
  follow(registration.installing);
  registration.addEventListener('updatefound', () => follow(registration.installing));
  return registration;
}
