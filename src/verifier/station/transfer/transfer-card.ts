/** Data from one station's screen to another's camera: a mode that has the page for itself until it ends, or until a code is judged. */
import type { Primitives } from '../../../vc/primitives.ts';
import { QUIET_ZONE, screenSymbol } from '../../../vc/qr/symbol.ts';
import type { Wording } from '../../../vc/verify/wording.ts';
import { bilingual, element, notice, required } from '../../element.ts';
import { FRAME_PREFIX } from '../../scan/prefixes.ts';
import { startScanner } from '../../scan/scanner.ts';
import { CAMERA_WORDING } from '../../scan/wording.ts';
import { borrowCamera } from '../camera-card.ts';
import { createReceiver, type Reception } from './receiver.ts';
import { FRAME_MS, openSending } from './sender.ts';
import * as wording from './wording.ts';

/** Shows what the station holds until the clerk ends it. Undefined once it stands on the screen; else why it does not. */
export async function sendData(bundle: string, primitives: Primitives): Promise<Wording | undefined> {
  if (typeof CompressionStream !== 'function') return wording.TOO_OLD;
  const sending = await openSending(bundle, primitives);
  if (!sending) return wording.TOO_LARGE;
  if (isOpen()) return undefined;
  const canvas = labelled(document.createElement('canvas'), wording.CODE_LABEL);
  canvas.className = 'transfer-code';
  canvas.setAttribute('role', 'img');
  let shown = 0;
  const seconds = Math.ceil((sending.needed * FRAME_MS) / 1000);
  openMode(wording.SEND_TITLE, [element('p', {}, ...bilingual(wording.sendHow(seconds))), canvas], {
    eachFrame: () => draw(canvas, sending.frame(shown++)),
  });
  return undefined;
}

export type Receiving = {
  readonly primitives: Primitives;
  /** Judges a bundle and keeps it, or says why not. */
  readonly take: (text: string) => Promise<Wording>;
};

/** Reads another station's screen until all is there or the clerk ends it. */
export async function receiveData({ primitives, take }: Receiving): Promise<undefined> {
  if (isOpen()) return undefined;
  const video = labelled(document.createElement('video'), wording.CAMERA_LABEL);
  const progress = labelled(document.createElement('progress'), wording.PROGRESS_LABEL);
  progress.value = 0;
  const count = element('span');
  const how = element('p', {}, ...bilingual(wording.RECEIVE_HOW));
  const bar = element('p', { class: 'transfer-progress' }, ...bilingual(wording.PROGRESS_LABEL), count, progress);
  const mode = openMode(wording.RECEIVE_TITLE, [how, video, bar]);
  const receiver = createReceiver(primitives);
  let complete = false;
  const scanner = await startScanner({
    video,
    onCode: (text) => void receiver.take(text, performance.now()).then(show),
    onProblem(problem) {
      video.hidden = true;
      mode.say(CAMERA_WORDING[problem]);
    },
  });
  mode.whenEnded(() => scanner?.stop());
  return undefined;

  async function show(reception: Reception): Promise<void> {
    if (complete || mode.hasEnded()) return;
    switch (reception.kind) {
      case 'progress':
        progress.max = reception.needed;
        progress.value = reception.found;
        count.textContent = `${reception.found} / ${reception.needed}`;
        return mode.say(undefined);
      case 'received':
        complete = true;
        scanner?.stop();
        for (const part of [how, video, bar]) part.hidden = true;
        mode.say(wording.JUDGING);
        mode.say(await take(reception.text));
        return mode.nameEnd(wording.DONE);
      default:
        return mode.say(wording.RECEPTION_WORDING[reception.kind]);
    }
  }
}

/** A double click asks twice. */
const isOpen = (): boolean => 'transfer' in document.body.dataset;

type Mode = {
  say(wording: Wording | undefined): void;
  nameEnd(wording: Wording): void;
  hasEnded(): boolean;
  /** At once when it has. */
  whenEnded(act: () => void): void;
};

/** `data-transfer` on the body hides the rest of the page. It ends with its button, and when the station takes that mark away. */
function openMode(title: Wording, content: readonly Node[], { eachFrame = (): unknown => undefined } = {}): Mode {
  const card = required('transfer', HTMLElement);
  const said = required('transfer-said', HTMLElement);
  const end = required('transfer-end', HTMLButtonElement);
  const opener = document.activeElement;
  const acts: (() => void)[] = [];
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    end.removeEventListener('click', close);
    card.hidden = true;
    required('transfer-view', HTMLElement).replaceChildren();
    delete document.body.dataset.transfer;
    for (const act of acts) act();
    if (opener instanceof HTMLElement) opener.focus();
  }

  const nameEnd = (name: Wording): void => end.replaceChildren(...bilingual(name));
  function tick(): void {
    if (isOpen()) {
      eachFrame();
      timer = setTimeout(tick, FRAME_MS); // an interval would make up for a late frame with an early one
    } else close();
  }

  required('transfer-title', HTMLElement).replaceChildren(...bilingual(title));
  required('transfer-view', HTMLElement).replaceChildren(...content);
  said.replaceChildren();
  nameEnd(wording.END);
  end.addEventListener('click', close);
  document.body.dataset.transfer = '';
  card.hidden = false;
  scrollTo({ top: 0 });
  end.focus({ preventScroll: true });
  acts.push(borrowCamera(), keepAwake());
  tick();
  return {
    say: (text) => said.replaceChildren(...(text ? [notice(text)] : [])),
    nameEnd,
    hasEnded: () => ended,
    whenEnded: (act) => (ended ? act() : void acts.push(act)),
  };
}

/** A province's data take longer than a phone's screen stays on. */
function keepAwake(): () => void {
  const lock = navigator.wakeLock?.request('screen').catch(() => undefined);
  return () => void lock?.then((held) => held?.release());
}

/** CSS pixels above and below the code, so that a screen shows it all. */
const AROUND = 360;

/** Each module a whole number of the screen's own pixels, as many as there is room for. */
function draw(canvas: HTMLCanvasElement, digits: string): void {
  const { size, data } = screenSymbol(FRAME_PREFIX, digits);
  const side = size + 2 * QUIET_ZONE;
  const picture = new ImageData(side, side);
  picture.data.fill(255);
  for (let at = 0; at < data.length; at++) {
    if (data[at] !== 1) continue;
    const pixel = ((Math.floor(at / size) + QUIET_ZONE) * side + (at % size) + QUIET_ZONE) * 4;
    picture.data.fill(0, pixel, pixel + 3);
  }
  canvas.width = canvas.height = side;
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
  const room = Math.min(canvas.parentElement?.clientWidth ?? 0, Math.max(innerHeight - AROUND, innerHeight * 0.6));
  const pixels = Math.max(1, Math.floor((room * devicePixelRatio) / side));
  canvas.style.width = `${(pixels * side) / devicePixelRatio}px`;
}

function labelled<T extends HTMLElement>(node: T, { zh, en }: Wording): T {
  node.setAttribute('aria-label', `${zh} ${en}`);
  return node;
}
