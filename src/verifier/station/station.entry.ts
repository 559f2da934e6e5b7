/** The station app: a code in, by whichever way, the verdict out, with no network. Of what was read only slips of attendance are sent (attendance-card.ts). */
import type { Primitives } from '../../vc/primitives.ts';
import { type LearnerCodeResult, readLearnerCode } from '../../vc/slip/learner-code.ts';
import type { Outcome } from '../../vc/verify/verdict.ts';
import { verify } from '../../vc/verify/verify.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { browserPrimitives, NOT_SECURE } from '../browser-support.ts';
import { bilingual, element, notice, required } from '../element.ts';
import { otherCode } from '../scan/other-codes.ts';
import { verdictView } from '../verdict-view.ts';
import type { Attendance } from './attendance-card.ts';
import { noteClock, now, wentBack } from './clock.ts';
import type { DataSource } from './data-card.ts';
import { loadEdition } from './edition.ts';
import { openSetShelf, type SetShelf } from './set-shelf.ts';
import { readSetting, writeSetting } from './settings.ts';
import { openShelf, type Shelf } from './shelf.ts';
import { BROKEN_APP, CHECKING, NOT_JUDGED, READY } from './stage-wording.ts';
import { endTransfer, isTransferring } from './transfer-mode.ts';

const stage = required('stage', HTMLElement);

/** A name does not stay on the screen once nobody looks at it any more. */
const CLEAR_AFTER_MS = 3 * 60_000;

async function start(): Promise<void> {
  const primitives = await browserPrimitives();
  if (!primitives) return stop(NOT_SECURE);
  const edition = await loadEdition();
  if (!edition) return stop(BROKEN_APP);
  const shelf = await openShelf({ ...edition, primitives, now });
  const sets = await openSetShelf(primitives);
  const attendance = startAttendance(edition.bundleUrl);
  startCards({ shelf, sets, bundleUrl: edition.bundleUrl, primitives }).catch(() => stop(BROKEN_APP));
  const word = await chosenWord();
  await openStage({ shelf, sets, word, primitives, attendance });
}

/** What a verdict does not need loads behind it. */
async function startCards({ shelf, ...data }: DataSource): Promise<void> {
  const [{ startDataCard }, { startAppCard }] = await Promise.all([import('./data-card.ts'), import('./app-card.ts')]);
  required('tools', HTMLElement).hidden = false;
  startDataCard({ shelf, ...data });
  await startAppCard(shelf);
}

/** Where bundles come from slips go to. A rejection is for whoever shows a learner code. */
function startAttendance(bundleUrl: string): Promise<Attendance> {
  const slipsUrl = new URL('../api/slips', new URL(bundleUrl, location.href)).href;
  const started = import('./attendance-card.ts').then(({ startAttendanceCard }) => startAttendanceCard(slipsUrl));
  started.catch(() => stop(BROKEN_APP));
  return started;
}

type Post = {
  readonly shelf: Shelf;
  readonly sets: SetShelf;
  readonly word: string;
  readonly primitives: Primitives;
  readonly attendance: Promise<Attendance>;
};

/** From here on every code, by whichever way it comes, is judged; the next person needs no tap. */
async function openStage({ shelf, sets, word, primitives, attendance }: Post): Promise<void> {
  /** Only the newest check may write its verdict. */
  let newest = 0;
  let clearing: ReturnType<typeof setTimeout> | undefined;

  /** The old verdict leaves the screen before anything else happens: it must never be taken for the new one's. */
  async function judge(text: string): Promise<void> {
    const other = otherCode(text);
    if (other && isTransferring()) return; // somebody holds a scanner at the screen
    const mine = ++newest;
    clearTimeout(clearing);
    endTransfer();
    if (other) {
      const view = notice(other);
      show(view, 'ready');
      return desk.signal('unknown', view);
    }
    stage.replaceChildren(notice(CHECKING));
    const learner = readLearnerCode(text);
    const judged = await (learner ? attended(learner) : judgement(text)).catch(() => undefined);
    if (mine !== newest) return;
    const view = judged?.view ?? notice(NOT_JUDGED);
    show(view, 'verdict');
    desk.signal(judged?.outcome ?? 'unknown', view);
    scrollTo({ top: 0 });
    clearing = setTimeout(() => show(ready(), 'ready'), CLEAR_AFTER_MS);
  }

  /** By a clock that went back nobody is recorded, either: the time is part of what is signed. */
  async function attended(learner: LearnerCodeResult): Promise<{ outcome?: Outcome; view: HTMLElement }> {
    const at = now();
    if (wentBack(at) !== undefined) return { view: clockQuestion(at) };
    noteClock(at);
    const bundle = shelf.held().trust?.bundle.number ?? 0;
    const taken = await (await attendance).take(learner, { now: at, bundle });
    taken.view.append(wordView(word));
    return taken;
  }

  async function judgement(text: string): Promise<{ outcome?: Outcome; view: HTMLElement }> {
    const at = now();
    const { trust } = shelf.held();
    const verdict = await verify({ qr: text }, { trust, issuedSets: sets.held(trust), now: at, primitives });
    if (verdict.outcome === 'valid' && wentBack(at) !== undefined) return { view: clockQuestion(at) };
    noteClock(at);
    const notes = await desk.note(text, verdict).catch(() => []); // a log that fails takes no verdict with it
    return { outcome: verdict.outcome, view: verdictView(verdict, wordView(word), ...notes) };
  }

  function clockQuestion(at: number): HTMLElement {
    const view = desk.askForClock(at);
    view.append(wordView(word));
    return view;
  }

  const { openDesk } = await import('./desk.ts');
  const desk = await openDesk(primitives);
  const paste = required('paste', HTMLFormElement);
  const code = required('code', HTMLInputElement);
  paste.addEventListener('submit', (event) => {
    event.preventDefault();
    if (matchMedia('(pointer: coarse)').matches) code.blur(); // a touch keyboard would cover the verdict
    void judge(code.value);
    code.value = '';
  });
  desk.takeCodes((text) => void judge(text));
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    newest++;
    show(ready(), 'ready');
  });
  show(ready(), 'ready');
  for (const id of ['post', 'day']) required(id, HTMLElement).hidden = false;
}

/** The style sheet gives a verdict the whole screen, and else the camera. */
function show(view: HTMLElement, kind: 'ready' | 'verdict'): void {
  stage.replaceChildren(view);
  document.body.dataset.shown = kind;
}

const ready = (): HTMLElement => element('p', { class: 'ready' }, ...bilingual(READY));

const wordView = (word: string): HTMLElement =>
  element(
    'p',
    { class: 'word' },
    ...bilingual({ zh: '本站暗号', en: 'Our word' }),
    element('bdi', { class: 'word-text' }, word),
  );

/** Kept from an earlier day, or as soon as the clerk has chosen one. */
function chosenWord(): Promise<string> {
  const kept = readSetting('word');
  if (kept !== undefined) return Promise.resolve(kept);
  const setup = required('setup', HTMLFormElement);
  setup.hidden = false;
  return new Promise((resolve) => {
    setup.addEventListener('submit', (event) => {
      event.preventDefault();
      const word = required('word', HTMLInputElement).value.normalize('NFC').trim();
      if (word === '') return;
      writeSetting('word', word);
      setup.hidden = true;
      resolve(word);
    });
  });
}

const stop = (wording: Wording): void => required('trouble', HTMLElement).replaceChildren(notice(wording));

void start().catch(() => stop(BROKEN_APP));
