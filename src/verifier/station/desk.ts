/** The desk around the verdict: camera and scanner, the day's log, sound. Loads behind what a verdict needs. */
import type { Primitives } from '../../vc/primitives.ts';
import { isoSeconds } from '../../vc/time.ts';
import type { Outcome, Verdict } from '../../vc/verify/verdict.ts';
import { OUTCOME_WORDING, type Wording } from '../../vc/verify/wording.ts';
import { bilingual, element, required } from '../element.ts';
import { icon, minute, row } from '../verdict-view.ts';
import { startCameraCard } from './camera-card.ts';
import { confirmClock, now } from './clock.ts';
import { type Counts, openDayLog } from './day-log.ts';
import { createSignal } from './signal.ts';
import { startWedge } from './wedge.ts';

export type Desk = {
  /** From now on `onCode` gets every code that is scanned, typed or found in a picture. */
  takeCodes(onCode: (text: string) => void): void;
  /** Notes the check; what else the clerk should know of it. */
  note(text: string, verdict: Verdict): Promise<HTMLElement[]>;
  /** `view`: what the outcome is shown by. */
  signal(outcome: Outcome, view: HTMLElement): void;
  /** In the place of a yes on a clock that went back: somebody has to compare it. */
  askForClock(at: number): HTMLElement;
};

const SILENCED: Wording = {
  zh: '还没有提示音，请先点一下屏幕。',
  en: 'No sound yet: touch the screen once.',
};

const OUTCOMES = ['valid', 'stale', 'unknown', 'invalid'] as const;

export async function openDesk(primitives: Primitives): Promise<Desk> {
  const log = openDayLog(primitives);
  const signal = createSignal();
  const sound = required('sound', HTMLButtonElement);

  const showSound = (): void => sound.setAttribute('aria-pressed', String(signal.isOn));
  sound.addEventListener('click', () => {
    signal.turn(!signal.isOn);
    showSound();
    signal.give('valid');
  });
  showSound();
  showCounts(await log.counts(now()));

  return {
    takeCodes(onCode) {
      startWedge(onCode);
      startCameraCard(onCode);
    },
    async note(text, verdict) {
      const { counts, shownBefore } = await log.note(text, verdict, now());
      showCounts(counts);
      return shownBefore === undefined ? [] : [shownBeforeView(shownBefore)];
    },
    signal(outcome, view) {
      if (signal.isSilenced) view.append(element('p', { class: 'small' }, ...bilingual(SILENCED)));
      signal.give(outcome);
    },
    askForClock,
  };
}

const shownBeforeView = (time: string): HTMLElement =>
  element(
    'p',
    { class: 'shown-before' },
    ...bilingual({ zh: `此码今天 ${time} 在本站出示过。`, en: `This code was shown here at ${time} today.` }),
  );

function askForClock(at: number): HTMLElement {
  const asked = element(
    'section',
    { class: 'card verdict verdict-unknown', 'data-outcome': 'unknown' },
    element(
      'div',
      { class: 'verdict-head' },
      icon('unknown'),
      element('h2', { class: 'verdict-word' }, ...bilingual({ zh: '请先核对时间', en: 'Check the clock first' })),
    ),
    element('p', { class: 'verdict-why' }, ...bilingual(CLOCK_WENT_BACK)),
    element('p', { class: 'verdict-next' }, '现在是 It is now ', minute(isoSeconds(at))),
  );
  const right = element(
    'button',
    { type: 'button', class: 'button button-quiet' },
    ...bilingual({ zh: '时间没错', en: 'The time is right' }),
  );
  right.addEventListener('click', () => {
    confirmClock(now());
    asked.replaceWith(element('p', { class: 'ready' }, ...bilingual({ zh: '请再扫一次', en: 'Scan again' })));
  });
  asked.append(element('div', { class: 'actions' }, right));
  return asked;
}

const CLOCK_WENT_BACK: Wording = {
  zh: '本机时间比上次使用时早。时间不对，过期的数据会显得有效。请校准时间后再扫。',
  en: 'This device’s clock has gone back since it was last used. Old data would look fresh. Set the clock, then scan again.',
};

function showCounts(counts: Counts): void {
  const total = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
  const rows = OUTCOMES.map((outcome) => row(OUTCOME_WORDING[outcome].word, String(counts[outcome])));
  required('day-facts', HTMLElement).replaceChildren(row({ zh: '今日合计', en: 'Today' }, String(total)), ...rows);
}
