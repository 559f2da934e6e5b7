/** When a credential is valid, whether it conforms to its schema, and what it may be before it is signed. */
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  at,
  bringing,
  type Changes,
  changed,
  credential1,
  credential2,
  credentialIn,
  dressed,
  enveloped,
  FUTURE,
  JCS,
  type JsonObject,
  type Maker,
  NOW_MS,
  PAST,
  type ProtocolSubject,
  signed,
  token,
  visiting,
} from './scene.ts';

const timed = credentialIn('validity');
const of =
  (document: JsonObject): Maker =>
  () =>
    signed(document);

type Row = readonly [what: string, wrong: JsonObject, right: JsonObject];
const TIMES: readonly Row[] = [
  ['an end a millisecond ago', credential2({ validUntil: at(NOW_MS - 1) }), credential2({ validUntil: at(NOW_MS) })],
  [
    'an end long ago',
    credential2({ validFrom: '2010-01-01T00:00:00Z', validUntil: '2020-01-01T00:00:00Z' }),
    credential2(),
  ],
  [
    'an end without offset, past in UTC',
    credential2({ validUntil: '2026-11-24T07:59:59' }),
    credential2({ validUntil: '2026-11-24T08:00:00' }),
  ],
  [
    'an end past by its offset to the east',
    credential2({ validUntil: '2026-11-24T15:59:59+08:00' }),
    credential2({ validUntil: '2026-11-24T16:00:00+08:00' }),
  ],
  [
    'an end past by its offset to the west',
    credential2({ validUntil: '2026-11-24T04:29:59-03:30' }),
    credential2({ validUntil: '2026-11-24T04:30:00-03:30' }),
  ],
  [
    'an end past by a fraction',
    credential2({ validUntil: '2026-11-24T07:59:59.999Z' }),
    credential2({ validUntil: '2026-11-24T08:00:00.000Z' }),
  ],
  [
    'an end at the end of a day',
    credential2({ validUntil: '2026-11-23T24:00:00Z' }),
    credential2({ validUntil: '2026-11-24T24:00:00Z' }),
  ],
  [
    'an end in the first century',
    credential2({ validFrom: undefined, validUntil: '0099-12-31T23:59:59Z' }),
    credential2({ validFrom: undefined }),
  ],
  [
    'a start more than ten minutes ahead',
    credential2({ validFrom: at(NOW_MS + 600_001) }),
    credential2({ validFrom: at(NOW_MS + 600_000) }),
  ],
  [
    'a start in the year 9999',
    credential2({ validFrom: '9999-01-01T00:00:00Z', validUntil: undefined }),
    credential2({ validFrom: '0001-01-01T00:00:00Z', validUntil: '9999-12-31T24:00:00Z' }),
  ],
  [
    'an end before the start, both of them a moment ahead',
    credential2({ validFrom: at(NOW_MS + 2), validUntil: at(NOW_MS + 1) }),
    credential2({ validFrom: at(NOW_MS + 1), validUntil: at(NOW_MS + 1) }),
  ],
  [
    '1.1: an end in the past',
    credential1({ expirationDate: PAST, issuanceDate: '2010-01-01T00:00:00Z' }),
    credential1(),
  ],
  [
    '1.1: a start in the future',
    credential1({ issuanceDate: FUTURE, expirationDate: undefined }),
    credential1({ expirationDate: undefined }),
  ],
  [
    '1.1: a later start by its name in 2.0',
    credential1({ validFrom: at(NOW_MS + 3_600_000) }),
    credential1({ validFrom: PAST }),
  ],
  [
    '1.1: an earlier start by its name in 2.0',
    credential1({ issuanceDate: at(NOW_MS + 3_600_000), validFrom: PAST }),
    credential1({ validFrom: PAST }),
  ],
  [
    '1.1: an earlier end by its name in 2.0',
    credential1({ validUntil: at(NOW_MS - 3_600_000) }),
    credential1({ validUntil: FUTURE }),
  ],
  [
    '1.1: a later end by its name in 2.0',
    credential1({ expirationDate: at(NOW_MS - 3_600_000), validUntil: FUTURE }),
    credential1({ validUntil: FUTURE }),
  ],
];
const times = TIMES.map(([what, wrong, right]) => timed(what, { forged: of(wrong), genuine: of(right) }));
const shown: readonly Attack<ProtocolSubject>[] = [
  timed('1.1: no end, to be shown one', {
    forged: of(credential1({ expirationDate: undefined })),
    genuine: of(credential1()),
    wish: ({ credential }) => credential?.validUntilMs !== undefined,
  }),
];
const secured: readonly Attack<ProtocolSubject>[] = [
  timed('an end in the past, in a token', {
    forged: () => enveloped(token({ payload: credential2({ validUntil: PAST }) })),
    genuine: () => enveloped(token()),
  }),
  timed('a proof of a later date than the end', {
    forged: () => signed(credential2({ validUntil: PAST }), { options: { ...JCS, expires: FUTURE } }),
    genuine: () => signed(credential2(), { options: { ...JCS, expires: FUTURE } }),
  }),
];

