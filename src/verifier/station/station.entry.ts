/** The station app: a code in, by whichever way, the verdict out, with no network. Nothing that was read is sent anywhere. */
import { webPrimitives } from '../../vc/primitives.ts';
import { verify } from '../../vc/verify/verify.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { missingSupport } from '../browser-support.ts';
import { bilingual, element, notice, required } from '../element.ts';
import { verdictView } from '../verdict-view.ts';
import { loadEdition } from './edition.ts';
import { keepWord, readWord } from './setup.ts';
import { openShelf, type Shelf } from './shelf.ts';
import { BROKEN_APP, CHECKING, NOT_JUDGED, READY } from './stage-wording.ts';

const stage = required('stage', HTMLElement);
const setup = required('setup', HTMLFormElement);
const paste = required('paste', HTMLFormElement);
const code = required('code', HTMLInputElement);

/** Epoch seconds, whole. */
const now = (): number => Math.floor(Date.now() / 1000);

/** Only the newest check may write its verdict. */
let newest = 0;

/** The old verdict leaves the screen before anything else happens: it must never be taken for the new one's. */
async function judge(text: string, shelf: Shelf, word: string): Promise<void> {
  const mine = ++newest;
  stage.replaceChildren(notice(CHECKING));
  const shown = await verdictOf(text, shelf, word).catch(() => notice(NOT_JUDGED));
  if (mine === newest) stage.replaceChildren(shown);
}

async function verdictOf(text: string, shelf: Shelf, word: string): Promise<HTMLElement> {
  const verdict = await verify({ qr: text }, { trust: shelf.held().trust, now: now(), primitives: webPrimitives });
  return verdictView(verdict, wordView(word));
}

const wordView = (word: string): HTMLElement =>
  element(
    'p',
    { class: 'word' },
    ...bilingual({ zh: '本站暗号', en: 'Our word' }),
    ' ',
    element('bdi', { class: 'word-text' }, word),
  );

async function start(): Promise<void> {
  const missing = await missingSupport();
  if (missing) return stop(missing);
  const edition = await loadEdition();
  if (!edition) return stop(BROKEN_APP);
  const shelf = await openShelf({ ...edition, primitives: webPrimitives, now });
  void startCards(shelf, edition.bundleUrl);
  required('tools', HTMLElement).hidden = false;
  const word = await chosenWord();
  const bar = required('bar-word', HTMLElement);
  bar.append(element('bdi', {}, word));
  bar.hidden = false;
  stage.hidden = false;
  stage.append(element('p', { class: 'ready' }, ...bilingual(READY)));
  paste.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = code.value;
    code.value = '';
    void judge(text, shelf, word);
  });
}

/** What a verdict does not need loads behind it. */
async function startCards(shelf: Shelf, bundleUrl: string): Promise<void> {
  const [{ startDataCard }, { startAppCard }] = await Promise.all([import('./data-card.ts'), import('./app-card.ts')]);
  startDataCard(shelf, bundleUrl);
  await startAppCard(shelf);
}

/** Kept from an earlier day, or as soon as the clerk has chosen one. */
function chosenWord(): Promise<string> {
  const kept = readWord();
  if (kept !== undefined) return Promise.resolve(kept);
  setup.hidden = false;
  return new Promise((resolve) => {
    setup.addEventListener('submit', (event) => {
      event.preventDefault();
      const word = keepWord(required('word', HTMLInputElement).value);
      if (word === undefined) return;
      setup.hidden = true;
      resolve(word);
    });
  });
}

const stop = (wording: Wording): void => required('trouble', HTMLElement).replaceChildren(notice(wording));

void start().catch(() => stop(BROKEN_APP));
