/** Status entries and lists of others (Bitstring Status List 1.0): what is revoked stays revoked, whoever writes the list, the entry or the bytes. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { nodePrimitives } from '../../../src/node-primitives.ts';
import { type Bytes, base64url } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { CredentialResult, ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import { setBit } from '../../../src/vc/status/bitstring.ts';
import { proofOptions } from '../../vc/proof/issuer.ts';
import type { Attack } from '../attack.ts';
import {
  at,
  bringing,
  type Changes,
  changed,
  credential2,
  credentialIn,
  DAY_MS,
  EXAMPLES,
  ed,
  enveloped,
  JCS,
  type JsonObject,
  type Maker,
  mallory,
  NOW_MS,
  PAST,
  type ProtocolSubject,
  proofOver,
  RDFC,
  STATUS,
  signed,
  token,
  V2,
  visiting,
  WEB,
  type Wish,
} from './scene.ts';

const listed = credentialIn('status');

const LIST = 'https://issuer.test/status/3';
const INDEX = 94_567;

function packed(set: readonly number[] = [], bytes = 16_384): string {
  const bits = new Uint8Array(bytes);
  for (const one of set) setBit(bits, one);
  return `u${base64url(gzipSync(bits))}`;
}
/** Random, with the entry's bit clear: as long packed as unpacked. */
function incompressible(bytes: number): string {
  const bits = new Uint8Array(randomBytes(bytes));
  bits[INDEX >> 3] = 0;
  return `u${base64url(gzipSync(bits, { level: 1 }))}`;
}

/** What is unlike a world in which all is right and the bit is clear. */
type World = {
  entry?: Changes;
  entries?: Json;
  list?: Changes;
  subject?: Changes;
  /** What is at hand under the list's URL in place of the list; null: nothing is. */
  atHand?: Json;
  /** How the list is signed. */
  sign?: (list: JsonObject) => Promise<JsonObject>;
  by?: JsonObject;
  context?: Partial<ProtocolContext>;
};

const goodEntry: JsonObject = {
  id: `${LIST}#${INDEX}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: `${INDEX}`,
  statusListCredential: LIST,
};
const goodSubject: JsonObject = { id: `${LIST}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation' };
const goodList: JsonObject = {
  '@context': [V2],
  id: LIST,
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer: ed.did,
  validFrom: PAST,
  validUntil: at(NOW_MS),
};

async function visitOf(at: World): Promise<{ value: Json; context: Partial<ProtocolContext> }> {
  const { entry = {}, entries, list = {}, subject = {}, atHand, sign = signed, by = {}, context = {} } = at;
  const credentialSubject = changed({ ...goodSubject, encodedList: packed() }, subject);
  const made = atHand === undefined ? await sign(changed({ ...goodList, credentialSubject }, list)) : atHand;
  const credentialStatus = entries ?? changed(goodEntry, entry);
  const documents = made === null ? {} : bringing({ [LIST]: made });
  return { value: await signed(credential2({ credentialStatus, ...by })), context: { ...documents, ...context } };
}
const world =
  (at: World = {}): Maker =>
  async () => {
    const { value, context } = await visitOf(at);
    return visiting(value, context);
  };
const honest = world();
const messages = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, status) => ({ status: `0x${status.toString(16)}`, message: `m${status}` }));
const message = (changes: (one: JsonObject, index: number) => JsonObject): World => ({
  entry: { statusMessage: messages(2).map(changes) },
});
/** Whatever it is given: what stops the list is its length. */
const unpackingAll: Partial<ProtocolContext> = {
  primitives: { ...nodePrimitives, gunzip: () => new Uint8Array(16_384) },
};
const revoked = { encodedList: packed([INDEX]) };
const two = { type: 'StatusList2021' };
const three = { statusListIndex: '0' };

const twoEntries = [changed(goodEntry, { id: undefined, statusListIndex: '1' }), goodEntry];
/** Whoever wants the list, or its bits, a second time in one verification does not get them. */
const onceOnly =
  (at: World): Maker =>
  async () => {
    const { value, context } = await visitOf(at);
    const { documents = noDocuments } = context;
    return visiting(value, {
      get documents() {
        let left = 1;
        return async (id: string) => (id !== LIST || left-- > 0 ? documents(id) : undefined);
      },
      get primitives() {
        let left = 1;
        const gunzip = (data: Bytes, maxBytes: number) =>
          left-- > 0 ? nodePrimitives.gunzip(data, maxBytes) : undefined;
        return { ...nodePrimitives, gunzip };
      },
    });
  };

