/** One graph, many a JSON: what is signed is a graph, what is read is JSON, and contexts are not signed. Each forger hides something from the reader, or shows him something else, under a good signature. */

import { gzipSync } from 'node:zlib';
import { base64url } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import type { ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import { setBit } from '../../../src/vc/status/bitstring.ts';
import type { Attack } from '../attack.ts';
import {
  bringing,
  type Changes,
  CRED,
  changed,
  credential1,
  credentialIn,
  dressed,
  EXAMPLES,
  FUTURE,
  JCS,
  type JsonObject,
  type Maker,
  PAST,
  type ProtocolSubject,
  presentationIn,
  RDFC,
  SECURITY,
  STATUS,
  signed,
  signedGraph,
  V1,
  V2,
  visiting,
  WEB,
  XSD,
} from './scene.ts';

const hidden = credentialIn('meaning');
const hiddenInPresentation = presentationIn('meaning');

const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
const LIST = 'https://issuer.test/status/3';
const ENTRY = `${LIST}#94567`;
const SCHEMA = 'https://issuer.test/schema.json';
const ID = 'urn:uuid:c0ffee00-0000-4000-8000-000000000001';

const entry: JsonObject = {
  id: ENTRY,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '94567',
  statusListCredential: LIST,
};
const EXAMPLES_SRI = 'sha384-zNNbQTWCSUSi0bbz7dbua+RcENv7C6FvlmYJ1Y+I727HsPOHdzwELMYO9Mz68M26';
const WRONG_SRI = `sha384-${'A'.repeat(64)}`;

/** With references from the subject to the credential and its parts, as an honest document may have: that is what lets nodes be split. */
const subject: JsonObject = {
  id: 'did:example:subject',
  name: '欧阳晓明月',
  mentions: [{ id: ID }, { id: ENTRY }, { id: EXAMPLES }],
};
const licence = (changes: Changes = {}): JsonObject =>
  changed(
    {
      '@context': [V2, EXAMPLES],
      id: ID,
      type: ['VerifiableCredential', 'ExampleLicence'],
      issuer: { id: WEB, name: 'A' },
      validFrom: PAST,
      validUntil: FUTURE,
      credentialSubject: subject,
      credentialStatus: { ...entry, statusListIndex: '1' },
      credentialSchema: { id: SCHEMA, type: 'JsonSchema' },
      relatedResource: { id: EXAMPLES, digestSRI: EXAMPLES_SRI },
    },
    changes,
  );
const withContext = (document: JsonObject, ...more: Json[]): JsonObject => ({
  ...document,
  '@context': [document['@context'] ?? null, ...more].flat(),
});
const date = (iri: string): JsonObject => ({ '@id': iri, '@type': `${XSD}dateTime` });
const link = (iri: string): JsonObject => ({ '@id': iri, '@type': '@id' });
const typed = (text: Json): JsonObject => ({ '@type': `${XSD}dateTime`, '@value': text });

function packed(...set: number[]): string {
  const bits = new Uint8Array(16_384);
  for (const one of set) setBit(bits, one);
  return `u${base64url(gzipSync(bits))}`;
}
const BY_WEB = { options: { ...RDFC, verificationMethod: `${WEB}#key` } };
const BY_WEB_JSON = { options: { ...JCS, verificationMethod: `${WEB}#key` } };
/** Index 94567 is revoked. */
const LIST_SUBJECT: JsonObject = {
  id: `${LIST}#list`,
  type: 'BitstringStatusList',
  statusPurpose: 'revocation',
  encodedList: packed(94_567),
};
const list = await signed(
  {
    '@context': [V2],
    id: LIST,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: WEB,
    credentialSubject: LIST_SUBJECT,
  },
  BY_WEB_JSON,
);
const schema = (...required: string[]): Json => ({ $schema: 'https://json-schema.org/draft/2020-12/schema', required });
const context: Partial<ProtocolContext> = bringing({ [LIST]: list, [SCHEMA]: schema('issuer') });

const genuine: Maker = async () => visiting(await signedGraph(licence(), BY_WEB), context);
/** The issuer signed the honest document; the forger shows the other one, of the same graph. */
const attack = (what: string, honest: JsonObject, shown: JsonObject): Attack<ProtocolSubject> =>
  hidden(what, { forged: async () => visiting(await dressed(signedGraph(honest, BY_WEB), shown), context), genuine });
/** The issuer itself signed what two readers would read differently. */
const unclear = (what: string, document: JsonObject, right?: JsonObject): Attack<ProtocolSubject> =>
  hidden(what, {
    forged: async () => visiting(await signed(document, BY_WEB_JSON), context),
    genuine: right ? async () => visiting(await signed(right, BY_WEB_JSON), context) : genuine,
  });

const expired = (changes: Changes = {}): JsonObject => licence({ validUntil: PAST, validFrom: undefined, ...changes });
const ended = expired({ validUntil: undefined });
const revoked = (changes: Changes = {}): JsonObject => licence({ credentialStatus: entry, ...changes });
const unlisted = licence({ credentialStatus: undefined });
/** In place of the bare reference that the subject has. */
const mentioning = (node: JsonObject): JsonObject => ({
  ...subject,
  mentions: [ID, ENTRY, EXAMPLES].map((id) => (id === node.id ? node : { id })),
});

const keywords: readonly Attack<ProtocolSubject>[] = [
  attack('an end in an @included node', expired(), {
    ...ended,
    '@included': [{ id: ID, type: 'VerifiableCredential', validUntil: PAST }],
  }),
  attack('an end in an alias of @included', expired(), {
    ...withContext(ended, { aside: '@included' }),
    aside: [{ id: ID, type: 'VerifiableCredential', validUntil: PAST }],
  }),
  attack('a revoked status in an alias of @included', revoked(), {
    ...withContext(unlisted, { aside: '@included' }),
    aside: [{ id: ID, type: 'VerifiableCredential', credentialStatus: entry }],
  }),
  attack('a revoked status in an alias of @included of another object', revoked(), {
    ...withContext(unlisted, { aside: '@included' }),
    credentialSubject: { ...subject, aside: [{ id: ID, type: 'VerifiableCredential', credentialStatus: entry }] },
  }),
  attack('a claim in an alias of @included', licence({ credentialSubject: { ...subject, suspended: 'for a year' } }), {
    ...withContext(licence(), { aside: '@included' }),
    aside: { id: 'did:example:subject', suspended: 'for a year' },
  }),
  ...['@none', '@default', '@embed', '@json', '@language', '@direction'].map((keyword) =>
    attack(`a claim that nobody signed in an alias of ${keyword}`, licence(), {
      ...withContext(licence(), { honours: keyword }),
      credentialSubject: { ...subject, honours: 'ltr' },
    }),
  ),
  unclear(
    'a direction of the subject beside that of a note',
    {
      ...withContext(licence(), { towards: '@direction' }),
      credentialSubject: { ...subject, towards: 'rtl', note: { '@value': 'x', '@language': 'ar' } },
    },
    licence({ credentialSubject: { ...subject, note: { '@value': 'x', '@language': 'ar', '@direction': 'rtl' } } }),
  ),
  unclear('subjects in an alias of @list', {
    ...withContext(licence(), { all: '@list' }),
    credentialSubject: { all: [{ name: 'A' }, { name: 'B' }] },
  }),
  unclear(
    'a subject in an alias of @value',
    { ...withContext(licence(), { text: '@value' }), credentialSubject: { text: 'A' } },
    licence({ credentialSubject: { ...subject, notes: { '@list': ['A'] } } }),
  ),
  unclear(
    'a term that is nested where it is written',
    withContext(licence(), { motto: { '@id': 'urn:x:motto', '@nest': 'hidden' } }),
    licence({ credentialSubject: { ...subject, motto: '@nest' } }),
  ),
  attack('an end in an alias of @nest', expired(), {
    ...withContext(ended, { hidden: '@nest' }),
    hidden: { validUntil: PAST },
  }),
  attack('an end in an alias of @nest of a context for one type', expired(), {
    ...withContext(ended, {
      ExampleLicence: {
        '@id': 'https://www.w3.org/ns/credentials/examples#ExampleLicence',
        '@context': { hidden: '@nest' },
      },
    }),
    hidden: { validUntil: PAST },
  }),
  attack('a name in an alias of @nest', licence(), {
    ...withContext(licence({ credentialSubject: { ...changed(subject, { name: undefined }) } }), { hidden: '@nest' }),
    credentialSubject: { ...changed(subject, { name: undefined }), hidden: { name: '欧阳晓明月' } },
  }),
  attack('a revoked status by a reversed property', revoked(), {
    ...withContext(unlisted, { statusOf: { '@reverse': `${CRED}credentialStatus` } }),
    credentialSubject: mentioning({ ...entry, statusOf: { id: ID } }),
  }),
  attack('a value under an index', licence(), {
    ...withContext(licence(), { called: { '@id': 'https://schema.org/name', '@container': '@index' } }),
    credentialSubject: { ...changed(subject, { name: undefined }), called: { 'with honours': '欧阳晓明月' } },
  }),
  attack('a revoked status in an alias of @set', revoked(), {
    ...withContext(unlisted, { all: '@set' }),
    credentialStatus: { all: [entry] },
  }),
  attack('an id in an alias of @id', licence(), {
    ...withContext(licence({ id: undefined }), { number: '@id' }),
    number: ID,
  }),
  attack('the id of a subject in an alias of @id', licence(), {
    ...withContext(licence(), { number: '@id' }),
    credentialSubject: { ...changed(subject, { id: undefined }), number: 'did:example:subject' },
  }),
  attack('a type in an alias of @type', licence(), {
    ...withContext(licence({ type: ['VerifiableCredential'] }), { kind: '@type' }),
    kind: 'ExampleLicence',
  }),
  attack('a type in an alias of @type that comes behind', licence(), {
    ...withContext(licence({ type: ['VerifiableCredential'] }), { zone: '@type' }),
    zone: 'ExampleLicence',
  }),
  attack('the type of a revoked status in an alias of @type', revoked(), {
    ...withContext(revoked(), { kind: '@type' }),
    credentialStatus: { ...changed(entry, { type: 'ExampleEntry' }), kind: 'BitstringStatusListEntry' },
  }),
  unclear('a graph beside the claims', {
    ...withContext(licence(), { graph: '@graph' }),
    credentialSubject: { ...subject, graph: { id: 'urn:x:1', name: 'x' } },
  }),
  unclear('a graph in a claim', {
    ...withContext(licence(), { graph: '@graph' }),
    credentialSubject: { ...subject, claim: { graph: { id: 'urn:x:1', name: 'x' } } },
  }),
  unclear('a graph with an id in a property that holds graphs without', {
    ...withContext(licence(), { graph: '@graph', signed: `${SECURITY}proof` }),
    credentialSubject: { ...subject, signed: { id: 'urn:x:1', graph: { id: 'urn:x:2', name: 'x' } } },
  }),
  unclear('a container of graphs that the base contexts do not know', {
    ...withContext(licence(), { box: { '@id': 'urn:box', '@container': '@graph' } }),
    credentialSubject: { ...subject, box: { name: 'x' } },
  }),
  unclear(
    'a subject whose id is the label of a blank node',
    licence({ credentialSubject: { ...subject, spouse: { id: '_:wang', name: 'B' } } }),
  ),
  unclear(
    'a type that is the label of a blank node',
    licence({ credentialSubject: { ...subject, spouse: { type: '_:Hero', name: 'B' } } }),
  ),
  unclear('a property that is the label of a blank node', licence({ credentialSubject: { ...subject, '_:p': 'B' } })),
  hidden('two documents in one', {
    forged: async () =>
      visiting(
        await signed(
          {
            '@context': [V2, EXAMPLES, { whole: '@graph' }],
            whole: [licence({ '@context': undefined }), { id: 'urn:x:2', name: 'y' }],
          },
          BY_WEB_JSON,
        ),
        context,
      ),
    genuine,
  }),
];

/** A type that is read, by a name under which nobody reads it. */
const noted = (iri: string): Attack<ProtocolSubject> =>
  unclear(
    `the type ${iri} by another name`,
    withContext(licence({ type: ['VerifiableCredential', 'Note'] }), { Note: iri }),
    withContext(licence({ type: ['VerifiableCredential', 'Note'] }), { Note: 'urn:x:Note' }),
  );

/** A checked member under another name: by its IRI, by a compact one, by a term of an own context. */
const renamed: readonly Attack<ProtocolSubject>[] = [
  attack('an end under its IRI', expired(), { ...ended, [`${CRED}validUntil`]: typed(PAST) }),
  attack('an end under a compact IRI', expired(), { ...withContext(ended, { c: CRED }), 'c:validUntil': typed(PAST) }),
  attack('an end under another term', expired(), {
    ...withContext(ended, { printed: date(`${CRED}validUntil`) }),
    printed: PAST,
  }),
  attack('a start in the future under another term', licence({ validFrom: FUTURE }), {
    ...withContext(licence({ validFrom: undefined }), { printed: date(`${CRED}validFrom`) }),
    printed: FUTURE,
  }),
  attack('a revoked status under its IRI', revoked(), { ...unlisted, [`${CRED}credentialStatus`]: entry }),
  attack('a revoked status under a compact IRI', revoked(), {
    ...withContext(unlisted, { c: CRED }),
    'c:credentialStatus': entry,
  }),
  attack('a revoked status under another term', revoked(), {
    ...withContext(unlisted, { stamp: link(`${CRED}credentialStatus`) }),
    stamp: entry,
  }),
  attack(
    'one of two entries under another term',
    licence({ credentialStatus: [{ ...entry, id: `${ENTRY}1`, statusListIndex: '1' }, entry] }),
    {
      ...withContext(licence({ credentialStatus: { ...entry, id: `${ENTRY}1`, statusListIndex: '1' } }), {
        other: link(`${CRED}credentialStatus`),
      }),
      other: entry,
    },
  ),
  attack(
    'a schema that it does not conform to under another term',
    licence({ credentialSchema: { id: 'https://issuer.test/strict.json', type: 'JsonSchema' } }),
    {
      ...withContext(licence({ credentialSchema: undefined }), { form: link(`${CRED}credentialSchema`) }),
      form: { id: 'https://issuer.test/strict.json', type: 'JsonSchema' },
    },
  ),
  attack(
    'a resource of another digest under another term',
    licence({ relatedResource: { id: EXAMPLES, digestSRI: WRONG_SRI } }),
    {
      ...withContext(licence({ relatedResource: undefined }), { see: link(`${CRED}relatedResource`) }),
      see: { id: EXAMPLES, digestSRI: WRONG_SRI },
    },
  ),
  ...['termsOfUse', 'refreshService', 'evidence'].map((name) =>
    attack(`${name} under another term`, licence({ [name]: { id: 'urn:x:1', type: 'ExamplePolicy' } }), {
      ...withContext(licence(), { note: link(`${CRED}${name}`) }),
      note: { id: 'urn:x:1', type: 'ExamplePolicy' },
    }),
  ),
  attack('an issuer by a prefix', licence(), {
    ...withContext(licence({ issuer: { id: 'school:.test', name: 'A' } }), {
      school: { '@id': 'did:web:issuer', '@prefix': true },
    }),
  }),
  attack('an issuer by a prefix, as text', licence({ issuer: WEB }), {
    ...withContext(licence({ issuer: 'school:.test' }), { school: { '@id': 'did:web:issuer', '@prefix': true } }),
  }),
  attack('a subject by a prefix', licence({ credentialSubject: { id: 'https://people.test/li', name: 'A' } }), {
    ...withContext(licence({ credentialSubject: { id: 'wang:li', name: 'A' } }), { wang: 'https://people.test/' }),
  }),
  attack('an id by a prefix', licence(), {
    ...withContext(licence({ id: 'x:c0ffee00-0000-4000-8000-000000000001' }), {
      x: { '@id': 'urn:uuid:', '@prefix': true },
    }),
  }),
  attack('a type that nobody signed, by the IRI of another', licence({ type: ['VerifiableCredential'] }), {
    ...withContext(licence({ type: ['VerifiableCredential', 'Honours'] }), { Honours: `${CRED}VerifiableCredential` }),
  }),
  ...[`${CRED}VerifiablePresentation`, `${CRED}EnvelopedVerifiableCredential`].map((iri) => noted(iri)),
  noted(`${STATUS}BitstringStatusListCredential`),
  attack('in 1.1: an end by the prefix that the context itself defines', old({ expirationDate: PAST }), {
    ...old({ expirationDate: undefined }),
    'cred:expirationDate': { '@type': 'xsd:dateTime', '@value': PAST },
  }),
];
function old(changes: Changes = {}): JsonObject {
  return credential1({ '@context': [V1, DATA_INTEGRITY, EXAMPLES], id: ID, issuer: WEB, ...changes });
}

const STATUS_ALIASES = {
  purpose: `${STATUS}statusPurpose`,
  number: `${STATUS}statusListIndex`,
  list: link(`${STATUS}statusListCredential`),
};
const OLDER = 'https://w3id.org/vc/status-list#';
const older = (changes: Changes = {}): JsonObject =>
  changed({ id: ENTRY, type: 'ExampleStatus', statusPurpose: 'revocation' }, changes);
const inside: readonly Attack<ProtocolSubject>[] = [
  attack('a revoked status of a type by another name', revoked(), {
    ...withContext(revoked(), { Note: { '@id': `${STATUS}BitstringStatusListEntry`, '@context': STATUS_ALIASES } }),
    credentialStatus: { id: ENTRY, type: 'Note', purpose: 'revocation', number: '94567', list: LIST },
  }),
  ...['https://status.test/', 'urn:x:'].map((namespace) =>
    unclear(
      `a status type of ${namespace} by another name`,
      withContext(licence({ credentialStatus: { id: ENTRY, type: 'Note' } }), { Note: `${namespace}OurEntry` }),
      withContext(licence({ credentialStatus: { id: ENTRY, type: 'OurEntry' } }), { OurEntry: `${namespace}OurEntry` }),
    ),
  ),
  unclear(
    'a status type by a prefix',
    withContext(licence({ credentialStatus: { id: ENTRY, type: 'x:OurEntry' } }), {
      x: { '@id': 'urn:x:Revocation', '@prefix': true },
    }),
    licence({ credentialStatus: { id: ENTRY, type: 'x:OurEntry' } }),
  ),
  attack(
    'an older status type by another name',
    withContext(licence({ credentialStatus: { id: ENTRY, type: 'StatusList2021Entry' } }), {
      StatusList2021Entry: `${OLDER}StatusList2021Entry`,
    }),
    {
      ...withContext(licence({ credentialStatus: { id: ENTRY, type: 'Note' } }), {
        Note: `${OLDER}StatusList2021Entry`,
      }),
    },
  ),
  attack(
    'its purpose by another name',
    withContext(licence({ credentialStatus: older() }), { statusPurpose: `${OLDER}statusPurpose` }),
    {
      ...withContext(licence({ credentialStatus: older({ statusPurpose: undefined, note: 'revocation' }) }), {
        note: `${OLDER}statusPurpose`,
      }),
    },
  ),
  attack(
    'its purpose in exchange for a note',
    withContext(licence({ credentialStatus: older({ note: 'refresh' }) }), {
      statusPurpose: `${OLDER}statusPurpose`,
      note: 'urn:note',
    }),
    {
      ...withContext(licence({ credentialStatus: older({ note: 'revocation', statusPurpose: 'refresh' }) }), {
        note: `${OLDER}statusPurpose`,
        statusPurpose: 'urn:note',
      }),
    },
  ),
  attack(
    'a schema of a type by another name',
    licence({ credentialSchema: { id: 'https://issuer.test/strict.json', type: 'JsonSchema' } }),
    {
      ...withContext(licence({ credentialSchema: { id: 'https://issuer.test/strict.json', type: 'Note' } }), {
        Note: `${CRED}JsonSchema`,
      }),
    },
  ),
  attack(
    'a digest under another term',
    licence({ relatedResource: { id: EXAMPLES, digestSRI: WRONG_SRI, digestMultibase: 'uEiAi' } }),
    {
      ...withContext(licence({ relatedResource: { id: EXAMPLES, digestMultibase: 'uEiAi', checksum: WRONG_SRI } }), {
        checksum: { '@id': `${CRED}digestSRI`, '@type': `${CRED}sriString` },
      }),
    },
  ),
];

/** A member twice: by its term, as the reader wants it, and by its IRI. */
const TWICE: readonly (readonly [name: string, document: JsonObject, iri: string, more: Json])[] = [
  ['issuer', licence(), `${CRED}issuer`, { '@id': 'did:web:other.test' }],
  ['validFrom', licence(), `${CRED}validFrom`, typed(FUTURE)],
  ['validUntil', licence(), `${CRED}validUntil`, typed(PAST)],
  ['issuanceDate', old(), `${CRED}issuanceDate`, typed(FUTURE)],
  ['expirationDate', old(), `${CRED}expirationDate`, typed(PAST)],
  ['credentialSubject', licence(), `${CRED}credentialSubject`, { id: 'did:example:other', name: 'B' }],
  ['credentialStatus', licence(), `${CRED}credentialStatus`, entry],
  ['credentialSchema', licence(), `${CRED}credentialSchema`, { id: 'urn:x:1', type: 'JsonSchema' }],
  ['relatedResource', licence(), `${CRED}relatedResource`, { id: 'urn:x:1', digestSRI: WRONG_SRI }],
  [
    'termsOfUse',
    licence({ termsOfUse: { type: 'ExamplePolicy' } }),
    `${CRED}termsOfUse`,
    { id: 'urn:x:1', type: 'ExamplePolicy' },
  ],
  [
    'refreshService',
    licence({ refreshService: { type: 'ExamplePolicy' } }),
    `${CRED}refreshService`,
    { id: 'urn:x:1', type: 'ExamplePolicy' },
  ],
  [
    'evidence',
    licence({ evidence: { type: 'ExamplePolicy' } }),
    `${CRED}evidence`,
    { id: 'urn:x:1', type: 'ExamplePolicy' },
  ],
  ['holder, which is none', licence(), `${CRED}holder`, { '@id': 'did:example:other' }],
  ['verifiableCredential, which is none', licence(), `${CRED}verifiableCredential`, { id: 'urn:x:1', name: 'x' }],
  ['proof', licence(), `${SECURITY}proof`, { id: 'urn:x:1', name: 'x' }],
];
const inEntry = (more: JsonObject): JsonObject =>
  licence({ credentialStatus: { ...entry, statusListIndex: '1', ...more } });
/** The list itself, with more in its subject. */
const inList = ({ proof: _, ...document }: JsonObject, more: JsonObject): JsonObject => ({
  ...document,
  credentialSubject: { ...LIST_SUBJECT, ...more },
});
const messages = [0, 1].map((status) => ({ status: `0x${status}`, message: `m${status}` }));
const twice: readonly Attack<ProtocolSubject>[] = [
  ...TWICE.map(([name, document, iri, more]) => unclear(`twice: ${name}`, { ...document, [iri]: more }, document)),
  unclear('twice: statusPurpose', inEntry({ [`${STATUS}statusPurpose`]: 'suspension' })),
  unclear('twice: statusListIndex', inEntry({ [`${STATUS}statusListIndex`]: '94567' })),
  unclear('twice: statusListCredential', inEntry({ [`${STATUS}statusListCredential`]: { '@id': 'urn:x:1' } })),
  unclear('twice: statusSize', inEntry({ statusSize: 1, [`${STATUS}statusSize`]: 2 }), inEntry({ statusSize: 1 })),
  unclear(
    'twice: statusReference',
    inEntry({ statusReference: 'urn:x:1', [`${STATUS}statusReference`]: { '@id': 'urn:x:2' } }),
    inEntry({ statusReference: 'urn:x:1' }),
  ),
  unclear(
    'twice: statusMessage',
    inEntry({ statusMessage: messages, [`${STATUS}statusMessage`]: { id: 'urn:x:1', status: '0x0', message: 'm' } }),
    inEntry({ statusMessage: messages }),
  ),
  unclear(
    'twice: a status of a message',
    inEntry({ statusMessage: [{ ...messages[0], [`${STATUS}status`]: '0x1' }, messages[1] ?? null] }),
    inEntry({ statusMessage: messages }),
  ),
  unclear(
    'twice: the text of a message',
    inEntry({ statusMessage: [{ ...messages[0], [`${STATUS}message`]: 'm' }, messages[1] ?? null] }),
    inEntry({ statusMessage: messages }),
  ),
  unclear(
    'twice: a digestSRI',
    licence({
      relatedResource: {
        id: EXAMPLES,
        digestSRI: EXAMPLES_SRI,
        [`${CRED}digestSRI`]: { '@type': `${CRED}sriString`, '@value': WRONG_SRI },
      },
    }),
  ),
  unclear(
    'twice: a digestMultibase',
    licence({ relatedResource: { id: 'urn:x:1', digestMultibase: 'uEiAi', [`${SECURITY}digestMultibase`]: 'uEiAj' } }),
    licence({ relatedResource: { id: 'urn:x:1', digestMultibase: 'uEiAi' } }),
  ),
  unclear('twice: encodedList', inList(list, { [`${STATUS}encodedList`]: packed() }), inList(list, {})),
  unclear('twice: the purpose of a list', inList(list, { [`${STATUS}statusPurpose`]: 'message' }), inList(list, {})),
  unclear('twice: ttl', inList(list, { ttl: 1, [`${STATUS}ttl`]: 2 }), inList(list, { ttl: 1 })),
  unclear('ttl, which is null', inList(list, { ttl: null, [`${STATUS}ttl`]: 2 }), inList(list, { ttl: null })),
  unclear(
    'an issuanceDate beside one of its own',
    licence({ issuanceDate: PAST, [`${CRED}issuanceDate`]: typed(FUTURE) }),
    licence({ issuanceDate: PAST }),
  ),
  unclear(
    'a list in place of an entry',
    licence({ [`${CRED}credentialStatus`]: { '@list': [entry] }, credentialStatus: undefined }),
  ),
];

const nameless = changed(entry, { id: undefined });
/** The subject names the credential, its issuer and an end of it again and again. */
const repeating = (...ends: string[]): JsonObject =>
  licence({
    credentialSubject: {
      ...subject,
      mentions: ends.map((end) => ({
        id: ID,
        [`${CRED}issuer`]: { '@id': WEB },
        [`${CRED}validUntil`]: typed(end),
      })),
    },
  });
/** One node in two places: all objects of one id are one node. */
const split: readonly Attack<ProtocolSubject>[] = [
  attack('an end in an object of the same id', expired(), {
    ...ended,
    credentialSubject: mentioning({ id: ID, type: 'VerifiableCredential', validUntil: PAST }),
  }),
  attack('an end by its IRI in an object of the same id', expired(), {
    ...ended,
    credentialSubject: mentioning({ id: ID, [`${CRED}validUntil`]: typed(PAST) }),
  }),
  attack('a revoked status in an object of the same id', revoked(), {
    ...unlisted,
    credentialSubject: mentioning({ id: ID, type: 'VerifiableCredential', credentialStatus: entry }),
  }),
  attack(
    'an end in the subject, whose id is that of the credential',
    expired({ credentialSubject: { id: ID, type: 'VerifiableCredential', name: 'x' } }),
    {
      ...ended,
      credentialSubject: { id: ID, type: 'VerifiableCredential', name: 'x', validUntil: PAST },
    },
  ),
  attack(
    'the index of a revoked status in an object of its id',
    revoked({ credentialStatus: { ...entry, statusListIndex: ['94567', '1'] } }),
    {
      ...revoked({ credentialStatus: { ...entry, statusListIndex: '1' } }),
      credentialSubject: mentioning({ id: ENTRY, type: 'BitstringStatusListEntry', statusListIndex: '94567' }),
    },
  ),
  attack(
    'the type of a status in an object of its id',
    licence({ credentialStatus: { id: ENTRY, type: ['StatusList2021Entry', 'ExampleStatus'] } }),
    {
      ...licence({ credentialStatus: { id: ENTRY, type: 'ExampleStatus' } }),
      credentialSubject: mentioning({ id: ENTRY, type: 'StatusList2021Entry' }),
    },
  ),
  attack(
    'a digest in an object of the id of the resource',
    licence({ relatedResource: { id: EXAMPLES, digestSRI: WRONG_SRI, digestMultibase: 'uEiAi' } }),
    {
      ...licence({ relatedResource: { id: EXAMPLES, digestMultibase: 'uEiAi' } }),
      credentialSubject: mentioning({ id: EXAMPLES, digestSRI: WRONG_SRI }),
    },
  ),
  unclear(
    'another end in an object of the same id, before one that repeats the first',
    repeating(PAST, FUTURE),
    repeating(FUTURE, FUTURE),
  ),
  unclear(
    'a revoked status without id in an object of the same id',
    licence({
      credentialStatus: { ...nameless, statusListIndex: '1' },
      credentialSubject: mentioning({ id: ID, [`${CRED}credentialStatus`]: nameless }),
    }),
    licence({ credentialStatus: ['1', '2'].map((statusListIndex) => ({ ...nameless, statusListIndex })) }),
  ),
  unclear(
    'a type in an object of the same id',
    licence({ credentialSubject: mentioning({ id: ID, type: 'VerifiablePresentation' }) }),
    licence({ credentialSubject: mentioning({ id: ID, type: 'ExamplePresentation' }) }),
  ),
  unclear(
    'two entries of one id, of which nobody can tell whose index is whose',
    licence({
      credentialStatus: [
        { ...entry, statusPurpose: 'message', statusListIndex: '1' },
        { ...entry, statusListIndex: '2' },
      ],
    }),
  ),
];

// In 1.1 the terms of status lists are nobody's, and anybody may define them.
const EXAMPLE_TERMS = 'https://www.w3.org/ns/credentials/examples#';
const inOldEntry = (more: JsonObject): JsonObject => old({ credentialStatus: { ...entry, ...more } });
const inOld: readonly Attack<ProtocolSubject>[] = [
  attack('in 1.1: a status under another term', old({ credentialStatus: { id: ENTRY, type: 'StatusList2021Entry' } }), {
    ...withContext(old(), { stamp: link(`${CRED}credentialStatus`) }),
    stamp: { id: ENTRY, type: 'StatusList2021Entry' },
  }),
  attack('in 1.1: an index that is one of another vocabulary', inOldEntry({ statusListIndex: '94567', serial: '1' }), {
    ...withContext(inOldEntry({ statusListIndex: '1', serial: '94567' }), {
      statusListIndex: `${EXAMPLE_TERMS}serial`,
      serial: `${EXAMPLE_TERMS}statusListIndex`,
    }),
  }),
  unclear(
    'in 1.1: a type of schema that is one of another vocabulary',
    old({ credentialSchema: { id: SCHEMA, type: 'JsonSchema' } }),
    withContext(old({ credentialSchema: { id: SCHEMA, type: 'JsonSchema' } }), { JsonSchema: `${CRED}JsonSchema` }),
  ),
  unclear(
    'in 1.1: a related resource beside one of its own',
    old({ relatedResource: 'urn:x:1', [`${CRED}relatedResource`]: { '@id': 'urn:x:2' } }),
    old({ relatedResource: 'urn:x:1' }),
  ),
];

const presentation = (changes: Changes = {}): JsonObject =>
  changed(
    {
      '@context': [V2, EXAMPLES],
      id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000002',
      type: ['VerifiablePresentation'],
      holder: WEB,
    },
    changes,
  );
const AS_HOLDER = { options: { ...RDFC, verificationMethod: `${WEB}#login`, proofPurpose: 'authentication' } };
const AS_HOLDER_JSON = { options: { ...JCS, verificationMethod: `${WEB}#login`, proofPurpose: 'authentication' } };
const inner = await signedGraph(licence(), BY_WEB);
const shownBy = (honest: JsonObject, shown: JsonObject) => ({
  forged: async () => visiting(await dressed(signedGraph(honest, AS_HOLDER), shown), context),
  genuine: async () => visiting(await signedGraph(presentation({ verifiableCredential: [inner] }), AS_HOLDER), context),
});
const related = presentation({ relatedResource: 'urn:x:1' });
const relatedElse = { [`${CRED}relatedResource`]: { '@id': 'urn:x:2' } };
const presentations: readonly Attack<ProtocolSubject>[] = [
  hiddenInPresentation(
    'a holder by a prefix',
    shownBy(
      presentation(),
      withContext(presentation({ holder: 'school:.test' }), { school: { '@id': 'did:web:issuer', '@prefix': true } }),
    ),
  ),
  hiddenInPresentation(
    'a holder under another term',
    shownBy(presentation(), {
      ...withContext(presentation({ holder: undefined }), { by: link(`${CRED}holder`) }),
      by: WEB,
    }),
  ),
  hiddenInPresentation(
    'a credential under another term',
    shownBy(presentation({ verifiableCredential: [inner, { ...inner, id: 'urn:x:9' }] }), {
      ...withContext(presentation({ verifiableCredential: [inner] }), {
        also: { ...link(`${CRED}verifiableCredential`), '@container': '@graph' },
      }),
      also: [{ ...inner, id: 'urn:x:9' }],
    }),
  ),
  hiddenInPresentation(
    'a type of the presentation that nobody signed, by the IRI of another',
    shownBy(
      presentation(),
      withContext(presentation({ type: ['VerifiablePresentation', 'Approved'] }), {
        Approved: `${CRED}VerifiablePresentation`,
      }),
    ),
  ),
  hiddenInPresentation('a related resource beside one of its own', {
    forged: async () => visiting(await signed({ ...related, ...relatedElse }, AS_HOLDER_JSON), context),
    genuine: async () => visiting(await signed(related, AS_HOLDER_JSON), context),
  }),
  hiddenInPresentation('a proof under its IRI', {
    forged: async () =>
      visiting(
        await signed({ ...presentation(), [`${SECURITY}proof`]: { id: 'urn:x:1', name: 'x' } }, AS_HOLDER_JSON),
        context,
      ),
    genuine: async () => visiting(await signed(presentation(), AS_HOLDER_JSON), context),
  }),
];

export const meaning: readonly Attack<ProtocolSubject>[] = [
  ...keywords,
  ...renamed,
  ...inside,
  ...twice,
  ...split,
  ...inOld,
  ...presentations,
];