// Schemas
const SCHEMA = 'https://school.test/schema.json';
const OTHER = 'https://school.test/other.json';
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const DRAFT_7 = 'http://json-schema.org/draft-07/schema';
const strict = ($schema: Json = DRAFT_2020): JsonObject => ({
  $schema,
  properties: { credentialSubject: { required: ['name'], properties: { name: { type: 'string', maxLength: 5 } } } },
});
const byName = (name: string, credentialSchema: Json = { id: SCHEMA, type: 'JsonSchema' }): JsonObject =>
  credential2({ credentialSubject: { id: 'did:example:subject', name }, credentialSchema });
const under =
  (schema: Json | undefined, document = byName('欧阳晓明月')): Maker =>
  async () =>
    visiting(await signed(document), schema === undefined ? {} : bringing({ [SCHEMA]: schema, [OTHER]: strict() }));
const nested = (depth: number): JsonObject =>
  Array.from({ length: depth - 1 }).reduce<JsonObject>((not) => ({ not }), {});
/** What stands beside a $ref is read from 2019-09 on. */
const beside = ($schema: string): JsonObject => ({
  $schema,
  properties: { credentialSubject: { $ref: '#/definitions/any', required: ['phone'] } },
  definitions: { any: {} },
});

const absentAnd: Json = ['https://school.test/absent.json', SCHEMA].map((id) => ({ id, type: 'JsonSchema' }));

const schemad = credentialIn('schema');
const good = under(strict());
const SCHEMAS: readonly (readonly [what: string, schema: Json])[] = [
  ['no draft', { type: 'object' }],
  ['another draft', strict('http://json-schema.org/draft-04/schema#')],
  ['a draft that is no text', strict([DRAFT_2020])],
  ['a yes in place of a schema', true],
  ['null in place of a schema', null],
  ['a list of schemas', [strict()]],
  ['a $ref to elsewhere', { $schema: DRAFT_2020, $ref: 'https://elsewhere.test/schema.json' }],
  ['a $ref to nothing', { $schema: DRAFT_2020, $ref: '#/$defs/missing' }],
  ['a $ref that never ends', { $schema: DRAFT_2020, $ref: '#' }],
  ['a $dynamicRef', { $schema: DRAFT_2020, properties: { type: { $dynamicRef: '#x' } } }],
  ['a $dynamicRef in a list', { $schema: DRAFT_2020, allOf: [{ properties: { type: { $dynamicRef: '#x' } } }] }],
  ['a pattern that is none', { $schema: DRAFT_2020, properties: { issuer: { pattern: '(' } } }],
  [
    'more depth than is read',
    { $schema: DRAFT_2020, not: { not: nested(LIMITS.documentDepth + (LIMITS.documentDepth % 2) - 1) } },
  ],
  ['more text than is read', { $schema: DRAFT_2020, description: 'x'.repeat(LIMITS.documentBytes) }],
];
const absent = byName('欧阳晓明月', { id: 'https://school.test/absent.json', type: 'JsonSchema' });
const schemas: readonly Attack<ProtocolSubject>[] = [
  ...[DRAFT_2020, `${DRAFT_2020}#`, DRAFT_2019, DRAFT_7, `${DRAFT_7}#`].map((draft) =>
    schemad(`a name that its schema of ${draft} refuses`, {
      forged: under(strict(draft), byName('欧阳晓明月亮')),
      genuine: under(strict(draft)),
    }),
  ),
  ...SCHEMAS.map(([what, schema]) => schemad(what, { forged: under(schema), genuine: good })),
  schemad('null in a schema, and a name that it refuses', {
    forged: under({ ...strict(), default: null }, byName('欧阳晓明月亮')),
    genuine: good,
  }),
  schemad('what 2020-12 reads beside a $ref', { forged: under(beside(DRAFT_2020)), genuine: under(beside(DRAFT_7)) }),
  schemad('what 2019-09 reads beside a $ref', { forged: under(beside(DRAFT_2019)), genuine: under(beside(DRAFT_7)) }),
  schemad('the second of two schemas', {
    forged: under(
      { $schema: DRAFT_2020 },
      byName('欧阳晓明月亮', [
        { id: SCHEMA, type: 'JsonSchema' },
        { id: OTHER, type: 'JsonSchema' },
      ]),
    ),
    genuine: under(
      { $schema: DRAFT_2020 },
      byName('欧阳晓明月', [
        { id: SCHEMA, type: 'JsonSchema' },
        { id: OTHER, type: 'JsonSchema' },
      ]),
    ),
  }),
  schemad('a schema that nobody brought, over a broken proof', {
    forged: () => dressed(signed(absent), { ...absent, validUntil: '2099-01-01T00:00:00Z' }),
    genuine: () => signed(absent),
  }),
  schemad('a schema of several types', {
    forged: under(strict(), byName('欧阳晓明月亮', { id: SCHEMA, type: ['Other', 'JsonSchema'] })),
    genuine: under(strict(), byName('欧阳晓明月亮', { id: SCHEMA, type: ['Other', 'JsonSchemaCredential'] })),
  }),
  schemad('a schema that nobody brought, to be told as conformed to', {
    forged: under(undefined),
    genuine: good,
    wish: ({ reports }) => reports.some(({ check, result }) => check === 'schema' && result === 'passed'),
  }),
  schemad('a schema that nobody brought beside one that is broken', {
    forged: under(strict(), byName('欧阳晓明月亮', absentAnd)),
    genuine: under(strict(), byName('欧阳晓明月', absentAnd)),
  }),
  schemad('documents that fail', {
    forged: async () => visiting(await signed(byName('A')), { documents: () => Promise.reject(new Error('offline')) }),
    genuine: good,
    wish: ({ verified, reports }) =>
      verified && reports.some(({ check, result }) => check === 'schema' && result === 'passed'),
  }),
];

