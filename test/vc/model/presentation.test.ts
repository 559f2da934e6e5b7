/** Every rule of the data model for presentations: a vector that breaks it alone, and its neighbour that keeps it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { readPresentation } from '../../../src/vc/model/presentation.ts';
import {
  credential1,
  credential2,
  type Expected,
  outcomeOf,
  presentation2,
  times,
  V1,
  V2,
  without,
} from './example.ts';

type Vector = readonly [what: string, presentation: Json, expected: Expected];

const presentation1 = (changes: JsonObject = {}): JsonObject => presentation2({ '@context': [V1], ...changes });
const A = 'https://school.example/context/1';

const FORM: readonly Vector[] = [
  ['2.0', presentation2(), 'accepted'],
  ['1.1', presentation1(), 'accepted'],
  ['no object', 'eyJ', 'malformed '],
  ['no context', without(presentation2(), '@context'), 'malformed /@context'],
  ['another context first', presentation2({ '@context': [A, V2] }), 'malformed /@context/0'],
  ['null after it', presentation2({ '@context': [V2, null] }), 'malformed /@context/1'],
  // Example 31 of the Recommendation is a presentation with a bare string.
  ['a bare context', presentation2({ '@context': V2 }), 'accepted'],
  ['a bare context that is no base', presentation2({ '@context': A }), 'malformed /@context/0'],
  ['a context object', presentation2({ '@context': {} }), 'malformed /@context'],
  ['a type alone', presentation2({ type: 'VerifiablePresentation' }), 'accepted'],
  ['no type', without(presentation2(), 'type'), 'malformed /type'],
  ['a credential', presentation2({ type: ['VerifiableCredential'] }), 'malformed /type'],
  [
    'an envelope',
    presentation2({ type: ['VerifiablePresentation', 'EnvelopedVerifiablePresentation'] }),
    'malformed /type',
  ],
  ['an id', presentation2({ id: 'urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5' }), 'accepted'],
  ['no URL as id', presentation2({ id: 'presentation 1' }), 'malformed /id'],
  ['ids', presentation2({ id: ['urn:x:1'] }), 'malformed /id'],
  ['a holder', presentation2({ holder: 'did:example:holder' }), 'accepted'],
  ['a holder with a name', presentation2({ holder: { id: 'did:example:holder', name: 'Li Lei' } }), 'accepted'],
  ['no URL as holder', presentation2({ holder: 'Li Lei' }), 'malformed /holder'],
  ['a null holder', presentation2({ holder: null }), 'malformed /holder'],
  ['holders', presentation2({ holder: ['did:example:holder'] }), 'malformed /holder'],
  ['a holder without id', presentation2({ holder: {} }), 'malformed /holder/id'],
  ['terms of use', presentation2({ termsOfUse: { type: 'T' } }), 'accepted'],
  ['terms of use without type', presentation2({ termsOfUse: {} }), 'malformed /termsOfUse/type'],
  [
    'a refresh service without type',
    presentation2({ refreshService: [{ id: 'urn:x:1' }] }),
    'malformed /refreshService/0/type',
  ],
  ['a proof', presentation2({ proof: { type: 'DataIntegrityProof' } }), 'accepted'],
  ['a proof without type', presentation2({ proof: {} }), 'proof-malformed /proof/type'],
  ['no proofs', presentation2({ proof: [] }), 'malformed /proof'],
  ['too many proofs', presentation2({ proof: times(LIMITS.proofs + 1, () => ({ type: 'P' })) }), 'too-large /proof'],
  ['a graph', presentation2({ '@graph': [] }), 'malformed /@graph'],
  ['@id', presentation2({ '@id': 'urn:x:1' }), 'malformed /@id'],
  ['a context inside', presentation2({ more: { '@context': A } }), 'malformed /more/@context'],
];

const holding = (verifiableCredential: Json): JsonObject => presentation2({ verifiableCredential });
const envelope = (changes: JsonObject = {}): JsonObject => ({
  '@context': V2,
  id: 'data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA',
  type: 'EnvelopedVerifiableCredential',
  ...changes,
});

const CREDENTIALS: readonly Vector[] = [
  ['one', holding(credential2()), 'accepted'],
  ['several, of both models', holding([credential2(), credential1(), envelope()]), 'accepted'],
  ['whatever they say', holding([credential2({ issuer: 4, '@graph': [] })]), 'accepted'],
  ['null', holding(null), 'malformed /verifiableCredential'],
  ['none', holding([]), 'accepted'],
  ['a number', holding(4), 'malformed /verifiableCredential'],
  ['a URL', holding('https://school.example/credentials/1'), 'malformed /verifiableCredential'],
  ['a JWT', holding(['eyJhbGciOiJFUzI1NiJ9.e30.AA']), 'malformed /verifiableCredential/0'],
  ['a list of lists', holding([[credential2()]]), 'malformed /verifiableCredential/0'],
  [
    'an empty object',
    holding({}),
    'malformed /verifiableCredential/type, malformed /verifiableCredential/@context' as Expected,
  ],
  [
    'no context of its own',
    holding([without(credential2(), '@context')]),
    'malformed /verifiableCredential/0/@context',
  ],
  ['a presentation', holding([presentation2()]), 'malformed /verifiableCredential/0/type'],
  ['as many as allowed', holding(times(LIMITS.items, () => credential2())), 'accepted'],
  ['too many', holding(times(LIMITS.items + 1, () => credential2())), 'too-large /verifiableCredential'],
  ['1.1, a JWT', presentation1({ verifiableCredential: ['eyJhbGciOiJFUzI1NiJ9.e30.AA', credential1()] }), 'accepted'],
  ['1.1, an empty text', presentation1({ verifiableCredential: [''] }), 'malformed /verifiableCredential/0'],
  ['1.1, a number', presentation1({ verifiableCredential: [4] }), 'malformed /verifiableCredential/0'],
];

const ENVELOPES: readonly Vector[] = [
  ['as in the specification', holding([envelope()]), 'accepted'],
  ['with a list of contexts', holding([envelope({ '@context': [A, V2] })]), 'accepted'],
  ['with a list of types', holding([envelope({ type: ['EnvelopedVerifiableCredential'] })]), 'accepted'],
  ['no context', holding([without(envelope(), '@context')]), 'malformed /verifiableCredential/0/@context'],
  ['another context', holding([envelope({ '@context': [A] })]), 'malformed /verifiableCredential/0/@context'],
  [
    'another type beside it',
    holding([envelope({ type: ['EnvelopedVerifiableCredential', 'VerifiableCredential'] })]),
    'malformed /verifiableCredential/0/type',
  ],
  ['no id', holding([without(envelope(), 'id')]), 'malformed /verifiableCredential/0/id'],
  [
    'another URL',
    holding([envelope({ id: 'https://school.example/credentials/1' })]),
    'malformed /verifiableCredential/0/id',
  ],
  [
    'a data: URL with spaces',
    holding([envelope({ id: 'data:application/vc+jwt, eyJ' })]),
    'malformed /verifiableCredential/0/id',
  ],
  ['ids', holding([envelope({ id: ['data:application/vc+jwt,eyJ'] })]), 'malformed /verifiableCredential/0/id'],
];

describe.each([
  ['form', FORM],
  ['verifiableCredential', CREDENTIALS],
  ['EnvelopedVerifiableCredential', ENVELOPES],
])('%s', (_name, vectors) => {
  test.each(vectors)('%s', (_what, presentation, expected) => {
    expect(outcomeOf(readPresentation(presentation))).toBe(expected);
  });
});

test('what later checks read', () => {
  const proof = { type: 'DataIntegrityProof' };
  const presentation = presentation2({
    '@context': V2,
    holder: { id: 'did:example:holder' },
    verifiableCredential: [credential2(), envelope()],
    proof,
  });
  expect(readPresentation(presentation)).toEqual({
    ok: true,
    value: {
      version: '2.0',
      document: without(presentation, 'proof'),
      proofs: [proof],
      holder: 'did:example:holder',
      credentials: [credential2(), envelope()],
    },
  });
});

test('one credential that is no list is one credential', () => {
  expect(readPresentation(holding(credential2()))).toMatchObject({ ok: true, value: { credentials: [credential2()] } });
});

test('never throws', () => {
  const json = fc.jsonValue() as fc.Arbitrary<Json>; // its values are JSON, under a name of its own
  fc.assert(fc.property(json, (value) => typeof readPresentation(value).ok === 'boolean'));
  fc.assert(
    fc.property(
      fc.constantFrom('type', 'holder', 'verifiableCredential', 'proof', 'termsOfUse'),
      json,
      (name, value) => {
        for (const base of [presentation1(), presentation2()])
          expect(typeof readPresentation({ ...base, [name]: value }).ok).toBe('boolean');
      },
    ),
  );
});
