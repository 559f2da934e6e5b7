/** VC JSON Schema: success, failure, and everything that is neither. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { readCredential } from '../../../src/vc/model/credential.ts';
import { checkCredentialSchemas } from '../../../src/vc/model/credential-schema.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';
import { VECTORS } from '../../support/vectors.ts';
import { credential2, outcomeOf, times } from './example.ts';

const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_2019 = 'https://json-schema.org/draft/2019-09/schema';
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#';
const SCHEMA = 'https://school.example/schema.json';

/** The schema of the specification's example. */
const email = ($schema: Json = DRAFT_2020): JsonObject => ({
  $id: SCHEMA,
  $schema,
  type: 'object',
  properties: {
    credentialSubject: {
      type: 'object',
      properties: { emailAddress: { type: 'string', format: 'email' } },
      required: ['emailAddress'],
    },
  },
});

const credentialOf = (emailAddress: Json, changes: JsonObject = {}): JsonObject =>
  credential2({
    credentialSubject: { emailAddress },
    credentialSchema: { id: SCHEMA, type: 'JsonSchema' },
    ...changes,
  });

const brought =
  (table: { readonly [id: string]: Json }): Documents =>
  async (id) =>
    table[id];

async function check(credential: JsonObject, documents: Documents): Promise<string[]> {
  const read = readCredential(credential, 'verify');
  if (!read.ok) throw new Error(outcomeOf(read));
  return (await checkCredentialSchemas(read.value, documents)).map(({ reason, at }) => `${reason} ${at}`);
}

const checkWith = (schema: Json, emailAddress: Json = 'li@school.example') =>
  check(credentialOf(emailAddress), brought({ [SCHEMA]: schema }));

describe.each([DRAFT_2020, `${DRAFT_2020}#`, DRAFT_2019, `${DRAFT_2019}#`, DRAFT_7])('%s', (draft) => {
  test('a credential that conforms', async () => {
    expect(await checkWith(email(draft))).toEqual([]);
  });

  test('one that does not', async () => {
    expect(await checkWith(email(draft), 'not an email')).toEqual(['schema-mismatch /credentialSubject/emailAddress']);
  });
});

test('each draft by its own rules: what stands beside a $ref is read from 2019-09 on', async () => {
  const schema = ($schema: string) => ({
    $schema,
    properties: { credentialSubject: { $ref: '#/definitions/any', required: ['phone'] } },
    definitions: { any: {} },
  });
  for (const draft of [DRAFT_2020, DRAFT_2019])
    expect(await checkWith(schema(draft))).toEqual(['schema-mismatch /credentialSubject']);
  expect(await checkWith(schema(DRAFT_7))).toEqual([]);
});

/** A schema of so many objects, one in the other. */
const nested = (depth: number): JsonObject => times(depth - 1, () => 0).reduce<JsonObject>((not) => ({ not }), {});

const UNAVAILABLE: readonly [what: string, schema: Json][] = [
  ['no $schema', { type: 'object' }],
  ['another $schema', email('http://json-schema.org/draft-04/schema#')],
  ['a $schema that is no text', email(['https://json-schema.org/draft/2020-12/schema'])],
  ['no object', true],
  ['a list', [email()]],
  ['a remote $ref', { $schema: DRAFT_2020, $ref: 'https://elsewhere.example/schema.json' }],
  ['a $ref to nothing', { $schema: DRAFT_2020, $ref: '#/$defs/missing' }],
  ['a $ref that never ends', { $schema: DRAFT_2020, $ref: '#' }],
  ['a $dynamicRef', { $schema: DRAFT_2020, properties: { type: { $dynamicRef: '#x' } } }],
  ['a pattern that is none', { $schema: DRAFT_2020, properties: { issuer: { pattern: '(' } } }],
  ['members of other kinds', { $schema: DRAFT_2020, allOf: 4, required: 5 }],
  ['a URL that is none', { $schema: DRAFT_2020, $id: 'http://[' }],
  ['too deep', { $schema: DRAFT_2020, ...nested(LIMITS.documentDepth + 1) }],
  ['too large', { $schema: DRAFT_2020, description: 'x'.repeat(LIMITS.documentBytes) }],
];

