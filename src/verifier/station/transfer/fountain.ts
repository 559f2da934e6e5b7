/** A fountain code over GF(2): data cut into symbols, and sums of them without end. As many independent ones as the data have symbols give the data back, whichever they are. */
import type { Bytes } from '../../../vc/encoding.ts';

export const SYMBOL_BYTES = 384;

/** The data's own symbols, of which the last is filled up with zeros. */
export const symbolCount = (length: number): number => Math.ceil(length / SYMBOL_BYTES);

/** Symbol `number`: below the count one of the data's own, from there on the sum of about half of them. */
export function encodeSymbol(data: Bytes, number: number): Bytes {
  const symbol = new Uint8Array(SYMBOL_BYTES);
  const count = symbolCount(data.length);
  const chosen = choiceOf(number, count);
  for (let own = 0; own < count; own++) {
    if (!isChosen(chosen, own)) continue;
    const start = own * SYMBOL_BYTES;
    const end = Math.min(start + SYMBOL_BYTES, data.length);
    for (let at = start; at < end; at++) symbol[at - start] = (symbol[at - start] ?? 0) ^ (data[at] ?? 0);
  }
  return symbol;
}

export type Catch = {
  readonly needed: number;
  /** How many of them said something new. */
  readonly found: number;
  /** One of SYMBOL_BYTES bytes, in any order, any number of times. */
  add(number: number, symbol: Bytes): void;
  /** Undefined before enough was found. What was added wrongly makes it wrong, and nothing here tells. */
  data(): Bytes | undefined;
};

/** For data of so many bytes. Each row holds what it is the sum of, and that sum. */
export function openCatch(length: number): Catch {
  const count = symbolCount(length);
  const choiceWords = wordsFor(count);
  /** By the first symbol that each is a sum of. */
  const rows = new Array<Uint32Array | undefined>(count).fill(undefined);
  let found = 0;

  function add(number: number, symbol: Bytes): void {
    const row = new Uint32Array(choiceWords + SYMBOL_WORDS);
    row.set(choiceOf(number, count));
    row.set(new Uint32Array(symbol.slice().buffer), choiceWords);
    for (let own = firstChosen(row, choiceWords); own !== undefined; own = firstChosen(row, choiceWords)) {
      const known = rows[own];
      if (!known) {
        rows[own] = row;
        found++;
        return;
      }
      addTo(row, known, own >>> 5);
    }
  }

  /** From the last symbol to the first, each row loses all that it is a sum of but one. */
  function data(): Bytes | undefined {
    if (found < count) return undefined;
    const all = new Uint32Array(count * SYMBOL_WORDS);
    for (let own = count - 1; own >= 0; own--) {
      const row = rows[own] ?? new Uint32Array(); // all are there
      for (let other = own + 1; other < count; other++) {
        const solved = rows[other];
        if (solved && isChosen(row, other)) addTo(row, solved, other >>> 5);
      }
      all.set(row.subarray(choiceWords), own * SYMBOL_WORDS);
    }
    return new Uint8Array(all.buffer).slice(0, length);
  }

  return {
    needed: count,
    get found() {
      return found;
    },
    add,
    data,
  };
}

const SYMBOL_WORDS = SYMBOL_BYTES / 4;
const wordsFor = (count: number): number => Math.ceil(count / 32);

/** Which of `count` symbols are added up in symbol `number`: a bit each, the lowest first. Sender and receiver must agree on it for ever. */
function choiceOf(number: number, count: number): Uint32Array {
  const chosen = new Uint32Array(wordsFor(count));
  if (number < count) chosen[number >>> 5] = 1 << (number & 31);
  else for (let word = 0; word < chosen.length; word++) chosen[word] = scattered(number, word);
  const spare = chosen.length * 32 - count;
  const last = chosen.length - 1;
  chosen[last] = ((chosen[last] ?? 0) << spare) >>> spare;
  return chosen;
}

/** 32 bits that look like chance: MurmurHash3's mixing of a 32-bit value, which is not linear over GF(2). */
function scattered(number: number, word: number): number {
  let bits = number ^ Math.imul(word + 1, 0x9e3779b9);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const isChosen = (chosen: Uint32Array, own: number): boolean => (((chosen[own >>> 5] ?? 0) >>> (own & 31)) & 1) === 1;

function firstChosen(row: Uint32Array, words: number): number | undefined {
  for (let word = 0; word < words; word++) {
    const bits = row[word] ?? 0;
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits & -bits);
  }
  return undefined;
}

/** Addition in GF(2), from word `from` on. */
function addTo(row: Uint32Array, other: Uint32Array, from: number): void {
  for (let at = from; at < row.length; at++) row[at] = (row[at] ?? 0) ^ (other[at] ?? 0);
}
