/** Scanning as the pages use it: codes from the camera, continuously, or the one in a picture file. Nothing leaves the device. */
import { type CameraProblem, closeCamera, openCamera, type Torch } from './camera.ts';
import { drawn, pictureSizes } from './picture.ts';
import { startWorker } from './scan-worker.ts';

export type Scanner = { stop(): void; readonly torch?: Torch };

export type ScanOptions = {
  /** Shows what the camera sees; the caller gives it its size and its label. */
  readonly video: HTMLVideoElement;
  /** Called once for a code as long as it stays in view. */
  readonly onCode: (text: string) => void;
  /** Called at most once; then the scanner has stopped. */
  readonly onProblem: (problem: CameraProblem) => void;
};

/** A code that was out of sight for so long is another showing of it. */
const OUT_OF_SIGHT_MS = 2000;

/** Undefined after a problem that `onProblem` was told of. */
export async function startScanner({ video, onCode, onProblem }: ScanOptions): Promise<Scanner | undefined> {
  const worker = startWorker();
  const camera = await openCamera(video);
  if (typeof camera === 'string') {
    worker.stop();
    onProblem(camera);
    return undefined;
  }
  const canvas = document.createElement('canvas');
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    closeCamera(camera, video);
    worker.stop();
  };
  const fail = (problem: CameraProblem): void => {
    if (stopped) return;
    stop();
    onProblem(problem);
  };
  // Unplugged, taken by another app, or the permission was withdrawn.
  camera.track.addEventListener('ended', () => fail('failed'));

  let shown = '';
  let shownMs = 0;
  async function scan(): Promise<void> {
    while (!stopped) {
      await nextFrame(video);
      if (stopped || video.videoWidth === 0) continue;
      const frame = drawn(canvas, video, { width: video.videoWidth, height: video.videoHeight });
      const text = await worker.read(frame, { still: false });
      if (stopped || text === undefined) continue;
      const now = performance.now();
      const again = text === shown && now - shownMs < OUT_OF_SIGHT_MS;
      shown = text;
      shownMs = now;
      if (!again) onCode(text);
    }
  }
  scan().catch(() => fail('failed'));
  return { stop, ...(camera.torch && { torch: camera.torch }) };
}

/** The text of the code in a picture; undefined when none was found, or when the file is no picture. Rejects when the decoder cannot work here. */
export async function decodePicture(file: Blob): Promise<string | undefined> {
  const sizes = await pictureSizes(file);
  if (sizes.length === 0) return undefined;
  const worker = startWorker();
  try {
    for (const pixels of sizes) {
      const text = await worker.read(pixels(), { still: true });
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    worker.stop();
  }
}

/** Where the browser cannot tell of a new frame, the next repaint is near enough. */
const nextFrame = (video: HTMLVideoElement): Promise<unknown> =>
  new Promise((resolve) => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
