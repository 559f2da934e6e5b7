/** Every rule of the data model for credentials: a vector that breaks it alone, and its neighbour that keeps it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { type ModelUse, readCredential } from '../../../src/vc/model/credential.ts';
import { credential1, credential2, type Expected, outcomeOf, times, V1, V2, without } from './example.ts';

/** What it is, the credential, and what comes of it. */
type Vector = readonly [what: string, credential: Json, expected: Expected];

const A = 'https://school.example/context/1';
const B = 'https://school.example/context/2';

const CONTEXTS: readonly Vector[] = [
  ['2.0', credential2(), 'accepted'],
  ['1.1', credential1(), 'accepted'],
  ['absent', without(credential2(), '@context'), 'malformed /@context'],
  ['null', credential2({ '@context': null }), 'malformed /@context'],
  ['an object alone', credential2({ '@context': { a: 'https://a.example/' } }), 'malformed /@context'],
  // §4.3 says "an ordered set", and VCALM's schema "array"; §6 would let a set of one be its item. No example of a credential has it.
  ['a bare string', credential2({ '@context': V2 }), 'malformed /@context'],
  ['a bare string, 1.1', credential1({ '@context': V1 }), 'malformed /@context'],
  ['empty', credential2({ '@context': [] }), 'malformed /@context/0'],
  ['another first', credential2({ '@context': [A, V2] }), 'malformed /@context/0'],
  ['a base context with a slash', credential2({ '@context': [`${V2}/`] }), 'malformed /@context/0'],
  ['a base context in capitals', credential2({ '@context': [V2.toUpperCase()] }), 'malformed /@context/0'],
  ['an object first', credential2({ '@context': [{ '@import': V2 }] }), 'malformed /@context/0'],
  ['URLs and objects after it', credential2({ '@context': [V2, A, { b: 'https://b.example/' }, B, {}] }), 'accepted'],
  ['null after it', credential2({ '@context': [V2, null] }), 'malformed /@context/1'],
  ['a number after it', credential2({ '@context': [V2, 4] }), 'malformed /@context/1'],
  ['an array after it', credential2({ '@context': [V2, [A]] }), 'malformed /@context/1'],
  ['a relative URL after it', credential2({ '@context': [V2, A, 'context/2'] }), 'malformed /@context/2'],
  ['1.1 after 2.0', credential2({ '@context': [V2, V1] }), 'malformed /@context/1'],
  ['2.0 after 1.1', credential1({ '@context': [V1, A, V2] }), 'malformed /@context/2'],
  ['the same base twice', credential2({ '@context': [V2, V2] }), 'malformed /@context/1'],
  ['another one twice', credential2({ '@context': [V2, A, B, A] }), 'malformed /@context/3'],
  [
    'as many as allowed',
    credential2({ '@context': [V2, ...times(LIMITS.contexts - 1, (i) => `${A}/${i}`)] }),
    'accepted',
  ],
  ['too many', credential2({ '@context': [V2, ...times(LIMITS.contexts, (i) => `${A}/${i}`)] }), 'too-large /@context'],
];

const IDS: readonly Vector[] = [
  ['absent', credential2(), 'accepted'],
  ['a URL', credential2({ id: 'urn:uuid:0c07c1ce-57cb-41af-bef2-1b932b986873' }), 'accepted'],
  ['null', credential2({ id: null }), 'malformed /id'],
  ['empty', credential2({ id: '' }), 'malformed /id'],
  ['relative', credential2({ id: 'credentials/1' }), 'malformed /id'],
  ['a blank node', credential2({ id: '_:b0' }), 'malformed /id'],
  ['an array of one', credential2({ id: ['urn:x:1'] }), 'malformed /id'],
  ['several', credential2({ id: ['urn:x:1', 'urn:x:2'] }), 'malformed /id'],
  ['a number', credential2({ id: 1 }), 'malformed /id'],
  ['an object', credential2({ id: { id: 'urn:x:1' } }), 'malformed /id'],
  ['1.1, relative', credential1({ id: 'credentials/1' }), 'malformed /id'],
];

