/** The station's camera and picture field. The camera goes on after each code, so that the next person needs no tap. */
import { readLearnerCode } from '../../vc/slip/learner-code.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import { notice, required } from '../element.ts';
import { decodePicture, type Scanner, startScanner } from '../scan/scanner.ts';
import { CAMERA_WORDING, mayBeOurs, NOT_OURS, PICTURE_WORDING } from '../scan/wording.ts';
import { readSetting, writeSetting } from './settings.ts';

const READING: Wording = { zh: '正在读取图片…', en: 'Reading the picture…' };

export function startCameraCard(onCode: (text: string) => void): void {
  const video = required('view', HTMLVideoElement);
  const cameraButton = required('camera', HTMLButtonElement);
  const torchButton = required('torch', HTMLButtonElement);
  const picture = required('picture', HTMLInputElement);
  const message = required('scan-message', HTMLElement);
  const say = (wording?: Wording): void => message.replaceChildren(...(wording ? [notice(wording)] : []));

  let scanner: Scanner | undefined;

  function show(): void {
    video.hidden = scanner === undefined;
    cameraButton.setAttribute('aria-pressed', String(scanner !== undefined));
    torchButton.hidden = scanner?.torch === undefined;
    torchButton.setAttribute('aria-pressed', 'false');
  }

  function take(text: string): void {
    const isOurs = mayBeOurs(text) || readLearnerCode(text) !== undefined;
    say(isOurs ? undefined : NOT_OURS);
    if (isOurs) onCode(text);
  }

  async function turnOn(): Promise<void> {
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

  if (readSetting('camera') === 'on') void turnOn();
}
