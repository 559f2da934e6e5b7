/** Signed documents that break one rule of the data model (VC Data Model 2.0 and 1.1), and nothing else. */
import { base64url, fromHex, multibase58 } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { Attack } from '../attack.ts';
import {
  type Changes,
  changed,
  credential1,
  credential2,
  credentialIn,
  EXAMPLES,
  FUTURE,
  type JsonObject,
  type Maker,
  PAST,
  type ProtocolSubject,
  signed,
  V1,
  V2,
} from './scene.ts';

/** What it is, what is wrong, and what would be right where that is not the plain credential. */
type Row = readonly [what: string, wrong: Json, right?: JsonObject];

const visit =
  (document: Json): Maker =>
  () =>
    typeof document === 'object' && document !== null && !Array.isArray(document) ? signed(document) : document;

const rows = (room: string, all: readonly Row[]): Attack<ProtocolSubject>[] =>
  all.map(([what, wrong, right]) =>
    credentialIn(room)(what, { forged: visit(wrong), ...(right === undefined ? {} : { genuine: visit(right) }) }),
  );

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const url = (index: number): string => `https://school.test/${index}`;

const A = 'https://school.test/context';
const contexts = (...after: Json[]): JsonObject => credential2({ '@context': [V2, EXAMPLES, ...after] });
const CONTEXTS: readonly Row[] = [
  ['no context', credential2({ '@context': undefined })],
  ['a context that is null', credential2({ '@context': null })],
  ['a context as a text', credential2({ '@context': V2, credentialSubject: { id: 'did:example:subject' } })],
  ['a context as an object', credential2({ '@context': { '@vocab': 'https://school.test/' } })],
  ['no contexts', credential2({ '@context': [] })],
  ['another context first', credential2({ '@context': [EXAMPLES, V2] })],
  ['a context object first', credential2({ '@context': [{ a: 'https://school.test/a' }, V2, EXAMPLES] })],
  ['the base context with a slash behind it', credential2({ '@context': [`${V2}/`, EXAMPLES] })],
  ['null behind the contexts', contexts(null)],
  ['a number behind the contexts', contexts(4)],
  ['a list behind the contexts', contexts(['https://www.w3.org/ns/did/v1'])],
  ['a relative context', contexts('context/2')],
  ['the base context of 1.1 behind that of 2.0', contexts(V1)],
  ['the base context of 2.0 behind that of 1.1', credential1({ '@context': [V1, EXAMPLES, V2] }), credential1()],
  ['the base context twice', contexts(V2)],
  ['another context twice', contexts(EXAMPLES)],
  [
    'a context too many',
    contexts(...times(LIMITS.contexts - 1, (i) => ({ [`t${i}`]: `urn:t:${i}` }))),
    contexts(...times(LIMITS.contexts - 2, (i) => ({ [`t${i}`]: `urn:t:${i}` }))),
  ],
  ['a context by a URL that nobody brought', contexts(A)],
];

const IDS: readonly Row[] = [
  ['an id that is null', credential2({ id: null })],
  ['an empty id', credential2({ id: '' })],
  ['a relative id', credential2({ id: 'credentials/1' })],
  ['a blank node as id', credential2({ id: '_:b0' })],
  ['ids', credential2({ id: ['urn:x:1'] })],
  ['a number as id', credential2({ id: 1 })],
  ['an id with a space', credential2({ id: 'https://school.test/a b' })],
  ['an id with an angle bracket', credential2({ id: 'https://school.test/a>b' })],
  ['an id with a pipe', credential2({ id: 'https://school.test/a|b' })],
  ['an id with a line end', credential2({ id: 'urn:x:1\n' })],
  ['an id of a scheme alone', credential2({ id: 'did:' })],
  ['an id without its host', credential2({ id: 'https:school.test' })],
  ['an id of three slashes', credential2({ id: 'https:///credentials/1' })],
  ['an id of a port that is none', credential2({ id: 'https://school.test:99999/' })],
  ['an id by digits first', credential2({ id: '1did:example:a' })],
  ['1.1: a relative id', credential1({ id: 'credentials/1' }), credential1()],
];

