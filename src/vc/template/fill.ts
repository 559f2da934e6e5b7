/** Fills a compiled template: its JSON-LD document and, independently, its canonical N-Quads (RDFC-1.0), from the same slot texts. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { type Part, parsePattern } from './pattern.ts';
import { OPTIONAL_SLOTS, type SlotTexts, slotKind } from './slot.ts';

/** The secured credential; `texts` must hold every slot, `proofValue` included. */
export function fillCredential(template: CompiledTemplate, texts: SlotTexts): JsonObject {
  const proof = fillJson(template, template.proof, texts);
  return { ...fillDocument(template, texts), proof: template.proofAsArray ? [proof] : proof };
}

export function fillDocument(template: CompiledTemplate, texts: SlotTexts): JsonObject {
  return fillJson(template, template.document, texts) as JsonObject; // an object stays an object
}

/** RDFC-1.0 canonical form of the unsecured document. */
export const canonicalDocument = (template: CompiledTemplate, texts: SlotTexts): string =>
  fillParts(template, template.canonicalDocument, texts);

/** RDFC-1.0 canonical form of the proof options (vc-di-eddsa §3.2.5). */
export const canonicalProof = (template: CompiledTemplate, texts: SlotTexts): string =>
  fillParts(template, template.canonicalProof, texts);

export function fillJson(template: CompiledTemplate, value: Json, texts: SlotTexts): Json {
  if (typeof value === 'string') return fillString(template, value, texts);
  if (Array.isArray(value)) return value.map((item) => fillJson(template, item, texts));
  if (!isObject(value)) return value;
  const filled: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (isAbsent(member, texts)) continue;
    filled[name] = fillJson(template, member, texts);
  }
  return filled;
}

/** A member whose whole value is an optional slot goes when the slot is null. */
function isAbsent(member: Json, texts: SlotTexts): boolean {
  if (typeof member !== 'string' || !member.startsWith('{')) return false;
  const slot = member.slice(1, -1);
  return OPTIONAL_SLOTS.has(slot) && texts[slot] === null;
}

function fillString(template: CompiledTemplate, pattern: string, texts: SlotTexts): string | number {
  const parts = parsePattern(pattern);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object' && slotKind(only[0])?.number)
    return Number(textOf(template, only, texts));
  return parts.map((part) => (typeof part === 'string' ? part : textOf(template, part, texts))).join('');
}

function fillParts(template: CompiledTemplate, parts: readonly CanonicalPart[], texts: SlotTexts): string {
  let out = '';
  for (const part of parts) {
    if (typeof part === 'string') out += part;
    else if ('when' in part) out += texts[part.when] === null ? '' : fillParts(template, part.parts, texts);
    else out += escapeLiteral(textOf(template, part, texts));
  }
  return out;
}

function textOf(template: CompiledTemplate, [slot, name]: Exclude<Part, string>, texts: SlotTexts): string {
  const text = texts[slot];
  if (typeof text !== 'string') throw new TypeError(`slot ${slot} of template ${template.number} has no text`);
  if (name === undefined || name === 'id') return text;
  const entry = template.enums.find((own) => own.slot === slot)?.entries.find(({ id }) => id === text);
  const entryText = entry?.[name];
  if (entryText === undefined)
    throw new RangeError(`slot ${slot} of template ${template.number} has no entry ${text}.${name}`);
  return entryText;
}

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
