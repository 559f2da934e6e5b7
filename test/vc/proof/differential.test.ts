/** One proof, two judges: for genuine credentials and for every one with a leaf changed, moved or gone, our verdict is that of @digitalbazaar/vc. */
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import type { ProofRequest } from '../../../src/vc/proof/issue-proof.ts';
import { credentialOf, issued, makeKey } from './issuer.ts';
import { oracleVerifies } from './oracle.ts';
import { verdict } from './verifier.ts';

const oursVerifies = async (credential: JsonObject): Promise<boolean> => (await verdict(credential)) === 'verified';

type Change = { readonly name: string; readonly changed: JsonObject };

/** Every leaf changed, and every member and item taken away; contexts aside, which both judges read from one table. */
function* changesOf(tree: Json, put: (value: Json | undefined) => JsonObject, path = ''): Generator<Change> {
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) {
      const others = tree.filter((_, at) => at !== index);
      yield { name: `${path}/${index} taken away`, changed: put(others) };
      yield* changesOf(
        item,
        (value) => put(tree.map((each, at) => (at === index ? (value ?? null) : each))),
        `${path}/${index}`,
      );
    }
  } else if (isObject(tree)) {
    for (const [name, member] of Object.entries(tree)) {
      if (name === '@context') continue;
      const { [name]: _, ...others } = tree;
      yield { name: `${path}/${name} taken away`, changed: put(others) };
      yield* changesOf(member, (value) => put({ ...tree, [name]: value ?? null }), `${path}/${name}`);
    }
  } else {
    yield { name: `${path} longer`, changed: put(`${tree}x`) };
    yield { name: `${path} another`, changed: put('https://a.example/') };
  }
}

const withContext =
  (context: Json[], others: JsonObject = {}) =>
  (issuer: string): JsonObject => ({
    ...credentialOf(issuer),
    '@context': context,
    ...others,
  });

const CREDENTIALS: readonly { name: string; of: (issuer: string) => JsonObject }[] = [
  { name: 'the alumni credential', of: credentialOf },
  {
    name: 'terms of its own, in two languages',
    of: withContext(['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://vocabulary.example/' }], {
      name: [
        { '@value': '证书', '@language': 'zh' },
        { '@value': 'Certificate', '@language': 'en', '@direction': 'ltr' },
      ],
      points: 317,
      share: 0.5,
      honour: true,
      steps: { '@list': ['a', 'b', 'a'] },
    }),
  },
  {
    name: 'a resident card',
    of: withContext(['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/citizenship/v4rc1'], {
      type: ['VerifiableCredential', 'PermanentResidentCardCredential'],
      credentialSubject: {
        type: ['PermanentResident', 'Person'],
        givenName: 'JANE',
        birthDate: '1978-07-17',
        permanentResidentCard: { type: ['PermanentResidentCard'], identifier: '83627465', lprCategory: 'C09' },
      },
    }),
  },
];

const SUITES: readonly { suite: ProofRequest['cryptosuite']; type: 'Ed25519' | 'P-256' | 'P-384' }[] = [
  { suite: 'eddsa-rdfc-2022', type: 'Ed25519' },
  { suite: 'ecdsa-rdfc-2019', type: 'P-256' },
  { suite: 'ecdsa-rdfc-2019', type: 'P-384' },
];

describe.each(SUITES)('$suite, $type', ({ suite, type }) => {
  test.each(CREDENTIALS)('$name', async ({ of }) => {
    const key = await makeKey(type);
    const genuine = await issued(key, suite, { credential: of(key.did) });
    expect([await oursVerifies(genuine), await oracleVerifies(genuine)]).toEqual([true, true]);
    const changes = [...changesOf(genuine, (value) => (isObject(value) ? value : genuine))];
    expect(changes.length).toBeGreaterThan(40);
    for (const { name, changed } of changes) {
      const verdicts = { name, ours: await oursVerifies(changed), oracle: await oracleVerifies(changed) };
      expect(verdicts).toEqual({ name, ours: verdicts.oracle, oracle: verdicts.oracle });
    }
  });
});
