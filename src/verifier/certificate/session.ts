/** The holder's session at the server, as the pages open and end it. Undefined: no answer. */

export const openSession = (address: string, token: string): Promise<Response | undefined> =>
  ask(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });

/** Goes on when the tab is closed. */
export const endSession = (address: string): Promise<Response | undefined> =>
  ask(address, { method: 'DELETE', keepalive: true });

const ask = (address: string, request: RequestInit): Promise<Response | undefined> =>
  fetch(`${address}/session`, request).catch(() => undefined);

/** The link's token, once: it leaves the address bar, the history and what is shared from them. */
export function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('t') ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return token;
}
