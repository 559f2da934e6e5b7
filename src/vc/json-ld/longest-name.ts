/** How long the names become that contexts make (JSON-LD 1.1 §4.1.5): a short context can turn every short name of a document into a long IRI. */
import { isObject } from '../json.ts';

/** Texts by the terms that they define, `@vocab` and `@base` among them. */
export type Definitions = Map<string, string[]>;

/** Prefixes of prefixes that are followed; behind these, and where they are a circle, all texts are taken for one name. */
const DEPTH = 16;

/** Adds what `context` defines at any depth; a term without an IRI is its own. */
export function addDefinitions(definitions: Definitions, context: unknown): void {
  if (Array.isArray(context)) for (const one of context) addDefinitions(definitions, one);
  if (!isObject(context)) return;
  for (const [name, value] of Object.entries(context)) {
    const texts = isObject(value) ? Object.values(value).filter((one) => typeof one === 'string') : [value];
    const known = definitions.get(name) ?? [name];
    for (const text of texts) if (typeof text === 'string') known.push(text);
    definitions.set(name, known);
    if (isObject(value) || Array.isArray(value)) addDefinitions(definitions, value);
  }
}

/** Upper bound of the characters that one of the terms stands for, or that it puts before a name. */
export function longestName(definitions: Definitions): number {
  const all = [...definitions.values()].flat().reduce((sum, text) => sum + text.length, 0);
  const known = new Map<string, number>();
  const lengthOf = (term: string, depth: number): number => {
    const found = known.get(term);
    if (found !== undefined) return found;
    if (depth === 0) return all;
    known.set(term, all); // as long as it is being looked at: a circle
    const longest = (definitions.get(term) ?? []).reduce((most, text) => Math.max(most, expanded(text, depth - 1)), 0);
    known.set(term, longest);
    return longest;
  };
  const expanded = (text: string, depth: number): number => {
    const colon = text.indexOf(':');
    if (colon < 0) return text.length + (text.startsWith('@') ? 0 : lengthOf('@vocab', depth));
    return text.length + (text.startsWith('//', colon + 1) ? 0 : lengthOf(text.slice(0, colon), depth));
  };
  return [...definitions.keys()].reduce((most, term) => Math.max(most, lengthOf(term, DEPTH)), 0);
}
