/** What a mutation is, how edits make one, and the edits that fit any text and any bytes. Fast-check makes them, so a seed and a path bring each back. */
import fc from 'fast-check';
import { type Bytes, concat, equalBytes, utf8 } from '../../src/vc/encoding.ts';

export type Input = string | Bytes;

/** `how`: the names of the edits, in order. */
export type Mutation = { readonly seed: string; readonly how: readonly string[]; readonly input: Input };

export type Seed<T> = { readonly name: string; readonly value: T };

/** Total: where it finds nothing to change it gives back what it got. */
export type Edit<T> = { readonly how: string; readonly apply: (value: T) => T };

export const edit = <T, Choice>(
  how: string,
  choice: fc.Arbitrary<Choice>,
  apply: (value: T, chosen: Choice) => T,
): fc.Arbitrary<Edit<T>> => choice.map((chosen) => ({ how, apply: (value) => apply(value, chosen) }));

/** One seed after one edit, more seldom after several; never the seed itself. */
export function mutations<T>(
  seeds: readonly Seed<T>[],
  edits: fc.Arbitrary<Edit<T>>,
  encode: (value: T) => Input,
): fc.Arbitrary<Mutation> {
  const several = (minLength: number, maxLength: number) => fc.array(edits, { minLength, maxLength });
  const some = fc.oneof(
    { weight: 6, arbitrary: several(1, 1) },
    { weight: 3, arbitrary: several(2, 2) },
    { weight: 1, arbitrary: several(3, 6) },
  );
  return fc
    .tuple(fc.constantFrom(...seeds), some)
    .map(([seed, chosen]) => {
      const input = encode(chosen.reduce((value, { apply }) => apply(value), seed.value));
      return { seed: seed.name, how: chosen.map(({ how }) => how), input, genuine: encode(seed.value) };
    })
    .filter(({ input, genuine }) => !sameInput(input, genuine))
    .map(({ seed, how, input }) => ({ seed, how, input }));
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined for bytes that are no UTF-8; not by the decoder that is fuzzed. */
export function textOf(input: Input): string | undefined {
  if (typeof input === 'string') return input;
  try {
    return strictDecoder.decode(input);
  } catch {
    return undefined;
  }
}

export const bytesOf = (input: Input): Bytes => (typeof input === 'string' ? utf8(input) : input);

const sameInput = (a: Input, b: Input): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a === b : equalBytes(bytesOf(a), bytesOf(b));

/** A place in something whose length is not known yet. */
export const place = fc.noBias(fc.nat());
export const within = (chosen: number, length: number): number => (length === 0 ? 0 : chosen % length);

/** Larger than any limit on one credential; no edit grows anything further. */
const LONG = 80_000;

/** Inserted anywhere: what ends a token, hides, turns text around, or is Unicode's idea of a joke. */
export const HOSTILE = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', '.', '/', '#', '%', '=', '+', '-', '0', '1', '9', 'e', 'E', 'x', ' '],
  ...['\0', '\b', '\t', '\n', '\v', '\f', '\r', '\u001b', '\u007f', '\u0085', '\u00a0', '\u00ad', '\u2028', '\u3000'],
  ...['\ufeff', '\ufffd', '\uffff', '\u200b', '\u200d', '\u202e', '\u2066', '\ufe0f', '\u0301', '\u0338', '\u{e0041}'],
  ...['\ud800', '\udc00', '\\ud800', '\\u0000', '\\u0022', '\\x41', '//', '/*', '<!--', '\r\n', '王', '😀', '٣', '３'],
];

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у', A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н' },
  ...{
    ':': '：',
    '/': '∕',
    '.': '．',
    '-': '‑',
    '"': '“',
    '@': '＠',
    '#': '＃',
    '{': '｛',
    '·': '・',
    '–': '-',
    l: '1',
  },
  ...{
    '0': '０',
    '1': 'l',
    '2': '２',
    '3': '٣',
    '4': '４',
    '5': '５',
    '7': '７',
    '9': '९',
    三: '参',
    星: '⽣',
    小: '⼩',
  },
};

const WORDS = ['王小明', 'x', '7', '13–15岁', '五星', 'five stars', 'evil', 'valid', 'assertionMethod', 'issuer'];

const splice = (text: string, at: number, remove: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + remove);

const small = fc.integer({ min: 1, max: 20 });
const hostile = fc.constantFrom(...HOSTILE);