const typed = (...types: Json[]): JsonObject => credential2({ type: ['VerifiableCredential', ...types] });
const TYPES: readonly Row[] = [
  ['no type', credential2({ type: undefined })],
  ['a type that is null', credential2({ type: null })],
  ['no types', credential2({ type: [] })],
  ['a number as type', credential2({ type: 4 })],
  ['an object as type', credential2({ type: { a: 'b' } })],
  ['another type alone', credential2({ type: ['ExampleCredential'] })],
  ['the type of a presentation', credential2({ type: ['VerifiablePresentation'] })],
  ['its type as an IRI', credential2({ type: 'https://www.w3.org/2018/credentials#VerifiableCredential' })],
  ['an empty type', typed('')],
  ['a null type', typed(null)],
  ['an object among the types', typed({ a: 'b' })],
  ['a keyword as type', typed('@json')],
  ['a blank node as type', typed('_:b0')],
  ['a type that is no URL', typed('https://a b')],
  ['a type twice', typed('VerifiableCredential')],
  ['another type twice', typed('ExampleCredential', 'ExampleCredential')],
  ['an envelope that is a credential', typed('EnvelopedVerifiableCredential')],
  ['a type too many', typed(...times(LIMITS.types, (i) => `T${i}`)), typed(...times(LIMITS.types - 1, (i) => `T${i}`))],
];

const by = (issuer: Json): JsonObject => credential2({ issuer });
const ISSUERS: readonly Row[] = [
  ['no issuer', credential2({ issuer: undefined })],
  ['an issuer that is null', by(null)],
  ['a number as issuer', by(4)],
  ['an issuer that is no URL', by('Example University')],
  ['issuers', by(['did:example:issuer'])],
  ['an issuer without id', by({ name: 'A' }), by({ id: 'did:example:issuer', name: 'A' })],
  ['an issuer with a null id', by({ id: null })],
  ['an issuer with ids', by({ id: ['did:example:issuer'] })],
  ['an issuer whose id is no URL', by({ id: 'Example University' })],
  ['an issuer as @id', by({ '@id': 'did:example:issuer' })],
  ['an issuer with @type', by({ id: 'did:example:issuer', '@type': 'Person' })],
  ['an issuer as a list', by({ '@list': ['did:example:issuer'] })],
  ['1.1: an issuer that is no URL', credential1({ issuer: 'Example University' }), credential1()],
];

const named = (name: Json): JsonObject => credential2({ name });
const value = (more: JsonObject = {}): JsonObject => ({ '@value': '文凭', ...more });
const NAMES: readonly Row[] = [
  ['a number as name', named(5), named('文凭')],
  ['a name that is null', named(null)],
  ['no names', named([])],
  ['texts as names', named(['Diploma', '文凭'])],
  ['a text among names', named([value(), '文凭']), named([value({ '@language': 'zh' }), value({ '@language': 'en' })])],
  ['a name with a term', named({ value: '文凭' })],
  ['a name without its value', named({ '@language': 'en' }), named(value({ '@language': 'en' }))],
  ['a number as the value of a name', named({ '@value': 5 })],
  ['a name with a type', named(value({ '@type': 'https://school.test/html' }))],
  ['a name with a member of every object', named(value({ constructor: 'x' }))],
  ['a name in no language', named(value({ '@language': 'en_US' }))],
  ['a name in a language without the subtag that it announces', named(value({ '@language': 'en-a' }))],
  ['an empty object as name', named({})],
  ['a name in a null language', named(value({ '@language': null }))],
  ['a name in a number', named(value({ '@language': 5 }))],
  ['a name in no direction', named(value({ '@direction': 'auto' })), named(value({ '@direction': 'ltr' }))],
  ['a name in a null direction', named(value({ '@direction': null })), named(value({ '@direction': 'rtl' }))],
  [
    'a name too many',
    named(times(LIMITS.items + 1, (i) => value({ '@language': `en-x-a${i}` }))),
    named(times(LIMITS.items, (i) => value({ '@language': `en-x-a${i}` }))),
  ],
  ['a number as description', credential2({ description: 5 }), credential2({ description: '文凭' })],
  ['the name of an issuer as a number', by({ id: 'did:example:issuer', name: 5 }), by({ id: 'urn:x:1', name: 'A' })],
  [
    'the description of an issuer as a list',
    by({ id: 'urn:x:1', description: ['U'] }),
    by({ id: 'urn:x:1', description: 'U' }),
  ],
];
/** What other rules leave to those who define it. */
const FREE: readonly Row[] = [
  [
    '1.1: no issuanceDate, and names that are free',
    credential1({ issuanceDate: undefined, name: 5, renderMethod: 5 }),
    credential1({ name: 5, renderMethod: 5 }),
  ],
];

