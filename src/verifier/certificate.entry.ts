/** The certificate page: keeps a copy on this device, saves it as a picture, prints it; and forgets a link's token. */
import type { Wording } from '../vc/verify/wording.ts';
import { canKeep, dropCopy, hasCopy, keepCopy, removeCopy } from './certificate/kept-copy.ts';
import { drawPicture } from './certificate/picture.ts';
import { bilingual, element, notice, required } from './element.ts';

const address = location.pathname;
const isCopy = document.body.dataset.shown === 'kept';

// With a session already open the gate is passed over, so the token would stay in the address bar, to be shared with it.
if (location.hash.startsWith('#t=')) history.replaceState(null, '', address + location.search);

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

/** Without a code the certificate was revoked: then its old copy goes first. Storage may be full or forbidden, and the page itself works. */
async function startKeeping(): Promise<void> {
  if (!isCopy && !document.querySelector('.code')) await dropCopy(address);
  const kept = isCopy || (await keepCopy(address).catch(() => false)) || (await hasCopy(address));
  required('on-device', HTMLElement).hidden = !kept;
}

const REMOVED: Wording = {
  zh: '已从这部手机移除。再次打开需要新的链接。',
  en: 'Removed from this device. A new link opens it again.',
};
const REMOVED_OFFLINE: Wording = {
  zh: '已从这部手机移除。现在没有网络：已打开的会话最多一小时后结束。',
  en: 'Removed from this device. There is no network now: an open session ends within an hour.',
};

/** Whoever removes it from a borrowed phone does not leave it open there either. */
async function remove(): Promise<void> {
  await removeCopy(address);
  const ended = await fetch(`${address}/session`, { method: 'DELETE' }).catch(() => undefined);
  const main = required('main', HTMLElement);
  main.replaceChildren(notice(ended?.ok ? REMOVED : REMOVED_OFFLINE));
  document.title = '星证';
  main.focus();
}

if (canKeep()) {
  required('remove', HTMLButtonElement).addEventListener('click', () => void remove());
  void startKeeping().catch(() => undefined);
}
