/** Holder names: which characters a name may have and how a name is masked. */

export type NameProblem = 'empty' | 'too-long' | 'bad-characters';

/** Code points. A longer name would not fit the QR budget. */
const MAX_NAME_LENGTH = 29;

/** Lu and Ll only: U+A78F, a Latin "letter", looks like the separator `·`. Two loose marks are enough for any orthography in use. */
const LATIN = String.raw`(?=\p{Script=Latin})[\p{Lu}\p{Ll}][\u0300-\u034E\u0350-\u036F]{0,2}`;
const HAN = String.raw`[\p{Unified_Ideograph}\u3007々]`;
const LETTER = `(?:${HAN}|${LATIN})`;
const NAME = new RegExp(`^${LETTER}+(?:[·\\-' ]${LETTER}+)*$`, 'u');
const HAS_HAN = new RegExp(HAN, 'u');
const PARTS = new RegExp(`${LETTER}|.`, 'gsu');
const SEPARATOR = /^[·\-' ]$/;
const STARTS_WORD = /^[·\- ]$/;

/**
 * A name as it may be signed: NFC, trimmed of spaces, 1–29 code points; Han, Latin letters with marks, and single inner `·`, `-`, `'`, space.
 * Compatibility ideographs that NFC maps to a unified one come back mapped; ⼩ (U+2F29), which NFC leaves alone, is refused.
 */
export function checkHolderName(text: string): { ok: true; name: string } | { ok: false; reason: NameProblem } {
  // Marks can only shrink a name four-fold or so; anything longer is not worth normalising.
  if (text.length > 16 * MAX_NAME_LENGTH) return { ok: false, reason: 'too-long' };
  const name = text.normalize('NFC').replace(/^[ \u3000]+|[ \u3000]+$/g, '');
  if (name === '') return { ok: false, reason: 'empty' };
  // NFKC is the definition of "compatibility character": it catches full-width letters, ligatures and superscripts.
  if (!NAME.test(name) || name.normalize('NFKC') !== name) return { ok: false, reason: 'bad-characters' };
  if ([...name].length > MAX_NAME_LENGTH) return { ok: false, reason: 'too-long' };
  return { ok: true, name };
}

/**
 * The masked form of a checked name, one `*` for each hidden letter; separators stay.
 * A name with Han keeps its first and last letter, of two only the first: 王*明, 王*, 欧**明, 阿***·**提. A Latin name keeps the first letter
 * of each word: M**** S******, O'*****. A name of one letter is `*`.
 * The result always contains `*` and a full name never can: that is how a verifier tells them apart.
 */
export function maskHolderName(name: string): string {
  const parts = name.match(PARTS) ?? [];
  const letters = parts.flatMap((part, at) => (SEPARATOR.test(part) ? [] : [at]));
  const [first, last] = [letters[0], letters.at(-1)];
  const shown = HAS_HAN.test(name)
    ? (at: number) => at === first || at === last
    : (at: number) => at === 0 || STARTS_WORD.test(parts[at - 1] ?? '');
  const masked = parts.map((part, at) => (SEPARATOR.test(part) || shown(at) ? part : '*'));
  // Nothing was hidden in 王明, 王 or J B.
  if (!masked.includes('*') && last !== undefined) masked[last] = '*';
  return masked.join('');
}