const about = (credentialSubject: Json): JsonObject => credential2({ credentialSubject });
const SUBJECTS: readonly Row[] = [
  ['no subject', credential2({ credentialSubject: undefined })],
  ['a subject that is null', about(null)],
  ['a text as subject', about('did:example:subject')],
  ['a number as subject', about(4)],
  ['a subject without claims', about({}), about({ name: 'A' })],
  ['no subjects', about([])],
  ['a text among subjects', about([{ name: 'A' }, 'did:example:b']), about([{ name: 'A' }, { id: 'did:example:b' }])],
  ['no claims among subjects', about([{ name: 'A' }, {}])],
  ['a list of lists of subjects', about([[{ name: 'A' }]])],
  ['a subject whose id is no URL', about({ id: 'Li Lei', name: 'A' })],
  ['a subject with ids', about({ id: ['did:example:a'], name: 'A' })],
  ['a subject as @id', about({ '@id': 'did:example:a', name: 'A' })],
  ['a subject in a set', about({ '@set': [{ name: 'A' }] })],
  [
    'a subject too many',
    about(times(LIMITS.items + 1, (i) => ({ name: `${i}` }))),
    about(times(LIMITS.items, (i) => ({ name: `${i}` }))),
  ],
  ['1.1: a subject without claims', credential1({ credentialSubject: {} }), credential1()],
];

const from = (validFrom: Json): JsonObject => credential2({ validFrom });
const until = (validUntil: Json): JsonObject => credential2({ validUntil });
const DATES: readonly Row[] = [
  [
    'an end before the start',
    credential2({ validFrom: at(4), validUntil: at(3) }),
    credential2({ validFrom: at(3), validUntil: FUTURE }),
  ],
  ['a start that is no date', from('yesterday')],
  ['a start that is null', from(null)],
  ['a start as a number', from(1_577_836_800)],
  ['starts', from([PAST])],
  ['an end as a value object', until({ '@value': FUTURE })],
  ['an end that is null', until(null)],
  ['an end as a number', until(32_503_680_000)],
  ['an end in the year 10000', until('10000-01-01T00:00:00Z')],
  ['an end in a year with a sign', until('+2030-01-01T00:00:00Z')],
  ['an end in a year before our era', from('-0044-03-15T00:00:00Z')],
  ['a start in the year 0', from('0000-01-01T00:00:00Z'), from('0001-01-01T00:00:00Z')],
  ['an end on a day that no calendar has', until('2029-02-30T00:00:00Z'), until('2028-02-29T00:00:00Z')],
  ['an end in month 13', until('2029-13-01T00:00:00Z')],
  ['an end on day 0', until('2029-01-00T00:00:00Z')],
  ['an end in a leap second', until('2028-12-31T23:59:60Z'), until('2028-12-31T23:59:59Z')],
  ['an end at hour 25', until('2028-12-31T25:00:00Z'), until('2028-12-31T24:00:00Z')],
  ['an end after the end of its day', until('2028-12-31T24:00:01Z')],
  ['an end as a day alone', until('2029-01-01')],
  ['an end with a space behind it', until(`${FUTURE} `)],
  [
    'an end with an offset beyond fourteen hours',
    until('2029-01-01T00:00:00+14:01'),
    until('2029-01-01T00:00:00+14:00'),
  ],
  ['an end with an offset without its colon', until('2029-01-01T00:00:00+0800')],
  ['1.1: no issuanceDate', credential1({ issuanceDate: undefined }), credential1()],
  ['1.1: an issuanceDate that is null', credential1({ issuanceDate: null })],
  ['1.1: an issuanceDate as a day alone', credential1({ issuanceDate: '2026-01-31' })],
  ['1.1: an expirationDate that is no date', credential1({ expirationDate: 'never' }), credential1()],
  [
    '1.1: an end by its name in 2.0 that is no date',
    credential1({ validUntil: 'never' }),
    credential1({ validUntil: FUTURE }),
  ],
  [
    '1.1: a start by its name in 2.0 that is no date',
    credential1({ validFrom: 'never' }),
    credential1({ validFrom: PAST }),
  ],
];
function at(hour: number): string {
  return `2020-01-01T0${hour}:00:00Z`;
}

