/** A keyboard-wedge scanner: presses the keys of an American keyboard, whatever layout and input method the computer has. */
import type { CDPSession } from 'playwright-core';
import type { Key } from '../../src/verifier/station/wedge.ts';

const SIGNS: Readonly<Record<string, Key>> = {
  ':': { code: 'Semicolon', shift: true },
  '/': { code: 'Slash', shift: false },
  '.': { code: 'Period', shift: false },
  '-': { code: 'Minus', shift: false },
  '#': { code: 'Digit3', shift: true },
};

/** The keys that type the text. Throws for a sign that stands in none of our codes. */
export function usKeys(text: string): Key[] {
  return [...text].map((sign) => {
    if (/\d/.test(sign)) return { code: `Digit${sign}`, shift: false };
    if (/[a-z]/i.test(sign)) return { code: `Key${sign.toUpperCase()}`, shift: /[A-Z]/.test(sign) };
    const key = SIGNS[sign];
    if (key) return key;
    throw new Error(`no key for ${sign}`);
  });
}

const SHIFT = 8;
const IN_INPUT_METHOD = 229;

/**
 * Types the text, each key `msPerKey` after the other by the time that the events themselves carry, however busy the machine
 * is. With a Chinese input method on, the computer reports no sign for a key, only its place.
 */
export async function scanInto(
  session: CDPSession,
  text: string,
  { ends = ['Enter'], msPerKey = 1, inputMethod = false }: ScannerSettings = {},
): Promise<void> {
  const keys = [...usKeys(text), ...ends.map((code): Key => ({ code, shift: false }))];
  const startSeconds = Date.now() / 1000;
  const sent = keys.flatMap(({ code, shift }, index) => {
    const hidden = inputMethod && !ends.includes(code);
    const key = hidden ? 'Process' : signOf(code, shift);
    const common = {
      code,
      key,
      modifiers: shift ? SHIFT : 0,
      timestamp: startSeconds + (index * msPerKey) / 1000,
      ...(hidden ? { windowsVirtualKeyCode: IN_INPUT_METHOD } : virtualKey(code)),
    };
    const typed = key.length === 1 ? { text: key } : code === 'Enter' ? { text: '\r' } : {};
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...typed }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common }),
    ];
  });
  await Promise.all(sent); // none waits for the one before, the browser keeps their order
}

export type ScannerSettings = {
  /** Keys that it presses after a code. */
  readonly ends?: readonly string[];
  readonly msPerKey?: number;
  readonly inputMethod?: boolean;
};

const virtualKey = (code: string) =>
  code === 'Enter' ? { windowsVirtualKeyCode: 13 } : code === 'Tab' ? { windowsVirtualKeyCode: 9 } : {};

function signOf(code: string, shift: boolean): string {
  const sign = Object.entries(SIGNS).find(([, key]) => key.code === code && key.shift === shift)?.[0];
  if (sign !== undefined) return sign;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  return /^Digit(\d)$/.exec(code)?.[1] ?? code;
}