type Row = readonly [what: string, wrong: World, right?: World];
const ROWS: readonly Row[] = [
  ['a revoked credential', { subject: revoked }],
  [
    'a suspended credential',
    { entry: { statusPurpose: 'suspension' }, subject: { ...revoked, statusPurpose: 'suspension' } },
    { entry: { statusPurpose: 'suspension' }, subject: { statusPurpose: 'suspension' } },
  ],
  [
    'a credential revoked by the first bit',
    { entry: { statusListIndex: '0' }, subject: { encodedList: packed([0]) } },
    { entry: { statusListIndex: '0' }, subject: { encodedList: packed([1]) } },
  ],
  [
    'a credential revoked by the last bit',
    { entry: { statusListIndex: '131071' }, subject: { encodedList: packed([131_071]) } },
    { entry: { statusListIndex: '131071' } },
  ],

  // The entry
  ['a type that is no text', { entry: { type: [1] } }, { entry: { type: ['BitstringStatusListEntry'] } }],
  ['the type as an IRI', { entry: { type: `${STATUS}BitstringStatusListEntry` } }],
  [
    'another type of that vocabulary as an IRI',
    { entry: { type: `${STATUS}Other`, statusPurpose: undefined } },
    { entry: { type: 'Other', statusPurpose: undefined } },
  ],
  [
    'another type beside the IRI',
    { entry: { type: ['Other', `${STATUS}BitstringStatusListEntry`] } },
    { entry: { type: ['Other', 'BitstringStatusListEntry'] } },
  ],
  [
    'a type that says it revokes',
    { entry: { type: 'RevocationList2020Status', statusPurpose: undefined } },
    { entry: { type: 'CredentialStatusList2017', statusPurpose: undefined } },
  ],
  ['the type of the specification before', { entry: { type: 'StatusList2021Entry', statusPurpose: undefined } }],
  [
    'an unknown type whose purpose ends validity',
    { entry: { type: 'Other' } },
    { entry: { type: 'Other', statusPurpose: 'refresh' } },
  ],
  ...[['revocation'], [['revocation']], { '@value': 'revocation' }].map(
    (statusPurpose: Json): Row => [
      `an unknown type whose purpose ends validity, written ${JSON.stringify(statusPurpose)}`,
      { entry: { type: 'Other', statusPurpose } },
      { entry: { type: 'Other', statusPurpose: ['refresh'] } },
    ],
  ),
  ['an unknown type of no purposes', { entry: { type: 'Other', statusPurpose: [] } }],
  [
    'an unknown type among those that say they revoke',
    { entry: { type: ['Other', 'SuspensionList'], statusPurpose: undefined } },
  ],
  ['no purpose', { entry: { statusPurpose: undefined } }],
  ['a purpose that is null', { entry: { statusPurpose: null } }],
  ['purposes', { entry: { statusPurpose: ['revocation'] } }],
  ['no index', { entry: { statusListIndex: undefined } }],
  ['an index as a number', { entry: { statusListIndex: INDEX } }],
  ...['', '-1', '+1', '01', ' 1', '1 ', '1.0', '1e3', '0x10', 'NaN'].map(
    (text): Row => [`the index ${JSON.stringify(text)}`, { entry: { statusListIndex: text } }],
  ),
  ['an index past the end', { entry: { statusListIndex: '131072' } }],
  ['an index that wraps at 2^32', { entry: { statusListIndex: `${2 ** 32}` } }],
  ['an index of 200 digits', { entry: { statusListIndex: '9'.repeat(200) } }],
  ['no list', { entry: { statusListCredential: undefined } }],
  ['a list as an object', { entry: { statusListCredential: { id: LIST } } }],
  ['a relative list', { entry: { statusListCredential: 'status/3' } }],
  ['the URL of the list as id', { entry: { id: LIST } }, { entry: { id: undefined } }],
  [
    'a reference that is no URL',
    { entry: { statusReference: 'dictionary' } },
    { entry: { statusReference: 'https://a.test/a' } },
  ],
  [
    'one of the references no URL',
    { entry: { statusReference: ['https://a.test/a', 'dictionary'] } },
    { entry: { statusReference: ['https://a.test/a', 'https://a.test/b'] } },
  ],
  ['a reference of a port that is none', { entry: { statusReference: 'https://a.test:99999/' } }],
  ['a reference that is an object', { entry: { statusReference: { toString: 'x' } } }],
  ['a reference that is null', { entry: { statusReference: null } }],
  ['size 0', { entry: { statusSize: 0, statusMessage: messages(1) } }, { entry: { statusSize: 1 } }],
  ['a negative size', { entry: { statusSize: -1 } }],
  ['a size and a half', { entry: { statusSize: 1.5, statusMessage: messages(2) } }],
  [
    'a size of which two to its power is whole',
    {
      entry: { ...three, statusSize: Math.log2(3), statusMessage: messages(3) },
      subject: { encodedList: packed([], 49_152) },
    },
    { entry: { ...three, statusSize: 3, statusMessage: messages(8) }, subject: { encodedList: packed([], 49_152) } },
  ],
  ['a size as text', { entry: { statusSize: '1' } }],
  ['a size that is null', { entry: { statusSize: null } }],
  [
    'size 2 without messages',
    { entry: { statusSize: 2 }, subject: { encodedList: packed([], 32_768) } },
    { entry: { statusSize: 2, statusMessage: messages(4) }, subject: { encodedList: packed([], 32_768) } },
  ],
  [
    'a size beyond what is read',
    { entry: { statusSize: 9, statusMessage: messages(512) }, subject: { encodedList: packed([], 16_384 * 9) } },
    { entry: { statusSize: 8, statusMessage: messages(256) }, subject: { encodedList: packed([], 16_384 * 8) } },
  ],
  ['one message for one bit', { entry: { statusMessage: messages(1) } }, { entry: { statusMessage: messages(2) } }],
  ['a message too many', { entry: { statusMessage: [...messages(2), ...messages(1)] } }],
  ['messages as an object', { entry: { statusMessage: { status: '0x0', message: 'a' } } }],
  ['messages as an object with a length', { entry: { statusMessage: { length: 2 } } }],
  ['a status twice', { entry: { statusMessage: [...messages(1), ...messages(1)] } }],
  ['a status beyond the size', { entry: { statusMessage: messages(3).slice(1) } }],
  ['a status that is not hex', message((one, index) => ({ ...one, status: `${index}` }))],
  ['a status as a number', message((one, index) => ({ ...one, status: index }))],
  ['a status in a list', message((one) => ({ ...one, status: [one.status ?? null] }))],
  ['a status of nine digits', message((one, index) => ({ ...one, status: `0x00000000${index}` }))],
  ['a message that is no text', message((one) => ({ ...one, message: 1 }))],
  ['a message that is null', { entry: { statusMessage: [null, ...messages(1)] } }],
  ['a message as a text', { entry: { statusMessage: ['0x0', '0x1'] } }],

  // The list
  ['a list that is not at hand', { atHand: null }],
  ['a list that is a text', { atHand: 'a.b.c' }],
  ['a list without proof', { sign: async (list) => list }],
  ['a list of another id', { list: { id: `${LIST}4` } }, { list: { id: undefined } }],
  ['a list of another issuer', { list: { issuer: `${ed.did}x` }, by: { issuer: ed.did } }],
  [
    'a list that a stranger signed',
    { sign: (list) => signed(list, { key: mallory, options: proofOptions('eddsa-jcs-2022', mallory) }) },
  ],
  [
    'a list with another proof',
    { sign: async (list) => ({ ...list, proof: { ...(await proofOver(list)), created: PAST } }) },
  ],
  ['a list for logins', { sign: (list) => signed(list, { options: { ...JCS, proofPurpose: 'authentication' } }) }],
  ['a list that is none by its type', { list: { type: ['VerifiableCredential'] } }],
  ['a list whose data model is broken', { list: { validUntil: 'never' } }],
  ['a list that has expired', { list: { validUntil: at(NOW_MS - 1) } }, { list: { validUntil: at(NOW_MS) } }],
  [
    'a list of the future',
    { list: { validFrom: at(NOW_MS + 600_001), validUntil: undefined } },
    { list: { validFrom: at(NOW_MS + 600_000), validUntil: undefined } },
  ],
  [
    'a list with a status of its own',
    { list: { credentialStatus: { ...goodEntry, id: 'urn:x:1', statusListIndex: '1' } } },
  ],
  [
    'a list that does not conform to its schema',
    { list: { credentialSchema: { id: 'https://issuer.test/schema', type: 'JsonSchema' } } },
  ],
  [
    'a list with two subjects',
    {
      list: {
        credentialSubject: [
          { ...goodSubject, encodedList: packed() },
          { ...goodSubject, id: 'urn:x:1', encodedList: packed() },
        ],
      },
    },
    { list: { credentialSubject: [{ ...goodSubject, encodedList: packed() }] } },
  ],
  ['a subject of another type', { subject: two }, { subject: { type: ['BitstringStatusList'] } }],
  [
    'a subject of another type, in a context that defines all',
    { list: { '@context': [V2, EXAMPLES] }, subject: two },
    { list: { '@context': [V2, EXAMPLES] } },
  ],
  ['a subject of no type', { subject: { type: undefined } }],
  ['a subject of a type that is no text', { subject: { type: ['BitstringStatusList', 5] } }],
  ['a list without purpose', { subject: { statusPurpose: undefined } }],
  ['a list of no purposes', { subject: { statusPurpose: [] } }],
  [
    'a purpose of the list that is no text',
    { subject: { statusPurpose: ['revocation', 1] } },
    { subject: { statusPurpose: ['revocation', 'suspension'] } },
  ],
  ['a list for another purpose', { subject: { statusPurpose: 'suspension' } }],
  ['a list for other purposes', { subject: { statusPurpose: ['refresh', 'Revocation'] } }],
  ['no bits', { subject: { encodedList: undefined } }],
  ['bits in a list', { subject: { encodedList: [packed()] } }],
  ['bits in another multibase', { subject: { encodedList: `z${packed().slice(1)}` } }],
  ['bits without their multibase', { subject: { encodedList: packed().slice(1) } }],
  ['bits with padding', { subject: { encodedList: `${packed()}=` } }],
  ['bits in the alphabet of base64', { subject: { encodedList: `${packed().slice(0, -1)}+` } }],
  ['stray bits in the last character', { subject: { encodedList: strayed(packed()) } }],
  ['bits that are no GZIP', { subject: { encodedList: `u${base64url(new Uint8Array(16_384))}` } }],
  ['a cut GZIP', { subject: { encodedList: packed().slice(0, -8) } }],
  [
    'a bomb of 16 MiB and a byte',
    { subject: { encodedList: packed([], LIMITS.statusListBytes + 1) } },
    { subject: { encodedList: packed([], 1_000_000) } },
  ],
  ['a bomb of 300 MB', { subject: { encodedList: packed([], 300_000_000) } }],
  [
    'more text than is read',
    { subject: { encodedList: `u${'A'.repeat(LIMITS.statusListBytes)}` }, context: unpackingAll },
    { subject: { encodedList: incompressible(100_000) } },
  ],
  ['a list one byte short', { subject: { encodedList: packed([], 16_383) } }],
  ['an empty list', { subject: { encodedList: packed([], 0) } }],
  [
    'entries of two bits in a list for one',
    { entry: { statusSize: 2, statusMessage: messages(4), statusListIndex: '0' } },
    {
      entry: { statusSize: 2, statusMessage: messages(4), statusListIndex: '0' },
      subject: { encodedList: packed([], 32_768) },
    },
  ],
  ...[1, 2, 3].map(
    (bit): Row => [
      `a status of three bits, bit ${bit} set`,
      {
        entry: { statusSize: 3, statusMessage: messages(8), statusListIndex: '5' },
        subject: { encodedList: packed([14 + bit], 49_152) },
      },
      {
        entry: { statusSize: 3, statusMessage: messages(8), statusListIndex: '5' },
        subject: { encodedList: packed([14, 18], 49_152) },
      },
    ],
  ),
  [
    'a status of three bits past the end',
    {
      entry: { statusSize: 3, statusMessage: messages(8), statusListIndex: '131072' },
      subject: { encodedList: packed([], 49_152) },
    },
    {
      entry: { statusSize: 3, statusMessage: messages(8), statusListIndex: '131071' },
      subject: { encodedList: packed([], 49_152) },
    },
  ],

  // Several entries
  ['the second of two entries revoked', { entries: twoEntries, subject: revoked }, { entries: twoEntries }],
  [
    'an unknown entry before a revoked one',
    { entries: [{ type: 'Other2030' }, goodEntry], subject: revoked },
    { entries: [{ type: 'Other2030' }, goodEntry] },
  ],
  [
    'an entry of another list that is not at hand',
    { entries: [goodEntry, { ...goodEntry, id: 'urn:x:1', statusListCredential: 'https://issuer.test/status/9' }] },
    { entries: [goodEntry, { ...goodEntry, id: 'urn:x:1', statusListIndex: '1' }] },
  ],
];
function strayed(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let bytes = 16_384; ; bytes++) {
    const other = bytes === 16_384 ? text : packed([], bytes);
    if ((other.length - 1) % 4 === 2 || (other.length - 1) % 4 === 3)
      return other.slice(0, -1) + (alphabet[alphabet.indexOf(other.at(-1) ?? '') + 1] ?? '');
  }
}