const entry = (more: Changes = {}): JsonObject => changed({ id: 'https://school.test/3', type: 'ExampleEntry' }, more);
const extensionPoint = (name: string): Row[] => {
  const pointing = (member: Json): JsonObject => credential2({ [name]: member });
  return [
    [`${name} that is null`, pointing(null), pointing(entry())],
    [`${name} as a text`, pointing('https://school.test/3')],
    [`${name} as a number`, pointing(7)],
    [`${name} of no items`, pointing([])],
    [`a text among ${name}`, pointing([entry(), 'https://school.test/4']), pointing([entry(), entry({ id: url(4) })])],
    [`${name} without type`, pointing(entry({ type: undefined }))],
    [`${name} without type among others`, pointing([entry(), entry({ id: url(4), type: undefined })])],
    [`${name} of no types`, pointing(entry({ type: [] }))],
    [`${name} of an empty type`, pointing(entry({ type: '' }))],
    [`${name} of a null type`, pointing(entry({ type: null }))],
    [`${name} whose id is no URL`, pointing(entry({ id: 'status 3' }))],
    [`${name} whose id is null`, pointing(entry({ id: null }))],
    [`${name} with an @index`, pointing(entry({ '@index': 'x' }))],
    [`${name} as a list`, pointing({ '@list': [entry()] })],
    [
      `${name} too many`,
      pointing(times(LIMITS.items + 1, (i) => entry({ id: url(i) }))),
      pointing(times(LIMITS.items, (i) => entry({ id: url(i) }))),
    ],
  ];
};
const nameless = entry({ id: undefined });
const EXTENSION_POINTS: readonly Row[] = [
  ...['credentialStatus', 'credentialSchema', 'refreshService', 'termsOfUse', 'evidence'].flatMap(extensionPoint),
  ...['confidenceMethod', 'renderMethod'].flatMap(extensionPoint),
  ['a schema without id', credential2({ credentialSchema: nameless }), credential2({ credentialStatus: nameless })],
  ['1.1: a schema without id', credential1({ credentialSchema: nameless }), credential1({ credentialSchema: entry() })],
  ['1.1: a status without id', credential1({ credentialStatus: nameless }), credential1({ credentialStatus: entry() })],
  [
    '1.1: a refresh service without id',
    credential1({ refreshService: nameless }),
    credential1({ refreshService: entry(), termsOfUse: nameless, evidence: nameless }),
  ],
  ['1.1: evidence without type', credential1({ evidence: { id: url(1) } }), credential1({ evidence: entry() })],
  [
    '1.1: terms of use without type',
    credential1({ termsOfUse: { id: url(1) } }),
    credential1({ termsOfUse: nameless }),
  ],
];

const inLanguages = (label: JsonObject): JsonObject =>
  credential2({
    '@context': [V2, EXAMPLES, { label: { '@id': 'urn:x:label', '@container': '@language' } }],
    credentialSubject: { label },
  });