describe('a schema that cannot be evaluated', () => {
  test.each(UNAVAILABLE)('%s', async (_what, schema) => {
    expect(await checkWith(schema)).toEqual(['schema-unavailable /credentialSchema']);
  });

  test('not brought', async () => {
    expect(await check(credentialOf('li@school.example'), noDocuments)).toEqual([
      'schema-not-brought /credentialSchema',
    ]);
  });

  test('a table that fails', async () => {
    const failing = () => Promise.reject(new Error('no table'));
    expect(await check(credentialOf('li@school.example'), failing)).toEqual(['schema-not-brought /credentialSchema']);
  });

  test('at the depth allowed it is evaluated', async () => {
    const schema = { $schema: DRAFT_2020, ...nested(LIMITS.documentDepth) };
    expect((await checkWith(schema)).join()).not.toContain('unavailable');
  });
});

test('a $ref inside the schema is followed', async () => {
  const schema = {
    $id: SCHEMA,
    $schema: DRAFT_2020,
    properties: { credentialSubject: { $ref: '#/$defs/subject' } },
    $defs: { subject: { required: ['phone'] } },
  };
  expect(await checkWith(schema)).toEqual(['schema-mismatch /credentialSubject']);
});

test('every schema counts, each at its place; other types are not ours to check', async () => {
  const other = 'https://school.example/other.json';
  const credential = credentialOf('not an email', {
    credentialSchema: [
      { id: 'urn:x:vc-schema', type: 'JsonSchemaCredential' },
      { id: 'urn:x:edtech', type: '1EdTechJsonSchemaValidator2019' },
      { id: other, type: 'JsonSchema' },
      { id: SCHEMA, type: 'JsonSchema' },
    ],
  });
  expect(await check(credential, brought({ [SCHEMA]: email() }))).toEqual([
    'schema-not-brought /credentialSchema/2',
    'schema-mismatch /credentialSubject/emailAddress',
  ]);
});

test('without a schema there is nothing to find', async () => {
  expect(await check(credential2(), noDocuments)).toEqual([]);
});

test('the proof is no part of the credential, unless the caller says so', async () => {
  const proof = { type: 'DataIntegrityProof' };
  const schema = { $schema: DRAFT_2020, required: ['proof'] };
  const read = readCredential(credentialOf('li@school.example', { proof }), 'verify');
  if (!read.ok) throw new Error(outcomeOf(read));
  const documents = brought({ [SCHEMA]: schema });
  expect(await checkCredentialSchemas(read.value, documents)).toMatchObject([{ reason: 'schema-mismatch', at: '' }]);
  expect(await checkCredentialSchemas(read.value, documents, { ...read.value.document, proof })).toEqual([]);
});

test("a pointer into the credential, with a member's own slashes", async () => {
  const schema = {
    $schema: DRAFT_2020,
    properties: { credentialSubject: { additionalProperties: { type: 'string' } } },
  };
  const credential = credentialOf('', { credentialSubject: { 'a/b 学': 4 } });
  expect(await check(credential, brought({ [SCHEMA]: schema }))).toEqual([
    'schema-mismatch /credentialSubject/a~1b 学',
  ]);
});

test('the schema that was brought stays as it was, frozen or not', async () => {
  const schema = Object.freeze(email());
  expect(await checkWith(schema)).toEqual([]);
  expect(Object.getOwnPropertyNames(schema)).toEqual(Object.keys(email()));
});

const openBadges = join(VECTORS, 'ob_v3p0_achievementcredential_schema.json');
test.skipIf(!existsSync(openBadges))('the Open Badges schema is one that can be evaluated', async () => {
  const schema: Json = JSON.parse(readFileSync(openBadges, 'utf8'));
  expect((await checkWith(schema)).map((found) => found.split(' ')[0])).toEqual(['schema-mismatch']);
});
