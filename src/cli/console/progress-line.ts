/** One line that says how far long work has come: refreshed in place at a terminal, now and then as a line of its own elsewhere. */

export type ProgressLine = { show(text: string): void; end(): void };

const PLAIN_EVERY_MS = 5_000;
const TERMINAL_EVERY_MS = 100;

/** On stderr: stdout is for what was asked for. */
export function progressLine(): ProgressLine {
  const { stderr } = process;
  let shownAt = Number.NEGATIVE_INFINITY;
  let last = '';
  return {
    show(text) {
      const now = performance.now();
      if (text === last || now - shownAt < (stderr.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAt = now;
      last = text;
      stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end() {
      if (stderr.isTTY && last !== '') stderr.write('\r\x1b[K');
    },
  };
}

/** Done so far, how fast, and how long it will take. `before`: what was done when the time began. */
export function pace({
  done,
  total,
  before,
  seconds,
}: {
  done: number;
  total: number;
  before: number;
  seconds: number;
}): string {
  const rate = seconds > 0 ? (done - before) / seconds : 0;
  const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
  const left = rate > 0 ? ` 剩余 left ${duration((total - done) / rate)}` : '';
  return `${done} / ${total} (${percent} %) ${Math.round(rate)} 行 rows/s${left}`;
}

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
