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
 * Types as fast as the browser takes it, at least `msPerKey` apart. With a Chinese input method on, the computer reports no
 * sign for a key, only its place.
 */
export async function scanInto(
  session: CDPSession,
  text: string,
  { end = 'Enter', msPerKey = 1, inputMethod = false }: { end?: string; msPerKey?: number; inputMethod?: boolean } = {},
): Promise<void> {
  const keys = [...usKeys(text), ...(end === '' ? [] : [{ code: end, shift: false }])];
  for (const { code, shift } of keys) {
    const modifiers = shift ? SHIFT : 0;
    const key = inputMethod && code !== end ? 'Process' : signOf(code, shift);
    const pressed = {
      code,
      key,
      modifiers,
      ...(inputMethod && code !== end ? { windowsVirtualKeyCode: IN_INPUT_METHOD } : virtualKey(code)),
      ...(key.length === 1 ? { text: key } : code === 'Enter' ? { text: '\r' } : {}),
    };
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...pressed });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', code, key, modifiers });
    if (msPerKey > 1) await new Promise((resolve) => setTimeout(resolve, msPerKey));
  }
}

const virtualKey = (code: string) =>
  code === 'Enter' ? { windowsVirtualKeyCode: 13 } : code === 'Tab' ? { windowsVirtualKeyCode: 9 } : {};

function signOf(code: string, shift: boolean): string {
  const sign = Object.entries(SIGNS).find(([, key]) => key.code === code && key.shift === shift)?.[0];
  if (sign !== undefined) return sign;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  return /^Digit(\d)$/.exec(code)?.[1] ?? code;
}
