/** The desk around the verdict: the scanner that types, the day's log, sound. Loads behind what a verdict needs. */
import type { Primitives } from '../../vc/primitives.ts';
import type { Verdict } from '../../vc/verify/verdict.ts';
import { OUTCOME_WORDING } from '../../vc/verify/wording.ts';
import { bilingual, element, required } from '../element.ts';
import { row } from '../verdict-view.ts';
import { type Counts, openDayLog } from './day-log.ts';
import { createSignal } from './signal.ts';
import { startWedge } from './wedge.ts';

export type Desk = {
  /** Notes the check; what else the clerk should know of it. */
  note(text: string, verdict: Verdict): Promise<HTMLElement[]>;
  signal(verdict: Verdict): void;
};

export type DeskContext = {
  readonly primitives: Primitives;
  readonly now: () => number;
  readonly onCode: (text: string) => void;
};

const OUTCOMES = ['valid', 'stale', 'unknown', 'invalid'] as const;

export async function openDesk({ primitives, now, onCode }: DeskContext): Promise<Desk> {
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
  startWedge(onCode);
  showCounts(await log.counts(now()));

  return {
    async note(text, verdict) {
      const { counts, shownBefore } = await log.note(text, verdict, now());
      showCounts(counts);
      return shownBefore === undefined ? [] : [shownBeforeView(shownBefore)];
    },
    signal: ({ outcome }) => signal.give(outcome),
  };
}

const shownBeforeView = (time: string): HTMLElement =>
  element(
    'p',
    { class: 'shown-before' },
    ...bilingual({ zh: `此码今天 ${time} 在本站出示过。`, en: `This code was shown here at ${time} today.` }),
  );

function showCounts(counts: Counts): void {
  const total = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
  const rows = OUTCOMES.map((outcome) => row(OUTCOME_WORDING[outcome].word, String(counts[outcome])));
  required('day-facts', HTMLElement).replaceChildren(row({ zh: '今日合计', en: 'Today' }, String(total)), ...rows);
}
