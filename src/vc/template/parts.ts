/** A template's JSON as one text with slots in it, in the order of its members, and what is shown of it; derived once from an immutable template and kept with it. */
import { isObject, type Json } from '../json.ts';
import type { CanonicalPart, CompiledTemplate } from './compiled.ts';
import { atPointer } from './display.ts';
import { type Part, parsePattern } from './pattern.ts';
import { OPTIONAL_SLOTS, slotKind } from './slot.ts';

export type Securing = 'secured' | 'unsecured';

const kept = {
  secured: new WeakMap<CompiledTemplate, CanonicalPart[]>(),
  unsecured: new WeakMap<CompiledTemplate, CanonicalPart[]>(),
};

/** Constants are JSON text; what a slot brings in between must be escaped. */
export function jsonParts(template: CompiledTemplate, securing: Securing): readonly CanonicalPart[] {
  const known = kept[securing].get(template) ?? partsOf(jsonOf(template, securing));
  kept[securing].set(template, known);
  return known;
}

/** The pattern that the JSON of the template follows. */
export const jsonOf = ({ document, proof, proofAsArray }: CompiledTemplate, securing: Securing): Json =>
  securing === 'secured' ? { ...document, proof: proofAsArray ? [proof] : proof } : document;

/** Name in the display map → the text at its pointer; nothing for an optional slot that is null. */
export function displayParts({ document, display }: CompiledTemplate): Map<string, CanonicalPart[]> {
  const shown = new Map<string, CanonicalPart[]>();
  for (const [name, pointer] of Object.entries(display)) {
    const value = atPointer(document, pointer) ?? '';
    const parts = typeof value === 'string' ? parsePattern(value) : [String(value)];
    const when = optionalSlot(value);
    shown.set(name, when === undefined ? parts : [{ when, parts }]);
  }
  return shown;
}

function partsOf(value: Json): CanonicalPart[] {
  if (typeof value === 'string') return textParts(value);
  if (Array.isArray(value)) return ['[', ...value.flatMap((item, at) => [comma(at), ...partsOf(item)]), ']'];
  return isObject(value) ? ['{', ...Object.entries(value).flatMap(memberParts), '}'] : [JSON.stringify(value)];
}

/** An optional member takes the comma before it along, so it never stands first: the contexts do. */
function memberParts([name, member]: [string, Json], at: number): CanonicalPart[] {
  const parts = [`${comma(at)}${JSON.stringify(name)}:`, ...partsOf(member)];
  const when = optionalSlot(member);
  return when === undefined ? parts : [{ when, parts: parts as Part[] }]; // its value is the slot alone
}

const comma = (at: number): string => (at === 0 ? '' : ',');

/** A member whose whole value is an optional slot goes when the slot is null. */
function optionalSlot(member: Json): string | undefined {
  const slot = typeof member === 'string' && member.startsWith('{') ? member.slice(1, -1) : undefined;
  return slot !== undefined && OPTIONAL_SLOTS.has(slot) ? slot : undefined;
}

function textParts(pattern: string): Part[] {
  const parts = parsePattern(pattern);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object' && slotKind(only[0])?.number) return [only];
  return ['"', ...parts.map((part) => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part)), '"'];
}
