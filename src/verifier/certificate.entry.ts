/** The certificate page: forgets a link's token, and offers printing where it exists (some apps' browsers have none). */

// With a session already open the gate is passed over, so the token would stay in the address bar, to be shared with it.
if (location.hash.startsWith('#t=')) history.replaceState(null, '', location.pathname + location.search);

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  if (typeof window.print !== 'function') continue;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
