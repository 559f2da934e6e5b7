/** Status entries against lists at hand (Bitstring Status List 1.0 §2, §3.2): every reason by a vector that is right in all else. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/node-primitives.ts';
import { base64url } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { ValidCredential } from '../../../src/vc/model/credential.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { type FaultReason, fault, type Outcome } from '../../../src/vc/protocol/fault.ts';
import { setBit } from '../../../src/vc/status/bitstring.ts';
import { checkStatusEntries, type StatusContext } from '../../../src/vc/status/status-entry.ts';

const LIST = 'https://district.example/status/3';
const ISSUER = 'did:web:district.example';
const NOW = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;
const INDEX = 94_567;

/** A bitstring of `bytes` bytes with these bits set, packed as others pack it. */
function packed(set: readonly number[], bytes = 16_384): string {
  const bits = new Uint8Array(bytes);
  for (const at of set) setBit(bits, at);
  return `u${base64url(gzipSync(bits))}`;
}

/** Random, with the entry's bit clear: as long packed as unpacked. */
function incompressible(bytes: number): string {
  const bits = new Uint8Array(randomBytes(bytes));
  bits[INDEX >> 3] = 0;
  return `u${base64url(gzipSync(bits, { level: 1 }))}`;
}

/** Members to set; undefined takes one away. */
type Changes = Readonly<Record<string, Json | undefined>>;

/** What is unlike a world in which all is right and the bit is not set. */
type Change = {
  entry?: Changes;
  list?: Changes;
  subject?: Changes;
  /** What is at hand under the list's URL in place of the list; null: nothing is. */
  atHand?: Json;
  /** As the list's verification read them. */
  dates?: { validFromMs?: number; validUntilMs?: number };
};

