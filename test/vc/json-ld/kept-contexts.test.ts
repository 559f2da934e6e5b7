/** Kept contexts change nothing: whatever jsonld alone makes of a document, an expansion or an exception, it makes with them, in whatever order documents come. */
import fc from 'fast-check';
import jsonld from 'jsonld';
import ContextResolver from 'jsonld/lib/ContextResolver.js';
import { expect, test } from 'vitest';
import { contexts } from '../../../src/vc/contexts.ts';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import { expand } from '../../../src/vc/json-ld/expansion.ts';
import { keepingResolver } from '../../../src/vc/json-ld/kept-contexts.ts';
import { nothingSpent } from '../../../src/vc/json-ld/spent.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { alumni, openBadge, valuesOf } from '../../support/shapes.ts';

/** Nobody would pin these: what is scoped, protected, overridden, taken back and handed down, in few terms that meet often. */
const HOSTILE: Readonly<Record<string, Json>> = {
  'https://a.test': {
    '@protected': true,
    id: '@id',
    type: '@type',
    a: 'urn:a',
    b: { '@id': 'urn:b', '@type': '@id' },
    T: { '@id': 'urn:T', '@context': { a: 'urn:T:a', c: 'urn:T:c', T: 'urn:T:T' } },
    U: { '@id': 'urn:U', '@context': { '@propagate': true, c: 'urn:U:c' } },
    p: { '@id': 'urn:p', '@context': { a: 'urn:p:a', '@vocab': 'urn:p:' } },
    q: { '@id': 'urn:q', '@context': { '@propagate': false, c: 'urn:q:c' } },
    r: { '@id': 'urn:r', '@context': null },
  },
  'https://b.test': {
    c: 'urn:c',
    T: { '@id': 'urn:b:T', '@context': { '@protected': true, c: 'urn:b:T:c', d: { '@id': 'urn:d', '@context': [] } } },
    V: { '@id': 'urn:V', '@context': { '@protected': true, a: 'urn:a', id: '@id' } },
    W: { '@id': 'urn:W', '@context': [{ e: 'urn:W:e' }, { '@language': 'zh', f: 'urn:W:f' }] },
    s: { '@id': 'urn:s', '@container': '@graph', '@context': [null, { a: 'urn:s:a' }] },
  },
  'https://c.test': [
    { '@vocab': 'urn:vocab:', '@language': 'en' },
    { '@direction': 'rtl', X: { '@context': { a: 'urn:X:a' } } },
  ],
  'https://d.test': { a: 'urn:other', T: 'urn:d:T' },
  'https://e.test': { '@propagate': false, a: 'urn:e:a' },
};

type Table = ReadonlyMap<string, unknown>;
const hostile: Table = new Map(Object.entries(HOSTILE).map(([url, context]) => [url, { '@context': context }]));

const loaderOf = (table: Table) => async (url: string) => {
  if (!table.has(url)) throw new Error(`${url} is unknown`);
  return { contextUrl: null, documentUrl: url, document: table.get(url) };
};

async function outcome(document: JsonObject, table: Table, contextResolver: Pick<ContextResolver, 'resolve'>) {
  try {
    return await jsonld.expand(document, { safe: true, documentLoader: loaderOf(table), contextResolver });
  } catch (error) {
    return String(error);
  }
}

const withKept = (document: JsonObject, table: Table) => outcome(document, table, keepingResolver(loaderOf(table)));
/** jsonld writes into contexts, which are ours. */
const alone = (document: JsonObject, table: Table) =>
  outcome(document, new Map(structuredClone([...table])), new ContextResolver({ sharedCache: new Map() }));

function termsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(termsIn);
  if (!isObject(value as Json)) return [];
  return Object.entries(value as JsonObject).flatMap(([name, inner]) => [name, ...termsIn(inner)]);
}

/** Documents of a few of the table's contexts and of terms that stand in them, as properties and as types. */
function documentsOver(table: Table): fc.Arbitrary<JsonObject> {
  const term = fc.constantFrom(...new Set(termsIn([...table.values()]).filter((name) => !name.startsWith('@'))));
  const types = fc.array(term, { minLength: 1, maxLength: 3 });
  const urls = fc.subarray([...table.keys()], { minLength: 1, maxLength: 3 });
  const { node } = fc.letrec<{ node: JsonObject; value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Json>('x', 'urn:x', 7, null),
      fc.constant({ id: 'urn:i' }),
      tie('node'),
      fc.array(tie('node'), { maxLength: 2 }),
    ),
    node: fc
      .tuple(
        fc.option(types),
        fc.dictionary(term, tie('value'), { maxKeys: 3 }),
        fc.option(urls, { freq: 8 }), // one in eight
      )
      .map(([type, members, context]) => ({
        ...members,
        ...(type ? { type } : {}),
        ...(context ? { '@context': context } : {}),
      })),
  }));
  return fc.tuple(urls, node).map(([context, members]) => ({ ...members, '@context': context }));
}

test.each<[string, Table, number]>([
  ['hostile', hostile, 3000],
  ['pinned', contexts, 600],
])('documents of %s contexts, some of which do not expand', async (_, table, numRuns) => {
  let expanded = 0;
  await fc.assert(
    fc.asyncProperty(documentsOver(table), async (document) => {
      const expected = await alone(document, table);
      expect(await withKept(document, table)).toEqual(expected);
      if (typeof expected !== 'string' && expected.length > 0) expanded++;
    }),
    { numRuns },
  );
  expect(expanded).toBeGreaterThan(numRuns / 100);
});

test('credentials as they are issued', async () => {
  const before = structuredClone([...contexts]);
  for (let n = 0; n < 20; n++)
    for (const shape of [alumni, openBadge]) {
      const document = shape('did:example:issuer', valuesOf(n));
      const expected = await alone(document, contexts);
      expect(expected).toHaveLength(1);
      expect(await withKept(document, contexts)).toEqual(expected);
    }
  expect([...contexts]).toEqual(before);
});

test('what is kept costs a document as much as what is not, but for the contexts that are never processed twice', async () => {
  const document = openBadge('did:example:issuer', valuesOf(1));
  const costs = [];
  for (let time = 0; time < 3; time++) {
    const spent = nothingSpent();
    expect(await expand(document, noDocuments, spent)).toMatchObject({ ok: true });
    costs.push(spent.contextWork);
  }
  expect(costs[1]).toBe(costs[2]);
  expect(costs[1]).toBeGreaterThan(20_000);
});

test('pinned contexts name only pinned ones: what is kept rests on the table alone', () => {
  const named = (value: unknown): unknown[] => {
    if (Array.isArray(value)) return value.flatMap(named);
    if (!isObject(value as Json)) return [];
    return Object.entries(value as JsonObject).flatMap(([name, inner]) => [
      ...(name === '@context' ? [inner].flat().filter((one) => typeof one === 'string' && !contexts.has(one)) : []),
      ...(name === '@import' ? [inner] : []),
      ...named(inner),
    ]);
  };
  expect([...contexts.values()].flatMap(named)).toEqual([]);
});
