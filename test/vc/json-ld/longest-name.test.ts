/** The bound on the names that contexts make: of chains, circles and what redefines. */
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { addDefinitions, type Definition, longestName } from '../../../src/vc/json-ld/longest-name.ts';

type Context = JsonObject | Json[];
const bound = (...contexts: Context[]): number => {
  const definitions: Definition[] = [];
  for (const context of contexts) addDefinitions(definitions, context);
  return longestName(definitions);
};
const chain = (links: number): JsonObject =>
  Object.fromEntries(Array.from({ length: links }, (_, i) => [`t${i}`, i === 0 ? 'urn:' : `t${i - 1}:12345678`]));

test.each<[string, number, Context[]]>([
  ['nothing', 0, [{}]],
  ['a URL', 22, [{ a: 'https://a.test/name#ab' }]],
  ['the longer of two', 22, [{ a: 'https://a.test/name#ab' }, { a: 'https://a.test/' }]],
  ['a prefix and what stands behind it', 15 + 6, [{ p: 'https://a.test/', a: { '@id': 'p:name' } }]],
  ['a prefix of another context', 15 + 6, [{ p: 'https://a.test/' }, ['x', { a: 'p:name' }]]],
  ['a vocabulary before a term that has no IRI', 15 + 4, [{ '@vocab': 'https://a.test/', name: { '@type': '@id' } }]],
  ['a term of a scoped context', 15 + 2, [{ p: 'https://a.test/', a: { '@id': 'p:', '@context': { b: 'p:' } } }]],
])('%s', (_, length, contexts) => expect(bound(...contexts)).toBe(length));

test.each<[string, number, Context[]]>([
  ['a chain', 4 + 9 * 8, [chain(10)]],
  ['a long chain', 4 + 4_999 * 8, [chain(5_000)]],
  ['another name of a prefix', 15 + 4, [{ p: 'https://a.test/', q: 'p', a: 'q:name' }]],
  ['what has a colon and no scheme', 15 + 6, [{ '@vocab': 'https://a.test/', a: '文:name' }]],
  ['a prefix that is a scheme', 15 + 6, [{ https: 'https://a.test/', a: 'https:' }]],
  [
    'a vocabulary that stays as it was',
    15 + 4,
    [{ '@vocab': 'https://a.test/', name: null }, { '@vocab': '' }, { '@vocab': null }],
  ],
])('%s: no shorter than what it becomes', (_, length, contexts) =>
  expect(bound(...contexts)).toBeGreaterThanOrEqual(length),
);

test.each<[string, Context[]]>([
  ['a circle of two contexts', [{ a: 'https://a.test/' }, { b: 'a:b/' }, { a: 'b:a/' }]],
  ['a vocabulary that continues another', [{ '@vocab': 'https://a.test/' }, { '@vocab': 'more/' }]],
  ['a base that continues another', [{ '@base': 'https://a.test/' }, { '@base': 'more/' }]],
  ['a base that is no IRI', [{ '@base': 'https://a.test/' }, { '@base': 'urn:a b/' }]],
  ['a chain that is too long to follow', [Object.fromEntries(Object.entries(chain(20)).reverse())]],
])('%s has no bound', (_, contexts) => expect(bound(...contexts)).toBe(Number.POSITIVE_INFINITY));

test('a hundred terms with prefixes do not add up', () => {
  const term = (i: number): Json => ({ '@id': `vocab:term${i}`, '@type': i % 2 ? '@id' : 'xsd:dateTime' });
  const terms = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`term${i}`, term(i)]));
  const prefixes = { vocab: 'https://a.test/vocab#', xsd: 'http://www.w3.org/2001/XMLSchema#' };
  expect(bound({ ...terms, ...prefixes, id: '@id', type: '@type' })).toBe(33 + 12);
});
