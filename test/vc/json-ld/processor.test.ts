/** The JSON-LD door: what it refuses, what it costs at most, and where it is closer to RDFC-1.0 than the library behind it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonld from 'jsonld';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import {
  byCodePoint,
  canonicalForm,
  type Expanded,
  expand,
  loaderFor,
  nothingSpent,
  type Spent,
} from '../../../src/vc/json-ld/processor.ts';
import { CONTEXT_PRICES, LIMITS } from '../../../src/vc/limits.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { FaultReason, Outcome } from '../../../src/vc/protocol/fault.ts';
import { VECTORS } from '../../support/vectors.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const OURS = 'https://contexts.test/v1';

const brought =
  (table: Record<string, Json>): Documents =>
  async (url) =>
    table[url];

function valueIn<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.faults));
}
const reasons = (outcome: Outcome<unknown>): FaultReason[] =>
  outcome.ok ? [] : outcome.faults.map(({ reason }) => reason);
const canonical = async (document: JsonObject, documents = noDocuments, hash: 'sha256' | 'sha384' = 'sha256') =>
  valueIn(await canonicalForm(valueIn(await expand(document, documents)), hash));

/** What jsonld alone says, in safe mode: RDFC-1.0 by rdf-canonize with its own digests. */
const byLibrary = (expanded: Expanded, hash: 'sha256' | 'sha384' = 'sha256') =>
  jsonld.canonize(expanded, {
    skipExpansion: true,
    safe: true,
    rdfDirection: 'i18n-datatype',
    documentLoader: loaderFor(noDocuments),
    canonizeOptions: {
      algorithm: 'RDFC-1.0',
      rejectURDNA2015: true,
      maxWorkFactor: 1,
      messageDigestAlgorithm: hash,
    },
  });

const credential = (members: JsonObject = {}, ...contexts: Json[]): JsonObject => ({
  '@context': [V2, ...contexts],
  id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000001',
  type: ['VerifiableCredential'],
  issuer: 'did:web:issuer.test',
  credentialSubject: { id: 'did:key:holder', ...members },
});

