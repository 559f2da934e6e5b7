/** The certificate page: keeps a copy on this device, saves it as a picture, prints it; and forgets a link's token. */
import type { Wording } from '../vc/verify/wording.ts';
import { FRESH } from './certificate/copies.ts';
import { canKeep, dropCopy, hasCopy, keepCopy, pageToKeep, removeCopies } from './certificate/kept-copy.ts';
import { drawPicture } from './certificate/picture.ts';
import { clearRemoved, isRemoved, markRemoved, whenRemovedElsewhere } from './certificate/removed.ts';
import { endSession, openSession, takeToken } from './certificate/session.ts';
import { bilingual, element, notice, required } from './element.ts';

const address = location.pathname;
const isCopy = document.body.dataset.shown === 'kept';

// With a session already open the gate is passed over, so the token would stay in the address bar, to be shared with it.
const token = takeToken();
if (location.search === FRESH) history.replaceState(null, '', address);

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  if (typeof window.print !== 'function') continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    document.body.dataset.print = button.dataset.print ?? '';
    window.print();
  });
}
// What the browser's own menu prints is both.
addEventListener('afterprint', () => delete document.body.dataset.print);

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]')) {
  button.hidden = false;
  button.addEventListener('click', save);
}

const TOUCH: Wording = {
  zh: '若没有自动保存，请长按下面的图片，选择“保存图片”。',
  en: 'If nothing was saved, press the picture long and choose to save it.',
};
const NO_PICTURE: Wording = { zh: '此浏览器不能生成图片，请截屏保存。', en: 'No picture here: take a screenshot.' };

/** A download, and the picture itself: browsers inside apps save by a long press only. */
function save(): void {
  const shown = required('picture', HTMLElement);
  const canvas = drawPicture(document);
  shown.replaceChildren(notice(NO_PICTURE));
  if (!canvas) return;
  const source = canvas.toDataURL('image/png');
  const name = document.querySelector('h1')?.textContent ?? '证书';
  const link = element('a', { href: source, download: `${name.replace(/[^\p{L}\p{N}–-]+/gu, '-')}.png` });
  shown.replaceChildren(
    element('p', { class: 'small' }, ...bilingual(TOUCH)),
    element('img', { src: source, alt: `${name} 图片 Picture` }),
  );
  link.click();
}

/** A copy is also shown on a network that is only slow: when the server does answer, what it says now takes its place. */
async function refresh(): Promise<void> {
  const page = await pageToKeep(address);
  if (!page || isRemoved()) return;
  await keepCopy(address, page).catch(() => false);
  location.replace(address + FRESH);
}

/** Without a code the certificate was revoked: then its old copy goes first. Storage may be full or forbidden, and the page itself works. */
async function keep(): Promise<boolean> {
  if (!document.querySelector('.code')) await dropCopy(address);
  const page = await pageToKeep(address);
  const kept = page && (await keepCopy(address, page).catch(() => false));
  return kept || hasCopy(address);
}

/** The server is not there to say so: by this device's clock. */
function showAge(): void {
  const { validFrom = '', validUntil = '' } = required('certificate', HTMLElement).dataset;
  const now = Date.now();
  if (now >= Date.parse(validFrom)) hide('.notice-waiting');
  if (!(now > Date.parse(validUntil))) return; // also where it has no end
  hide('.actions-card, .wallet-card, #code-title');
  required('certificate', HTMLElement).classList.add('certificate-noted');
  const expired = document.getElementById('copy-expired'); // the server's own notice may be there in its place
  if (expired) expired.hidden = false;
}

function hide(selector: string): void {
  for (const one of document.querySelectorAll<HTMLElement>(selector)) one.hidden = true;
}

const REMOVING: Wording = { zh: '正在移除…', en: 'Removing…' };
const REMOVED: Wording = {
  zh: '已从这部手机移除。再次打开需要新的链接。',
  en: 'Removed from this device. A new link opens it again.',
};
const REMOVED_OFFLINE: Wording = {
  zh: '已从这部手机移除。现在没有网络：已打开的会话最多一小时后结束，已发出的链接最多 15 分钟。',
  en: 'Removed from this device. There is no network now: an open session ends within an hour, a link within 15 minutes.',
};
const NOT_REMOVED: Wording = {
  zh: '存储出错，副本可能还在这部手机上。请在浏览器设置中清除本站的数据。',
  en: 'A copy may still be on this device: its storage failed. Clear this site’s data in the browser’s settings.',
};

/** Whoever removes it from a borrowed phone does not leave it open there either, nor in another tab; and what fails does not keep it on the screen. */
async function remove(): Promise<void> {
  markRemoved();
  blank(REMOVING);
  const gone = removeCopies().then(
    () => true,
    () => false,
  );
  const ended = await endSession(address);
  blank(!(await gone) ? NOT_REMOVED : ended?.ok ? REMOVED : REMOVED_OFFLINE);
}

function blank(wording: Wording): void {
  const main = required('main', HTMLElement);
  main.replaceChildren(notice(wording));
  document.title = '星证';
  main.focus();
}

/** Once removed, only a new link shows it again: a session that no network was there to end may have served this page. */
async function start(): Promise<void> {
  if (isRemoved()) {
    if (!token || !(await openSession(address, token))?.ok) return remove();
    clearRemoved();
  }
  if (isCopy) showAge();
  if (!canKeep()) return;
  required('remove', HTMLButtonElement).addEventListener('click', () => void remove());
  const kept = isCopy || (await keep());
  if (isRemoved()) return;
  required('on-device', HTMLElement).hidden = !kept;
  if (isCopy) await refresh();
}

whenRemovedElsewhere(() => blank(REMOVED));
// The history's own picture of the page asks nobody.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && isRemoved()) void remove();
});
void start().catch(() => undefined);
