/** NDJSON piece by piece: the lines of a text. */
import type { Splitter } from './sheet.ts';

export type Line = { line: number; text: string; tooLong: boolean };

/** Longer is no learning record. */
const MAX_LINE = 64 << 10;
/** What is kept of a longer one. */
const KEPT = 1024;

/** Ends are LF or CR LF. Empty lines are counted and left out. */
export function lineSplitter(): Splitter<Line> {
  let rest = '';
  let number = 1;
  let skipping = false; // the tail of a line that was too long

  return {
    push(piece) {
      const lines: Line[] = [];
      const parts = (rest + piece).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (!skipping) add(lines, part.replace(/\r$/, ''));
        skipping = false;
        number++;
      }
      if (skipping) rest = '';
      else if (rest.length > MAX_LINE) {
        add(lines, rest);
        rest = '';
        skipping = true;
      }
      return lines;
    },
    end() {
      const lines: Line[] = [];
      if (!skipping) add(lines, rest);
      rest = '';
      return lines;
    },
  };

  function add(lines: Line[], text: string): void {
    if (text.trim() === '') return;
    const tooLong = text.length > MAX_LINE;
    lines.push({ line: number, text: tooLong ? text.slice(0, KEPT) : text, tooLong });
  }
}