/** As Open Badges 3.0 has it in a credential: with contexts of its own, and a proof that may have them again. */
const endorsement = credential2({
  id: 'urn:x:2',
  proof: { '@context': [V2], type: 'DataIntegrityProof', proofValue: 'z1' },
});
const envelope: JsonObject = {
  '@context': V2,
  id: 'data:application/vc+jwt,e30',
  type: 'EnvelopedVerifiableCredential',
};
const KEYWORDS: readonly Row[] = [
  ...['@included', '@graph', '@reverse', '@nest', '@index'].flatMap((keyword): Row[] => [
    [`${keyword} in the root`, credential2({ [keyword]: keyword === '@index' ? 'x' : {} })],
    [`${keyword} in a claim`, about({ name: 'A', a: [{ name: 'B', [keyword]: keyword === '@index' ? 'x' : {} }] })],
  ]),
  ['a keyword that nobody has heard of', about({ name: 'A', '@unheard': 'of' })],
  ['one in a map of languages', inLanguages({ '@unheard': 'of', en: 'A' }), inLanguages({ '@none': 'of', en: 'A' })],
  ['an @index in a set', about({ a: { '@set': ['A'], '@index': 'x' } }), about({ a: { '@set': ['A'] } })],
  ...['@id', '@type', '@value', '@language', '@direction', '@list', '@set', '@none'].flatMap((keyword): Row[] => [
    [`${keyword} in the credential`, credential2({ [keyword]: 'urn:x:1' })],
    [`${keyword} in a subject`, about({ name: 'A', [keyword]: 'urn:x:1' })],
    [
      `${keyword} in evidence`,
      credential2({ evidence: entry({ [keyword]: 'urn:x:1' }) }),
      credential2({ evidence: entry() }),
    ],
  ]),
  ['the id of the credential as @id', changed(credential2(), { id: undefined, '@id': 'urn:x:1' })],
  ['a context in a claim', about({ name: 'A', a: { '@context': { b: 'urn:b' }, b: 'c' } })],
  [
    'a context and a proof in a claim that is no credential',
    about({ name: 'A', a: { ...endorsement, type: 'Endorsement' } }),
    about({ name: 'A', a: endorsement }),
  ],
  [
    'a context in a claim that is no envelope',
    about({ name: 'A', a: { ...envelope, type: 'Envelope' } }),
    about({ name: 'A', a: envelope }),
  ],
  ['a context in the issuer', by({ id: 'urn:x:1', '@context': { b: 'urn:b' } })],
  ['a context deep in lists', credential2({ evidence: entry({ a: [[{ '@context': { b: 'urn:b' }, b: 'c' }]] }) })],
  ['id and @id', about({ name: 'A', a: { id: 'urn:x:1', '@id': 'urn:x:1' } }), about({ a: { '@id': 'urn:x:1' } })],
  ['type and @type', about({ name: 'A', a: { type: 'A', '@type': 'B' } }), about({ a: { '@type': 'B' } })],
  [
    'a schema that is no JSON literal',
    about({ type: 'Other', jsonSchema: { '@context': { b: 'urn:b' }, b: 'c' } }),
    about({ type: 'JsonSchema', jsonSchema: { '@context': { b: 'urn:b' }, b: 'c' } }),
  ],
  [
    'a context beside a schema that is a JSON literal',
    about({ type: 'JsonSchema', jsonSchema: {}, a: { '@context': { b: 'urn:b' }, b: 'c' } }),
    about({ type: 'JsonSchema', jsonSchema: { '@context': { b: 'urn:b' }, b: 'c' }, a: {} }),
  ],
  [
    '1.1: a schema that is no JSON literal',
    credential1({ credentialSubject: { type: 'JsonSchema', jsonSchema: { '@context': { b: 'urn:b' }, b: 'c' } } }),
    credential1(),
  ],
];