const TYPES: readonly Vector[] = [
  ['a string', credential2({ type: 'VerifiableCredential' }), 'accepted'],
  ['in any order', credential2({ type: ['ExampleCredential', 'VerifiableCredential'] }), 'accepted'],
  ['an absolute URL beside it', credential2({ type: ['VerifiableCredential', 'https://a.example/#T'] }), 'accepted'],
  ['absent', without(credential2(), 'type'), 'malformed /type'],
  ['null', credential2({ type: null }), 'malformed /type'],
  ['empty', credential2({ type: [] }), 'malformed /type'],
  ['a number', credential2({ type: 4 }), 'malformed /type'],
  ['an object', credential2({ type: {} }), 'malformed /type'],
  ['another one alone', credential2({ type: ['ExampleCredential'] }), 'malformed /type'],
  ['a presentation', credential2({ type: ['VerifiablePresentation'] }), 'malformed /type'],
  [
    'its IRI alone',
    credential2({ type: 'https://www.w3.org/2018/credentials#VerifiableCredential' }),
    'malformed /type',
  ],
  ['an empty string beside it', credential2({ type: ['VerifiableCredential', ''] }), 'malformed /type'],
  ['null beside it', credential2({ type: ['VerifiableCredential', null] }), 'malformed /type'],
  ['an object beside it', credential2({ type: ['VerifiableCredential', { foo: true }] }), 'malformed /type'],
  ['a keyword beside it', credential2({ type: ['VerifiableCredential', '@json'] }), 'malformed /type'],
  ['a blank node beside it', credential2({ type: ['VerifiableCredential', '_:b0'] }), 'malformed /type'],
  ['no URL beside it', credential2({ type: ['VerifiableCredential', 'https://a b'] }), 'malformed /type'],
  ['twice', credential2({ type: ['VerifiableCredential', 'VerifiableCredential'] }), 'malformed /type'],
  ['an envelope', credential2({ type: ['VerifiableCredential', 'EnvelopedVerifiableCredential'] }), 'malformed /type'],
  [
    'as many as allowed',
    credential2({ type: ['VerifiableCredential', ...times(LIMITS.types - 1, (i) => `T${i}`)] }),
    'accepted',
  ],
  [
    'too many',
    credential2({ type: ['VerifiableCredential', ...times(LIMITS.types, (i) => `T${i}`)] }),
    'too-large /type',
  ],
];

const ISSUERS: readonly Vector[] = [
  ['a URL', credential2({ issuer: 'https://university.example/issuers/14' }), 'accepted'],
  ['an object', credential2({ issuer: { id: 'did:example:issuer', image: 'data:image/png;base64,AA' } }), 'accepted'],
  ['absent', without(credential2(), 'issuer'), 'malformed /issuer'],
  ['null', credential2({ issuer: null }), 'malformed /issuer'],
  ['true', credential2({ issuer: true }), 'malformed /issuer'],
  ['a number', credential2({ issuer: 4 }), 'malformed /issuer'],
  ['no URL', credential2({ issuer: 'Example University' }), 'malformed /issuer'],
  ['an array', credential2({ issuer: ['did:example:issuer'] }), 'malformed /issuer'],
  ['an empty array', credential2({ issuer: [] }), 'malformed /issuer'],
  ['an object without id', credential2({ issuer: { name: 'Example University' } }), 'malformed /issuer/id'],
  ['an object with a null id', credential2({ issuer: { id: null } }), 'malformed /issuer/id'],
  ['an object with ids', credential2({ issuer: { id: ['did:example:issuer'] } }), 'malformed /issuer/id'],
  ['1.1, no URL', credential1({ issuer: 'Example University' }), 'malformed /issuer'],
];

