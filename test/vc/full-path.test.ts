/** What we issue, judged by others: the full JSON-LD path and the Open Badges schema. And what JSON-LD lets pass though the JSON changed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/vc/json.ts';
import { webPrimitives } from '../../src/vc/primitives.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { createAuthority, DAY, NOW } from '../support/authority.ts';
import { VECTORS } from '../support/vectors.ts';
import { fullPathVerifies } from './oracle.ts';

const authority = await createAuthority();
const trust = await authority.trust();
const { multibase } = authority.key('a-milestone');
const context = { trust, now: NOW, primitives: webPrimitives };
const outcome = async (credential: Json) => (await verify({ credential: JSON.stringify(credential) }, context)).outcome;

const HOLDERS = {
  'a full name': { holder: { name: '欧阳晓明月' } },
  'a masked name': { holder: { name: '王*明' } },
  'a pseudonym': { holder: { pseudonym: new Uint8Array(16).fill(0x9c) } },
  'a name that needs escaping': { holder: { name: '"\\\u0000\u007f\n𠮷e\u0301' } },
  'no end': { validUntil: null },
  'the lowest numbers': { points: 0, statusIndex: 131_072, own: [0, 0], validFrom: 0, created: NOW },
};

describe.each(Object.entries(HOLDERS))('with %s', (_, fields) => {
  test('@digitalbazaar/vc verifies what we sign, and ours does', async () => {
    const { credential } = await authority.issue(fields);
    expect(await fullPathVerifies(credential, multibase)).toEqual({ verified: true, statusAsked: true });
    expect(await outcome(credential)).toBe('valid');
  });
});

test('the oracle can say no: another key, a changed point, a lapsed validity', async () => {
  const { credential } = await authority.issue();
  expect((await fullPathVerifies(credential, authority.key('stranger').multibase)).verified).toBe(false);
  expect(
    (
      await fullPathVerifies(
        edited(credential, (tree) => put(tree.credentialSubject, 'points', 301)),
        multibase,
      )
    ).verified,
  ).toBe(false);
  expect((await fullPathVerifies(credential, multibase, { now: NOW + 2000 * DAY })).verified).toBe(false);
});

const schemaFile = join(VECTORS, 'ob_v3p0_achievementcredential_schema.json');
test.skipIf(!existsSync(schemaFile))('the Open Badges 3.0 schema accepts what we issue', async () => {
  const schema: Schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
  const validator = new Validator(schema, '2019-09', false);
  for (const fields of Object.values(HOLDERS)) {
    const { credential } = await authority.issue(fields);
    expect(
      validator.validate(credential).errors.map(({ error, instanceLocation }) => `${instanceLocation} ${error}`),
    ).toEqual([]);
  }
  const { credential } = await authority.issue();
  expect(validator.validate(edited(credential, (tree) => put(tree, 'issuer', 7))).valid).toBe(false);
});

type Tree = { [name: string]: Tree };
const put = (tree: object | undefined, name: string, value: unknown): void =>
  void Object.assign(tree ?? {}, { [name]: value });
function edited(credential: Json, change: (tree: Tree) => void): Json {
  const tree: Tree = JSON.parse(JSON.stringify(credential));
  change(tree);
  return tree;
}
/** Moves members of `tree` into a node of the same id beside it. */
function moveAside(tree: Tree, names: readonly string[]): void {
  const aside = { id: tree.id, type: tree.type };
  for (const name of names) {
    put(aside, name, tree[name]);
    delete tree[name];
  }
  put(tree, '@included', [aside]);
}

const STATUS = 'https://www.w3.org/2018/credentials#credentialStatus';

