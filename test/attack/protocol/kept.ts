/** Kept contexts: documents after which another is understood otherwise than jsonld alone understands it, over contexts that nobody would pin. */
import jsonld from 'jsonld';
import ContextResolver from 'jsonld/lib/ContextResolver.js';
import { equalJson } from '../../../src/vc/equal-json.ts';
import type { Json } from '../../../src/vc/json.ts';
import { type Attack, inRoom } from '../attack.ts';
import type { JsonObject, ProtocolSubject } from './scene.ts';

type Table = Readonly<Record<string, Json>>;
type Load = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>;
type Resolver = Pick<ContextResolver, 'resolve'>;

/** The expansion of each document, one after the other, or why there is none. */
async function understood(documents: readonly JsonObject[], table: Table, resolver: (load: Load) => Resolver) {
  const contexts = new Map(
    Object.entries(structuredClone(table)).map(([url, context]) => [url, { '@context': context }]),
  );
  const load: Load = async (url) => ({ contextUrl: null, documentUrl: url, document: contexts.get(url) });
  const all: Json[] = [];
  for (const document of documents)
    all.push(
      await jsonld
        .expand(document, { safe: true, documentLoader: load, contextResolver: resolver(load) })
        .catch((error: unknown) => String(error)),
    );
  return all;
}
const alone = (): Resolver => new ContextResolver({ sharedCache: new Map() });

/** The first document is plain: it expands, and by itself it is what the genuine visitor brings. */
const after = (
  name: string,
  table: Table,
  [plain, ...others]: [JsonObject, ...JsonObject[]],
): Attack<ProtocolSubject> => {
  const isUnderstood = async (documents: readonly JsonObject[], { keepingResolver }: ProtocolSubject) =>
    equalJson(await understood(documents, table, keepingResolver), await understood(documents, table, alone));
  return inRoom<ProtocolSubject>('kept')(name, {
    forged: async (subject) => !(await isUnderstood([plain, ...others], subject)),
    genuine: async (subject) => {
      const [expanded] = await understood([plain], table, alone);
      return Array.isArray(expanded) && expanded.length > 0 && isUnderstood([plain, plain], subject);
    },
  });
};

const named = (contexts: Json, members: JsonObject): JsonObject => ({ '@context': contexts, ...members });

const orders: readonly Attack<ProtocolSubject>[] = [
  after(
    'a term of one context, where another stood before the same third',
    {
      'urn:a': { a: 'urn:x:a' },
      'urn:b': { limit: 'urn:x:b' },
      'urn:c': { limit: 'urn:x:c' },
      'urn:d': { d: 'urn:x:d' },
    },
    [named(['urn:a', 'urn:b', 'urn:d'], { limit: 'x' }), named(['urn:a', 'urn:c', 'urn:d'], { limit: 'x' })],
  ),
  after(
    'a term without definition, by the vocabulary that another document had',
    { 'urn:v': { '@vocab': 'urn:v:' }, 'urn:w': { '@vocab': 'urn:w:' }, 'urn:d': { d: 'urn:x:d' } },
    [named(['urn:v', 'urn:d'], { limit: 'x' }), named(['urn:w', 'urn:d'], { limit: 'x' })],
  ),
  after(
    'below an object, what is undone there and was not in another document',
    { 'urn:undone': { '@propagate': false }, 'urn:d': { d: 'urn:x:d' } },
    [named('urn:d', { d: { d: 'x' } }), named(['urn:undone', 'urn:d'], { d: { d: 'x' } })],
  ),
  after(
    'a term of a type, below the object of that type',
    { 'urn:a': { '@vocab': 'urn:x:', T: { '@context': { limit: 'urn:other' } } } },
    [named('urn:a', { limit: 'x' }), named('urn:a', { '@type': 'T', a: { limit: 'x', b: 'x' } })],
  ),
  after(
    'a base direction, below an object of a type, where jsonld forgets it',
    { 'urn:a': { '@vocab': 'urn:x:', '@direction': 'rtl', T: { '@context': { c: 'urn:x:c' } } } },
    [named('urn:a', { limit: 'x' }), named('urn:a', { '@type': 'T', a: { limit: 'x', b: 'x' } })],
  ),
];

/** A type brings the same context as the property of its name, which may override what the type may not: the type finds what the property left. */
const OVERRIDING: Readonly<Record<string, JsonObject>> = {
  'another meaning': { a: 'urn:x:other' },
  'another meaning, protected': { '@protected': true, a: 'urn:x:other' },
  'the same, but no longer protected': { a: 'urn:x:a' },
  'the same, but no longer protected, below it too': { '@propagate': true, a: 'urn:x:a' },
  'none at all': { a: null },
};
const scoped = (context: JsonObject): JsonObject => ({ '@id': 'urn:x:scoped', '@context': context });
const overridden: readonly Attack<ProtocolSubject>[] = Object.entries(OVERRIDING).map(([what, context]) => {
  const table = {
    'urn:f': {
      '@protected': true,
      id: '@id',
      type: '@type',
      a: 'urn:x:a',
      A: scoped({ c: 'urn:x:c' }),
      B: scoped(context),
      Z: scoped({ a: 'urn:x:z' }),
    },
  };
  const typed = (type: string[], members: JsonObject): JsonObject => named('urn:f', { type, a: 'x', ...members });
  const property = typed(['A'], { B: { id: 'urn:i' } });
  return after(`a protected term overridden by a type, after a property of its name gave it ${what}`, table, [
    property,
    typed(['A', 'B'], {}),
    typed(['A', 'B', 'Z'], {}),
    property,
  ]);
});

export const kept: readonly Attack<ProtocolSubject>[] = [...orders, ...overridden];
