/** The check page's camera and picture field: each showing of a code is one answer, and the camera stops with it. */
import type { Wording } from '../vc/verify/wording.ts';
import { notice, required } from './element.ts';
import { decodePicture, type Scanner, startScanner } from './scan/scanner.ts';
import { CAMERA_WORDING, notOurs, PICTURE_WORDING } from './scan/wording.ts';

/** What is small or blurred is looked for in the middle only. */
const HOLD: Wording = { zh: '请把二维码放在画面中间。', en: 'Hold the code in the middle of the picture.' };

/** Returns what stops the camera. */
export function startPanel(onCode: (text: string) => void): () => void {
  const video = required('view', HTMLVideoElement);
  const scanButton = required('scan', HTMLButtonElement);
  const stopButton = required('stop', HTMLButtonElement);
  const torchButton = required('torch', HTMLButtonElement);
  const picture = required('picture', HTMLInputElement);
  const message = required('scan-message', HTMLElement);
  const say = (wording?: Wording): void => message.replaceChildren(...(wording ? [notice(wording)] : []));

  let scanner: Scanner | undefined;

  function show(running: boolean): void {
    video.hidden = stopButton.hidden = !running;
    scanButton.hidden = running;
    torchButton.hidden = scanner?.torch === undefined;
    torchButton.setAttribute('aria-pressed', 'false');
  }

  function stop(): void {
    scanner?.stop();
    scanner = undefined;
    show(false);
  }

  scanButton.addEventListener('click', async () => {
    scanButton.disabled = true;
    say();
    scanner = await startScanner({
      video,
      onCode(text) {
        const why = notOurs(text);
        if (why) return say(why);
        stop();
        say();
        onCode(text);
      },
      onProblem(problem) {
        stop();
        say(CAMERA_WORDING[problem]);
      },
    });
    scanButton.disabled = false;
    show(scanner !== undefined);
    if (!scanner) return;
    say(HOLD);
    stopButton.focus();
  });

  stopButton.addEventListener('click', () => {
    stop();
    say();
    scanButton.focus();
  });

  torchButton.addEventListener('click', async () => {
    const on = torchButton.getAttribute('aria-pressed') !== 'true';
    await scanner?.torch?.set(on).catch(() => {}); // a light that does not obey is seen
    torchButton.setAttribute('aria-pressed', String(on));
  });

  picture.addEventListener('change', async () => {
    const [file] = picture.files ?? [];
    picture.value = ''; // so that the same file can be chosen again
    if (!file) return;
    stop();
    say({ zh: '正在读取图片…', en: 'Reading the picture…' });
    try {
      const text = await decodePicture(file);
      if (text === undefined) return say(PICTURE_WORDING['no-code']);
      const why = notOurs(text);
      say(why);
      if (why) return;
      onCode(text);
    } catch {
      say(PICTURE_WORDING.failed);
    }
  });

  return stop;
}
