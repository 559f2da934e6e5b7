/** Contexts and the step to RDF: what would be shown and not signed, contexts from elsewhere, terms defined anew, and documents that cost more than they are worth. */
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { FaultReason } from '../../../src/vc/protocol/fault.ts';
import type { CredentialResult } from '../../../src/vc/protocol/verify-credential.ts';
import type { Attack } from '../attack.ts';
import {
  bringing,
  changed,
  type contextOf,
  credential2,
  credentialIn,
  dressed,
  EXAMPLES,
  type JsonObject,
  type Maker,
  type ProtocolSubject,
  proofIn,
  RDFC,
  signed,
  signedGraph,
  V1,
  V2,
  visiting,
  type Wish,
  XSD,
} from './scene.ts';

const read = credentialIn('context');

/** Without a @vocab: no term is defined but those of the base context. */
const strict = (claims: JsonObject = {}, ...contexts: Json[]): JsonObject =>
  credential2({
    '@context': [V2, ...contexts],
    credentialSubject: { id: 'did:example:subject', name: 'A', ...claims },
  });
const vocab = (claims: JsonObject = {}, ...contexts: Json[]): JsonObject =>
  credential2({ '@context': [V2, EXAMPLES, ...contexts], credentialSubject: { id: 'did:example:subject', ...claims } });
/** The issuer signed the honest graph; the forger added what the graph loses. */
const added = (what: string, shown: JsonObject, honest = strict()): Attack<ProtocolSubject> =>
  read(`shown and not signed: ${what}`, {
    forged: () => dressed(signedGraph(honest), shown),
    genuine: () => signedGraph(honest),
  });
/** Two statements of the graph; the forger's context writes the second one into the language of the first. */
const IN_ENGLISH = { note: { '@id': 'urn:x:note', '@language': 'en' } };
const restricted = (...contexts: Json[]): JsonObject =>
  strict({ note: 'A', limit: 'not on sundays' }, { limit: 'urn:x:limit' }, ...contexts);
const HIDDEN = 'en .\n<did:example:subject> <urn:x:limit> "not on sundays"';
const unrestricted = strict({ note: 'A' }, { note: { '@id': 'urn:x:note', '@language': HIDDEN } });
const RANK = { rank: { '@id': 'urn:x:rank', '@type': '@vocab' } };
const MARK = { mark: { '@id': 'urn:x:mark', '@type': `${XSD}double` } };

const lost: readonly Attack<ProtocolSubject>[] = [
  added('a claim without definition', strict({ honour: 'five stars' })),
  added('a member of the credential without definition', { ...strict(), honour: 'five stars' }),
  added('a claim deep inside without definition', strict({ mentions: { honour: 'five stars' } }), strict()),
  added('a type without definition', { ...strict(), type: ['VerifiableCredential', 'Diploma'] }),
  added('a term defined away', strict({ honour: 'x' }, { honour: null }), strict({}, { honour: null })),
  added(
    'a value that is a term defined away',
    strict({ rank: 'gold' }, RANK, { gold: null }),
    strict({}, RANK, { gold: null }),
  ),
  added('a value that looks like a keyword', strict({ rank: '@gold' }, RANK), strict({}, RANK)),
  added('a language that is none', strict({ name: { '@value': 'A', '@language': 'not a language' } })),
  read('a claim in the language of a term, whose statement is signed all the same', {
    forged: () => dressed(signedGraph(restricted(IN_ENGLISH)), unrestricted),
    genuine: () => signedGraph(restricted(IN_ENGLISH)),
  }),
  added('a relative id', vocab({ degree: { id: 'degree/1', level: 1 } }), vocab({ degree: { level: 1 } })),
  added(
    'a relative IRI as a value',
    strict({ see: 'a/b' }, { see: { '@id': 'urn:x:see', '@type': '@id' } }),
    strict({}, { see: { '@id': 'urn:x:see', '@type': '@id' } }),
  ),
  added('an id with a space', vocab({ degree: { id: 'urn:x: 1', level: 1 } }), vocab({ degree: { level: 1 } })),
  added('an id that is a number', vocab({ degree: { id: 1, level: 1 } }), vocab({ degree: { level: 1 } })),
  added('an empty id', vocab({ degree: { id: '', level: 1 } }), vocab({ degree: { level: 1 } })),
  added('a number that RDF rounds', vocab({ share: 1e-7 }), vocab({ share: 0 })),
  added(
    'a number that RDF rounds, in a list',
    vocab({ share: { '@list': [1e-7] } }),
    vocab({ share: { '@list': [0] } }),
  ),
  added('text behind a double', strict({ mark: '4 of 5' }, MARK), strict({ mark: '4' }, MARK)),
  added('text behind a double, in another digit', strict({ mark: '4 of 5' }, MARK), strict({ mark: '4.0E0' }, MARK)),
];