describe('expansion', () => {
  test('terms become what their contexts say', async () => {
    const [root] = valueIn(await expand(credential({ alumniOf: 'a school' }, EXAMPLES), noDocuments));
    expect(root).toMatchObject({
      '@type': ['https://www.w3.org/2018/credentials#VerifiableCredential'],
      'https://www.w3.org/2018/credentials#credentialSubject': [
        { 'https://www.w3.org/ns/credentials/examples#alumniOf': [{ '@value': 'a school' }] },
      ],
    });
  });

  const badContext = { honour: { '@id': 'urn:h', '@context': { inner: 7 } } };
  test.each<[string, FaultReason, RegExp, JsonObject]>([
    ['a term without definition', 'undefined-term', /honour/, credential({ honour: 'five stars' })],
    [
      'a type without definition',
      'undefined-term',
      /Diploma/,
      { ...credential(), type: ['VerifiableCredential', 'Diploma'] },
    ],
    ['a relative id', 'undefined-term', /holder\/1/, credential({ id: 'holder/1' })],
    ['a relative IRI for a value', 'undefined-term', /issuers\/1/, { ...credential(), issuer: 'issuers/1' }],
    ['a term defined away', 'undefined-term', /name2/, credential({ name2: 'x' }, { name2: null })],
    [
      'a value that is a term defined away',
      'undefined-term',
      /null/,
      credential({ rank: 'gold' }, { rank: { '@id': 'urn:r', '@type': '@vocab' }, gold: null }),
    ],
    [
      'a value that looks like a keyword',
      'undefined-term',
      /null/,
      credential({ rank: '@gold' }, { rank: { '@id': 'urn:r', '@type': '@vocab' } }),
    ],
    [
      'a language that is none',
      'undefined-term',
      /not a language/,
      credential({ name: { '@value': 'x', '@language': 'not a language' } }),
    ],
    [
      'a language of a term that is none',
      'malformed',
      /not a language/,
      credential({ note: 'x' }, { note: { '@id': 'urn:n', '@language': 'not a language' } }),
    ],
    ['a number below what RDF keeps', 'malformed', /1e-7/, credential({ share: 1e-7 }, EXAMPLES)],
    [
      'a double with text behind it',
      'malformed',
      /4 of 5/,
      credential({ mark: '4 of 5' }, { mark: { '@id': 'urn:m', '@type': 'http://www.w3.org/2001/XMLSchema#double' } }),
    ],
    ['a context that nobody brought', 'unknown-context', /contexts\.test/, credential({}, OURS)],
    ['a relative context', 'unknown-context', /v1\.jsonld/, credential({}, 'v1.jsonld')],
    [
      'a scoped context that nobody brought',
      'unknown-context',
      /contexts\.test/,
      credential({ honour: {} }, { honour: { '@id': 'urn:h', '@context': OURS } }),
    ],
    ['a protected term defined anew', 'malformed', /protected term redefinition/, credential({}, { type: 'urn:type' })],
    ['a context that is no object', 'malformed', /invalid local context/, credential({}, 7)],
    ['a scoped context that is none', 'malformed', /invalid scoped context/, credential({ honour: {} }, badContext)],
    ['all contexts thrown away', 'malformed', /nullification/, credential({}, null)],
    ['two names for one keyword', 'malformed', /colliding keywords/, credential({ '@id': 'did:key:other' })],
    ['an @import', 'malformed', /@import/, credential({}, { '@import': EXAMPLES })],
  ])('%s is %s', async (_, reason, detail, document) => {
    const outcome = await expand(document, noDocuments);
    expect(reasons(outcome)).toEqual([reason]);
    expect(outcome.ok ? '' : outcome.faults[0]?.detail).toMatch(detail);
  });

  test.each<[string, JsonObject, JsonObject]>([
    [
      'a keyword-like value',
      credential({ rank: '@gold' }, { rank: { '@id': 'urn:r', '@type': '@vocab' } }),
      credential(),
    ],
    ['numbers too small', credential({ share: 1e-7 }, EXAMPLES), credential({ share: 2e-7 }, EXAMPLES)],
    [
      'text behind a double',
      credential({ mark: '4 of 5' }, { mark: { '@id': 'urn:m', '@type': 'http://www.w3.org/2001/XMLSchema#double' } }),
      credential({ mark: '4 of 4' }, { mark: { '@id': 'urn:m', '@type': 'http://www.w3.org/2001/XMLSchema#double' } }),
    ],
  ])('the library alone signs the same with and without: %s', async (_, one, other) => {
    const form = (document: JsonObject) => jsonldAlone(document);
    expect(await form(one)).toBe(await form(other));
  });

  test('a context of the caller is used, is never taken for a pinned one, and stays as it was', async () => {
    const context = { '@context': [{ honour: 'urn:honour' }, 'v2', V2] };
    const before = structuredClone(context);
    const documents = brought({
      [OURS]: context,
      'https://contexts.test/v2': { '@context': { praise: 'urn:praise' } },
      [V2]: { '@context': { '@vocab': 'urn:evil:' } },
    });
    const form = await canonical(credential({ honour: 'x', praise: 'y' }, OURS), documents);
    expect(form).toContain('<urn:honour> "x"');
    expect(form).toContain('<urn:praise> "y"');
    expect(form).not.toContain('urn:evil:');
    expect(context).toEqual(before);
  });

  test("one document's contexts change nothing in the next", async () => {
    const document = credential({ honour: 'x' }, OURS, { more: 'urn:more' });
    for (const meaning of ['urn:first', 'urn:second']) {
      const form = await canonical(document, brought({ [OURS]: { '@context': { honour: meaning } } }));
      expect(form).toContain(`<${meaning}> "x"`);
    }
    // jsonld 9 would keep a broken entry for the context that was imported.
    await expand(credential({}, { '@import': EXAMPLES }), noDocuments);
    expect((await expand(credential({ alumniOf: 'x' }, EXAMPLES), noDocuments)).ok).toBe(true);
  });

  test('protected terms stay protected after a document in which they could be overridden', async () => {
    const taken = { name: 'urn:taken' };
    const scoping = { inside: { '@id': 'urn:inside', '@context': taken } };
    const first = { '@context': [V2, scoping], id: 'urn:1', inside: { name: 'x' } };
    expect(await canonical(first)).toContain('<urn:taken> "x"');
    expect(reasons(await expand(credential({ name: 'x' }, scoping, taken), noDocuments))).toEqual(['malformed']);
  });
});

/** jsonld in safe mode with nothing of ours but the loader. */
async function jsonldAlone(document: JsonObject): Promise<string> {
  const { default: ContextResolver } = await import('jsonld/lib/ContextResolver.js');
  const contextResolver = new ContextResolver({ sharedCache: new Map<string, unknown>() });
  return byLibrary(
    await jsonld.expand(document, { safe: true, documentLoader: loaderFor(noDocuments), contextResolver }),
  );
}

describe('the loader', () => {
  test('knows pinned contexts and what was brought', async () => {
    const load = loaderFor(brought({ [OURS]: { '@context': {} } }));
    expect(await load(OURS)).toEqual({ contextUrl: null, documentUrl: OURS, document: { '@context': {} } });
    expect((await load(V2)).document).toHaveProperty('@context');
    await expect(load('https://example.org/')).rejects.toThrow('https://example.org/');
  });
});

