/** The bound on the names that contexts make: of chains, circles and what redefines. */
import { expect, test } from 'vitest';
import type { Json } from '../../../src/vc/json.ts';
import { addDefinitions, longestName } from '../../../src/vc/json-ld/longest-name.ts';

const bound = (...contexts: Json[]): number => {
  const definitions = new Map<string, string[]>();
  for (const context of contexts) addDefinitions(definitions, context);
  return longestName(definitions);
};
const chain = (links: number): Json =>
  Object.fromEntries(Array.from({ length: links }, (_, i) => [`t${i}`, i === 0 ? 'urn:' : `t${i - 1}:12345678`]));

test.each<[string, number, Json[]]>([
  ['nothing', 0, [{}]],
  ['a URL', 22, [{ a: 'https://a.test/name#ab' }]],
  ['the longer of two', 22, [{ a: 'https://a.test/name#ab' }, { a: 'https://a.test/' }]],
  ['a prefix and what stands behind it', 15 + 6, [{ p: 'https://a.test/', a: { '@id': 'p:name' } }]],
  ['a prefix of another context', 15 + 6, [{ p: 'https://a.test/' }, ['x', { a: 'p:name' }]]],
  ['a vocabulary before a term that has no IRI', 15 + 4, [{ '@vocab': 'https://a.test/', name: { '@type': '@id' } }]],
  ['a term of a scoped context', 15 + 2, [{ p: 'https://a.test/', a: { '@id': 'p:', '@context': { b: 'p:' } } }]],
])('%s', (_, length, contexts) => expect(bound(...contexts)).toBe(length));

test.each<[string, Json[], number]>([
  ['a chain', [chain(10)], 90],
  ['a long chain', [chain(5_000)], 50_000],
  ['a long chain, the other way round', [Object.fromEntries(Object.entries(chain(5_000) ?? {}).reverse())], 50_000],
  ['a circle of two contexts', [{ a: 'https://a.test/' }, { b: 'a:12345678' }, { a: 'b:12345678' }], 15 + 20],
  ['a vocabulary that continues another', [{ '@vocab': 'https://a.test/' }, { '@vocab': 'more/' }], 20],
])('%s is no shorter than its parts', (_, contexts, length) =>
  expect(bound(...contexts)).toBeGreaterThanOrEqual(length - 10),
);