const named = (text: Json): JsonObject => credential2({ name: text });
const NAMES: readonly Vector[] = [
  ['a string', named('Diploma'), 'accepted'],
  ['a value alone', named({ '@value': 'Diploma' }), 'accepted'],
  ['a value with everything', named({ '@value': 'شهادة', '@language': 'ar', '@direction': 'rtl' }), 'accepted'],
  [
    'values',
    named([
      { '@value': 'Diploma', '@language': 'en' },
      { '@value': '文凭', '@language': 'zh-Hans' },
    ]),
    'accepted',
  ],
  ['null', named(null), 'malformed /name'],
  ['a number', named(5), 'malformed /name'],
  ['an empty array', named([]), 'malformed /name'],
  ['strings', named(['Diploma', '文凭']), 'malformed /name'],
  ['a string among values', named([{ '@value': 'Diploma' }, '文凭']), 'malformed /name'],
  ['a term', named({ value: 'Diploma' }), 'malformed /name'],
  ['no value', named({ '@language': 'en' }), 'malformed /name'],
  ['a number as value', named({ '@value': 5 }), 'malformed /name'],
  ['another key', named({ '@value': 'Diploma', '@type': 'rdf:HTML' }), 'malformed /name'],
  ['a key of everybody', named({ '@value': 'Diploma', constructor: 'x' }), 'malformed /name'],
  ['no language tag', named({ '@value': 'Diploma', '@language': 'en_US' }), 'malformed /name'],
  ['a null language', named({ '@value': 'Diploma', '@language': null }), 'malformed /name'],
  ['no direction', named({ '@value': 'Diploma', '@direction': 'auto' }), 'malformed /name'],
  ['too many', named(times(LIMITS.items + 1, () => ({ '@value': 'a' }))), 'too-large /name'],
  ['description', credential2({ description: 5 }), 'malformed /description'],
  [
    'of the issuer',
    credential2({ issuer: { id: 'urn:x:1', name: { '@value': 'U', extra: '' } } }),
    'malformed /issuer/name',
  ],
  [
    'description of the issuer',
    credential2({ issuer: { id: 'urn:x:1', description: ['U'] } }),
    'malformed /issuer/description',
  ],
  ['of the issuer, in words', credential2({ issuer: { id: 'urn:x:1', name: 'U', description: 'V' } }), 'accepted'],
  ['of a subject: not ours', credential2({ credentialSubject: { name: ['Li', 'Lei'] } }), 'accepted'],
  ['1.1 leaves it open', credential1({ name: 5, issuer: { id: 'urn:x:1', name: ['U'] } }), 'accepted'],
];

const subject = (credentialSubject: Json): JsonObject => credential2({ credentialSubject });
const SUBJECTS: readonly Vector[] = [
  ['a claim', subject({ degree: { type: 'ExampleDegree' } }), 'accepted'],
  ['several subjects', subject([{ id: 'did:example:a', spouse: 'did:example:b' }, { name: 'B' }]), 'accepted'],
  ['an id alone', subject({ id: 'did:example:a' }), 'accepted'],
  ['absent', without(credential2(), 'credentialSubject'), 'malformed /credentialSubject'],
  ['null', subject(null), 'malformed /credentialSubject'],
  ['a string', subject('did:example:a'), 'malformed /credentialSubject'],
  ['a number', subject(4), 'malformed /credentialSubject'],
  ['no claims', subject({}), 'malformed /credentialSubject'],
  ['none', subject([]), 'malformed /credentialSubject'],
  ['a string among them', subject([{ name: 'A' }, 'did:example:b']), 'malformed /credentialSubject/1'],
  ['no claims among them', subject([{ name: 'A' }, {}]), 'malformed /credentialSubject/1'],
  ['an array among them', subject([[{ name: 'A' }]]), 'malformed /credentialSubject/0'],
  ['no URL', subject({ id: 'Li Lei', name: 'A' }), 'malformed /credentialSubject/id'],
  ['ids', subject([{ id: ['did:example:a'], name: 'A' }]), 'malformed /credentialSubject/0/id'],
  ['as many as allowed', subject(times(LIMITS.items, (i) => ({ name: `${i}` }))), 'accepted'],
  ['too many', subject(times(LIMITS.items + 1, (i) => ({ name: `${i}` }))), 'too-large /credentialSubject'],
  ['1.1, no claims', credential1({ credentialSubject: {} }), 'malformed /credentialSubject'],
];

