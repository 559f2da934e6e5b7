/** The page on which frame to verdict is timed: the scanner and the verdict as they ship, before a camera that shows one code after another. */
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { openBundle, type Trust } from '../../../src/vc/trust/bundle.ts';
import { readRoot } from '../../../src/vc/trust/root.ts';
import { verify } from '../../../src/vc/verify/verify.ts';
import { startScanner } from '../../../src/verifier/scan/scanner.ts';
import { verdictView } from '../../../src/verifier/verdict-view.ts';

declare global {
  /** What the benchmark calls. */
  var bench: {
    start(options: { now: number; workerSlowdown: number }): Promise<void>;
    /** For each code, from the first frame that the scanner took of it to its verdict in the page. */
    readonly timesMs: number[];
  };
}

/** A frame's corner: black for the first code, grey for the second, light where there is none. */
const cornerOf = ({ data: [red = 255] }: ImageData): string => (red < 40 ? 'first' : red < 130 ? 'second' : 'none');
const timesMs: number[] = [];
let drawnMs = 0;
let firstFrameMs: number | undefined;
let corner = 'none';

/** Sees what the scanner sees, when it sees it. */
function watchFrames(): void {
  const { drawImage, getImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...parameters: unknown[]) {
    drawnMs = performance.now();
    return Reflect.apply(drawImage, this, parameters);
  };
  CanvasRenderingContext2D.prototype.getImageData = function (...parameters: unknown[]) {
    const pixels: ImageData = Reflect.apply(getImageData, this, parameters);
    const before = corner;
    corner = cornerOf(pixels);
    if (corner !== before && corner !== 'none') firstFrameMs ??= drawnMs;
    return pixels;
  };
}

/** Chromium slows a page's own thread only: a slower worker is one that answers later. */
function slowWorkers(slowdown: number): void {
  const Fast = globalThis.Worker;
  globalThis.Worker = class extends Fast {
    #askedMs = 0;
    override postMessage(message: unknown, transfer?: unknown): void {
      this.#askedMs = performance.now();
      super.postMessage(message, transfer as Transferable[]); // as it was given
    }
    override set onmessage(listener: (event: MessageEvent) => void) {
      super.onmessage = (event) => {
        const spentMs = performance.now() - this.#askedMs;
        setTimeout(() => listener(event), spentMs * (slowdown - 1));
      };
    }
  };
}

async function openTrust(now: number): Promise<Trust> {
  const [root, bundle] = await Promise.all(
    ['/trust/root', '/trust/bundle'].map(async (path) => (await fetch(path)).text()),
  );
  const pinnedRoot = readRoot(JSON.parse(root ?? ''));
  if (!pinnedRoot) throw new Error('no root');
  const opened = await openBundle(bundle ?? '', { pinnedRoot, now, primitives: webPrimitives, previous: undefined });
  if (!opened.ok) throw new Error(opened.refusal);
  return opened.trust;
}

globalThis.bench = {
  timesMs,
  async start({ now, workerSlowdown }) {
    watchFrames();
    if (workerSlowdown > 1) slowWorkers(workerSlowdown);
    const trust = await openTrust(now);
    const place = document.body.appendChild(document.createElement('main'));
    await startScanner({
      video: document.body.appendChild(document.createElement('video')),
      async onCode(qr) {
        place.replaceChildren(verdictView(await verify({ qr }, { trust, now, primitives: webPrimitives })));
        if (!place.querySelector('.verdict-valid')) throw new Error('no verdict');
        // On a machine too busy to take any frame between two codes, the second one's first frame is not known.
        if (firstFrameMs !== undefined) timesMs.push(performance.now() - firstFrameMs);
        firstFrameMs = undefined;
      },
      onProblem(problem) {
        throw new Error(problem);
      },
    });
  },
};
