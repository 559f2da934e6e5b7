/** The page while data go from screen to camera: a mode that has it for itself, from the clerk's press until the clerk ends it, or until a code is judged. */
import type { Wording } from '../../vc/verify/wording.ts';
import { bilingual, notice, required } from '../element.ts';

/** What is asked of it once it has ended does nothing. */
export type Mode = {
  show(...content: readonly Node[]): void;
  say(wording: Wording | undefined): void;
  nameEnd(wording: Wording): void;
  hasEnded(): boolean;
  /** At once when it has. */
  whenEnded(act: () => void): void;
};

const END: Wording = { zh: '停止', en: 'Stop' };

let end: (() => void) | undefined;

export const isTransferring = (): boolean => end !== undefined;

/** For a verdict, which needs the page at once. The focus stays away from whatever opened the mode: the page would scroll to it. */
export const endTransfer = (): void => end?.();

/** `data-transfer` on the body hides the rest of the page at once, and with it whatever could open a second one. */
export function openMode(title: Wording): Mode {
  const card = required('transfer', HTMLElement);
  const view = required('transfer-view', HTMLElement);
  const said = required('transfer-said', HTMLElement);
  const button = required('transfer-end', HTMLButtonElement);
  const opener = document.activeElement;
  const acts: (() => void)[] = [];
  let ended = false;
  let lastSaid: Wording | undefined;

  function close(): void {
    ended = true;
    end = undefined;
    button.removeEventListener('click', closeByHand);
    document.removeEventListener('keydown', closeByEscape);
    card.hidden = true;
    view.replaceChildren();
    delete document.body.dataset.transfer;
    for (const act of acts) act();
  }
  function closeByHand(): void {
    close();
    if (opener instanceof HTMLElement) opener.focus();
  }
  const closeByEscape = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') closeByHand();
  };
  const nameEnd = (name: Wording): void => button.replaceChildren(...bilingual(name));

  end = close;
  required('transfer-title', HTMLElement).replaceChildren(...bilingual(title));
  said.replaceChildren();
  nameEnd(END);
  button.addEventListener('click', closeByHand);
  document.addEventListener('keydown', closeByEscape);
  document.body.dataset.transfer = '';
  card.hidden = false;
  scrollTo({ top: 0 });
  button.focus({ preventScroll: true });

  return {
    show: (...content) => {
      if (!ended) view.replaceChildren(...content);
    },
    say(wording) {
      if (ended || wording === lastSaid) return; // said again, a screen reader would read it again
      lastSaid = wording;
      said.replaceChildren(...(wording ? [notice(wording)] : []));
    },
    nameEnd: (name) => {
      if (!ended) nameEnd(name);
    },
    hasEnded: () => ended,
    whenEnded: (act) => (ended ? act() : void acts.push(act)),
  };
}
