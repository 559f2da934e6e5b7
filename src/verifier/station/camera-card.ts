/** The station's camera and picture field. The camera goes on after each code, so that the next person needs no tap. */
import { readLearnerCode } from '../../vc/slip/learner-code.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { notice, required } from '../element.ts';
import { decodePicture, type Scanner, startScanner } from '../scan/scanner.ts';
import { CAMERA_WORDING, notOurs, PICTURE_WORDING } from '../scan/wording.ts';
import { readSetting, writeSetting } from './settings.ts';

const READING: Wording = { zh: '正在读取图片…', en: 'Reading the picture…' };

/** The page has one card, once it has started, and one camera. */
let card: { pause(): void; resume(): void } | undefined;
let isBorrowed = false;

/** For somebody else who needs the camera: the card lets go of it until the returned function is called. */
export function borrowCamera(): () => void {
  isBorrowed = true;
  card?.pause();
  return () => {
    isBorrowed = false;
    card?.resume();
  };
}

export function startCameraCard(onCode: (text: string) => void): void {
  const video = required('view', HTMLVideoElement);
  const cameraButton = required('camera', HTMLButtonElement);
  const torchButton = required('torch', HTMLButtonElement);
  const picture = required('picture', HTMLInputElement);
  const message = required('scan-message', HTMLElement);
  const say = (wording?: Wording): void => message.replaceChildren(...(wording ? [notice(wording)] : []));

  let scanner: Scanner | undefined;
  /** As soon as nobody else has the camera. */
  let wanted = false;

  function show(): void {
    video.hidden = scanner === undefined;
    cameraButton.setAttribute('aria-pressed', String(scanner !== undefined));
    torchButton.hidden = scanner?.torch === undefined;
    torchButton.setAttribute('aria-pressed', 'false');
  }

  function take(text: string): void {
    const why = readLearnerCode(text) ? undefined : notOurs(text);
    say(why);
    if (!why) onCode(text);
  }

  async function turnOn(): Promise<void> {
    wanted = isBorrowed;
    if (wanted) return;
    cameraButton.disabled = true;
    say();
    video.hidden = false;
    scanner = await startScanner({
      video,
      onCode: take,
      onProblem(problem) {
        scanner = undefined;
        show();
        say(CAMERA_WORDING[problem]);
      },
    });
    cameraButton.disabled = false;
    show();
    if (isBorrowed) pause(); // meanwhile
  }

  function pause(): void {
    wanted ||= scanner !== undefined;
    turnOff();
  }

  function resume(): void {
    if (wanted) void turnOn();
  }

  function turnOff(): void {
    scanner?.stop();
    scanner = undefined;
    say();
    show();
  }

  cameraButton.addEventListener('click', () => {
    const on = scanner === undefined;
    writeSetting('camera', on ? 'on' : undefined);
    if (on) void turnOn();
    else turnOff();
  });

  torchButton.addEventListener('click', async () => {
    const on = torchButton.getAttribute('aria-pressed') !== 'true';
    await scanner?.torch?.set(on).catch(() => undefined); // a light that does not obey is seen
    torchButton.setAttribute('aria-pressed', String(on));
  });

  picture.addEventListener('change', async () => {
    const [file] = picture.files ?? [];
    picture.value = ''; // so that the same file can be chosen again
    if (!file) return;
    say(READING);
    try {
      const text = await decodePicture(file);
      if (text === undefined) say(PICTURE_WORDING['no-code']);
      else take(text);
    } catch {
      say(PICTURE_WORDING.failed);
    }
  });

  card = { pause, resume };
  if (readSetting('camera') === 'on') void turnOn();
}
