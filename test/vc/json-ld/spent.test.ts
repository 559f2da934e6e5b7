/** What a document may cost: refused is what is dear, and what is just below the limits passes. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { canonicalForm } from '../../../src/vc/json-ld/canonical-form.ts';
import { expand } from '../../../src/vc/json-ld/expansion.ts';
import { nothingSpent, type Spent } from '../../../src/vc/json-ld/spent.ts';
import { CONTEXT_PRICES, LIMITS } from '../../../src/vc/limits.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';
import { brought, canonical, credential, EXAMPLES, OURS, reasons, valueIn } from './documents.ts';

describe('limits', () => {
  const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const terms = (count: number, make: (index: number) => Json): JsonObject =>
    Object.fromEntries(many(count, (index) => [`t${index}`, make(index)]));
  const itself = { honour: { '@id': 'urn:h', '@context': [OURS] }, praise: { '@id': 'urn:p', '@context': [OURS] } };

  test.each<[string, JsonObject, Documents]>([
    ['more objects than statements are allowed', credential({ k: many(20_001, () => ({})) }, EXAMPLES), noDocuments],
    ['a context that contains itself', credential({}, OURS), brought({ [OURS]: { '@context': itself } })],
    [
      'a context of many contexts',
      credential(
        {},
        terms(3000, (i) => ({ '@id': `urn:${i}`, '@context': {} })),
      ),
      noDocuments,
    ],
    [
      'many terms for many objects',
      credential(
        { k: many(1400, () => ({})) },
        EXAMPLES,
        terms(9000, (i) => `urn:${i}`),
      ),
      noDocuments,
    ],
    [
      'more contexts than are loaded',
      credential(
        {},
        terms(65, (i) => ({ '@id': `urn:${i}`, '@context': `${OURS}/${i}` })),
      ),
      async () => ({ '@context': {} }),
    ],
    [
      'more contexts than are followed',
      credential({}, ...many(15, (i) => `${OURS}/${i}`)),
      async () => ({ '@context': {} }),
    ],
    [
      'a vocabulary that turns short names into long ones',
      credential(
        terms(1000, () => 'x'),
        { '@vocab': `urn:${'x'.repeat(100_000)}` },
      ),
      noDocuments,
    ],
    [
      'prefixes of prefixes',
      credential(
        {},
        terms(5000, (i) => (i === 0 ? 'urn:' : `t${i - 1}:123456789`)),
      ),
      noDocuments,
    ],
    ['more values than are read', credential({ k: many(60_000, () => null) }, EXAMPLES), noDocuments],
    ['a context that includes itself', credential({}, OURS), brought({ [OURS]: { '@context': [OURS] } })],
  ])('expansion: %s', async (_, document, documents) => {
    const started = performance.now();
    expect(reasons(await expand(document, documents))).toEqual(['too-large']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  /** Each node has two like itself below it: which is which takes a search. */
  const poison = many(30, () => ({ p: many(3, () => ({ q: { r: {} } })) }));
  test.each<[string, JsonObject]>([
    [
      'statements',
      credential(
        terms(200, () => many(101, String)),
        EXAMPLES,
      ),
    ],
    [
      'statements about a node of a long id',
      credential({ id: `urn:${'x'.repeat(100_000)}`, ...terms(50, () => 'x') }, EXAMPLES),
    ],
    ['values of one property', credential({ k: many(4100, String) }, EXAMPLES)],
    [
      'values of one property of one node, in many objects',
      credential(
        terms(41, (i) => many(100, (j) => ({ id: 'urn:k', n: 100 * i + j }))),
        EXAMPLES,
      ),
    ],
    ['nodes without an id', credential({ k: many(1001, (i) => ({ n: i })) }, EXAMPLES)],
    ['nodes of a list', credential({ k: { '@list': many(1001, String) } }, EXAMPLES)],
    ['nodes that look alike', credential({ k: poison }, EXAMPLES)],
  ])('canonical form: %s', async (_, document) => {
    const expanded = valueIn(await expand(document, noDocuments));
    const started = performance.now();
    expect(reasons(await canonicalForm(expanded, 'sha256'))).toEqual(['too-large']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  /** Whoever points to whom, all with each other: every look into one of them takes a hash for each of the others. */
  const crowd = (count: number, alone: number): JsonObject =>
    credential(
      {
        k: [
          ...many(count, (i) => ({
            id: `_:n${i}`,
            p: many(count, (j) => `_:n${j}`).filter((_, j) => j !== i),
          })),
          ...many(alone, () => ({ type: 'VerifiableCredential' })),
        ],
      },
      EXAMPLES,
      { p: { '@id': 'urn:p2', '@type': '@id' } },
    );

  /** Rings of nodes that point to one, the same in several graphs: of each neighbour there are as many as graphs, in millions of orders. */
  const rings = (graphs: number, nodes: number): JsonObject =>
    credential(
      {
        k: many(graphs, (g) => ({
          id: `urn:g:${g}`,
          graph: many(2, (ring) =>
            many(nodes, (i) => ({ id: `_:u${ring}x${i}`, p: `_:y${ring}`, q: `_:u${ring}x${(i + 1) % nodes}` })),
          ).flat(),
        })),
      },
      EXAMPLES,
      { graph: '@graph', p: { '@id': 'urn:p1', '@type': '@id' }, q: { '@id': 'urn:q', '@type': '@id' } },
    );

  test.each<[string, JsonObject, keyof Spent]>([
    ['hashes', crowd(90, 860), 'hashes'],
    ['orders of neighbours, of which RDFC-1.0’s work factor counts few', rings(7, 7), 'permutations'],
  ])('a poison graph costs no more than its %s', async (_, document, limit) => {
    const spent = nothingSpent();
    const expanded = valueIn(await expand(document, noDocuments));
    expect(reasons(await canonicalForm(expanded, 'sha256', spent))).toEqual(['too-large']);
    expect(spent[limit]).toBeGreaterThan(LIMITS[limit]);
    expect(spent[limit]).toBeLessThanOrEqual(LIMITS[limit] + 3);
    expect(spent.hashes).toBeLessThanOrEqual(LIMITS.hashes + 1);
    expect(reasons(await canonicalForm(expanded, 'sha384', spent))).toEqual(['too-large']);
  });

  test('a context costs its definitions wherever it is applied: under each of many others it is processed anew', async () => {
    const scoped = (...names: string[]): JsonObject => ({
      '@id': 'urn:x',
      '@context': Object.fromEntries(names.map((name) => [name, `urn:${name}`])),
    });
    const shape = (count: number, terms: number): JsonObject =>
      credential(
        { k: many(count, (i) => ({ id: `urn:${i}`, type: `T${i}`, v: { id: 'urn:b' } })) },
        { k: 'urn:k', v: scoped(...many(terms, (i) => `u${i}`)) },
        Object.fromEntries(many(count, (i) => [`T${i}`, scoped(`x${i}`)])),
      );
    const [small, large] = [nothingSpent(), nothingSpent()];
    expect((await expand(shape(10, 1000), noDocuments, small)).ok).toBe(true);
    expect((await expand(shape(20, 1000), noDocuments, large)).ok).toBe(true);
    expect(large.contextWork - small.contextWork).toBeGreaterThan(10 * 1000 * CONTEXT_PRICES.definition);
    expect(reasons(await expand(shape(300, 1000), noDocuments))).toEqual(['too-large']);
  });

  test('what was spent on one reading is missing for the next', async () => {
    const large = credential(
      { k: many(750, (i) => ({ id: `urn:${i}`, a: 'x' })) },
      EXAMPLES,
      { k: { '@id': 'urn:k', '@context': { a: 'urn:a' } } },
      terms(4000, (i) => `urn:${i}`),
    );
    const spent = nothingSpent();
    expect((await expand(large, noDocuments, spent)).ok).toBe(true);
    expect(spent.contextWork).toBeGreaterThan(LIMITS.contextWork / 2);
    expect(reasons(await expand(large, noDocuments, spent))).toEqual(['too-large']);
  });

  test('what is just below them passes', async () => {
    const wide = credential({ k: many(1700, String), l: { '@list': many(900, String) } }, EXAMPLES);
    expect((await canonical(wide)).split('\n').length).toBeGreaterThan(1700 + 1800);
    const alike = credential({ k: many(900, () => ({ n: 1 })) }, EXAMPLES);
    expect(await canonical(alike)).toContain('_:c14n899');
    const nested = credential({ honour: { honour: 'x' } }, { honour: { '@id': 'urn:h', '@context': OURS } });
    const recursive = brought({ [OURS]: { '@context': { honour: { '@id': 'urn:h', '@context': OURS } } } });
    expect(await canonical(nested, recursive)).toContain('"x"');
  });
});
