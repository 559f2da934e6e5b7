/** JSON-LD writes one graph as many a JSON: each way to hide something from a reader of JSON, with the graph unchanged; and what is ordinary. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import { canonicalForm } from '../../../src/vc/json-ld/canonical-form.ts';
import { type Expanded, expand } from '../../../src/vc/json-ld/expansion.ts';
import { checkMeaning } from '../../../src/vc/json-ld/meaning.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { Fault } from '../../../src/vc/protocol/fault.ts';
import { createAuthority } from '../../support/authority.ts';
import { VECTORS } from '../../support/vectors.ts';

const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const CRED = 'https://www.w3.org/2018/credentials#';
const STATUS = 'https://www.w3.org/ns/credentials/status#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

async function expanded(document: JsonObject, documents: Documents = noDocuments): Promise<Expanded> {
  const outcome = await expand(document, documents);
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.faults));
}
async function graphOf(document: JsonObject): Promise<string> {
  const form = await canonicalForm(await expanded(document), 'sha256');
  if (form.ok) return form.value;
  throw new Error(JSON.stringify(form.faults));
}
const faultsOf = async (document: JsonObject, documents?: Documents): Promise<Fault[]> =>
  checkMeaning(document, await expanded(document, documents));

const ID = 'urn:uuid:c0ffee00-0000-4000-8000-000000000001';
const ISSUER = 'did:web:issuer.test';
const ENTRY = 'https://issuer.test/status/3#94567';
const entry: JsonObject = {
  id: ENTRY,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '94567',
  statusListCredential: 'https://issuer.test/status/3',
};
const resource: JsonObject = {
  id: EXAMPLES,
  digestSRI: 'sha384-zNNbQTWCSUSi0bbz7dbua+RcENv7C6FvlmYJ1Y+I727HsPOHdzwELMYO9Mz68M26',
};
/** The subject refers to the credential and its parts, as an honest document may: that is what lets nodes be split. */
const LICENCE: JsonObject = {
  '@context': [V2, EXAMPLES],
  id: ID,
  type: ['VerifiableCredential', 'ExampleDegreeCredential'],
  issuer: { id: ISSUER, name: 'A university' },
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
  credentialSubject: {
    id: 'did:key:holder',
    name: 'Li Ming',
    mentions: [{ id: ID }, { id: ENTRY }, { id: EXAMPLES }],
  },
  credentialStatus: entry,
  credentialSchema: { id: 'https://issuer.test/schema.json', type: 'JsonSchema' },
  relatedResource: resource,
  termsOfUse: { type: 'ExamplePolicy' },
};

const STATUS_LIST: JsonObject = {
  '@context': [V2],
  id: 'https://issuer.test/status/3',
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer: ISSUER,
  credentialSubject: {
    id: 'https://issuer.test/status/3#list',
    type: 'BitstringStatusList',
    statusPurpose: 'revocation',
    encodedList: 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA',
    ttl: 300000,
  },
};

const OLD: JsonObject = {
  '@context': [V1],
  id: ID,
  type: ['VerifiableCredential'],
  issuer: ISSUER,
  issuanceDate: '2026-01-01T00:00:00Z',
  expirationDate: '2027-01-01T00:00:00Z',
  credentialSubject: { id: 'did:key:holder' },
};

