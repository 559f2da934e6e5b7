/** The strict matcher: takes the slots out of JSON, and accepts only what filling the template with them gives back. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { fillText, formOf, NOTHING_SHARED, ownIndexes, unsecuredText } from './fill.ts';
import { jsonOf, jsonParts, optionalSlot, type Securing } from './parts.ts';
import { fitsSlot, type SlotTexts, slotKind } from './slot.ts';

/**
 * Slot texts, `proofValue` included, or undefined when the text is not exactly this template filled, as `fillText` writes
 * it. Taking them out only has to be right for genuine input: the comparison with the fill is what decides.
 */
export function matchText(template: CompiledTemplate, text: string): SlotTexts | undefined {
  const texts = takeSlots(template, 'secured', text);
  if (!texts) return undefined;
  const form = formOf(template, NOTHING_SHARED, { ...texts, own: ownIndexes(template, texts) });
  return fillText(form, texts) === text ? texts : undefined;
}

/** The same for parsed JSON. Free: the order of members, and the proof as object or as array of one. */
export function matchTemplate(template: CompiledTemplate, credential: JsonObject): SlotTexts | undefined {
  const { proof } = credential;
  const single = Array.isArray(proof) && proof.length === 1 ? proof[0] : proof;
  const text = textInOrder(jsonOf(template, 'secured'), {
    ...credential,
    proof: template.proofAsArray ? [single ?? null] : (single ?? null),
  });
  return text === undefined ? undefined : matchText(template, text);
}

/** The same for the unsecured document, which has no proof: the texts of its own slots, so neither `created` nor `verificationMethod`. */
export function matchUnsecured(template: CompiledTemplate, document: JsonObject): SlotTexts | undefined {
  const text = textInOrder(jsonOf(template, 'unsecured'), document);
  const texts = text === undefined ? undefined : takeSlots(template, 'unsecured', text);
  return texts && unsecuredText(template, texts) === text ? texts : undefined;
}

/** JSON text with its members in the order of the pattern; undefined when they are not the pattern's members. */
function textInOrder(pattern: Json, value: JsonObject): string | undefined {
  const ordered = inOrder(pattern, value);
  return ordered === undefined ? undefined : JSON.stringify(ordered);
}

function inOrder(pattern: Json, value: Json): Json | undefined {
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value) || value.length !== pattern.length) return undefined;
    const items = pattern.map((item, at) => inOrder(item, value[at] ?? null));
    return items.includes(undefined) ? undefined : (items as Json[]); // checked in this line
  }
  if (!isObject(pattern)) return value;
  if (!isObject(value)) return undefined;
  const ordered: JsonObject = {};
  for (const [name, member] of Object.entries(pattern)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined && optionalSlot(member) !== undefined) continue;
    const item = given === undefined ? undefined : inOrder(member, given);
    if (item === undefined) return undefined;
    ordered[name] = item;
  }
  return Object.keys(ordered).length === Object.keys(value).length ? ordered : undefined;
}

function takeSlots(template: CompiledTemplate, securing: Securing, text: string): SlotTexts | undefined {
  const { expression, slots } = reader(template, securing);
  const found = text.length <= LIMITS.templateTextLength ? expression.exec(text) : null;
  if (!found) return undefined;
  const texts: Record<string, string | null> = {};
  for (const [index, name] of slots.entries()) {
    const raw = found[index + 1];
    const plain = raw?.includes('\\') ? unescaped(raw) : raw;
    if (slotKind(name)?.freeText && !fitsSlot(name, plain ?? '')) return undefined;
    texts[name] = plain ?? null;
  }
  return ownIndexes(template, texts).includes(-1) ? undefined : texts; // such as a template that never names an entry's id
}

function unescaped(raw: string): string | undefined {
  try {
    return JSON.parse(`"${raw}"`);
  } catch {
    return undefined;
  }
}

/** `slots` in the order of the capturing groups. */
type Reader = { readonly expression: RegExp; readonly slots: readonly string[] };

/** Derived from an immutable template, so kept with it. */
const readers = {
  secured: new WeakMap<CompiledTemplate, Reader>(),
  unsecured: new WeakMap<CompiledTemplate, Reader>(),
};

function reader(template: CompiledTemplate, securing: Securing): Reader {
  const known = readers[securing].get(template) ?? makeReader(template, jsonParts(template, securing));
  readers[securing].set(template, known);
  return known;
}

function makeReader(template: CompiledTemplate, parts: readonly CanonicalPart[]): Reader {
  const names: string[] = [];
  const source = (part: CanonicalPart): string => {
    if (typeof part === 'string') return literal(part);
    if ('when' in part) return `(?:${part.parts.map(source).join('')})?`;
    const [slot, text = 'id'] = part;
    const own = template.enums.find((entry) => entry.slot === slot);
    if (own && text !== 'id') return `(?:${own.entries.map((entry) => jsonLiteral(entry[text] ?? '')).join('|')})`;
    if (names.includes(slot)) return `(?:\\${names.indexOf(slot) + 1})`;
    names.push(slot);
    if (own) return `(${own.entries.map(({ id }) => jsonLiteral(id)).join('|')})`;
    const kind = slotKind(slot);
    return kind?.freeText ? ESCAPED_TEXT : `(${kind?.pattern ?? '(?!)'})`;
  };
  return { expression: new RegExp(`^${parts.map(source).join('')}$`), slots: names };
}

/** What a JSON string may hold; what it means is looked at once its escapes are gone. */
const ESCAPED_TEXT = '((?:[^"\\\\]|\\\\.)+?)';

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const jsonLiteral = (text: string): string => literal(JSON.stringify(text).slice(1, -1));
