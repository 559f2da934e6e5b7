/** Opens a certificate for its holder: the link's token is exchanged for a session when the holder taps, never before. */
import type { Wording } from '../vc/verify/wording.ts';
import { KEPT } from './certificate/copies.ts';
import { hasCopy } from './certificate/kept-copy.ts';
import { clearRemoved } from './certificate/removed.ts';
import { openSession, takeToken } from './certificate/session.ts';
import { notice, required } from './element.ts';

const action = required('gate-action', HTMLElement);
const button = required('open', HTMLButtonElement);
const message = required('gate-message', HTMLElement);
const address = button.dataset.address ?? location.pathname;
const token = takeToken();

async function open(token: string): Promise<void> {
  button.disabled = true;
  say({ zh: '正在打开…', en: 'Opening…' });
  const response = await openSession(address, token);
  if (response?.ok) clearRemoved();
  // A navigation of this page's own is same-site in every browser, so the strict cookie goes with it.
  if (response?.ok) return location.replace(address);
  if (response === undefined) say(NO_CONNECTION);
  else say((await sentenceOf(response)) ?? (isWorthRetrying(response) ? TRY_AGAIN : NEW_LINK));
  button.disabled = false;
  action.hidden = response !== undefined && !isWorthRetrying(response);
}

/** A token that was refused is spent; a busy or failing server has not looked at it. */
const isWorthRetrying = ({ status }: Response): boolean => status === 429 || status >= 500;

/** The problem document's own sentence (RFC 9457 with `zh` and `en`), where the answer is one. */
async function sentenceOf(response: Response): Promise<Wording | undefined> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || !('zh' in body) || !('en' in body)) return undefined;
  const { zh, en } = body;
  return typeof zh === 'string' && typeof en === 'string' ? { zh, en } : undefined;
}

const NEW_LINK: Wording = {
  zh: '需要新的链接才能打开。请在学习平台上或向学校索取，链接 15 分钟内有效。',
  en: 'A new link is needed. Ask your learning platform or the school for one; links last 15 minutes.',
};
const TRY_AGAIN: Wording = { zh: '服务暂时不可用，请稍后再点一次。', en: 'The service is busy. Tap again in a while.' };
const NO_CONNECTION: Wording = {
  zh: '连不上网络，请检查后再点一次。',
  en: 'No connection. Check the network, then tap again.',
};

const say = (wording: Wording): void => message.replaceChildren(notice(wording));

/** With a session that has ended the network is no help, and what stands on this device is. */
async function offerCopy(): Promise<void> {
  if (!(await hasCopy(address))) return;
  const link = required('open-copy', HTMLAnchorElement);
  link.href = address + KEPT;
  required('gate-copy', HTMLElement).hidden = false;
}

void offerCopy().catch(() => undefined);

if (token) {
  action.hidden = false;
  button.addEventListener('click', () => void open(token));
} else {
  say(NEW_LINK);
}