const PRESENTATION: JsonObject = {
  '@context': [V2, EXAMPLES],
  id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000002',
  type: ['VerifiablePresentation'],
  holder: 'did:key:holder',
  verifiableCredential: [LICENCE, { ...LICENCE, id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000003' }],
};

const { validUntil = '', credentialStatus = '', ...BARE } = LICENCE;
const without = (object: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
const withContext = (document: JsonObject, ...contexts: Json[]): JsonObject => ({
  ...document,
  '@context': [document['@context'] ?? null, ...contexts].flat(),
});
const subject = { ...(LICENCE.credentialSubject as JsonObject) }; // written above as an object
/** In place of the bare reference that the subject has. */
const mentioning = (node: JsonObject): JsonObject => ({
  ...subject,
  mentions: [ID, ENTRY, EXAMPLES].map((id) => (id === node.id ? node : { id })),
});
const date = (iri: string): JsonObject => ({ '@id': iri, '@type': `${XSD}dateTime` });
const link = (iri: string): JsonObject => ({ '@id': iri, '@type': '@id' });

const STATUS_ALIASES = {
  purpose: `${STATUS}statusPurpose`,
  number: `${STATUS}statusListIndex`,
  list: link(`${STATUS}statusListCredential`),
};
const terse = {
  id: ENTRY,
  type: 'BitstringStatusListEntry',
  purpose: 'revocation',
  number: '94567',
  list: entry.statusListCredential ?? '',
};
const asVerifiable = { id: ID, type: 'VerifiableCredential' };

/** `at` are the pointers of all faults, '' where one has none. Where `honest` is missing it is LICENCE. */
const ATTACKS: Readonly<Record<string, { honest?: JsonObject; document: JsonObject; at: string[] }>> = {
  // Keywords, under their names and under others
  'dates and status in an @included node': {
    document: { ...BARE, '@included': [{ ...asVerifiable, validUntil, credentialStatus }] },
    at: ['', ''],
  },
  'the same under an alias': {
    document: {
      ...withContext(BARE, { aside: '@included' }),
      aside: [{ ...asVerifiable, validUntil, credentialStatus }],
    },
    at: ['', ''],
  },
  'dates and status in an alias of @nest': {
    document: { ...withContext(BARE, { hidden: '@nest' }), hidden: { validUntil, credentialStatus } },
    at: ['/@context', '/validUntil', '/credentialStatus'],
  },
  'dates and status in an alias of @nest, by the context of a credential inside': {
    document: {
      ...BARE,
      credentialSubject: mentioning({
        '@context': [V2, { hidden: '@nest' }],
        ...asVerifiable,
        hidden: { validUntil, credentialStatus },
      }),
    },
    at: ['/@context', ''],
  },
  'the status by a reversed property of its own': {
    document: {
      ...withContext(without(LICENCE, 'credentialStatus'), { statusOf: { '@reverse': `${CRED}credentialStatus` } }),
      credentialSubject: mentioning({ ...entry, statusOf: { id: ID } }),
    },
    at: [''],
  },
  'the whole in an alias of @graph': {
    document: {
      '@context': [V2, EXAMPLES, { whole: '@graph' }],
      whole: [{ '@context': [V2, EXAMPLES], ...without(LICENCE, '@context') }],
    },
    at: [
      '/id',
      '/type',
      '/issuer',
      '/validFrom',
      '/validUntil',
      '/credentialSubject',
      '/credentialStatus',
      '/credentialSchema',
      '/relatedResource',
      '/termsOfUse',
    ],
  },
  'a value under an index': {
    document: {
      ...withContext(LICENCE, { called: { '@id': 'https://schema.org/name', '@container': '@index' } }),
      credentialSubject: { ...without(subject, 'name'), called: { 'with honours': 'Li Ming' } },
    },
    at: [''],
  },
  'two entries in an alias of @set': {
    honest: { ...LICENCE, credentialStatus: [entry, { ...entry, id: `${ENTRY}1`, statusPurpose: 'suspension' }] },
    document: {
      ...withContext(LICENCE, { all: '@set' }),
      credentialStatus: { all: [entry, { ...entry, id: `${ENTRY}1`, statusPurpose: 'suspension' }] },
    },
    at: ['/credentialStatus'],
  },
  'the id of the credential in an alias of @id': {
    document: { ...withContext(without(LICENCE, 'id'), { number: '@id' }), number: ID },
    at: ['/id'],
  },
  'the id of the issuer as @id': {
    document: { ...LICENCE, issuer: { '@id': ISSUER, name: 'A university' } },
    at: ['/issuer/id'],
  },
  'a type in an alias of @type': {
    document: {
      ...withContext(LICENCE, { kind: '@type' }),
      type: ['VerifiableCredential'],
      kind: 'ExampleDegreeCredential',
    },
    at: ['/type'],
  },
  'the type of the status in an alias of @type': {
    document: {
      ...withContext(LICENCE, { kind: '@type' }),
      credentialStatus: { ...without(entry, 'type'), kind: 'BitstringStatusListEntry' },
    },
    at: ['/credentialStatus/type'],
  },

  // Checked properties of the credential under other names
  'the status under its IRI': {
    document: { ...without(LICENCE, 'credentialStatus'), [`${CRED}credentialStatus`]: entry },
    at: ['/credentialStatus'],
  },
  'the status under a compact IRI': {
    document: { ...withContext(without(LICENCE, 'credentialStatus'), { c: CRED }), 'c:credentialStatus': entry },
    at: ['/credentialStatus'],
  },
  'the end under another term': {
    document: {
      ...withContext(without(LICENCE, 'validUntil'), { printed: date(`${CRED}validUntil`) }),
      printed: validUntil,
    },
    at: ['/validUntil'],
  },
  'the schema under another term': {
    document: {
      ...withContext(without(LICENCE, 'credentialSchema'), { form: link(`${CRED}credentialSchema`) }),
      form: LICENCE.credentialSchema ?? '',
    },
    at: ['/credentialSchema'],
  },
  'the related resource under another term': {
    document: {
      ...withContext(without(LICENCE, 'relatedResource'), { see: link(`${CRED}relatedResource`) }),
      see: resource,
    },
    at: ['/relatedResource'],
  },
  'the terms of use under another term': {
    document: {
      ...withContext(without(LICENCE, 'termsOfUse'), { note: link(`${CRED}termsOfUse`) }),
      note: { type: 'ExamplePolicy' },
    },
    at: ['/termsOfUse'],
  },
  'one of two entries under another term': {
    honest: { ...LICENCE, credentialStatus: [{ ...entry, id: `${ENTRY}1`, statusPurpose: 'message' }, entry] },
    document: {
      ...withContext(LICENCE, { other: link(`${CRED}credentialStatus`) }),
      credentialStatus: { ...entry, id: `${ENTRY}1`, statusPurpose: 'message' },
      other: entry,
    },
    at: ['/credentialStatus'],
  },
  'in 1.1: the end by the prefix that the context itself defines': {
    honest: OLD,
    document: {
      ...without(OLD, 'expirationDate'),
      'cred:expirationDate': { '@type': 'xsd:dateTime', '@value': OLD.expirationDate ?? '' },
    },
    at: ['/expirationDate'],
  },
  'an issuer by a prefix': {
    document: {
      ...withContext(LICENCE, { school: { '@id': 'did:web:issuer', '@prefix': true } }),
      issuer: { id: 'school:.test', name: 'A university' },
    },
    at: ['/issuer/id'],
  },
  'an issuer by a prefix, as text': {
    honest: { ...LICENCE, issuer: ISSUER },
    document: {
      ...withContext(LICENCE, { school: { '@id': 'did:web:issuer', '@prefix': true } }),
      issuer: 'school:.test',
    },
    at: ['/issuer'],
  },
  'a subject by a prefix': {
    honest: { ...LICENCE, credentialSubject: { ...subject, id: 'https://people.test/li-ming' } },
    document: {
      ...withContext(LICENCE, { wang: 'https://people.test/' }),
      credentialSubject: { ...subject, id: 'wang:li-ming' },
    },
    at: ['/credentialSubject/id'],
  },
  'ids against a base': {
    honest: { ...LICENCE, id: 'https://issuer.test/1' },
    document: { ...withContext(LICENCE, { '@base': 'https://issuer.test/' }), id: '1' },
    at: ['/id'],
  },

  // Checked members of the objects inside
  'a status of a type by another name': {
    document: {
      ...withContext(LICENCE, { Note: { '@id': `${STATUS}BitstringStatusListEntry`, '@context': STATUS_ALIASES } }),
      credentialStatus: { ...terse, type: 'Note' },
    },
    at: [
      '/credentialStatus/type',
      '/credentialStatus/statusPurpose',
      '/credentialStatus/statusListIndex',
      '/credentialStatus/statusListCredential',
    ],
  },
  'an older status type by another name': {
    honest: {
      ...withContext(LICENCE, { StatusList2021Entry: 'https://w3id.org/vc/status-list#StatusList2021Entry' }),
      credentialStatus: { id: ENTRY, type: 'StatusList2021Entry' },
    },
    document: {
      ...withContext(LICENCE, { Note: 'https://w3id.org/vc/status-list#StatusList2021Entry' }),
      credentialStatus: { id: ENTRY, type: 'Note' },
    },
    at: ['/credentialStatus/type'],
  },
  'its purpose by another name': {
    honest: {
      ...withContext(LICENCE, { statusPurpose: 'https://w3id.org/vc/status-list#statusPurpose' }),
      credentialStatus: { id: ENTRY, type: 'ExampleStatus', statusPurpose: 'revocation' },
    },
    document: {
      ...withContext(LICENCE, { note: 'https://w3id.org/vc/status-list#statusPurpose' }),
      credentialStatus: { id: ENTRY, type: 'ExampleStatus', note: 'revocation' },
    },
    at: ['/credentialStatus/statusPurpose'],
  },
  'its purpose in exchange for a note': {
    honest: {
      ...withContext(LICENCE, { statusPurpose: 'https://w3id.org/vc/status-list#statusPurpose', note: 'urn:note' }),
      credentialStatus: { id: ENTRY, type: 'ExampleStatus', statusPurpose: 'revocation', note: 'message' },
    },
    document: {
      ...withContext(LICENCE, { note: 'https://w3id.org/vc/status-list#statusPurpose', statusPurpose: 'urn:note' }),
      credentialStatus: { id: ENTRY, type: 'ExampleStatus', note: 'revocation', statusPurpose: 'message' },
    },
    at: ['/credentialStatus/statusPurpose'],
  },
  'a second index under its IRI': {
    honest: { ...LICENCE, credentialStatus: { ...entry, statusListIndex: ['94567', '1'] } },
    document: {
      ...LICENCE,
      credentialStatus: { ...entry, statusListIndex: '1', [`${STATUS}statusListIndex`]: '94567' },
    },
    at: ['/credentialStatus/statusListIndex'],
  },
  'a message under its IRI': {
    honest: { ...LICENCE, credentialStatus: { ...entry, statusMessage: [{ status: '0x1', message: 'withdrawn' }] } },
    document: {
      ...LICENCE,
      credentialStatus: { ...entry, statusMessage: [{ status: '0x1', [`${STATUS}message`]: 'withdrawn' }] },
    },
    at: ['/credentialStatus/statusMessage/0/message'],
  },
  'a schema of a type by another name': {
    document: {
      ...withContext(LICENCE, { Note: `${CRED}JsonSchema` }),
      credentialSchema: { ...(LICENCE.credentialSchema as JsonObject), type: 'Note' },
    },
    at: ['/credentialSchema/type'],
  },
  'a digest under another term': {
    honest: { ...LICENCE, relatedResource: { ...resource, digestMultibase: 'uEiAi' } },
    document: {
      ...withContext(LICENCE, { checksum: { '@id': `${CRED}digestSRI`, '@type': `${CRED}sriString` } }),
      relatedResource: { id: EXAMPLES, digestMultibase: 'uEiAi', checksum: resource.digestSRI ?? '' },
    },
    at: ['/relatedResource/digestSRI'],
  },
  'a status list whose type has another name': {
    honest: STATUS_LIST,
    document: {
      ...withContext(STATUS_LIST, { Note: `${STATUS}BitstringStatusListCredential` }),
      type: ['VerifiableCredential', 'Note'],
    },
    at: ['/type'],
  },
  'in 1.1: a claim turned into a status list': {
    honest: {
      ...withContext(OLD, { Diploma: 'urn:t:Diploma', Person: 'urn:t:Person', motto: 'urn:t:motto' }),
      type: ['VerifiableCredential', 'Diploma'],
      credentialSubject: { type: 'Person', motto: 'uH4sI' },
    },
    document: {
      ...withContext(OLD, {
        BitstringStatusListCredential: 'urn:t:Diploma',
        BitstringStatusList: 'urn:t:Person',
        encodedList: 'urn:t:motto',
      }),
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      credentialSubject: { type: 'BitstringStatusList', encodedList: 'uH4sI' },
    },
    at: ['/type', '/credentialSubject/type', '/credentialSubject/encodedList'],
  },

  // One node in two places
  'dates and status in an object of the same id': {
    document: { ...BARE, credentialSubject: mentioning({ ...asVerifiable, validUntil, credentialStatus }) },
    at: [''],
  },
  'the same by IRIs, without a type': {
    document: {
      ...BARE,
      credentialSubject: mentioning({
        id: ID,
        [`${CRED}validUntil`]: { '@type': `${XSD}dateTime`, '@value': validUntil },
        [`${CRED}credentialStatus`]: entry,
      }),
    },
    at: [''],
  },
  'an end in the object of the subject, whose id is that of the credential': {
    honest: { ...LICENCE, credentialSubject: { id: ID, type: 'VerifiableCredential', name: 'x' } },
    document: {
      ...without(LICENCE, 'validUntil'),
      credentialSubject: { id: ID, type: 'VerifiableCredential', name: 'x', validUntil: validUntil },
    },
    at: [''],
  },
  'the purpose in an object of the same id as the status': {
    document: {
      ...LICENCE,
      credentialStatus: without(entry, 'statusPurpose'),
      credentialSubject: mentioning({ id: ENTRY, type: 'BitstringStatusListEntry', statusPurpose: 'revocation' }),
    },
    at: ['/credentialStatus'],
  },
  'the type in an object of the same id as the status': {
    honest: { ...LICENCE, credentialStatus: { id: ENTRY, type: ['StatusList2021Entry', 'ExampleStatus'] } },
    document: {
      ...LICENCE,
      credentialStatus: { id: ENTRY, type: 'ExampleStatus' },
      credentialSubject: mentioning({ id: ENTRY, type: 'StatusList2021Entry' }),
    },
    at: ['/credentialStatus'],
  },
  'a digest in an object of the same id as the resource': {
    honest: { ...LICENCE, relatedResource: { ...resource, digestMultibase: 'uEiAi' } },
    document: {
      ...LICENCE,
      relatedResource: { id: EXAMPLES, digestMultibase: 'uEiAi' },
      credentialSubject: mentioning(resource),
    },
    at: ['/relatedResource'],
  },

  // What is in the graph and not in the JSON
  'labels of blank nodes': {
    honest: { ...LICENCE, credentialSubject: { name: 'Li Ming' } },
    document: { ...LICENCE, credentialSubject: { id: '_:wang-fang', name: 'Li Ming' } },
    at: [''],
  },
  'a presentation with a credential that nobody asks for': {
    honest: PRESENTATION,
    document: {
      ...withContext(PRESENTATION, { also: { ...link(`${CRED}verifiableCredential`), '@container': '@graph' } }),
      verifiableCredential: (PRESENTATION.verifiableCredential as Json[]).slice(0, 1),
      also: (PRESENTATION.verifiableCredential as Json[]).slice(1),
    },
    at: ['/verifiableCredential'],
  },
  'a presentation whose holder has another name': {
    honest: PRESENTATION,
    document: { ...withContext(without(PRESENTATION, 'holder'), { by: link(`${CRED}holder`) }), by: 'did:key:holder' },
    at: ['/holder'],
  },
};

describe('refused, though the graph is the one that was signed', () => {
  test.each(Object.entries(ATTACKS))('%s', async (_, { honest = LICENCE, document, at }) => {
    expect(await graphOf(document)).toBe(await graphOf(honest));
    expect(await faultsOf(honest)).toEqual([]);
    const faults = await faultsOf(document);
    expect(new Set(faults.map(({ reason }) => reason))).toEqual(new Set(['ambiguous']));
    expect(faults.map((one) => one.at ?? '')).toEqual(at);
  });

  test('two entries of one id, for nobody can tell which index is whose', async () => {
    const two = (first: string, second: string): JsonObject => ({
      ...LICENCE,
      credentialStatus: [
        { ...entry, statusPurpose: 'message', statusListIndex: first },
        { ...entry, statusListIndex: second },
      ],
    });
    expect(await graphOf(two('1', '2'))).toBe(await graphOf(two('2', '1')));
    for (const document of [two('1', '2'), two('2', '1')])
      expect((await faultsOf(document)).map((one) => one.at)).toEqual(['/credentialStatus/0', '/credentialStatus/1']);
    expect(await faultsOf({ ...LICENCE, credentialStatus: [entry, entry] })).toEqual([]);
  });
});

describe('refused, for nothing that is read shows it', () => {
  test.each<[string, JsonObject, string[]]>([
    [
      'a proof under its IRI',
      { ...LICENCE, 'https://w3id.org/security#proof': { id: 'urn:p', name: 'x' } },
      ['/proof'],
    ],
    ...['@none', '@default', '@embed', '@base', '@json', '@language'].map((keyword): [string, JsonObject, string[]] => [
      `a claim in an alias of ${keyword}`,
      {
        ...withContext(LICENCE, { honours: keyword }),
        credentialSubject: { ...subject, honours: 'summa-cum' },
      },
      [''],
    ]),
    [
      'two documents in one',
      {
        ...without(withContext(LICENCE, { whole: '@graph' }), ...Object.keys(LICENCE).slice(1)),
        whole: [
          { id: 'urn:1', name: 'x' },
          { id: 'urn:2', name: 'y' },
        ],
      },
      [''],
    ],
    [
      'a graph beside the claims',
      {
        ...withContext(LICENCE, { graph: '@graph' }),
        credentialSubject: { ...subject, graph: { id: 'urn:1', name: 'x' } },
      },
      ['', '/credentialSubject'],
    ],
    [
      'a container of graphs that the base contexts do not know',
      {
        ...withContext(LICENCE, { box: { '@id': 'urn:box', '@container': '@graph' } }),
        credentialSubject: { ...subject, box: { name: 'x' } },
      },
      [''],
    ],
    ['a type that is a label', { ...LICENCE, credentialSubject: { ...subject, type: '_:Hero' } }, ['']],
    ['a list in place of an entry', { ...LICENCE, credentialStatus: { '@list': [entry] } }, ['/credentialStatus']],
  ])('%s', async (_, document, at) => {
    expect((await faultsOf(document)).map((one) => one.at ?? '')).toEqual(at);
  });
});

/** Terms that the base contexts protect, taken from what is read: expansion itself refuses. */
test.each<[string, JsonObject]>([
  ['a term', withContext(LICENCE, { VerifiableCredential: 'urn:x' })],
  [
    'a term of a type that comes later',
    {
      ...withContext(LICENCE, { Zest: { '@id': 'urn:z', '@context': { validUntil: 'urn:z' } } }),
      type: ['VerifiableCredential', 'Zest'],
    },
  ],
  [
    'all terms by a type that comes first',
    { ...withContext(LICENCE, { Ace: { '@id': 'urn:a', '@context': null } }), type: ['VerifiableCredential', 'Ace'] },
  ],
])('protected terms stay: %s', async (_, document) => {
  const outcome = await expand(document, noDocuments);
  expect(outcome.ok ? [] : outcome.faults.map(({ reason }) => reason)).toEqual(['malformed']);
});

test('a type that comes first cannot take a term either: the base context gives it back', async () => {
  const context = { Ace: { '@id': 'urn:a', '@context': { validUntil: 'urn:a' } } };
  expect(await faultsOf({ ...withContext(LICENCE, context), type: ['VerifiableCredential', 'Ace'] })).toEqual([]);
});

const nested = {
  id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000009',
  type: ['VerifiableCredential', 'ExampleTestResult'],
  issuer: 'did:web:other.test',
  validUntil: '2020-01-01T00:00:00Z',
  credentialStatus: { ...entry, id: `${ENTRY}9`, statusListIndex: '9' },
  credentialSubject: { id: 'did:key:holder', score: 7 },
};

const ORDINARY: Readonly<Record<string, JsonObject>> = {
  'as it is': LICENCE,
  'without ids, dates and status': {
    '@context': [V2],
    type: 'VerifiableCredential',
    issuer: ISSUER,
    credentialSubject: { name: 'Li Ming' },
  },
  'names in languages': {
    ...LICENCE,
    name: [
      { '@value': '学位证书', '@language': 'zh' },
      { '@value': 'Degree', '@language': 'en' },
    ],
    description: { '@value': 'Un diplôme', '@language': 'fr' },
  },
  'JSON, lists, typed values and numbers': {
    ...withContext(LICENCE, {
      raw: { '@id': 'urn:raw', '@type': '@json' },
      order: { '@id': 'urn:order', '@container': '@list' },
    }),
    credentialSubject: {
      ...subject,
      raw: { '@included': [{ id: ID, validUntil: 'never' }], '@graph': 7, id: '_:b' },
      order: ['b', 'a', { name: 'c' }],
      steps: { '@list': [1, 2.5, true] },
      mark: { '@value': '1.5', '@type': `${XSD}decimal` },
    },
  },
  'several subjects, two of them the same': {
    ...LICENCE,
    credentialSubject: [{ id: 'did:key:a', spouse: 'did:key:b' }, { id: 'did:key:b' }, { id: 'did:key:b', name: 'B' }],
  },
  'issued to oneself': {
    ...LICENCE,
    credentialSubject: {
      id: ISSUER,
      name: 'A university',
      degree: { type: 'ExampleDegree', by: { id: ISSUER, name: 'A university' } },
    },
  },
  'several status entries': {
    ...LICENCE,
    credentialStatus: [
      entry,
      { ...entry, id: `${ENTRY}1`, statusPurpose: 'suspension', statusListIndex: '1' },
      without({ ...entry, statusPurpose: 'refresh', statusListIndex: '2' }, 'id'),
      { id: `${ENTRY}3`, type: 'ExampleStatus', statusPurpose: 'message' },
      {
        ...entry,
        id: `${ENTRY}4`,
        statusPurpose: 'message',
        statusSize: 2,
        statusMessage: [
          { status: '0x0', message: 'ok' },
          { status: '0x1', message: 'late' },
        ],
        statusReference: 'https://issuer.test/status',
      },
    ],
  },
  'a credential as evidence': { ...LICENCE, evidence: [{ type: 'ExampleEvidence', of: nested }, nested] },
  'the same related resource as schema': {
    ...LICENCE,
    credentialSchema: { id: EXAMPLES, type: 'JsonSchema' },
    relatedResource: [resource, { id: V2, digestMultibase: ['uEiAi', 'uEiAj'], mediaType: 'application/ld+json' }],
  },
  'further members': {
    ...LICENCE,
    refreshService: { type: 'ExampleRefresh', id: 'https://issuer.test/refresh' },
    renderMethod: { type: 'ExampleRender', digestMultibase: 'uEiAi' },
    evidence: ['https://issuer.test/exam'],
    validFrom: null,
    credentialSchema: [],
  },
  'terms of its own': {
    ...withContext(LICENCE, {
      '@vocab': 'https://issuer.test/terms#',
      honour: { '@id': 'https://schema.org/award', '@type': '@id' },
      ttl: 'https://issuer.test/ttl',
      tutor: { '@id': 'https://issuer.test/tutor', '@context': { called: 'https://schema.org/name' } },
    }),
    credentialSubject: {
      ...subject,
      honour: 'https://issuer.test/honours/1',
      ttl: 7,
      encodedList: 'x',
      tutor: { called: 'Wang' },
    },
  },
  'members of the other data model, under terms of its own': {
    ...LICENCE,
    issuanceDate: '2026-01-01T00:00:00Z',
    expirationDate: '2027-01-01T00:00:00Z',
    holder: 'did:key:holder',
  },
  'data model 1.1': {
    ...withContext(OLD, EXAMPLES),
    type: ['VerifiableCredential', 'ExampleDegreeCredential'],
    issuer: { id: ISSUER, name: 'x' },
    validFrom: '2026-01-01T00:00:00Z',
    relatedResource: { id: 'urn:r' },
    credentialStatus: { id: ENTRY, type: 'CredentialStatusList2017' },
    credentialSchema: { id: 'https://issuer.test/schema.json', type: 'JsonSchemaValidator2018' },
    refreshService: { id: 'https://issuer.test/refresh', type: 'ManualRefreshService2018' },
  },
  'a status list': STATUS_LIST,
  'a status list for two purposes': {
    ...STATUS_LIST,
    credentialSubject: {
      ...(STATUS_LIST.credentialSubject as JsonObject),
      statusPurpose: ['revocation', 'suspension'],
    },
  },
  'a presentation': PRESENTATION,
  'a presentation of what its holder issued, and of an envelope': {
    ...PRESENTATION,
    holder: { id: ISSUER, name: 'A university' },
    termsOfUse: { type: 'ExamplePolicy' },
    verifiableCredential: [
      LICENCE,
      { '@context': V2, id: 'data:application/vc+jwt,eyJh.eyJh.c2ln', type: 'EnvelopedVerifiableCredential' },
    ],
  },
  'a presentation of nothing': without(PRESENTATION, 'verifiableCredential'),
};

describe('ordinary', () => {
  test.each(Object.entries(ORDINARY))('%s', async (_, document) => {
    expect(await faultsOf(document)).toEqual([]);
  });

  test('our own credentials, alone and in a presentation, with their proofs and without', async () => {
    const { credential } = await (await createAuthority()).issue();
    const { proof, ...unsigned } = credential;
    expect(await faultsOf(credential)).toEqual([]);
    expect(await faultsOf(unsigned)).toEqual([]);
    expect(await faultsOf({ ...PRESENTATION, verifiableCredential: [credential, unsigned, LICENCE] })).toEqual([]);
    expect(await faultsOf({ ...PRESENTATION, verifiableCredential: credential, proof: proof ?? null })).toEqual([]);
  });

  test.skipIf(!existsSync(VECTORS))('every document among the vectors of W3C', async () => {
    let read = 0;
    for (const name of readdirSync(VECTORS, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.json')) continue;
      const file: unknown = JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));
      if (!isObject(file)) continue;
      for (const signed of [file, file.document, file.revealDocument]) {
        if (!isObject(signed) || !Object.hasOwn(signed, '@context') || !Object.hasOwn(signed, 'type')) continue;
        for (const document of [signed, without(signed, 'proof')])
          expect({ name, faults: await faultsOf(document) }).toEqual({ name, faults: [] });
        read++;
      }
    }
    expect(read).toBeGreaterThan(30);
  });

  test('a context that the caller brought', async () => {
    const url = 'https://contexts.test/v1';
    const context = {
      '@context': { '@protected': true, Diploma: { '@id': 'urn:d', '@context': { rank: 'urn:rank' } } },
    };
    const document = { ...withContext(LICENCE, url), credentialSubject: { type: 'Diploma', rank: 'first' } };
    expect(await faultsOf(document, async (asked) => (asked === url ? context : undefined))).toEqual([]);
  });
});
