/** What the mode of a transfer does: shows this station's data as an animated code, or reads another one's. Loads when a clerk asks for it. */
import type { Primitives } from '../../../vc/primitives.ts';
import { QUIET_ZONE, screenSymbol } from '../../../vc/qr/symbol.ts';
import type { Wording } from '../../../vc/verify/wording.ts';
import { bilingual, element } from '../../element.ts';
import { FRAME_PREFIX } from '../../scan/other-codes.ts';
import { startScanner } from '../../scan/scanner.ts';
import { borrowCamera } from '../camera-card.ts';
import type { Mode } from '../transfer-mode.ts';
import { createReceiver, type Reception } from './receiver.ts';
import { FRAME_MS, openSending } from './sender.ts';
import * as wording from './wording.ts';

/** A sentence about something wrong stays at least so long, however soon the next good frame comes. */
const SENTENCE_MS = 3000;

export async function sendData(mode: Mode, bundle: string, primitives: Primitives): Promise<void> {
  if (typeof CompressionStream !== 'function') return mode.say(wording.TOO_OLD);
  const sending = await openSending(bundle, primitives);
  if (!sending) return mode.say(wording.TOO_LARGE);
  if (mode.hasEnded()) return;
  const canvas = labelled(document.createElement('canvas'), wording.CODE_LABEL);
  canvas.className = 'transfer-code';
  canvas.setAttribute('role', 'img');
  const seconds = Math.ceil((sending.needed * FRAME_MS) / 1000);
  mode.show(element('p', {}, ...bilingual(wording.sendHow(seconds))), canvas);
  mode.whenEnded(borrowCamera());
  mode.whenEnded(keepAwake());

  let shown = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function next(): void {
    draw(canvas, sending?.frame(shown++) ?? '');
    timer = setTimeout(next, FRAME_MS); // an interval would make up for a late frame with an early one
  }
  next();
  mode.whenEnded(() => clearTimeout(timer));
  canvas.scrollIntoView({ block: 'nearest' }); // on a low screen, where it and the button do not both fit
}

export type Receiving = {
  readonly primitives: Primitives;
  /** Judges a bundle and keeps it, or says why not. */
  readonly take: (text: string) => Promise<Wording>;
};

export async function receiveData(mode: Mode, { primitives, take }: Receiving): Promise<void> {
  if (mode.hasEnded()) return;
  const video = labelled(document.createElement('video'), wording.CAMERA_LABEL);
  const progress = labelled(document.createElement('progress'), wording.PROGRESS_LABEL);
  progress.value = 0;
  const count = element('span');
  const how = element('p', {}, ...bilingual(wording.RECEIVE_HOW));
  const bar = element('p', { class: 'transfer-progress' }, ...bilingual(wording.PROGRESS_LABEL), count, progress);
  mode.show(how, video, bar);
  mode.whenEnded(borrowCamera());
  mode.whenEnded(keepAwake());

  const receiver = createReceiver(primitives);
  let complete = false;
  let sentenceMs = Number.NEGATIVE_INFINITY;
  const scanner = await startScanner({
    video,
    onCode: (text) => void receiver.take(text, performance.now()).then(show),
    onProblem(problem) {
      mode.show();
      mode.say(wording.CAMERA_TROUBLE[problem]);
    },
  });
  mode.whenEnded(() => scanner?.stop());

  async function show(reception: Reception): Promise<void> {
    if (complete || mode.hasEnded()) return;
    const now = performance.now();
    switch (reception.kind) {
      case 'progress':
        progress.max = reception.needed;
        progress.value = reception.found;
        count.textContent = `${reception.found} / ${reception.needed}`;
        if (now - sentenceMs > SENTENCE_MS) mode.say(undefined);
        return;
      case 'received':
        complete = true;
        scanner?.stop();
        mode.show();
        mode.say(wording.JUDGING);
        mode.say(await take(reception.text));
        return mode.nameEnd(wording.DONE);
      default:
        sentenceMs = now;
        return mode.say(wording.RECEPTION_WORDING[reception.kind]);
    }
  }
}

/** A province's data take longer than a phone's screen stays on. A browser forgets the wish when the page was out of sight. */
function keepAwake(): () => void {
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  const ask = (): void => {
    if (document.visibilityState === 'visible') lock = navigator.wakeLock?.request('screen').catch(() => undefined); // of a low battery, say
  };
  ask();
  document.addEventListener('visibilitychange', ask);
  return () => {
    document.removeEventListener('visibilitychange', ask);
    void lock?.then((held) => held?.release());
  };
}

/** CSS pixels of the page above and below the code. */
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
  canvas.style.width = '0'; // it would hold its place open
  const room = Math.min(canvas.parentElement?.clientWidth ?? 0, Math.max(innerHeight - AROUND, innerHeight * 0.6));
  const pixels = Math.max(1, Math.floor((room * devicePixelRatio) / side));
  canvas.style.width = `${(pixels * side) / devicePixelRatio}px`;
}

function labelled<T extends HTMLElement>(node: T, { zh, en }: Wording): T {
  node.setAttribute('aria-label', `${zh} ${en}`);
  return node;
}