// Before it is signed
const door = inRoom<ProtocolSubject>('issue');
const signing = (name: string, forged: Json, genuine: Json = credential2()): Attack<ProtocolSubject> => {
  const visit =
    (document: Json) =>
    async ({ readCredential }: ProtocolSubject) =>
      readCredential(document, 'issue').ok;
  return door(name, { forged: visit(forged), genuine: visit(genuine) });
};
const changedBy = (changes: Changes): JsonObject => credential2(changes);
const withStatus = (changes: Changes = {}): JsonObject =>
  credential2({
    credentialStatus: changed(
      {
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '5',
        statusListCredential: 'https://school.test/status/3',
      },
      changes,
    ),
  });
const issued: readonly Attack<ProtocolSubject>[] = [
  signing('a proof that is there', changedBy({ proof: { type: 'DataIntegrityProof' } })),
  signing('a proof that is null', changedBy({ proof: null })),
  signing(
    'a start without offset',
    changedBy({ validFrom: '2026-01-01T00:00:00' }),
    changedBy({ validFrom: '2026-01-01T00:00:00+08:00' }),
  ),
  signing(
    'an end without offset',
    changedBy({ validUntil: '2026-12-01T00:00:00' }),
    changedBy({ validUntil: '2026-12-01T00:00:00Z' }),
  ),
  signing('an issuer that is none', changedBy({ issuer: 'x' })),
  signing('a start as a number', changedBy({ validFrom: 5 })),
  signing('a start as an object', changedBy({ validFrom: { toString: 'x' } })),
  signing('ids', changedBy({ id: ['urn:x:1'] })),
  signing('a type that is no URL', changedBy({ type: ['VerifiableCredential', 'https://a b'] })),
  signing(
    'the envelope of a credential',
    changedBy({ type: ['VerifiableCredential', 'EnvelopedVerifiableCredential'] }),
  ),
  signing(
    'a status with its purpose as a number',
    withStatus({ statusPurpose: 5 }),
    withStatus({ type: 'Other', statusPurpose: 5 }),
  ),
  signing('a status with its index as a number', withStatus({ statusListIndex: 5 }), withStatus()),
  signing(
    'a status with its list as an object',
    withStatus({ statusListCredential: { id: 'urn:x:1' } }),
    withStatus({ statusListCredential: undefined }),
  ),
  signing('a status whose list is no URL', withStatus({ statusListCredential: 'status/3' }), withStatus()),
  signing('no object', 'eyJ'),
];

export const validity: readonly Attack<ProtocolSubject>[] = [...times, ...shown, ...secured, ...schemas, ...issued];