const PROOF: JsonObject = { type: 'UnknownProof2099' };
const NO_PROOF: readonly (readonly [what: string, proof: Json | undefined])[] = [
  ['a proof that is null', null],
  ['a text as proof', 'z1'],
  ['no proofs', []],
  ['an empty proof', {}],
  ['no proof at all', undefined],
];
const NO_PROOFS: readonly (readonly [what: string, other: Json])[] = [
  ['a text among the proofs', 'z1'],
  ['a proof without type among the proofs', {}],
  ['a proof of types among the proofs', { type: ['UnknownProof2099'] }],
  ['null among the proofs', null],
  ['a list among the proofs', [PROOF]],
];
const PROOFS: readonly Attack<ProtocolSubject>[] = [
  ...NO_PROOF.map(([what, proof]) => credentialIn('model')(what, { forged: () => changed(credential2(), { proof }) })),
  ...NO_PROOFS.map(([what, other]) =>
    credentialIn('model')(what, {
      forged: async () => beside(await signed(credential2()), other),
      genuine: async () => beside(await signed(credential2()), PROOF),
    }),
  ),
  credentialIn('model')('a proof too many', {
    forged: async () => beside(await signed(credential2()), ...times(LIMITS.proofs, () => PROOF)),
    genuine: async () => beside(await signed(credential2()), ...times(LIMITS.proofs - 1, () => PROOF)),
  }),
];
const beside = ({ proof = null, ...document }: JsonObject, ...others: readonly Json[]): JsonObject => ({
  ...document,
  proof: [proof, ...others],
});

/** Of the published bytes of the base context. */
const SHA256 = '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734';
const SHA384 = 'l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU';
const SHA512 = 'XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==';
const SHA256_BASE64 = Buffer.from(SHA256, 'hex').toString('base64');
const inHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
const multibase = (text: string): string => `u${base64url(fromHex(text) ?? new Uint8Array())}`;

