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
  credential1,
  credential2,
  credentialIn,
  dressed,
  EXAMPLES,
  enveloped,
  JCS,
  type JsonObject,
  type Maker,
  type ProtocolSubject,
  presentation2,
  presentationIn,
  proofIn,
  RDFC,
  SECURITY,
  signed,
  signedGraph,
  token,
  V1,
  V2,
  visiting,
  type Wish,
  XSD,
} from './scene.ts';

const read = credentialIn('context');

/** Without a @vocab: no term is defined but those of the base context. */
export const strict = (claims: JsonObject = {}, ...contexts: Json[]): JsonObject =>
  credential2({
    '@context': [V2, ...contexts],
    credentialSubject: { id: 'did:example:subject', name: 'A', ...claims },
  });
export const vocab = (claims: JsonObject = {}, ...contexts: Json[]): JsonObject =>
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

const INNER_MAP = {
  honours: { '@id': 'urn:x:h', '@context': [{ awards: { '@id': 'urn:x:a', '@container': '@index' } }] },
};

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
  added('a number that RDF rounds, beside others', vocab({ share: [0.5, 1e-7] }), vocab({ share: [0.5, 0] })),
  added(
    'text behind a double, beside a truth',
    strict({ mark: [true, '4 of 5'] }, MARK),
    strict({ mark: [true, '4'] }, MARK),
  ),
  ...(
    [
      ['an index', '@index', []],
      ['an index beside others', ['@index', '@set'], [[]]],
      ['a language', '@language', null],
      ['an id', '@id', [null]],
      ['a type', '@type', { '@set': [] }],
    ] as const satisfies readonly (readonly [string, Json, Json])[]
  ).map(([what, container, nothing]) => {
    const map = { awards: { '@id': 'urn:x:awards', '@container': container } };
    return added(`${what} over nothing`, strict({ awards: { summa: nothing } }, map), strict({}, map));
  }),
  read('shown and not signed: a key over nothing, in a context of a term', {
    forged: () =>
      dressed(
        signedGraph(strict({ honours: { name: 'x' } }, INNER_MAP)),
        strict({ honours: { name: 'x', awards: { summa: [] } } }, INNER_MAP),
      ),
    genuine: () => signedGraph(strict({ honours: [] }, { honours: 'urn:x:h' })),
  }),
  read('shown and not signed: a number that RDF rounds, where JSON is kept', {
    forged: () =>
      dressed(
        signedGraph(strict({ share: 0 }, { share: 'urn:x:share' })),
        strict({ share: 1e-7 }, { share: 'urn:x:share' }),
      ),
    genuine: () => signedGraph(strict({ share: 1e-7 }, { share: { '@id': 'urn:x:share', '@type': '@json' } })),
  }),
];

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const OURS = 'https://contexts.test/v1';
const THEIRS = 'https://contexts.test/v2';
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
/** One of each source, behind the base context. */
const PINNED: Readonly<Record<string, string>> = {
  Multikey: 'https://w3id.org/security/multikey/v1',
  'JSON Web Key': 'https://w3id.org/security/jwk/v1',
  'status lists': 'https://www.w3.org/ns/credentials/status/v1',
  DIDs: 'https://www.w3.org/ns/did/v1',
  citizenship: 'https://w3id.org/citizenship/v4rc1',
  'Open Badges': 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ours: 'https://w3id.org/xingzheng/v1',
};
/** They name that of ODRL. */
const FIRST = { '@context': [V1, 'https://www.w3.org/2018/credentials/examples/v1'] };
const contexts: readonly Attack<ProtocolSubject>[] = [
  ...Object.entries(PINNED).map(([name, url]) =>
    added(`a claim that the context of ${name} does not define`, strict({ honour: 'x' }, url), strict({}, url)),
  ),
  read('1.1: a claim that the contexts of its examples do not define', {
    forged: () => signed(credential1({ ...FIRST, credentialSubject: { id: 'did:example:subject', honour: 'x' } })),
    genuine: () => signed(credential1({ ...FIRST, credentialSubject: { id: 'did:example:subject' } })),
  }),
  expands('a relative context that somebody brought', honoured('v1'), { v1: HONOUR }),
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
  expands('an @import of terms that somebody brought', honoured({ '@import': OURS }), { [OURS]: HONOUR }),
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
  read('an @import inside a list of brought contexts', {
    forged: async () =>
      visiting(
        await signed(honoured(OURS)),
        bringing({ [OURS]: { '@context': [{ '@import': THEIRS }] }, [THEIRS]: HONOUR }),
      ),
    genuine: async () =>
      visiting(await signed(honoured(OURS)), bringing({ [OURS]: { '@context': [THEIRS] }, [THEIRS]: HONOUR })),
  }),
  read('an @import in a credential inside, in a list', {
    forged: async () => visiting(await signed(endorsed({ '@import': OURS })), brought),
    genuine: async () => visiting(await signed(endorsed(OURS)), brought),
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
  presentationIn('context')('1.1: a protected term taken where a proof of the credential before could take it', {
    forged: () => presenting(under(TAKING), under(TAKING, TAKEN_TYPE)),
    genuine: () => presenting(under(TAKING), under(TAKING)),
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
/** The terms of a proof, of which one may take a term of the base context. */
const TAKEN_TYPE = { VerifiablePresentation: 'urn:x:taken' };
const TAKING: JsonObject = {
  DataIntegrityProof: `${SECURITY}DataIntegrityProof`,
  created: { '@id': 'http://purl.org/dc/terms/created', '@type': `${XSD}dateTime` },
  cryptosuite: `${SECURITY}cryptosuite`,
  verificationMethod: { '@id': `${SECURITY}verificationMethod`, '@type': '@id' },
  proofPurpose: {
    '@id': `${SECURITY}proofPurpose`,
    '@type': '@vocab',
    '@context': { assertionMethod: `${SECURITY}assertionMethod` },
  },
  nonce: { '@id': `${SECURITY}nonce`, '@context': TAKEN_TYPE },
};
const under = (...contexts: Json[]): JsonObject => credential1({ '@context': [V1, EXAMPLES, ...contexts] });
/** The first one signed as a graph, the second as JSON, which asks nothing of it. */
const presenting = async (first: JsonObject, second: JsonObject): Promise<JsonObject> => {
  const verifiableCredential = [
    await signedGraph(first, { options: { ...RDFC, nonce: 'n' } }),
    await enveloped(token({ payload: second })),
  ];
  return signed(presentation2({ verifiableCredential }), { options: { ...JCS, proofPurpose: 'authentication' } });
};
/** With a credential among its claims, which has contexts of its own. */
const endorsed = (context: Json): JsonObject =>
  vocab({ endorsements: [strict({ honour: 'x' }, context)].map((one) => changed(one, { id: 'urn:x:1' })) });
const TAKEN = { name: 'urn:x:taken' };
const SCOPING = { inside: { '@id': 'urn:x:inside', '@context': TAKEN } };

/** U+FF0C is one unit above all surrogates; U+20000 is two surrogates, and the greater code point (RDFC-1.0 sorts by those). */
const TEXTS = ['a', '\uff0c', '\u{20000}'];
/** Nodes without an id of which only what is two below tells which is which. */
const alike = (text: string): Json => many(6, (i) => ({ p: { q: { r: `${text}${i}` } } }));
/** The claims that a document was signed with, and one in place of another. */
const exchanged = (what: string, honest: JsonObject, shown: JsonObject): Attack<ProtocolSubject> =>
  read(`another claim: ${what}`, {
    forged: () => dressed(signedGraph(vocab(honest)), vocab(shown)),
    genuine: () => signedGraph(vocab(honest)),
  });
const swapped: readonly Attack<ProtocolSubject>[] = [
  exchanged('a text that one sort puts before others', { note: TEXTS }, { note: [...TEXTS, 'b'] }),
  exchanged(
    'a text of a node without id that such a sort tells from others',
    { has: [{ note: TEXTS }, ...many(20, (i) => ({ note: `n${i}` }))] },
    { has: [{ note: TEXTS }, ...many(20, (i) => ({ note: `m${i}` }))] },
  ),
  exchanged('one below nodes that look alike', { has: alike('n') }, { has: alike('m') }),
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
  read('1.1: another claim under the contexts of its own examples', {
    forged: () => dressed(signedGraph(exemplary('a')), exemplary('b')),
    genuine: () => signedGraph(exemplary('a')),
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
const exemplary = (assigner: string): JsonObject =>
  credential1({
    '@context': [
      V1,
      'https://w3id.org/security/data-integrity/v2',
      'https://www.w3.org/2018/credentials/examples/v1',
      'https://www.w3.org/ns/odrl.jsonld',
    ],
    credentialSubject: { id: 'did:example:subject', degree: { type: 'BachelorDegree' } },
    termsOfUse: { type: 'Policy', assigner: `https://a.test/${assigner}` },
  });

// What costs too much
export const terms = (count: number, make: (index: number) => Json): JsonObject =>
  Object.fromEntries(many(count, (index) => [`t${index}`, make(index)]));
/** Ten members, with itself. */
const LONG_TERM: Json = {
  '@id': 'urn:x:long',
  '@type': '@id',
  '@container': ['@set', '@index', '@graph'],
  '@index': 'urn:x:index',
  '@protected': false,
  '@prefix': false,
};
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
  [
    'a brought context that has to be processed first',
    honoured(OURS),
    bringing({
      [OURS]: { '@context': { ...terms(LIMITS.contextWork / 500, () => LONG_TERM), ...HONOUR['@context'] } },
    }),
    strict(),
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
export const looked = (what: string, document: JsonObject, right = strict()): Attack<ProtocolSubject> =>
  read(`to be canonicalised: ${what}`, {
    forged: unsigned(document),
    genuine: unsigned(right),
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
  looked(
    'values of one property of one node, in few objects',
    vocab({ k: valued({ id: 'urn:x:k' }) }),
    vocab({ k: valued({}) }),
  ),
  looked('nodes without an id', vocab({ k: many(LIMITS.blankNodes + 1, (i) => ({ n: i })) })),
  looked('nodes of a list', vocab({ k: { '@list': many(LIMITS.blankNodes + 1, String) } })),
  looked('nodes that look alike', vocab({ k: poison })),
  looked('orders of alike neighbours', rings(19, 7)),
];

/** 4,100 values of one property. */
function valued(node: JsonObject): JsonObject[] {
  return many(41, (i) => ({ ...node, n: many(100, (j) => 100 * i + j) }));
}

/** Rings of nodes that point to one, the same in several graphs: of each neighbour there are as many as graphs, in millions of orders. How many are tried hangs on the hashes, and so on these names. */
function rings(graphs: number, nodes: number): JsonObject {
  const ring = (name: number): JsonObject[] =>
    many(nodes, (i) => ({ id: `_:u${name}x${i}`, p: `_:y${name}`, q: `_:u${name}x${(i + 1) % nodes}` }));
  return vocab(
    { k: many(graphs, (graph) => ({ id: `urn:x:${graph}`, graph: [0, 1].flatMap(ring) })) },
    { graph: '@graph', p: { '@id': 'urn:x:p3', '@type': '@id' }, q: { '@id': 'urn:x:q', '@type': '@id' } },
  );
}

export const contextRoom: readonly Attack<ProtocolSubject>[] = [...lost, ...contexts, ...swapped, ...costs];