describe('canonical form', () => {
  test.skipIf(!existsSync(VECTORS))('is the library’s for every vector of W3C, under both hashes', async () => {
    let compared = 0;
    for (const name of readdirSync(VECTORS, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.json')) continue;
      const document: unknown = JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));
      if (!isObject(document) || !Object.hasOwn(document, '@context') || !Object.hasOwn(document, 'type')) continue;
      const expanded = valueIn(await expand(document, noDocuments));
      for (const hash of ['sha256', 'sha384'] as const)
        expect({ name, form: valueIn(await canonicalForm(expanded, hash)) }).toEqual({
          name,
          form: await byLibrary(expanded, hash),
        });
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  test.skipIf(!existsSync(VECTORS))('is the published one, with SHA-384 too', async () => {
    const folder = join(VECTORS, 'w3c-vc-di-ecdsa');
    const document: JsonObject = JSON.parse(readFileSync(join(folder, 'employmentAuth.json'), 'utf8'));
    const published = readFileSync(join(folder, 'ecdsa-rdfc-2019-p384/employ/canonDocECDSAP384.txt'), 'utf8');
    expect((await canonical(document, noDocuments, 'sha384')).trim()).toBe(published.trim());
  });

  /** U+FF0C is one unit above all surrogates; U+20000 is two surrogates and the greater code point. */
  const [COMMA, HAN] = ['\uff0c', '\u{20000}'];

  test('lines are in code point order, where the library sorts by UTF-16 unit', async () => {
    const document = credential({ name: [`${HAN}明`, `${COMMA}明`] });
    const form = await canonical(document);
    expect(form.indexOf(COMMA)).toBeLessThan(form.indexOf(HAN));
    const other = await byLibrary(valueIn(await expand(document, noDocuments)));
    expect(other.indexOf(HAN)).toBeLessThan(other.indexOf(COMMA));
    expect(form.split('\n').sort()).toEqual(other.split('\n').sort());
  });

  test('and so are the statements of a node without id before they are hashed (RDFC-1.0 §4.6)', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const note = 'https://www.w3.org/ns/credentials/examples#note';
    const held = '<urn:holder> <https://www.w3.org/ns/credentials/examples#has> _:a .\n';
    const lines = [COMMA, HAN].map((text) => `_:a <${note}> "${text}" .\n`);
    const bySpecification = sha256(held + lines.join(''));
    const byUnit = sha256(held + lines.toReversed().join(''));
    // A second node whose hash lies between the two: its label tells which of them was used.
    const between = Array.from({ length: 1000 }, (_, index) => `n${index}`).find((text) => {
      const hash = sha256(`${held}_:a <${note}> "${text}" .\n`);
      return hash > bySpecification !== hash > byUnit;
    });
    const document = {
      '@context': [V2, EXAMPLES],
      id: 'urn:holder',
      has: [{ note: [HAN, COMMA] }, { note: between ?? '' }],
    };
    const first = bySpecification < byUnit ? COMMA : (between ?? '');
    expect(await canonical(document)).toContain(`_:c14n0 <${note}> "${first}" .`);
    expect(await byLibrary(valueIn(await expand(document, noDocuments)))).not.toContain(
      `_:c14n0 <${note}> "${first}" .`,
    );
  });

  test('code points compare as numbers', () => {
    const texts = [
      '',
      'a',
      'ab',
      'b',
      '\u007f',
      '\ud7ff',
      '\ue000',
      COMMA,
      '\uffff',
      '\u{10000}',
      HAN,
      `${HAN}a`,
      '\u{10ffff}',
    ];
    expect(texts.toReversed().sort(byCodePoint)).toEqual(texts);
  });

  test('the expansion is left as it was, and gives the same form again', async () => {
    const expanded = valueIn(await expand(credential({ order: { '@list': [1, { a: 2 }] } }, EXAMPLES), noDocuments));
    const before = structuredClone(expanded);
    const form = valueIn(await canonicalForm(expanded, 'sha256'));
    expect(expanded).toEqual(before);
    expect(valueIn(await canonicalForm(expanded, 'sha256'))).toBe(form);
  });

  test('a base direction is signed, in the form that other issuers use too', async () => {
    const formOf = async (direction: 'ltr' | 'rtl') => {
      const name = { '@value': 'x', '@language': 'ar', '@direction': direction };
      return valueIn(await canonicalForm(valueIn(await expand(credential({ name }), noDocuments)), 'sha256'));
    };
    expect(await formOf('rtl')).toContain('"x"^^<https://www.w3.org/ns/i18n#ar_rtl>');
    expect(await formOf('ltr')).not.toBe(await formOf('rtl'));
  });
});

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
