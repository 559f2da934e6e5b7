/** A scanner that types (USB keyboard wedge): read by the places of the keys, so that no layout, input method or Caps Lock changes what was scanned. */
import { readCode } from '../../vc/qr/payload.ts';
import { readLearnerCode } from '../../vc/slip/learner-code.ts';

/** A key as the scanner pressed it; scanners act as a keyboard of the United States. */
export type Key = { readonly code: string; readonly shift: boolean };

/** Keys follow one another within this time, or a new scan begins. Slow wireless scanners take some 30 ms a key. */
const GAP_MS = 400;
/** In a text field people type, too: only what is faster than fingers is a scan. */
const GAP_IN_FIELD_MS = 60;
/** Fewer digits are no piece of a code that was cut short, but somebody's finger on the keys. */
const LEAST_DIGITS = 12;
/** In a field, where it must not be mistaken for typing: a whole code, of a learner or a certificate. */
const LEAST_DIGITS_IN_FIELD = 32;
/** What stopped in the middle of a code may still go on after a hiccup; then it was cut short. */
const PATIENCE_MS = 1_600;
/** Scanners that end with both Enter and Tab, or twice with Enter. */
const AFTER_END_MS = 150;

const ENDS = ['Enter', 'NumpadEnter', 'Tab'];

/** Place of a key → what it types, without and with Shift. Letters and digits are not listed. */
const SIGNS: Readonly<Record<string, string>> = {
  Minus: '-_',
  Equal: '=+',
  Semicolon: ';:',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  NumpadDivide: '//',
  NumpadDecimal: '..',
  NumpadSubtract: '--',
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/** Undefined for a key that types nothing in a code or its link. */
function typed({ code, shift }: Key): string | undefined {
  const digit = digitOf(code);
  if (digit !== undefined) return shift && code.startsWith('Digit') ? SHIFTED_DIGITS[Number(digit)] : digit;
  if (/^Key[A-Z]$/.test(code)) return shift ? code.slice(3) : code.slice(3).toLowerCase();
  return SIGNS[code]?.[shift ? 1 : 0];
}

const digitOf = (code: string): string | undefined => /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];

/** What was scanned. A scanner that is set to a French keyboard types digits with Shift: then they alone are certain. */
export function scannedText(keys: readonly Key[]): string {
  const text = keys.map((key) => typed(key) ?? '').join('');
  const read = lastRun(text);
  const ignoringShift = lastRun(keys.map(({ code }) => digitOf(code) ?? ' ').join(''));
  if (ignoringShift.length >= LEAST_DIGITS_IN_FIELD && read.length < LEAST_DIGITS_IN_FIELD) return once(ignoringShift);
  return text.endsWith(read) ? text.slice(0, text.length - read.length) + once(read) : text;
}

const lastRun = (text: string): string => text.match(/\d+/g)?.at(-1) ?? '';

/** Some scanners send a code twice in one go. */
function once(digits: string): string {
  const half = digits.slice(0, digits.length / 2);
  return half + half === digits ? half : digits;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Calls `onCode` with each scan, also one that was cut short. Listens on the whole document, whatever has the focus. */
export function startWedge(onCode: (text: string) => void): void {
  let keys: Key[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let endedMs = Number.NEGATIVE_INFINITY;
  let field: Field | undefined;
  let before = '';
  let silence: ReturnType<typeof setTimeout> | undefined;

  document.addEventListener('keydown', onKey, { capture: true });

  function onKey(event: KeyboardEvent): void {
    const at = event.timeStamp;
    if (ENDS.includes(event.code || event.key)) {
      const scanned = finish();
      if (scanned || at - endedMs < AFTER_END_MS) event.preventDefault(); // or it would press the button that has the focus
      if (scanned) endedMs = at;
      return;
    }
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = keyOf(event);
    if (typed(key) === undefined) return;
    const target = event.target;
    const inField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : undefined;
    if (keys.length === 0 || at - lastMs > (inField ? GAP_IN_FIELD_MS : GAP_MS)) {
      keys = [];
      field = inField;
      before = inField?.value ?? '';
    }
    keys.push(key);
    lastMs = at;
    if (!inField) event.preventDefault(); // some browsers search the page for what is typed
    clearTimeout(silence);
    silence = setTimeout(onSilence, GAP_MS);
  }

  /** Some scanners end with no key at all. */
  function onSilence(): void {
    const text = scannedText(keys);
    if (readCode(text).ok || readLearnerCode(text)?.ok) finish();
    else silence = setTimeout(finish, PATIENCE_MS);
  }

  /** True when what was typed until now was a scan. */
  function finish(): boolean {
    clearTimeout(silence);
    const scan = keys;
    keys = [];
    const digits = scan.filter(({ code }) => digitOf(code) !== undefined).length;
    if (digits < (field ? LEAST_DIGITS_IN_FIELD : LEAST_DIGITS)) return false;
    if (field) {
      field.blur(); // ends what an input method has begun
      field.value = before;
    }
    onCode(scannedText(scan));
    return true;
  }
}

/** Where the browser does not say which key it was (keyboards on the screen), the sign is all there is. */
function keyOf({ code, key, shiftKey }: KeyboardEvent): Key {
  if (code !== '' && code !== 'Unidentified') return { code, shift: shiftKey };
  if (/^\d$/.test(key)) return { code: `Digit${key}`, shift: false };
  return { code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '', shift: shiftKey };
}
