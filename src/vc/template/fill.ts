/** Fills a compiled template: its JSON text and, independently, its canonical N-Quads (RDFC-1.0), from the same slot texts. */
import { makeDesk, makeRoom, writeText } from '../desk.ts';
import { type Bytes, utf8 } from '../encoding.ts';
import type { JsonObject } from '../json.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { displayParts, jsonParts } from './parts.ts';
import type { Part } from './pattern.ts';
import { type SlotTexts, slotKind } from './slot.ts';

/** Constants, and between them places in the list of open slots. */
type Pieces = readonly (string | number)[];

/** The same with the constants as bytes. */
type BytePieces = readonly (Bytes | number)[];

/** A template in which some slots are filled for good; what is left to do for each credential is to lay pieces side by side. */
export type Form = {
  readonly slots: readonly OpenSlot[];
  /** The first of them: those that stand in the canonical forms. */
  readonly signedSlots: readonly OpenSlot[];
  /** Canonical N-Quads, UTF-8. */
  readonly document: BytePieces;
  readonly proof: BytePieces;
  /** The secured credential as JSON. */
  readonly json: Pieces;
  /** What is shown of it, by its name in the template's display map. */
  readonly shown: ReadonlyMap<string, Pieces>;
};

type OpenSlot = { readonly name: string; readonly freeText: boolean };

/** An optional slot that stays absent is known to be null. Enumerated slots must be known: their ids decide constants. */
function makeForm(template: CompiledTemplate, known: SlotTexts): Form {
  const names: string[] = [];
  const settled = (parts: readonly CanonicalPart[], escaped: Escape) =>
    settle(parts, { template, known, names, escaped }).map(whole);
  const document = inBytes(settled(template.canonicalDocument, escapeLiteral));
  const proof = inBytes(settled(template.canonicalProof, escapeLiteral));
  const signedCount = names.length;
  const json = settled(jsonParts(template, 'secured'), escapeJson);
  const shown = new Map([...displayParts(template)].map(([name, parts]) => [name, settled(parts, (text) => text)]));
  const slots = names.map((name) => ({ name, freeText: slotKind(name)?.freeText === true }));
  return { slots, signedSlots: slots.slice(0, signedCount), document, proof, json, shown };
}

/** Text that was put together is copied into one piece when it is first looked into: here, and not again for each credential. */
function whole<P>(piece: P): P {
  if (typeof piece === 'string') piece.charCodeAt(0);
  return piece;
}

const inBytes = (pieces: Pieces): BytePieces =>
  pieces.map((piece) => (typeof piece === 'string' ? utf8(piece) : piece));

/** Texts that many credentials share, such as an issuer's; forms are kept for as long as this very object is. */
type Shared = Readonly<Record<string, string>>;
export const NOTHING_SHARED: Shared = {};

/** Any value but null stands for present. */
type Milestone = { readonly own: readonly number[]; readonly validUntil?: string | number | null };

const forms = new WeakMap<CompiledTemplate, WeakMap<Shared, Map<string, Form>>>();

/** The form of one milestone, made once: `own` are indexes into the template's enumerated slots, in its order. Throws for one outside. */
export function formOf(template: CompiledTemplate, shared: Shared, { own, validUntil }: Milestone): Form {
  const ofTemplate = kept(forms, template, () => new WeakMap());
  const ofShared = kept(ofTemplate, shared, () => new Map());
  const absent = validUntil === null;
  return kept(ofShared, `${own.join()}${absent ? '' : '…'}`, () =>
    makeForm(template, { ...shared, ...ownTexts(template, own), ...(absent ? { validUntil } : {}) }),
  );
}

