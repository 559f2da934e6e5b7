/** Fills a compiled template: its JSON text and, independently, its canonical N-Quads (RDFC-1.0), from the same slot texts. */
import { type Bytes, utf8 } from '../encoding.ts';
import type { JsonObject } from '../json.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { displayParts, jsonParts } from './parts.ts';
import type { Part } from './pattern.ts';
import { type SlotTexts, slotKind } from './slot.ts';

/** Constants, and between them places in the list of open slots. */
type Pieces<Constant> = readonly (Constant | number)[];

/** A template in which some slots are filled for good; what is left to do for each credential is to lay pieces side by side. */
export type Form = {
  readonly slots: readonly OpenSlot[];
  /** Canonical N-Quads, UTF-8. */
  readonly document: Pieces<Bytes>;
  readonly proof: Pieces<Bytes>;
  /** The secured credential as JSON. */
  readonly json: Pieces<string>;
  /** What is shown of it, by its name in the template's display map. */
  readonly shown: ReadonlyMap<string, Pieces<string>>;
};

type OpenSlot = { readonly name: string; readonly freeText: boolean };

/** An optional slot that stays absent is known to be null. Enumerated slots must be known: their ids decide constants. */
export function makeForm(template: CompiledTemplate, known: SlotTexts): Form {
  const names: string[] = [];
  const settled = (parts: readonly CanonicalPart[], escaped: Escape) =>
    settle(parts, { template, known, names, escaped });
  const inBytes = (pieces: Pieces<string>) => pieces.map((piece) => (typeof piece === 'string' ? utf8(piece) : piece));
  const form = {
    document: inBytes(settled(template.canonicalDocument, escapeLiteral)),
    proof: inBytes(settled(template.canonicalProof, escapeLiteral)),
    json: settled(jsonParts(template, 'secured'), escapeJson),
    shown: new Map([...displayParts(template)].map(([name, parts]) => [name, settled(parts, (text) => text)])),
  };
  return { ...form, slots: names.map((name) => ({ name, freeText: slotKind(name)?.freeText === true })) };
}

const forms = new WeakMap<CompiledTemplate, Map<string, Form>>();

/** The form of one milestone, made once: `own` are indexes into the template's enumerated slots, in its order. Throws for one outside. */
export function formOf(template: CompiledTemplate, own: readonly number[], { validUntil }: Optional): Form {
  const known = forms.get(template) ?? new Map<string, Form>();
  forms.set(template, known);
  const key = `${own.join()}${validUntil === null ? '' : '…'}`;
  let form = known.get(key);
  if (!form) {
    form = makeForm(template, { ...ownTexts(template, own), ...(validUntil === null ? { validUntil } : {}) });
    known.set(key, form);
  }
  return form;
}

/** Any value but null stands for present. */
type Optional = { readonly validUntil?: string | number | null };

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
    form.slots.map(({ name, freeText }) => (freeText ? escapeJson(texts[name] ?? '') : texts[name])),
  );

export type CanonicalForms = { readonly document: Bytes; readonly proof: Bytes };

/** What is hashed: RDFC-1.0 of the unsecured document, and of the proof options (vc-di-eddsa §3.2.5). */
export function fillCanonical(form: Form, texts: SlotTexts): CanonicalForms {
  const filled = form.slots.map(({ name, freeText }) => {
    const text = texts[name];
    return text == null ? undefined : utf8(freeText ? escapeLiteral(text) : text);
  });
  return { document: joinBytes(form.document, filled), proof: joinBytes(form.proof, filled) };
}

export const canonicalForms = (template: CompiledTemplate, texts: SlotTexts): CanonicalForms =>
  fillCanonical(formOf(template, ownIndexes(template, texts), texts), texts);

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

function join(pieces: Pieces<string>, filled: readonly (string | null | undefined)[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : present(filled[piece]);
  return text;
}

function joinBytes(pieces: Pieces<Bytes>, filled: readonly (Bytes | undefined)[]): Bytes {
  let length = 0;
  for (const piece of pieces) length += typeof piece === 'number' ? present(filled[piece]).length : piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === 'number' ? present(filled[piece]) : piece;
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function present<T>(filled: T | null | undefined): T {
  if (filled == null) throw new TypeError('an open slot has no text');
  return filled;
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
