/** Text with slots in it: `星级家长执照 · {stage.zh}` is a constant and the `zh` text of the enumerated slot `stage`. */

/** A constant, or a slot and (enumerated slots only) which of its texts. */
export type Part = string | readonly [slot: string, text?: string];

const reference = /\{([A-Za-z]+)(?:\.([a-z]+))?\}/g;

export function parsePattern(pattern: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const found of pattern.matchAll(reference)) {
    if (found.index > from) parts.push(pattern.slice(from, found.index));
    const [, slot = '', text] = found;
    parts.push(text === undefined ? [slot] : [slot, text]);
    from = found.index + found[0].length;
  }
  if (from < pattern.length) parts.push(pattern.slice(from));
  return parts;
}