const DATES: readonly Vector[] = [
  ['both', credential2({ validFrom: '2010-01-01T00:00:00Z', validUntil: '2020-01-01T00:00:00+14:00' }), 'accepted'],
  [
    'the same moment',
    credential2({ validFrom: '2020-01-01T00:00:00Z', validUntil: '2020-01-01T08:00:00+08:00' }),
    'accepted',
  ],
  [
    'until before from',
    credential2({ validFrom: '2020-01-01T00:00:00Z', validUntil: '2020-01-01T07:59:59+08:00' }),
    'malformed /validUntil',
  ],
  ['from, no date', credential2({ validFrom: 'yesterday' }), 'malformed /validFrom'],
  ['from, null', credential2({ validFrom: null }), 'malformed /validFrom'],
  ['from, a number', credential2({ validFrom: 1_577_836_800 }), 'malformed /validFrom'],
  ['from, an array', credential2({ validFrom: ['2010-01-01T00:00:00Z'] }), 'malformed /validFrom'],
  ['from, a year of five digits', credential2({ validFrom: '12020-01-01T00:00:00Z' }), 'malformed /validFrom'],
  ['until, no day', credential2({ validUntil: '2026-02-30T00:00:00Z' }), 'malformed /validUntil'],
  ['until, a date object', credential2({ validUntil: { '@value': '2026-01-01T00:00:00Z' } }), 'malformed /validUntil'],
  ['1.1, no issuanceDate', without(credential1(), 'issuanceDate'), 'malformed /issuanceDate'],
  ['1.1, a null one', credential1({ issuanceDate: null }), 'malformed /issuanceDate'],
  ['1.1, a date alone', credential1({ issuanceDate: '2026-01-31' }), 'malformed /issuanceDate'],
  ['1.1, expirationDate', credential1({ expirationDate: '2030-01-01T00:00:00Z' }), 'accepted'],
  ['1.1, no expirationDate', credential1({ expirationDate: 'never' }), 'malformed /expirationDate'],
  // 1.1 does not ask for an order, and a test issues expired credentials with it.
  ['1.1, expired before issued', credential1({ expirationDate: '2020-01-01T00:00:00Z' }), 'accepted'],
  [
    '1.1, reserved names',
    credential1({ validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' }),
    'accepted',
  ],
  ['1.1, reserved names, no date', credential1({ validUntil: 'never' }), 'malformed /validUntil'],
  ['2.0, names of 1.1: for JSON-LD to refuse', credential2({ issuanceDate: 'yesterday' }), 'accepted'],
];

const entry = { id: 'https://school.example/status/3#94567', type: 'ExampleEntry' };

/** The rules that all extension points share. */
const extensionPoint = (name: string): Vector[] => [
  ['one', credential2({ [name]: entry }), 'accepted'],
  ['several', credential2({ [name]: [entry, { ...entry, id: 'urn:x:2' }] }), 'accepted'],
  ['several types', credential2({ [name]: { ...entry, type: ['ExampleEntry', 'https://a.example/#T'] } }), 'accepted'],
  ['null', credential2({ [name]: null }), `malformed /${name}`],
  ['a string', credential2({ [name]: 'https://school.example/status/3' }), `malformed /${name}`],
  ['a number', credential2({ [name]: 7 }), `malformed /${name}`],
  ['none', credential2({ [name]: [] }), `malformed /${name}`],
  ['a string among them', credential2({ [name]: [entry, 'x'] }), `malformed /${name}/1`],
  ['no type', credential2({ [name]: without(entry, 'type') }), `malformed /${name}/type`],
  ['no type among them', credential2({ [name]: [entry, without(entry, 'type')] }), `malformed /${name}/1/type`],
  ['no types', credential2({ [name]: { ...entry, type: [] } }), `malformed /${name}/type`],
  ['an empty type', credential2({ [name]: { ...entry, type: '' } }), `malformed /${name}/type`],
  ['a null type', credential2({ [name]: { ...entry, type: null } }), `malformed /${name}/type`],
  ['no URL', credential2({ [name]: { ...entry, id: 'status 3' } }), `malformed /${name}/id`],
  ['a null id', credential2({ [name]: { ...entry, id: null } }), `malformed /${name}/id`],
  [
    '@type',
    credential2({ [name]: { ...without(entry, 'type'), '@type': 'ExampleEntry', type: 'A' } }),
    `malformed /${name}/@type, malformed /${name}/@type`,
  ],
  ['@set', credential2({ [name]: { ...entry, '@set': [] } }), `malformed /${name}/@set`],
  ['as many as allowed', credential2({ [name]: times(LIMITS.items, () => entry) }), 'accepted'],
  ['too many', credential2({ [name]: times(LIMITS.items + 1, () => entry) }), `too-large /${name}`],
];

const IN_BOTH = ['credentialStatus', 'credentialSchema', 'refreshService', 'termsOfUse', 'evidence'];
const IN_2 = ['confidenceMethod', 'renderMethod'];
const nameless = without(entry, 'id');

const EXTENSION_POINTS: readonly Vector[] = [
  ['a schema without id', credential2({ credentialSchema: nameless }), 'malformed /credentialSchema/id'],
  ['a status without id', credential2({ credentialStatus: nameless }), 'accepted'],
  ['a refresh service without id', credential2({ refreshService: nameless }), 'accepted'],
  ['terms without id', credential2({ termsOfUse: nameless }), 'accepted'],
  ['evidence without id', credential2({ evidence: nameless }), 'accepted'],
  ['a confidence method without id', credential2({ confidenceMethod: nameless }), 'accepted'],
  ['a render method without id', credential2({ renderMethod: nameless }), 'accepted'],
  ['1.1, a schema without id', credential1({ credentialSchema: nameless }), 'malformed /credentialSchema/id'],
  ['1.1, a status without id', credential1({ credentialStatus: nameless }), 'malformed /credentialStatus/id'],
  ['1.1, a refresh service without id', credential1({ refreshService: nameless }), 'malformed /refreshService/id'],
  ['1.1, terms without id', credential1({ termsOfUse: nameless }), 'accepted'],
  ['1.1, evidence without id', credential1({ evidence: [nameless] }), 'accepted'],
  ['1.1, evidence without type', credential1({ evidence: {} }), 'malformed /evidence/type'],
  ['1.1, a status list of two', credential1({ credentialStatus: [entry, entry] }), 'accepted'],
  ['1.1 does not know methods', credential1({ confidenceMethod: 'x', renderMethod: 'y' }), 'accepted'],
];

const bitstring = (changes: JsonObject): JsonObject =>
  credential2({
    credentialStatus: {
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '94567',
      statusListCredential: 'https://school.example/status/3',
      ...changes,
    },
  });
const BITSTRING_ENTRIES: readonly Vector[] = [
  ['as in the specification', bitstring({}), 'accepted'],
  ['a number as index', bitstring({ statusListIndex: 94_567 }), 'malformed /credentialStatus/statusListIndex'],
  ['purposes', bitstring({ statusPurpose: ['revocation'] }), 'malformed /credentialStatus/statusPurpose'],
  [
    'a relative list',
    bitstring({ statusListCredential: 'status/3' }),
    'malformed /credentialStatus/statusListCredential',
  ],
  ['a null list', bitstring({ statusListCredential: null }), 'malformed /credentialStatus/statusListCredential'],
  [
    'missing members: for the check of entries',
    credential2({ credentialStatus: { type: 'BitstringStatusListEntry' } }),
    'accepted',
  ],
  [
    'another type may write what it likes',
    bitstring({ type: 'StatusList2021Entry', statusListIndex: 94_567 }),
    'accepted',
  ],
];

const PROOF = { type: 'DataIntegrityProof', '@context': [V2], proofValue: 'z1' };
const PROOFS: readonly Vector[] = [
  ['none', credential2(), 'accepted'],
  ['one, whatever it says', credential2({ proof: PROOF }), 'accepted'],
  ['a set', credential2({ proof: [PROOF, PROOF] }), 'accepted'],
  ['null', credential2({ proof: null }), 'unparsable /proof'],
  ['a string', credential2({ proof: 'z1' }), 'unparsable /proof'],
  ['an empty set', credential2({ proof: [] }), 'malformed /proof'],
  ['an empty one', credential2({ proof: {} }), 'proof-malformed /proof/type'],
  ['types', credential2({ proof: { type: ['DataIntegrityProof'] } }), 'proof-malformed /proof/type'],
  ['a string among them', credential2({ proof: [PROOF, 'z1'] }), 'unparsable /proof/1'],
  ['as many as allowed', credential2({ proof: times(LIMITS.proofs, () => PROOF) }), 'accepted'],
  ['too many', credential2({ proof: times(LIMITS.proofs + 1, () => PROOF) }), 'too-large /proof'],
];

const endorsed = (changes: JsonObject): JsonObject =>
  credential2({ endorsement: [{ ...credential2({ id: 'urn:x:9', proof: PROOF }), ...changes }] });
const KEYWORDS: readonly Vector[] = [
  ...[
    '@included',
    '@graph',
    '@reverse',
    '@nest',
    '@index',
    '@vocab',
    '@base',
    '@import',
    '@json',
    '@unheardOf',
  ].flatMap((keyword): Vector[] => [
    [`${keyword} in the root`, credential2({ [keyword]: {} }), `malformed /${keyword}`],
    [`${keyword} in a claim`, subject({ a: [{ [keyword]: 'x' }] }), `malformed /credentialSubject/a/0/${keyword}`],
  ]),
  ...['@id', '@type', '@value', '@language', '@direction', '@list', '@set', '@none'].flatMap((keyword): Vector[] => [
    [
      `${keyword} in the root`,
      credential2({ [keyword]: 'urn:x:1' }),
      keyword === '@type' ? 'malformed /@type, malformed /@type' : `malformed /${keyword}`,
    ],
    [
      `${keyword} in a subject`,
      subject({ name: 'A', [keyword]: 'urn:x:1' }),
      `malformed /credentialSubject/${keyword}`,
    ],
    [
      `${keyword} in the issuer`,
      credential2({ issuer: { id: 'urn:x:1', [keyword]: 'urn:x:1' } }),
      keyword === '@id' ? 'malformed /issuer/@id, malformed /issuer/@id' : `malformed /issuer/${keyword}`,
    ],
    [`${keyword} in a claim`, subject({ a: [{ [keyword]: 'urn:x:1' }] }), 'accepted'],
  ]),
  ['a context in a claim', subject({ a: { '@context': A } }), 'malformed /credentialSubject/a/@context'],
  ['a context in the issuer', credential2({ issuer: { id: 'urn:x:1', '@context': A } }), 'malformed /issuer/@context'],
  [
    'a context deep in arrays',
    credential2({ evidence: [{ type: 'E', a: [[{ '@context': A }]] }] }),
    'malformed /evidence/0/a/0/0/@context',
  ],
  ['a context and a proof in a credential inside, as Open Badges 3.0 endorses', endorsed({}), 'accepted'],
  ['the same in an envelope inside', endorsed({ type: 'EnvelopedVerifiableCredential' }), 'accepted'],
  [
    'the same in anything else',
    endorsed({ type: 'Endorsement' }),
    'malformed /endorsement/0/@context, malformed /endorsement/0/proof/@context',
  ],
  [
    'a context in a claim of the credential inside',
    endorsed({ credentialSubject: { '@context': A } }),
    'malformed /endorsement/0/credentialSubject/@context',
  ],
  ['another keyword in the credential inside', endorsed({ '@graph': [] }), 'malformed /endorsement/0/@graph'],
  ['id and @id', subject({ a: { id: 'urn:x:1', '@id': 'urn:x:2' } }), 'malformed /credentialSubject/a/@id'],
  ['type and @type', subject({ a: { type: 'A', '@type': 'B' } }), 'malformed /credentialSubject/a/@type'],
  ['a name that only looks so', subject({ '@': 1, 'a@id': 2, '@id2': 3 }), 'accepted'],
  ['a name with slashes', subject({ 'a/b~c': { '@graph': [] } }), 'malformed /credentialSubject/a~1b~0c/@graph'],
  ['names of everybody', subject({ constructor: 1, toString: 2, hasOwnProperty: { valueOf: 3 } }), 'accepted'],
  [
    'a schema in a JsonSchemaCredential is @json',
    credential2({
      credentialSubject: { type: 'JsonSchema', jsonSchema: { properties: { '@context': { '@graph': 1 } } } },
    }),
    'accepted',
  ],
  [
    'one of another type is not',
    subject({ type: 'Other', jsonSchema: { '@context': A } }),
    'malformed /credentialSubject/jsonSchema/@context',
  ],
  [
    'nor is it in 1.1',
    credential1({ credentialSubject: { type: 'JsonSchema', jsonSchema: { '@context': A } } }),
    'malformed /credentialSubject/jsonSchema/@context',
  ],
  ['unknown members are for JSON-LD', credential2({ favouriteColour: null, more: [{ x: null }] }), 'accepted'],
];

const VALUES: readonly Vector[] = [
  ['null', null, 'malformed '],
  ['a string', 'eyJ', 'malformed '],
  ['an array', [credential2()], 'malformed '],
];

const suite = (name: string, vectors: readonly Vector[], use: ModelUse = 'verify') =>
  describe(name, () => {
    test.each(vectors)('%s', (_what, credential, expected) => {
      expect(outcomeOf(readCredential(credential, use))).toBe(expected);
    });
  });

suite('not even an object', VALUES);
suite('@context', CONTEXTS);
suite('id', IDS);
suite('type', TYPES);
suite('issuer', ISSUERS);
suite('name and description', NAMES);
suite('credentialSubject', SUBJECTS);
suite('validity', DATES);
for (const name of [...IN_BOTH, ...IN_2]) suite(name, extensionPoint(name));
suite('ids of extension points', EXTENSION_POINTS);
suite('BitstringStatusListEntry', BITSTRING_ENTRIES);
suite('proof', PROOFS);
suite('keywords', KEYWORDS);

suite(
  'to be signed',
  [
    ['as it is', credential2({ validFrom: '2026-01-01T00:00:00Z' }), 'accepted'],
    ['with a proof', credential2({ proof: PROOF }), 'malformed /proof'],
    ['without an offset', credential2({ validFrom: '2026-01-01T00:00:00' }), 'malformed /validFrom'],
    ['without an offset at the end', credential2({ validUntil: '2026-01-01T00:00:00' }), 'malformed /validUntil'],
    // XML Schema's dateTime, which 1.1 asks for, has an optional offset.
    ['1.1, without an offset', credential1({ issuanceDate: '2026-01-01T00:00:00' }), 'accepted'],
    ['an issuer that is none', credential2({ issuer: 'x' }), 'malformed /issuer'],
  ],
  'issue',
);

describe('what later checks read', () => {
  test('a credential of 2.0', () => {
    const credential = credential2({
      id: 'urn:x:1',
      type: ['VerifiableCredential', 'ExampleCredential'],
      issuer: { id: 'did:example:issuer', name: 'Example University' },
      credentialSubject: [{ id: 'did:example:a', name: 'A' }, { name: 'B' }, { id: 'did:example:c' }],
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00+08:00',
      credentialStatus: { ...entry, id: 'urn:x:status' },
      credentialSchema: [
        { id: 'https://school.example/schema.json', type: 'JsonSchema' },
        { id: 'https://school.example/other', type: ['Other', 'More'] },
      ],
      proof: PROOF,
    });
    expect(readCredential(credential, 'verify')).toEqual({
      ok: true,
      value: {
        version: '2.0',
        document: without(credential, 'proof'),
        proofs: [PROOF],
        id: 'urn:x:1',
        types: ['VerifiableCredential', 'ExampleCredential'],
        issuer: 'did:example:issuer',
        validFromMs: Date.UTC(2026, 0, 1),
        validUntilMs: Date.UTC(2026, 11, 31, 16),
        subjectIds: ['did:example:a', 'did:example:c'],
        statusEntries: [{ ...entry, id: 'urn:x:status' }],
        schemas: [
          { id: 'https://school.example/schema.json', type: 'JsonSchema' },
          { id: 'https://school.example/other', type: 'Other' },
        ],
        relatedResources: [],
      },
    });
  });

  test('a date without an offset is UTC', () => {
    const read = readCredential(credential2({ validFrom: '2026-01-01T00:00:00' }), 'verify');
    expect(read).toMatchObject({ ok: true, value: { validFromMs: Date.UTC(2026, 0, 1) } });
  });

  test('1.1: what is said twice about validity must hold twice', () => {
    const credential = credential1({
      issuanceDate: '2026-01-01T00:00:00Z',
      validFrom: '2026-03-01T00:00:00Z',
      expirationDate: '2030-01-01T00:00:00Z',
      validUntil: '2029-01-01T00:00:00Z',
    });
    expect(readCredential(credential, 'verify')).toMatchObject({
      ok: true,
      value: { version: '1.1', validFromMs: Date.UTC(2026, 2, 1), validUntilMs: Date.UTC(2029, 0, 1) },
    });
  });

  test('a schema of several types is a JsonSchema where one of them is', () => {
    const credentialSchema = { id: 'urn:x:schema', type: ['Other', 'JsonSchema'] };
    const read = readCredential(credential2({ credentialSchema }), 'verify');
    expect(read).toMatchObject({ ok: true, value: { schemas: [{ id: 'urn:x:schema', type: 'JsonSchema' }] } });
  });

  test('all faults at once', () => {
    const credential = { '@context': [V2], type: 'VerifiableCredential', id: 1, issuer: 2, validFrom: 3, evidence: 4 };
    expect(outcomeOf(readCredential(credential, 'verify'))).toBe(
      ['/id', '/issuer', '/credentialSubject', '/validFrom', '/evidence'].map((at) => `malformed ${at}`).join(', '),
    );
  });

  test('a thousand keywords are reported a few times', () => {
    const read = readCredential(subject(times(1, () => ({ a: times(1000, () => ({ '@graph': [] })) }))), 'verify');
    expect(read.ok ? 0 : read.faults.length).toBe(16);
  });
});

describe('never throws', () => {
  const json = (): fc.Arbitrary<Json> => fc.jsonValue() as fc.Arbitrary<Json>; // its values are JSON, under a name of its own
  const MEMBERS = [
    'id',
    'type',
    'issuer',
    'name',
    'credentialSubject',
    'validFrom',
    'credentialStatus',
    'relatedResource',
    'proof',
  ];

  test('at any JSON', () => {
    fc.assert(fc.property(json(), (value) => typeof readCredential(value, 'verify').ok === 'boolean'));
  });

  test('at any value of a member', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MEMBERS),
        json(),
        fc.constantFrom<ModelUse>('issue', 'verify'),
        (name, value, use) => {
          for (const credential of [credential1({ [name]: value }), credential2({ [name]: value })])
            expect(typeof readCredential(credential, use).ok).toBe('boolean');
        },
      ),
    );
  });

  test('at any depth', () => {
    let deep: Json = {};
    for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 ? [deep] : { deep };
    expect(readCredential(subject({ deep }), 'verify').ok).toBe(true);
  });
});