function changed(object: JsonObject, changes: Changes = {}): JsonObject {
  const entries = Object.entries({ ...object, ...changes });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function world(change: Change = {}) {
  const subject = changed(
    { id: `${LIST}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: packed([]) },
    change.subject,
  );
  const list = changed(
    {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: LIST,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: ISSUER,
      credentialSubject: subject,
      proof: 'good',
    },
    change.list,
  );
  const entry = changed(
    {
      id: `${LIST}#${INDEX}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(INDEX),
      statusListCredential: LIST,
    },
    change.entry,
  );
  const dates = change.dates ?? { validFromMs: NOW - MINUTE, validUntilMs: NOW + MINUTE };
  const atHand: Json = change.atHand === undefined ? list : change.atHand;
  return { entry, list, atHand, dates };
}

type World = ReturnType<typeof world>;

/** Stands for the full verification: here a proof is good when it says so, and an envelope holds the list. */
function verifier({ list, dates }: World) {
  const seen: JsonObject[] = [];
  const verifyList = async (given: JsonObject): Promise<Outcome<ValidCredential>> => {
    seen.push(given);
    const document = given.type === 'EnvelopedVerifiableCredential' ? list : given;
    if (document.proof !== 'good') return { ok: false, faults: [fault('bad-signature', 'the proof is not good')] };
    const { id, type, issuer } = document;
    const value: ValidCredential = {
      version: '2.0',
      document,
      proofs: [],
      ...(typeof id === 'string' ? { id } : {}),
      types: [type ?? []].flat().map(String),
      issuer: String(issuer),
      ...dates,
      subjectIds: [],
      statusEntries: [],
      schemas: [],
      relatedResources: [],
    };
    return { ok: true, value };
  };
  return { verifyList, seen };
}

async function check(at: World, entries: readonly JsonObject[] = [at.entry], changes: Partial<StatusContext> = {}) {
  const { verifyList, seen } = verifier(at);
  const documents = async (id: string) =>
    id === at.entry.statusListCredential && at.atHand !== null ? at.atHand : undefined;
  const context = { issuer: ISSUER, documents, nowMs: NOW, primitives: nodePrimitives, verifyList, ...changes };
  return { ...(await checkStatusEntries(entries, context)), seen };
}

const reasons = ({ faults }: { faults: readonly { reason: FaultReason }[] }) => faults.map(({ reason }) => reason);
const messages = (count: number) =>
  Array.from({ length: count }, (_, status) => ({ status: `0x${status.toString(16)}`, message: `m${status}` }));

describe('an entry that is right', () => {
  test('is unset, and says so', async () => {
    const { faults, statuses } = await check(world({ subject: { encodedList: packed([INDEX - 1, INDEX + 1]) } }));
    expect(faults).toEqual([]);
    expect(statuses).toEqual([{ purpose: 'revocation', status: 0, index: INDEX, list: LIST }]);
  });

  test.each([
    ['revocation', 'revoked'],
    ['suspension', 'suspended'],
  ])('set for %s: %s, and reported beside the fault', async (statusPurpose, reason) => {
    const at = world({ entry: { statusPurpose }, subject: { statusPurpose, encodedList: packed([INDEX]) } });
    const { faults, statuses } = await check(at);
    expect(faults).toMatchObject([{ reason, at: '/credentialStatus' }]);
    expect(statuses).toEqual([{ purpose: statusPurpose, status: 1, index: INDEX, list: LIST }]);
  });

  test.each(['refresh', 'message', 'https://example.org/purposes#recall', 'toString'])(
    'set for %s: reported, and no fault',
    async (statusPurpose) => {
      const subject = { statusPurpose: ['revocation', statusPurpose], encodedList: packed([INDEX]) };
      const { faults, statuses } = await check(world({ entry: { statusPurpose }, subject }));
      expect(faults).toEqual([]);
      expect(statuses).toMatchObject([{ purpose: statusPurpose, status: 1 }]);
    },
  );

  const ALLOWED: readonly (readonly [string, Change])[] = [
    ['its type in an array, beside another', { entry: { type: ['Other', 'BitstringStatusListEntry'] } }],
    ['no id', { entry: { id: undefined } }],
    ['an id that has nothing to do with the list', { entry: { id: 'urn:uuid:3c7f1f2e-0000-4000-8000-000000000000' } }],
    ['the first index', { entry: { statusListIndex: '0' } }],
    ['the last index', { entry: { statusListIndex: '131071' } }],
    ['messages for one bit', { entry: { statusMessage: messages(2) } }],
    ['a size of one', { entry: { statusSize: 1 } }],
    ['a reference', { entry: { statusReference: 'https://example.org/a' } }],
    ['references', { entry: { statusReference: ['https://example.org/a', 'https://example.org/b'] } }],
    ['a list without an id', { list: { id: undefined } }],
    ['a list for several purposes', { subject: { statusPurpose: ['suspension', 'revocation'] } }],
    ['a longer list', { entry: { statusListIndex: '7999999' }, subject: { encodedList: packed([], 1_000_000) } }],
    ['a list that does not compress', { subject: { encodedList: incompressible(1024 * 1024) } }],
    ['a list without dates', { dates: {} }],
    ['a list at its last moment', { dates: { validUntilMs: NOW } }],
    ['a list by a clock ten minutes ahead', { dates: { validFromMs: NOW + 10 * MINUTE } }],
    ['a list with a ttl, whatever it says', { subject: { ttl: 0 } }],
    [
      'a list in an envelope',
      { atHand: { type: 'EnvelopedVerifiableCredential', id: 'data:application/vc+jwt,a.b.c' } },
    ],
  ];
  test.each(ALLOWED)('may have %s', async (_, change) => {
    const { faults, statuses } = await check(world(change));
    expect(faults).toEqual([]);
    expect(statuses).toMatchObject([{ purpose: 'revocation', status: 0 }]);
  });

  test("may have its list's one subject in an array", async () => {
    const { list } = world();
    expect(reasons(await check(world({ list: { credentialSubject: [list.credentialSubject ?? null] } })))).toEqual([]);
  });
});

const index = (text: string): [string, Change] => [
  `the index ${JSON.stringify(text)}`,
  { entry: { statusListIndex: text } },
];
const listUrl = (text: string): [string, Change] => [
  `the list ${JSON.stringify(text)}`,
  { entry: { statusListCredential: text }, list: { id: undefined } },
];
const IRI = 'https://www.w3.org/ns/credentials/status#BitstringStatusListEntry';

/** Reason → what is wrong, and nothing else is. */
const VECTORS: Readonly<Partial<Record<FaultReason, readonly (readonly [string, Change])[]>>> = {
  malformed: [
    ['a type that is no text', { entry: { type: [1] } }],
    ['no type', { entry: { type: [] } }],
    ['the type as an IRI', { entry: { type: IRI } }],
    ['another type beside the IRI', { entry: { type: ['Other', IRI] } }],
    ['no purpose', { entry: { statusPurpose: undefined } }],
    ['purposes in an array', { entry: { statusPurpose: ['revocation'] } }],
    ['no index', { entry: { statusListIndex: undefined } }],
    ['the index as a number', { entry: { statusListIndex: INDEX } }],
    ...['', '-1', '+1', '01', '00', ' 1', '1 ', '1\n', '1.0', '1e3', '0x10', '١', '1_000', 'NaN'].map(index),
    ['no list', { entry: { statusListCredential: undefined } }],
    ['the list as an object', { entry: { statusListCredential: { id: LIST } } }],
    ...['status/3', '//district.example/status/3', ` ${LIST}`, `${LIST}\n`, 'https://', 'https:// a', ''].map(listUrl),
    ['the URL of the list as id', { entry: { id: LIST } }],
    ['an id that is no URL', { entry: { id: 'seven' } }],
    ['several ids', { entry: { id: ['urn:a:1', 'urn:a:2'] } }],
    ['a reference that is no URL', { entry: { statusReference: 'dictionary' } }],
    ['one of the references no URL', { entry: { statusReference: [LIST, 'dictionary'] } }],
    ['size 0', { entry: { statusSize: 0, statusMessage: messages(1) } }],
    ['a negative size', { entry: { statusSize: -1 } }],
    ['a size and a half', { entry: { statusSize: 1.5 } }],
    ['the size as text', { entry: { statusSize: '1' } }],
    ['null as size', { entry: { statusSize: null } }],
    ['size 2 without messages', { entry: { statusSize: 2 } }],
    ['a size beyond what is read', { entry: { statusSize: 9, statusMessage: messages(512) } }],
    ['one message for one bit', { entry: { statusMessage: messages(1) } }],
    ['as many messages as bits', { entry: { statusSize: 2, statusMessage: messages(2) } }],
    ['messages as an object', { entry: { statusMessage: { status: '0x0', message: 'a' } } }],
    ['a message too many', { entry: { statusMessage: [...messages(2), ...messages(1)] } }],
    ['a status twice', { entry: { statusMessage: [...messages(1), ...messages(1)] } }],
    ['a status beyond the size', { entry: { statusMessage: messages(3).slice(1) } }],
    [
      'a status that is not hex',
      { entry: { statusMessage: messages(2).map((one, at) => ({ ...one, status: `${at}` })) } },
    ],
    ['a message that is no text', { entry: { statusMessage: messages(2).map((one) => ({ ...one, message: 1 })) } }],
    ['an unknown type whose purpose is an object', { entry: { type: 'Other', statusPurpose: { '@value': 'x' } } }],
    ['a list of another type', { list: { type: ['VerifiableCredential'] } }],
    ['a list without a subject', { list: { credentialSubject: undefined } }],
    ['a list with two subjects', { list: { credentialSubject: Array(2).fill(world().list.credentialSubject) } }],
    ['a subject of another type', { subject: { type: 'StatusList2021' } }],
    ['a list without a purpose', { subject: { statusPurpose: undefined } }],
    ['a list with no purposes', { subject: { statusPurpose: [] } }],
    ['a purpose of the list that is no text', { subject: { statusPurpose: ['revocation', 1] } }],
    ['no encodedList', { subject: { encodedList: undefined } }],
    ['encodedList in an array', { subject: { encodedList: [packed([])] } }],
    ['another multibase', { subject: { encodedList: `z${packed([]).slice(1)}` } }],
    ['no multibase', { subject: { encodedList: packed([]).slice(1) } }],
    ['padding', { subject: { encodedList: `${packed([])}=` } }],
    ['the alphabet of base64', { subject: { encodedList: `${packed([]).slice(0, -1)}+` } }],
    ['stray bits in the last character', { subject: { encodedList: 'uQQB' } }],
    ['no GZIP', { subject: { encodedList: `u${base64url(new Uint8Array(16_384))}` } }],
    ['nothing at all', { subject: { encodedList: 'u' } }],
    ['a cut GZIP', { subject: { encodedList: packed([]).slice(0, -8) } }],
  ],
  'status-list-too-large': [
    ['a bomb', { subject: { encodedList: packed([], LIMITS.statusListBytes + 1) } }],
    ['more text than is read', { subject: { encodedList: incompressible(13 * 1024 * 1024) } }],
  ],
  'status-list-expired': [
    ['a list that has expired', { dates: { validUntilMs: NOW - 1 } }],
    ['a list of the future', { dates: { validFromMs: NOW + 10 * MINUTE + 1 } }],
  ],
  'status-issuer-mismatch': [["another issuer's list", { list: { issuer: `${ISSUER}:schools:7` } }]],
  'status-purpose-mismatch': [
    ['a list for another purpose', { subject: { statusPurpose: 'suspension' } }],
    ['a list for several others', { subject: { statusPurpose: ['refresh', 'Revocation'] } }],
  ],
  'status-list-unavailable': [
    ['a list that is not at hand', { atHand: null }],
    ['a type that says it revokes', { entry: { type: 'RevocationList2020Status', statusPurpose: undefined } }],
    ['the type of the specification before', { entry: { type: 'StatusList2021Entry', statusPurpose: undefined } }],
    ['an unknown type whose purpose ends validity', { entry: { type: 'Other' } }],
    ['one whose purposes do', { entry: { type: 'Other', statusPurpose: ['refresh', 'suspension'] } }],
  ],
  'status-list-invalid': [
    ['a document that is no object', { atHand: 'a.b.c' }],
    ['a list whose proof fails', { list: { proof: 'bad' } }],
  ],
  'status-list-mismatch': [['a list with another id', { list: { id: `${LIST}4` } }]],
  'status-list-too-short': [
    ['a list one byte short', { subject: { encodedList: packed([], 16_383) } }],
    ['an empty list', { subject: { encodedList: packed([], 0) } }],
    ['16 KiB of entries of two bits', { entry: { statusSize: 2, statusMessage: messages(4), statusListIndex: '0' } }],
  ],
  'status-index-out-of-range': [
    ['the index after the last', { entry: { statusListIndex: '131072' } }],
    ['an index of 15 digits', { entry: { statusListIndex: '999999999999999' } }],
    ['an index that wraps at 2^32', { entry: { statusListIndex: String(2 ** 32) } }],
    ['an index of 200 digits', { entry: { statusListIndex: '9'.repeat(200) } }],
  ],
};

describe.each(Object.entries(VECTORS))('%s', (reason, vectors) => {
  test.each(vectors)('%s', async (_, change) => {
    const result = await check(world(change));
    expect(reasons(result)).toEqual([reason]);
    expect(result.statuses).toEqual([]);
    expect(result.faults[0]?.detail.length).toBeLessThan(300);
  });
});

test('a bomb of 200 MB costs no 200 MB', async () => {
  const at = world({ subject: { encodedList: packed([], 200 * 1024 * 1024) } });
  const before = process.memoryUsage().rss;
  for (const primitives of [nodePrimitives, webPrimitives])
    expect(reasons(await check(at, [at.entry], { primitives }))).toEqual(['status-list-too-large']);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
});

describe('entries of several bits', () => {
  const sized = (statusPurpose: string, set: readonly number[], statusListIndex = '5') =>
    world({
      entry: { statusPurpose, statusSize: 3, statusMessage: messages(8), statusListIndex },
      subject: { statusPurpose, encodedList: packed(set, 3 * 16_384) },
    });

  test('the most significant bit first, with its message', async () => {
    const { faults, statuses } = await check(sized('message', [14, 15, 16, 18]));
    expect(faults).toEqual([]);
    expect(statuses).toEqual([{ purpose: 'message', status: 6, index: 5, list: LIST, message: 'm6' }]);
  });

  test('any status but 0 is a revocation', async () => {
    expect(reasons(await check(sized('revocation', [14, 18])))).toEqual([]);
    for (const bit of [15, 16, 17]) expect(reasons(await check(sized('revocation', [bit])))).toEqual(['revoked']);
  });

  test.each([
    ['unset', []],
    ['set', [INDEX]],
  ])('without messages one bit is "%s"', async (message, set) => {
    const statusPurpose = 'message';
    const at = world({ entry: { statusPurpose }, subject: { statusPurpose, encodedList: packed(set) } });
    expect((await check(at)).statuses).toMatchObject([{ message }]);
  });

  test('the last entry that fits, and not the next', async () => {
    expect(reasons(await check(sized('revocation', [], '131071')))).toEqual([]);
    expect(reasons(await check(sized('revocation', [], '131072')))).toEqual(['status-index-out-of-range']);
  });
});

describe('several entries', () => {
  const at = world({ subject: { statusPurpose: ['revocation', 'suspension'], encodedList: packed([INDEX]) } });

  test('all are checked, each fault at its entry; a list is verified once', async () => {
    const suspension = { ...at.entry, statusPurpose: 'suspension' };
    const absent = { ...at.entry, statusListCredential: 'https://district.example/status/9' };
    const unset = { ...at.entry, statusListIndex: '1' };
    const { faults, statuses, seen } = await check(at, [at.entry, unset, absent, suspension]);
    expect(faults).toMatchObject([
      { reason: 'revoked', at: '/credentialStatus/0' },
      { reason: 'status-list-unavailable', at: '/credentialStatus/2' },
      { reason: 'suspended', at: '/credentialStatus/3' },
    ]);
    expect(statuses).toHaveLength(3);
    expect(seen).toHaveLength(1);
  });

  test('none is fine; too many are not begun', async () => {
    expect(await check(at, [])).toMatchObject({ faults: [], statuses: [] });
    expect(reasons(await check(at, Array(LIMITS.items).fill(at.entry)))).toHaveLength(LIMITS.items);
    const many = await check(at, Array(LIMITS.items + 1).fill(at.entry));
    expect(many).toMatchObject({ faults: [{ reason: 'too-large', at: '/credentialStatus' }], statuses: [], seen: [] });
  });
});

describe('an entry of a type that is not known', () => {
  test.each([
    [{ id: 'did:example:status', type: 'CredentialStatusList2017' }, 'CredentialStatusList2017'],
    [{ type: ['Ethr', 'StatusRegistry2019'], statusPurpose: 'refresh' }, 'Ethr, StatusRegistry2019'],
  ])('%j: no fault, and said that nobody looked', async (entry, unchecked) => {
    expect(await check(world(), [entry])).toMatchObject({ faults: [], statuses: [{ unchecked }], seen: [] });
  });

  test('does not spare the others', async () => {
    const at = world({ subject: { encodedList: packed([INDEX]) } });
    expect(reasons(await check(at, [{ type: 'Other2030' }, at.entry]))).toEqual(['revoked']);
  });
});

describe('properties', () => {
  const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
  const revoked = { encodedList: packed([INDEX]) };

  test('whatever stands in one member of a revoked entry, it is never fine', async () => {
    const members = ['id', 'statusListCredential', 'statusSize', 'statusMessage', 'statusReference', 'statusPurpose'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...members), json, async (member, value) => {
        expect((await check(world({ entry: { [member]: value }, subject: revoked }))).faults).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever stands in its list, it is never fine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('type', 'statusPurpose', 'encodedList'), json, async (member, value) => {
        expect((await check(world({ subject: { ...revoked, [member]: value } }))).faults).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });

  test('whatever the entry is, there is an answer', async () => {
    const entry: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('id', 'type', 'statusListIndex', 'x'), json);
    await fc.assert(
      fc.asyncProperty(entry, async (given) => {
        const { faults, statuses } = await check(world(), [given]);
        expect(faults.length + statuses.length).toBe(1);
      }),
    );
  });
});
