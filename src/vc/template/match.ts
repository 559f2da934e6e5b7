/** The strict matcher: takes the slots out of parsed JSON, and accepts only what filling the template with them gives back. */
import { equalJson, isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { CompiledTemplate } from './compiled.ts';
import { fillCredential, fillDocument } from './fill.ts';
import { parsePattern } from './pattern.ts';
import { OPTIONAL_SLOTS, type SlotTexts, slotKind } from './slot.ts';

/**
 * Slot texts, `proofValue` included, or undefined when the JSON is not exactly this template filled.
 * Free: the order of members, and the proof as object or as array of one. Extraction only has to be right for genuine
 * input: the comparison with the fill is what decides.
 */
export function matchTemplate(template: CompiledTemplate, credential: JsonObject): SlotTexts | undefined {
  const { proof: given, ...document } = credential;
  const proof = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (!isObject(proof)) return undefined;
  const texts = collectDocument(template, document);
  if (!texts || !collect(template, template.proof, proof, texts)) return undefined;
  const filled = fillCredential({ ...template, proofAsArray: false }, texts);
  return equalJson(filled, { ...document, proof }) ? texts : undefined;
}

/** The same for the unsecured document, which has no proof: the texts of its own slots, so neither `created` nor `verificationMethod`. */
export function matchUnsecured(template: CompiledTemplate, document: JsonObject): SlotTexts | undefined {
  const texts = collectDocument(template, document);
  return texts && equalJson(fillDocument(template, texts), document) ? texts : undefined;
}

function collectDocument(template: CompiledTemplate, document: JsonObject): Record<string, string | null> | undefined {
  const texts: Record<string, string | null> = {};
  for (const slot of OPTIONAL_SLOTS) texts[slot] = null;
  if (!collect(template, template.document, document, texts)) return undefined;
  const known = template.enums.every(({ slot, entries }) => entries.some(({ id }) => id === texts[slot]));
  return known ? texts : undefined;
}

function collect(
  template: CompiledTemplate,
  pattern: Json,
  value: Json | undefined,
  texts: Record<string, string | null>,
): boolean {
  if (typeof pattern === 'string') return collectText(template, pattern, value, texts);
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((item, i) => collect(template, item, value[i], texts))
    );
  }
  if (!isObject(pattern)) return pattern === value;
  return (
    isObject(value) &&
    Object.entries(pattern).every(([name, member]) => {
      const optional = typeof member === 'string' && member.startsWith('{') && OPTIONAL_SLOTS.has(member.slice(1, -1));
      if (!Object.hasOwn(value, name)) return optional;
      return collect(template, member, value[name], texts);
    })
  );
}

function collectText(
  template: CompiledTemplate,
  pattern: string,
  value: Json | undefined,
  texts: Record<string, string | null>,
): boolean {
  const { slots, expression } = compiledPattern(template, pattern);
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (slots.length === 1 && typeof value === 'number' && !slotKind(slots[0] ?? '')?.number) return false;
  const text = String(value);
  const found = text.length <= LIMITS.patternTextLength ? expression.exec(text) : null;
  if (!found) return false;
  return slots.every((slot, index) => {
    const part = found[index + 1] ?? '';
    if (typeof texts[slot] === 'string') return texts[slot] === part;
    texts[slot] = part;
    return true;
  });
}

type Extractor = { slots: readonly string[]; expression: RegExp };
const extractors = new WeakMap<CompiledTemplate, Map<string, Extractor>>();

/** Derived from an immutable template, so kept with it. Enumerated texts other than the id are left to the final comparison. */
function compiledPattern(template: CompiledTemplate, pattern: string): Extractor {
  let known = extractors.get(template);
  if (!known) {
    known = new Map();
    extractors.set(template, known);
  }
  let extractor = known.get(pattern);
  if (!extractor) {
    extractor = makeExtractor(template, pattern);
    known.set(pattern, extractor);
  }
  return extractor;
}

function makeExtractor(template: CompiledTemplate, pattern: string): Extractor {
  const slots: string[] = [];
  const sources = parsePattern(pattern).map((part) => {
    if (typeof part === 'string') return literal(part);
    const [slot, text] = part;
    const own = template.enums.find((entry) => entry.slot === slot);
    if (own && text !== 'id') return `(?:${own.entries.map((entry) => literal(entry[text ?? 'id'] ?? '')).join('|')})`;
    slots.push(slot);
    return own ? `(${own.entries.map(({ id }) => literal(id)).join('|')})` : `(${slotKind(slot)?.pattern ?? '(?!)'})`;
  });
  return { slots, expression: new RegExp(`^${sources.join('')}$`) };
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
