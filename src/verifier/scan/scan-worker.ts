/** The page's end of the scanning worker: one picture in, its text out. */
import type { Rgba } from './grey.ts';
import type { ScanAnswer, ScanRequest } from './scan-message.ts';

export type ScanWorker = {
  /** One at a time. Takes the pixels away from the caller. Rejects when the decoder cannot work here at all. */
  read(picture: Rgba, kind: { still: boolean }): Promise<string | undefined>;
  stop(): void;
};

/** A policy may be made once. */
let address: string | undefined;

export function startWorker(): ScanWorker {
  address ??= trusted(workerAddress());
  const worker = new Worker(address, { type: 'module' });
  return {
    read: ({ width, height, data }, { still }) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data: answer }: MessageEvent<ScanAnswer>) =>
          'failed' in answer ? reject(new Error('no decoder')) : resolve(answer.text);
        worker.onerror = () => reject(new Error('no worker'));
        const request: ScanRequest = { width, height, data, still };
        worker.postMessage(request, [data.buffer]);
      }),
    stop: () => worker.terminate(),
  };
}

/** Beside the page's own script, on a server as in the folder of the station app. */
function workerAddress(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type=module][src]');
  return new URL('scan-worker.js', script?.src ?? document.baseURI).href;
}

/** Under `require-trusted-types-for 'script'` the address of a worker must have passed a policy. This one lets a single address through. */
function trusted(address: string): string {
  // TypeScript does not know Trusted Types yet, and what they make of a text it has to take for the text.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return (
    trustedTypes?.createPolicy('scan-worker', { createScriptURL: (text) => text }).createScriptURL(address) ?? address
  );
}

type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): string };
};
