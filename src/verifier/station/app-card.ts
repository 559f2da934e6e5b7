/** The app itself as the clerk sees it: its fingerprint, an update that waits for approval, and starting over. */
import type { Wording } from '../../vc/verify/wording.ts';
import { bilingual, element, notice, required } from '../element.ts';
import { row } from '../verdict-view.ts';
import { type AppEditions, approveEdition, readEditions, registerWorker } from './app-editions.ts';
import { writeSetting } from './settings.ts';
import type { Shelf } from './shelf.ts';

const UPDATE_EVERY_MS = 6 * 60 * 60_000;

const NOT_INSTALLED: Wording = {
  zh: '本应用还没有保存到本机，断网后打不开。',
  en: 'The app is not kept on this device yet: it will not open without a network.',
};
const WAITING: Wording = {
  zh: '有新版本。请先核对指纹与教育局公布的一致，再启用。',
  en: 'A new version waits. Compare its fingerprint with the one the education bureau published, then start it.',
};
const STARTING: Wording = { zh: '正在启用新版本……', en: 'The new version is being started.' };
const NOT_STARTED: Wording = {
  zh: '新版本没有启用，本机照旧可用。请关闭其他页面后再试。',
  en: 'The new version was not started; this one goes on working. Close other pages and try again.',
};
const START_OVER =
  '将清除本机的核验数据、暗号和今日记录。确定吗？\nThis clears the data, the word and today’s count on this device. Go on?';

export async function startAppCard(shelf: Shelf): Promise<void> {
  const facts = required('app-facts', HTMLElement);
  const said = required('app-said', HTMLElement);
  const approve = required('app-approve', HTMLButtonElement);
  let waiting: string | undefined;

  async function show(): Promise<void> {
    const editions = await readEditions().catch((): AppEditions => ({}));
    waiting = editions.waiting;
    facts.replaceChildren(
      row({ zh: '版本指纹', en: 'Fingerprint' }, fingerprint(editions.approved)),
      ...(waiting === undefined ? [] : [row({ zh: '新版本指纹', en: 'New version' }, fingerprint(waiting))]),
    );
    approve.hidden = waiting === undefined;
    said.replaceChildren(
      ...(editions.approved === undefined ? [notice(NOT_INSTALLED)] : []),
      ...(waiting === undefined ? [] : [notice(WAITING)]),
    );
  }

  approve.addEventListener('click', async () => {
    if (waiting === undefined) return;
    approve.disabled = true; // a second click would not wait for the worker
    said.replaceChildren(notice(STARTING));
    try {
      await approveEdition(waiting);
      location.reload();
    } catch {
      said.replaceChildren(notice(NOT_STARTED));
      approve.disabled = false;
    }
  });
  required('start-over', HTMLButtonElement).addEventListener('click', async () => {
    if (!confirm(START_OVER)) return;
    await shelf.clear();
    for (const name of ['word', 'lastSeen'] as const) writeSetting(name, undefined);
    location.reload();
  });

  // Where the browser keeps its promise, it does not throw the data away when the disk is full.
  void navigator.storage?.persist?.().catch(() => undefined);
  await show();
  const registration = await registerWorker(() => void show()).catch(() => undefined);
  setInterval(() => void registration?.update().catch(() => undefined), UPDATE_EVERY_MS);
}

const fingerprint = (text: string | undefined): Node =>
  text === undefined
    ? element('span', {}, ...bilingual({ zh: '尚未保存', en: 'not kept yet' }))
    : element('code', { class: 'fingerprint' }, text);