const OURS = 'https://contexts.test/v1';
const honoured = (...contexts: Json[]): JsonObject => strict({ honour: 'x' }, ...contexts);
const HONOUR = { '@context': { honour: 'urn:x:honour' } };
const brought = bringing({ [OURS]: HONOUR });
/** Whether it expands at all; how it is signed does not matter. */
const expands = (
  what: string,
  document: JsonObject,
  table: Readonly<Record<string, Json>> = {},
  right: JsonObject = honoured(OURS),
): Attack<ProtocolSubject> =>
  read(what, {
    forged: async () => visiting(await signed(document), bringing(table)),
    genuine: async () => visiting(await signed(right), bringing({ [OURS]: HONOUR, ...table })),
  });
const contexts: readonly Attack<ProtocolSubject>[] = [
  expands('a context by a URL that nobody brought', honoured(OURS)),
  expands('a context by a URL inside a brought one', honoured(OURS), {}, honoured(OURS)),
  read('a context by a URL inside another that nobody brought', {
    forged: async () =>
      visiting(
        await signed(honoured(OURS)),
        bringing({ [OURS]: { '@context': ['https://contexts.test/v2', HONOUR['@context']] } }),
      ),
    genuine: async () => visiting(await signed(honoured(OURS)), brought),
  }),
  expands(
    'a scoped context that nobody brought',
    strict({ honour: {} }, { honour: { '@id': 'urn:x:h', '@context': 'https://contexts.test/v2' } }),
  ),
  expands('a pinned context that was brought with other terms', strict({ honour: 'x' }), {
    [V2]: { '@context': { '@vocab': 'urn:x:' } },
  }),
  expands('an @import', strict({}, { '@import': EXAMPLES })),
  expands(
    'an @import inside a term',
    strict({}, { honour: { '@id': 'urn:x:h', '@context': { '@import': EXAMPLES } } }),
  ),
  read('an @import inside a brought context', {
    forged: async () =>
      visiting(
        await signed(honoured(OURS)),
        bringing({ [OURS]: { '@context': { '@import': EXAMPLES, honour: 'urn:x:honour' } } }),
      ),
    genuine: async () => visiting(await signed(honoured(OURS)), brought),
  }),
  expands('a protected term defined anew', strict({}, { type: 'urn:x:type' })),
  expands('a protected type defined anew', strict({}, { VerifiableCredential: 'urn:x:v' })),
  expands('all contexts thrown away', strict({}, { a: 'urn:x:a' }, EXAMPLES, { '@vocab': null, name: null })),
  expands('a term of a type that comes later', {
    ...strict({}, { Zest: { '@id': 'urn:x:z', '@context': { validUntil: 'urn:x:z' } } }),
    type: ['VerifiableCredential', 'Zest'],
  }),
  expands('all terms thrown away by a type', {
    ...strict({}, { Ace: { '@id': 'urn:x:a', '@context': null } }),
    type: ['VerifiableCredential', 'Ace'],
  }),
  expands(
    'a context that is broken',
    strict({ honour: {} }, { honour: { '@id': 'urn:x:h', '@context': { inner: 7 } } }),
  ),
  expands('a term that is a cycle', strict({}, { a: 'b:x', b: 'a:x' })),
  read('a protected term taken where an earlier document could take it', {
    forged: async () => visiting(await signed(strict({ name: 'x' }, SCOPING, TAKEN)), {}),
    genuine: async () => visiting(await signed(strict({ inside: { name: 'x' } }, SCOPING)), {}),
  }),
  read('1.1: a protected term defined anew', {
    forged: () =>
      signed({
        ...strict(),
        '@context': [V1, EXAMPLES, { issuer: 'urn:x:issuer' }],
        validFrom: null,
        issuanceDate: '2026-01-01T00:00:00Z',
      }),
    genuine: () =>
      signed(
        changed(
          { ...strict(), '@context': [V1, EXAMPLES], issuanceDate: '2026-01-01T00:00:00Z' },
          { validUntil: undefined, validFrom: undefined },
        ),
      ),
  }),
];
const TAKEN = { name: 'urn:x:taken' };
const SCOPING = { inside: { '@id': 'urn:x:inside', '@context': TAKEN } };

