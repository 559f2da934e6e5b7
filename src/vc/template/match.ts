/** The strict matcher: takes the slots out of JSON, and accepts only what filling the template with them gives back. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { fillText, formOf, NOTHING_SHARED, ownIndexes, unsecuredText } from './fill.ts';
import { jsonOf, jsonParts, type Securing } from './parts.ts';
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
  const { proof = null } = credential;
  const single = Array.isArray(proof) && proof.length === 1 ? (proof[0] ?? null) : proof;
  const asWritten = { ...credential, proof: template.proofAsArray ? [single] : single };
  return matchText(template, JSON.stringify(inOrder(jsonOf(template, 'secured'), asWritten)));
}

/** The same for the unsecured document, which has no proof: the texts of its own slots, so neither `created` nor `verificationMethod`. */
export function matchUnsecured(template: CompiledTemplate, document: JsonObject): SlotTexts | undefined {
  const text = JSON.stringify(inOrder(jsonOf(template, 'unsecured'), document));
  const texts = takeSlots(template, 'unsecured', text);
  return texts && unsecuredText(template, texts) === text ? texts : undefined;
}

/** The same value with its members in the pattern's order, and those that the pattern does not have behind them. */
function inOrder(pattern: Json, value: Json): Json {
  if (Array.isArray(value))
    return value.map((item, at) => inOrder(Array.isArray(pattern) ? (pattern[at] ?? null) : null, item));
  if (!isObject(value) || !isObject(pattern)) return value;
  const names = [...Object.keys(pattern).filter((name) => Object.hasOwn(value, name)), ...Object.keys(value)];
  return Object.fromEntries(names.map((name) => [name, inOrder(pattern[name] ?? null, value[name] ?? null)]));
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
    // Each text once: with equal ones side by side, a document that fits almost would be tried in every combination of them.
    if (own && text !== 'id')
      return `(?:${[...new Set(own.entries.map((entry) => jsonLiteral(entry[text] ?? '')))].join('|')})`;
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