/** What the status says, of one entry. */
const says =
  (wanted: Readonly<Record<string, unknown>>): Wish<CredentialResult> =>
  ({ verified, reports }) =>
    verified &&
    reports.some(({ evidence }) => {
      const statuses = evidence?.statuses;
      const [first]: unknown[] = Array.isArray(statuses) ? statuses : [];
      return (
        typeof first === 'object' &&
        first !== null &&
        Object.entries(wanted).every(([name, value]) => Reflect.get(first, name) === value)
      );
    });
const ofPurpose = (statusPurpose: string, more: World = {}): World => ({
  ...more,
  entry: { statusPurpose, ...more.entry },
  subject: { statusPurpose, ...more.subject },
});

export const status: readonly Attack<ProtocolSubject>[] = [
  ...ROWS.map(([what, wrong, right]) => listed(what, { forged: world(wrong), genuine: right ? world(right) : honest })),
  listed('a status list of another district, to be told as the issuer’s own', {
    forged: world({
      list: { issuer: WEB },
      sign: (list) => signed(list, { options: { ...JCS, verificationMethod: `${WEB}#key` } }),
    }),
    genuine: honest,
    wish: says({ status: 0, listIssuer: undefined }),
  }),
  listed('a list in an envelope, revoked', {
    forged: world({ sign: (list) => enveloped(token({ payload: list })), subject: revoked }),
    genuine: world({ sign: (list) => enveloped(token({ payload: list })) }),
  }),
  listed('a list as a graph whose end has another name', {
    forged: world({
      sign: async (list) => {
        const proof = await proofOver({ ...list, validUntil: at(NOW_MS - DAY_MS) }, { options: RDFC });
        const aside = {
          ...changed(list, { validUntil: undefined }),
          'https://www.w3.org/2018/credentials#validUntil': {
            '@type': 'http://www.w3.org/2001/XMLSchema#dateTime',
            '@value': at(NOW_MS - DAY_MS),
          },
        };
        return { ...aside, proof };
      },
    }),
    genuine: world({ sign: (list) => signed(list, { options: RDFC }) }),
  }),
  listed('an index past the end that ends no validity', {
    forged: world(ofPurpose('refresh', { entry: { statusListIndex: '131072' } })),
    genuine: world(ofPurpose('refresh', { entry: { statusListIndex: '131071' } })),
  }),
  listed('a status that is not known, to be told', {
    forged: world({ atHand: null }),
    genuine: honest,
    wish: ({ reports }) => reports.some(({ evidence }) => [evidence?.statuses ?? []].flat().length > 0),
  }),
  listed('the second of two entries revoked, of a list that is given and unpacked once', {
    forged: onceOnly({ entries: twoEntries, subject: revoked }),
    genuine: onceOnly({ entries: twoEntries }),
  }),
  listed('a set message, to be read as unset', {
    forged: world(ofPurpose('message', { subject: revoked })),
    genuine: world(ofPurpose('message')),
    wish: says({ status: 0, message: 'unset' }),
  }),
  listed('an unset message, to be read as set', {
    forged: world(ofPurpose('message')),
    genuine: world(ofPurpose('message', { subject: revoked })),
    wish: says({ status: 1, message: 'set' }),
  }),
  listed('a message, to be read as another', {
    forged: world(ofPurpose('message', { entry: { statusMessage: messages(2) }, subject: revoked })),
    genuine: world(ofPurpose('message', { entry: { statusMessage: messages(2) } })),
    wish: says({ message: 'm0' }),
  }),
  listed('a set entry for refreshing, to be told with a message', {
    forged: world(ofPurpose('refresh', { entry: { statusMessage: messages(2) }, subject: revoked })),
    genuine: world(ofPurpose('message', { entry: { statusMessage: messages(2) }, subject: revoked })),
    wish: says({ status: 1, message: 'm1' }),
  }),
  listed('a status that nobody looked at, to be told as looked at', {
    forged: world({ entry: { type: 'CredentialStatusList2017', statusPurpose: undefined } }),
    genuine: honest,
    wish: says({ status: 0, index: INDEX, list: LIST }),
  }),
  listed('an unknown entry, to be passed over without a word', {
    forged: honest,
    genuine: world({ entry: { type: 'CredentialStatusList2017', statusPurpose: undefined } }),
    wish: says({ unchecked: 'CredentialStatusList2017' }),
  }),
];
