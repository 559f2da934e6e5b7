/** Safe expansion: what terms mean, what is refused, and which contexts there are. */
import jsonld from 'jsonld';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/vc/json.ts';
import { expand, loaderFor } from '../../../src/vc/json-ld/expansion.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { FaultReason } from '../../../src/vc/protocol/fault.ts';
import { brought, byLibrary, canonical, credential, EXAMPLES, OURS, reasons, V2, valueIn } from './documents.ts';

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