function kept<K, V>(known: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** Slot → id. Throws on an index outside its table: fields are checked where they enter. */
export function ownTexts({ number, enums }: CompiledTemplate, own: readonly number[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [at, { slot, entries }] of enums.entries()) {
    const entry = entries[own[at] ?? -1];
    if (!entry) throw new RangeError(`${slot}: no entry ${own[at]} in template ${number}`);
    texts[slot] = entry.id;
  }
  return texts;
}

/** Indexes of the enumerated slots' entries; -1 for a text that none has. */
export const ownIndexes = ({ enums }: CompiledTemplate, texts: SlotTexts): number[] =>
  enums.map(({ slot, entries }) => entries.findIndex(({ id }) => id === texts[slot]));

/** The secured credential; `texts` must hold every open slot, `proofValue` included. */
export const fillText = (form: Form, texts: SlotTexts): string =>
  join(
    form.json,
    form.slots.map((slot) => openText(slot, texts, escapeJson)),
  );

export type CanonicalForms = { readonly document: Bytes; readonly proof: Bytes };

/**
 * What is hashed: RDFC-1.0 of the unsecured document, and of the proof options (vc-di-eddsa §3.2.5). Every slot admits its
 * text. The bytes are overwritten by the next call: whoever asks for them uses them before anything is awaited.
 */
export function fillCanonical({ signedSlots, document, proof }: Form, texts: SlotTexts): CanonicalForms {
  let start = 0;
  const begins = [start]; // each open text lies there once, and is copied to wherever it stands
  for (const slot of signedSlots) {
    start = writeText(desk, openText(slot, texts, escapeLiteral), start);
    begins.push(start);
  }
  const middle = lay(document, begins, start);
  const end = lay(proof, begins, middle);
  return { document: desk.bytes.subarray(start, middle), proof: desk.bytes.subarray(middle, end) };
}

/** The same of any template and any texts, slower. */
export const canonicalForms = (template: CompiledTemplate, texts: SlotTexts): CanonicalForms => ({
  document: utf8(canonicalDocument(template, texts)),
  proof: utf8(canonicalProof(template, texts)),
});

export const fillShown = (form: Form, name: string, texts: SlotTexts): string =>
  join(
    form.shown.get(name) ?? [],
    form.slots.map((slot) => texts[slot.name]),
  );

export const fillCredential = (template: CompiledTemplate, texts: SlotTexts): JsonObject =>
  JSON.parse(settledText(template, jsonParts(template, 'secured'), texts, escapeJson));

export const fillDocument = (template: CompiledTemplate, texts: SlotTexts): JsonObject =>
  JSON.parse(unsecuredText(template, texts));

export const unsecuredText = (template: CompiledTemplate, texts: SlotTexts): string =>
  settledText(template, jsonParts(template, 'unsecured'), texts, escapeJson);

/** RDFC-1.0 canonical form of the unsecured document. */
export const canonicalDocument = (template: CompiledTemplate, texts: SlotTexts): string =>
  settledText(template, template.canonicalDocument, texts, escapeLiteral);

/** RDFC-1.0 canonical form of the proof options (vc-di-eddsa §3.2.5). */
export const canonicalProof = (template: CompiledTemplate, texts: SlotTexts): string =>
  settledText(template, template.canonicalProof, texts, escapeLiteral);

type Escape = (text: string) => string;
type Settling = { template: CompiledTemplate; known: SlotTexts; names: string[]; escaped: Escape };

function settledText(template: CompiledTemplate, parts: readonly CanonicalPart[], known: SlotTexts, escaped: Escape) {
  const names: string[] = [];
  const pieces = settle(parts, { template, known, names, escaped });
  if (names.length > 0) throw new TypeError(`slot ${names[0]} of template ${template.number} has no text`);
  return join(pieces, []);
}

/** Neighbouring constants merge. Slots that are not known go into `names`, and their places into the pieces. */
function settle(parts: readonly CanonicalPart[], settling: Settling): (string | number)[] {
  const { known, names, escaped } = settling;
  const pieces: (string | number)[] = [];
  const add = (piece: string | number): void => {
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  };
  for (const part of parts) {
    if (typeof part === 'string') add(part);
    else if ('when' in part) {
      if (known[part.when] !== null) for (const piece of settle(part.parts, settling)) add(piece);
    } else {
      const text = knownText(part, settling);
      if (text !== undefined) add(escaped(text));
      else {
        if (!names.includes(part[0])) names.push(part[0]);
        add(names.indexOf(part[0]));
      }
    }
  }
  return pieces;
}

function knownText([slot, name]: Exclude<Part, string>, { template, known }: Settling): string | undefined {
  const text = known[slot];
  const own = template.enums.find((one) => one.slot === slot);
  if (!own) return text ?? undefined;
  const entryText = own.entries.find(({ id }) => id === text)?.[name ?? 'id'];
  if (entryText !== undefined) return entryText;
  throw new RangeError(`slot ${slot} of template ${template.number} has no entry ${text}.${name ?? 'id'}`);
}

function join(pieces: Pieces, filled: readonly (string | null | undefined)[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : present(filled[piece]);
  return text;
}

/** Where canonical forms are laid out. */
const desk = makeDesk(16 * 1024);

/** Returns where it ends. */
function lay(pieces: BytePieces, begins: readonly number[], start: number): number {
  let at = start;
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      const begin = begins[piece] ?? 0;
      const end = begins[piece + 1] ?? 0;
      makeRoom(desk, at + end - begin);
      desk.bytes.copyWithin(at, begin, end);
      at += end - begin;
    } else {
      makeRoom(desk, at + piece.length);
      desk.bytes.set(piece, at);
      at += piece.length;
    }
  }
  return at;
}

const openText = ({ name, freeText }: OpenSlot, texts: SlotTexts, escaped: Escape): string =>
  freeText ? escaped(present(texts[name])) : present(texts[name]);

function present<T>(text: T | null | undefined): T {
  if (text == null) throw new TypeError('an open slot has no text');
  return text;
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const escapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the canonical form names exactly these (RDF 1.2 N-Quads §canonical)
const escapable = /[\u0000-\u001f"\\\u007f]/g;

/** RDFC-1.0 §5, canonical N-Quads: the short escapes, then \uXXXX for the other controls and U+007F, everything else as it is. */
export const escapeLiteral = (text: string): string =>
  text.replace(
    escapable,
    (char) => escapes[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