export const textEdits: fc.Arbitrary<Edit<string>> = fc.oneof(
  edit('insert', fc.tuple(place, hostile), (text: string, [at, what]) =>
    splice(text, within(at, text.length + 1), 0, what),
  ),
  edit('replace', fc.tuple(place, hostile), (text: string, [at, what]) =>
    splice(text, within(at, text.length), 1, what),
  ),
  edit('delete', fc.tuple(place, small), (text: string, [at, size]) => splice(text, within(at, text.length), size, '')),
  edit('repeat a part', fc.tuple(place, small), (text: string, [at, size]) => {
    const from = within(at, text.length);
    return splice(text, from, 0, text.slice(from, from + size));
  }),
  edit('repeat a part often', fc.tuple(place, small, fc.nat({ max: 4_000 })), (text: string, [at, size, times]) => {
    const from = within(at, text.length);
    const part = text.slice(from, from + size);
    return splice(text, from, 0, part.repeat(Math.min(times, Math.max(0, Math.floor((LONG - text.length) / size)))));
  }),
  edit('swap neighbours', fc.tuple(place, small), (text: string, [at, size]) => {
    const from = within(at, text.length);
    const middle = from + size;
    return splice(text, from, 2 * size, text.slice(middle, middle + size) + text.slice(from, middle));
  }),
  edit('move a part', fc.tuple(place, place, small), (text: string, [from, to, size]) => {
    const start = within(from, text.length);
    const rest = splice(text, start, size, '');
    return splice(rest, within(to, rest.length + 1), 0, text.slice(start, start + size));
  }),
  edit('look-alike', place, (text: string, chosen) => {
    const at = within(chosen, text.length);
    return splice(text, at, 1, LOOK_ALIKES[text[at] ?? ''] ?? text[at] ?? '');
  }),
  edit('a word everywhere', fc.tuple(place, place, fc.constantFrom(...WORDS)), (text: string, [chosen, at, other]) => {
    const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    const word = words[within(chosen, words.length)] ?? '';
    const digit = within(at, word.length);
    const next = /\d/.test(word[digit] ?? '') ? splice(word, digit, 1, String((Number(word[digit]) + 1) % 10)) : other;
    return word === '' ? text : text.replaceAll(word, next);
  }),
  edit('change case', place, (text: string, chosen) => {
    const at = within(chosen, text.length);
    const char = text[at] ?? '';
    return splice(text, at, 1, char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());
  }),
  edit('escape', fc.tuple(place, fc.boolean()), (text: string, [chosen, upper]) => {
    const at = within(chosen, text.length);
    const code = (text.charCodeAt(at) || 0).toString(16).padStart(4, '0');
    return splice(text, at, 1, `\\u${upper ? code.toUpperCase() : code}`);
  }),
  edit('truncate', place, (text: string, at) => text.slice(0, within(at, text.length))),
  edit('append', fc.array(hostile, { minLength: 1, maxLength: 4 }), (text: string, more) => text + more.join('')),
  edit('prepend', fc.array(hostile, { minLength: 1, maxLength: 4 }), (text: string, more) => more.join('') + text),
  edit('normalise', fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'), (text: string, form) => text.normalize(form)),
);

const byte = fc.nat({ max: 255 });
const spliceBytes = (bytes: Bytes, at: number, remove: number, insert: Uint8Array): Bytes =>
  concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove));

export const byteEdits: fc.Arbitrary<Edit<Bytes>> = fc.oneof(
  edit('flip a bit', fc.tuple(place, fc.nat({ max: 7 })), (bytes: Bytes, [at, bit]) =>
    flipBit(bytes, within(at, bytes.length), bit),
  ),
  edit('set a byte', fc.tuple(place, byte), (bytes: Bytes, [at, value]) =>
    spliceBytes(bytes, within(at, bytes.length), 1, Uint8Array.of(value)),
  ),
  edit('insert bytes', fc.tuple(place, fc.array(byte, { minLength: 1, maxLength: 8 })), (bytes: Bytes, [at, more]) =>
    spliceBytes(bytes, within(at, bytes.length + 1), 0, Uint8Array.from(more)),
  ),
  edit('delete bytes', fc.tuple(place, small), (bytes: Bytes, [at, size]) =>
    spliceBytes(bytes, within(at, bytes.length), size, new Uint8Array()),
  ),
  edit('repeat bytes', fc.tuple(place, small), (bytes: Bytes, [chosen, size]) => {
    const at = within(chosen, bytes.length);
    return spliceBytes(bytes, at, 0, bytes.slice(at, at + size));
  }),
  edit('a byte order mark', fc.constant(null), (bytes: Bytes) => concat(Uint8Array.of(0xef, 0xbb, 0xbf), bytes)),
  edit('cut bytes off', place, (bytes: Bytes, at) => bytes.slice(0, within(at, bytes.length))),
);

export function flipBit(bytes: Bytes, at: number, bit: number): Bytes {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}