/** Each leaves the signed graph as it was. `fullPath`: what @digitalbazaar/vc 7.3 says of it. */
const TRICKS: readonly { trick: string; fullPath: boolean; change: (tree: Tree) => void }[] = [
  { trick: 'points as text', fullPath: true, change: (t) => put(t.credentialSubject, 'points', '300') },
  { trick: 'a repeated array value', fullPath: true, change: (t) => put(t.credentialSubject, 'stage', ['4-6', '4-6']) },
  {
    trick: 'a repeated type',
    fullPath: true,
    change: (t) => (t.type as unknown as string[]).push('OpenBadgeCredential'),
  },
  {
    trick: 'the types in another order',
    fullPath: true,
    change: (t) => put(t.credentialSubject, 'type', ['LearningMilestone', 'AchievementSubject']),
  },
  { trick: 'an added null', fullPath: true, change: (t) => put(t.credentialSubject, 'name', null) },
  {
    trick: 'the subject in an array',
    fullPath: true,
    change: (t) => put(t, 'credentialSubject', [t.credentialSubject]),
  },
  {
    trick: 'a text as a value object',
    fullPath: true,
    change: (t) => put(t.credentialSubject, 'stage', { '@value': '4-6' }),
  },
  {
    trick: 'an absolute IRI for a term',
    fullPath: true,
    change: (t) => {
      put(t, STATUS, t.credentialStatus);
      delete t.credentialStatus;
    },
  },
  {
    trick: 'an inline context',
    fullPath: true,
    change: (t) => (t['@context'] as unknown as unknown[]).push({ honour: 'https://a.test/honour' }),
  },
  { trick: 'validUntil in a node aside', fullPath: true, change: (t) => moveAside(t, ['validUntil']) },
  {
    trick: 'validUntil and status in a node aside',
    fullPath: true,
    change: (t) => moveAside(t, ['validUntil', 'credentialStatus']),
  },
  {
    trick: '@id for id',
    fullPath: true,
    change: (t) => {
      const s = t.credentialStatus;
      put(s, '@id', s?.id);
      delete s?.id;
    },
  },
  { trick: 'an @index beside a value', fullPath: true, change: (t) => put(t.credentialSubject, '@index', '五星') },
  {
    trick: 'two proofs',
    fullPath: true,
    change: (t) => put(t, 'proof', [...(t.proof as unknown as Json[]), ...(t.proof as unknown as Json[])]),
  },
  { trick: 'an added member', fullPath: false, change: (t) => put(t, 'description', '五星') },
  { trick: 'a nested proof', fullPath: false, change: (t) => put(t.credentialSubject, 'proof', t.proof) },
  {
    trick: 'the proof with an expiry',
    fullPath: false,
    change: (t) => put((t.proof as unknown as Tree[])[0], 'expires', '2099-01-01T00:00:00Z'),
  },
];

describe('JSON-LD tricks are never valid here', () => {
  test.each(TRICKS)('$trick', async ({ change, fullPath }) => {
    const { credential } = await authority.issue();
    const tricked = edited(credential, change);
    expect(JSON.stringify(tricked)).not.toBe(JSON.stringify(credential));
    const verdict = await verify({ credential: JSON.stringify(tricked) }, context);
    expect(verdict.outcome).not.toBe('valid');
    expect(verdict.credential).toBeNull();
    expect((await fullPathVerifies(tricked, multibase)).verified).toBe(fullPath);
  });

  test('an expired credential whose dates stand aside: the full path lets it pass, we do not', async () => {
    const { credential } = await authority.issue({ validUntil: NOW - DAY });
    expect((await fullPathVerifies(credential, multibase)).verified).toBe(false);
    const tricked = edited(credential, (tree) => moveAside(tree, ['validUntil', 'credentialStatus']));
    expect(await fullPathVerifies(tricked, multibase)).toEqual({ verified: true, statusAsked: false });
    expect(await outcome(tricked)).toBe('unknown');
  });
});

test('free in JSON: the order of members, white space, the proof as an object', async () => {
  const { credential } = await authority.issue();
  const again = edited(Object.fromEntries(Object.entries(credential).reverse()), (tree) =>
    put(tree, 'proof', (tree.proof as unknown as Tree[])[0]),
  );
  expect((await verify({ credential: `\n${JSON.stringify(again, null, 2)}\n` }, context)).outcome).toBe('valid');
});
