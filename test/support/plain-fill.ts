/** A template filled the plain way, value by value, with none of the code that fills it fast: what that code is compared with. */
import { isObject, type Json, type JsonObject } from '../../src/vc/json.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import type { SlotTexts } from '../../src/vc/template/slot.ts';

const reference = /\{([A-Za-z]+)(?:\.([a-z]+))?\}/g;

/** The secured credential, its members in the order of the template. */
export function plainFill({ document, proof, proofAsArray, enums }: CompiledTemplate, texts: SlotTexts): JsonObject {
  const textOf = (slot: string, name = 'id'): string => {
    const own = enums.find((one) => one.slot === slot);
    const text = own ? own.entries.find(({ id }) => id === texts[slot])?.[name] : texts[slot];
    if (text == null) throw new Error(`no text for ${slot}`);
    return text;
  };
  const filled = (value: Json): Json => {
    if (value === '{points}') return Number(textOf('points'));
    if (typeof value === 'string') return value.replace(reference, (_, slot, name) => textOf(slot, name));
    if (Array.isArray(value)) return value.map(filled);
    return isObject(value) ? filledObject(value) : value;
  };
  const filledObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(object)
        .filter(([, member]) => member !== '{validUntil}' || texts.validUntil !== null)
        .map(([name, member]) => [name, filled(member)]),
    );
  return filledObject({ ...document, proof: proofAsArray ? [proof] : proof });
}

/** Slots that stand in the template, its own among them. */
export function usedSlots({ document, proof }: CompiledTemplate): string[] {
  const source = JSON.stringify([document, proof]);
  return [...new Set([...source.matchAll(reference)].map(([, slot = '']) => slot))];
}
