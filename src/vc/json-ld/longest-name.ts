/** How long the names become that contexts make (JSON-LD 1.1 §4.1.5): a short context can turn every short name of a document into a long IRI. */

/** `term` may become what `behind` stands for and so many characters `more`. Both are terms, or `@vocab` or `@base`; behind what is none stands nothing. */
export type Definition = { readonly term: string; readonly behind: string; readonly more: number };

/** Far above the prefixes of prefixes of any context that people wrote. */
const ROUNDS = 16;

const KEYWORD = /^@[a-z]+$/i;
/** The processor's own idea of it: what is none may come to stand behind the vocabulary, or the base. */
const ABSOLUTE = /^(?:[a-z][a-z\d+,.-]*|_):\S*$/i;

/** Adds what is defined inside `context` at any depth. A term without an IRI is its own. */
export function addDefinitions(definitions: Definition[], context: object | null): void {
  for (const [term, value] of Object.entries<unknown>({ ...context })) {
    if (typeof value === 'object') {
      for (const text of Object.values<unknown>({ '@id': term, ...value })) addText(definitions, term, text);
      addDefinitions(definitions, value);
    } else addText(definitions, term, value);
  }
}

function addText(definitions: Definition[], term: string, text: unknown): void {
  if (typeof text !== 'string' || KEYWORD.test(text)) return;
  const more = text.length;
  const [prefix = ''] = text.split(':', 1);
  definitions.push({ term, behind: text, more: 0 });
  definitions.push({ term, behind: prefix === term ? '' : prefix, more }); // no term is its own prefix: as such it would be an error
  if (ABSOLUTE.test(text)) return;
  definitions.push({ term, behind: '@vocab', more });
  definitions.push({ term, behind: '@base', more });
}

/**
 * Upper bound of the characters that a term stands for, or that are put before a name: in whatever order the contexts are
 * applied, and however often. Where there is none, as in a circle, or it takes too long to find, it is infinite.
 */
export function longestName(definitions: readonly Definition[]): number {
  const lengths = new Map<string, number>();
  let longest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let grows = false;
    for (const { term, behind, more } of definitions) {
      const length = more + (lengths.get(behind) ?? 0);
      if (length <= (lengths.get(term) ?? 0)) continue;
      lengths.set(term, length);
      longest = Math.max(longest, length);
      grows = true;
    }
    if (!grows) return longest;
  }
  return Number.POSITIVE_INFINITY;
}