const resource = (more: Changes = {}): JsonObject => changed({ id: V2, digestSRI: `sha384-${SHA384}` }, more);
const related = (relatedResource: Json): JsonObject => credential2({ relatedResource });
const sri = (digestSRI: Json): JsonObject => related(resource({ digestSRI }));
const inMultibase = (digestMultibase: Json): JsonObject => related(resource({ digestSRI: undefined, digestMultibase }));
const elsewhere = (more: Changes): JsonObject => related(resource({ id: url(1), ...more }));
const OTHER = 'A'.repeat(43);
const RESOURCES: readonly Row[] = [
  ['a related resource that is null', related(null), related(resource())],
  ['a related resource as a URL', related(V2)],
  ['no related resources', related([])],
  ['a URL among related resources', related([resource(), url(1)]), related([resource(), resource({ id: url(1) })])],
  ['a related resource without id', related(resource({ id: undefined }))],
  ['a related resource whose id is no URL', related(resource({ id: 'credentials/v2' }))],
  ['a related resource twice', related([resource(), resource()])],
  ['a related resource without digest', related(resource({ digestSRI: undefined }))],
  ['another resource without digest', elsewhere({ digestSRI: undefined }), elsewhere({})],
  ['a media type that is none', elsewhere({ mediaType: 'json' }), elsewhere({ mediaType: 'text/html; charset=utf-8' })],
  ['a media type that is null', elsewhere({ mediaType: null })],
  ['a media type as a number', elsewhere({ mediaType: 5 })],
  ['a related resource with @type', elsewhere({ '@type': 'urn:x:1' })],
  [
    'a related resource too many',
    related(times(LIMITS.items + 1, (i) => resource({ id: url(i) }))),
    related(times(LIMITS.items, (i) => resource({ id: url(i) }))),
  ],

  ['a digest of MD5', elsewhere({ digestSRI: 'md5-rL0Y20zC+Fzt72VPzMSk2A==' })],
  ['a digest by an algorithm in capitals', elsewhere({ digestSRI: `SHA384-${SHA384}` })],
  ['a digest without algorithm', elsewhere({ digestSRI: SHA384 })],
  ['a digest of an algorithm alone', elsewhere({ digestSRI: 'sha384-' })],
  ['a digest with options', elsewhere({ digestSRI: `sha384-${SHA384}?ct=a` })],
  ['an empty digest', elsewhere({ digestSRI: '' })],
  ['a digest that is null', elsewhere({ digestSRI: null })],
  ['no digests', elsewhere({ digestSRI: [] }), elsewhere({ digestSRI: [`sha384-${SHA384}`] })],
  ['a number among digests', elsewhere({ digestSRI: [`sha384-${SHA384}`, 4] })],
  [
    'digests too many',
    elsewhere({ digestSRI: times(LIMITS.items + 1, () => `sha384-${SHA384}`) }),
    elsewhere({ digestSRI: [`sha384-${SHA384}`] }),
  ],
  ['one good digest and one of MD5', elsewhere({ digestSRI: `sha384-${SHA384} md5-rL0Y20zC+Fzt72VPzMSk2A==` })],
  [
    'a multibase digest in hex',
    elsewhere({ digestMultibase: `f1220${SHA256}` }),
    elsewhere({ digestMultibase: multibase(`1220${SHA256}`) }),
  ],
  ['a multibase digest with padding', elsewhere({ digestMultibase: 'uEiBZ=' })],
  ['a multibase digest with stray bits', elsewhere({ digestMultibase: 'uEiB' })],
  ['a multibase digest of nothing', elsewhere({ digestMultibase: 'u' })],
  ['a multibase digest without end', elsewhere({ digestMultibase: `z${'1'.repeat(1000)}` })],
  ['a multibase digest in base64url without end', elsewhere({ digestMultibase: `u${'A'.repeat(1000)}` })],
  ['a multibase digest that is null', elsewhere({ digestMultibase: null })],

  ['another SHA-256', sri(`sha256-${OTHER}=`), sri(`sha256-${SHA256_BASE64}`)],
  ['another SHA-384', sri(`sha384-${'A'.repeat(64)}`)],
  ['another SHA-512', sri(`sha512-${'A'.repeat(86)}`), sri(`sha512-${SHA512}`)],
  [
    'the right SHA-384 and another SHA-256',
    sri(`sha384-${SHA384} sha256-${OTHER}=`),
    sri(`sha384-${SHA384} sha256-${SHA256_BASE64}`),
  ],
  ['another SHA-256 and the right SHA-384', sri([`sha256-${OTHER}`, `sha384-${SHA384}`])],
  ['a digest of the wrong length', sri('sha256-AAAA')],
  ['a digest of the wrong length, with stray bits', sri('sha256-AAAAB')],
  ['another letter before a digest', sri(`sha384-N${SHA384}`), sri(`sha384-M${SHA384}`)],
  ['another digest behind a multibase letter', sri(`sha384-M${'A'.repeat(64)}`), sri(`sha384-M${SHA384}`)],
  [
    'another digest in multibase',
    inMultibase(multibase(`1220${'00'.repeat(32)}`)),
    inMultibase(multibase(`1220${SHA256}`)),
  ],
  [
    'another digest in base58',
    inMultibase(multibase58(fromHex(`1220${'00'.repeat(32)}`) ?? new Uint8Array())),
    inMultibase(multibase58(fromHex(`1220${SHA256}`) ?? new Uint8Array())),
  ],
  [
    'another digest of 48 bytes',
    inMultibase(multibase(`2030${'00'.repeat(48)}`)),
    inMultibase(multibase(`2030${inHex(SHA384)}`)),
  ],
  [
    'another digest of 64 bytes',
    inMultibase(multibase(`1340${'00'.repeat(64)}`)),
    inMultibase(multibase(`1340${inHex(SHA512)}`)),
  ],
  ['another digest without its header', inMultibase(multibase('00'.repeat(32))), inMultibase(multibase(SHA256))],
  ['the right digest behind the header of another function', inMultibase(multibase(`1320${SHA256}`))],
  ['the right digest behind another length', inMultibase(multibase(`1221${SHA256}`))],
  [
    'a digest by a function that nobody here computes',
    inMultibase(multibase(`1620${SHA256}`)),
    related(resource({ digestMultibase: multibase(`1620${SHA256}`) })),
  ],
];

export const model: readonly Attack<ProtocolSubject>[] = [
  ...rows('model', [...CONTEXTS, ...IDS, ...TYPES, ...ISSUERS, ...NAMES, ...FREE, ...SUBJECTS, ...DATES]),
  ...rows('model', [...EXTENSION_POINTS, ...KEYWORDS, ...RESOURCES]),
  ...rows('model', [
    ['null', null],
    ['a text', 'eyJ'],
    ['a list of credentials', [credential2()]],
  ]),
  ...PROOFS,
];