const swapped: readonly Attack<ProtocolSubject>[] = [
  read('the contexts in another order, which gives a claim another meaning', {
    forged: () =>
      dressed(
        signedGraph(vocab({ name: 'A', honour: 'x' }, { honour: 'urn:x:h' })),
        vocab({ name: 'A', honour: 'x' }, { '@vocab': 'urn:x:' }),
      ),
    genuine: () => signedGraph(vocab({ name: 'A', honour: 'x' }, { honour: 'urn:x:h' })),
  }),
  read('a context left out, which gives a claim another meaning', {
    forged: () => dressed(signedGraph(vocab({ honour: 'x' }, { honour: 'urn:x:h' })), vocab({ honour: 'x' })),
    genuine: () => signedGraph(vocab({ honour: 'x' })),
  }),
  read('a context changed by whoever brings it', {
    forged: async () =>
      visiting(
        await dressed(signedGraph(honoured(OURS), { documents: { [OURS]: HONOUR } }), honoured(OURS)),
        bringing({ [OURS]: { '@context': { honour: 'urn:x:other' } } }),
      ),
    genuine: async () => visiting(await signedGraph(honoured(OURS), { documents: { [OURS]: HONOUR } }), brought),
  }),
];

// What costs too much
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const terms = (count: number, make: (index: number) => Json): JsonObject =>
  Object.fromEntries(many(count, (index) => [`t${index}`, make(index)]));
const emptyContexts = { documents: async () => ({ '@context': {} }) };
const tooMuch: readonly (readonly [
  what: string,
  document: JsonObject,
  context: Parameters<typeof contextOf>[0],
  right: JsonObject,
])[] = [
  [
    'more objects than are read',
    vocab({ k: many(LIMITS.quads + 1, () => ({})) }),
    {},
    vocab({ k: many(200, () => ({})) }),
  ],
  [
    'a context of many contexts',
    strict(
      {},
      terms(3000, (i) => ({ '@id': `urn:x:${i}`, '@context': {} })),
    ),
    {},
    strict(
      {},
      terms(30, (i) => ({ '@id': `urn:x:${i}`, '@context': {} })),
    ),
  ],
  [
    'many terms for many objects',
    vocab(
      { k: many(1400, () => ({})) },
      terms(9000, (i) => `urn:x:${i}`),
    ),
    {},
    vocab(
      { k: many(100, () => ({})) },
      terms(90, (i) => `urn:x:${i}`),
    ),
  ],
  [
    'more contexts than are loaded',
    strict(
      {},
      terms(LIMITS.contextLoads + 1, (i) => ({ '@id': `urn:x:${i}`, '@context': `${OURS}/${i}` })),
    ),
    emptyContexts,
    strict(
      {},
      terms(LIMITS.contextLoads - 1, (i) => ({ '@id': `urn:x:${i}`, '@context': `${OURS}/${i}` })),
    ),
  ],
  ['a context that includes itself', honoured(OURS), bringing({ [OURS]: { '@context': [OURS] } }), strict()],
  [
    'terms whose contexts include each other',
    honoured(OURS),
    bringing({
      [OURS]: {
        '@context': {
          honour: { '@id': 'urn:x:h', '@context': [OURS] },
          praise: { '@id': 'urn:x:p', '@context': [OURS] },
        },
      },
    }),
    strict(),
  ],
];

/** The fault of the proof: that the signature was looked at, and is another's. */
const isLookedAt =
  (reason: FaultReason): Wish<CredentialResult> =>
  ({ reports }) =>
    reports.some(({ check, faults }) => check === 'proof' && faults.some((one) => one.reason === reason));
const unsigned =
  (document: JsonObject): Maker =>
  async () => ({ ...document, proof: { ...RDFC, proofValue: proofIn(await signed(strict())).proofValue ?? null } });
/** Each node has two like itself below it: which is which takes a search. */
const poison = many(30, () => ({ p: many(3, () => ({ q: { r: {} } })) }));
const looked = (what: string, document: JsonObject): Attack<ProtocolSubject> =>
  read(`to be canonicalised: ${what}`, {
    forged: unsigned(document),
    genuine: unsigned(strict()),
    wish: isLookedAt('bad-signature'),
  });

const costs: readonly Attack<ProtocolSubject>[] = [
  ...tooMuch.map(([what, document, context, right]) =>
    read(what, {
      forged: async () => visiting(await signed(document), context ?? {}),
      genuine: async () => visiting(await signed(right), context ?? {}),
    }),
  ),
  looked('statements too many', vocab(terms(200, () => many(101, String)))),
  looked('values of one property', vocab({ k: many(4100, String) })),
  looked(
    'values of one property of one node, in many objects',
    vocab(terms(41, (i) => many(100, (j) => ({ id: 'urn:x:k', n: 100 * i + j })))),
  ),
  looked('nodes without an id', vocab({ k: many(LIMITS.blankNodes + 1, (i) => ({ n: i })) })),
  looked('nodes of a list', vocab({ k: { '@list': many(LIMITS.blankNodes + 1, String) } })),
  looked('nodes that look alike', vocab({ k: poison })),
];

export const contextRoom: readonly Attack<ProtocolSubject>[] = [...lost, ...contexts, ...swapped, ...costs];
