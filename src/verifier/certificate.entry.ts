/** The certificate page's one control: the print button, shown only where printing exists (not in some apps' browsers). */

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  if (typeof window.print !== 'function') continue;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
