/** Vectors of the data: URL objects around tokens: VC Data Model 2.0 §4.13.1 and §4.13.2, RFC 2397. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { type Envelope, readEnvelope, wrapEnvelope } from '../../../src/vc/proof/envelope.ts';
import type { FaultReason } from '../../../src/vc/protocol/fault.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const TOKEN = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln';

const enveloped = (changes: { [name: string]: Json | undefined } = {}): Json =>
  JSON.parse(
    JSON.stringify({
      '@context': V2,
      id: `data:application/vc+jwt,${TOKEN}`,
      type: 'EnvelopedVerifiableCredential',
      ...changes,
    }),
  );
const withId = (id: Json): Json => enveloped({ id });

type Vector = { vector: string; value: Json; envelope?: Partial<Envelope>; reason?: FaultReason };

const VECTORS: readonly Vector[] = [
  { vector: 'the object of §4.13.1', value: enveloped(), envelope: { kind: 'vc', legacy: false } },
  { vector: 'what wrapEnvelope makes, vc', value: wrapEnvelope('vc', TOKEN), envelope: { kind: 'vc' } },
  { vector: 'what wrapEnvelope makes, vp', value: wrapEnvelope('vp', TOKEN), envelope: { kind: 'vp' } },
  {
    vector: 'type and context as arrays, as VC-JOSE-COSE shows them',
    value: enveloped({
      type: ['EnvelopedVerifiableCredential'],
      '@context': [V2, 'https://www.w3.org/ns/credentials/examples/v2'],
    }),
    envelope: { kind: 'vc' },
  },
  {
    vector: 'application/jwt, a credential by its type',
    value: withId(`data:application/jwt,${TOKEN}`),
    envelope: { kind: 'vc', legacy: true },
  },
  {
    vector: 'application/jwt, a presentation by its type',
    value: enveloped({ type: 'EnvelopedVerifiablePresentation', id: `data:application/jwt,${TOKEN}` }),
    envelope: { kind: 'vp', legacy: true },
  },
  { vector: 'capitals in scheme and media type', value: withId(`DATA:Application/VC+JWT,${TOKEN}`), envelope: {} },
  { vector: 'a parameter', value: withId(`data:application/vc+jwt;charset=utf-8,${TOKEN}`), envelope: {} },
  { vector: 'base64', value: withId(`data:application/vc+jwt;base64,${btoa(TOKEN)}`), envelope: {} },
  {
    vector: 'percent-encoding',
    value: withId(`data:application/vc+jwt,${TOKEN.replaceAll('.', '%2E')}`),
    envelope: {},
  },

  { vector: 'no context', value: enveloped({ '@context': undefined }), reason: 'malformed' },
  { vector: 'an empty context', value: enveloped({ '@context': [] }), reason: 'malformed' },
  {
    vector: 'another context',
    value: enveloped({ '@context': 'https://www.w3.org/ns/credentials/examples/v2' }),
    reason: 'malformed',
  },
  { vector: 'a context of its own', value: enveloped({ '@context': [V2, { id: '@type' }] }), reason: 'malformed' },
  {
    vector: 'more contexts than anybody needs',
    value: enveloped({ '@context': Array<string>(LIMITS.contexts + 1).fill(V2) }),
    reason: 'too-large',
  },
  {
    vector: 'another type beside it',
    value: enveloped({ type: ['EnvelopedVerifiableCredential', 'VerifiableCredential'] }),
    reason: 'malformed',
  },
  {
    vector: 'both types',
    value: enveloped({ type: ['EnvelopedVerifiablePresentation', 'EnvelopedVerifiableCredential'] }),
    reason: 'malformed',
  },
  { vector: 'a claim that nobody signed', value: enveloped({ issuer: 'did:web:a.example' }), reason: 'malformed' },
  { vector: 'a second id', value: enveloped({ '@id': `data:application/vc+jwt,${TOKEN}` }), reason: 'malformed' },
  { vector: 'no id', value: enveloped({ id: undefined }), reason: 'malformed' },
  { vector: 'an id that is no text', value: withId([`data:application/vc+jwt,${TOKEN}`]), reason: 'malformed' },
  { vector: 'a token without its data: URL', value: withId(TOKEN), reason: 'unparsable' },
  { vector: 'https in place of data', value: withId(`https://a.example/,${TOKEN}`), reason: 'unparsable' },
  { vector: 'another scheme', value: withId(`info:application/vc+jwt,${TOKEN}`), reason: 'unparsable' },
  { vector: 'no comma', value: withId('data:application/vc+jwt'), reason: 'unparsable' },
  { vector: 'no media type', value: withId(`data:,${TOKEN}`), reason: 'unparsable' },
  { vector: 'space before the media type', value: withId(`data: application/vc+jwt,${TOKEN}`), reason: 'unparsable' },
  { vector: 'a presentation as a credential', value: withId(`data:application/vp+jwt,${TOKEN}`), reason: 'unparsable' },
  {
    vector: 'a credential as a presentation',
    value: enveloped({ type: 'EnvelopedVerifiablePresentation' }),
    reason: 'unparsable',
  },
  { vector: 'SD-JWT', value: withId(`data:application/vc+sd-jwt,${TOKEN}~`), reason: 'unparsable' },
  { vector: 'COSE', value: withId('data:application/vc+cose;base64,0oRD'), reason: 'unparsable' },
  { vector: 'a draft’s media type', value: withId(`data:application/vc-ld+jwt,${TOKEN}`), reason: 'unparsable' },
  {
    vector: 'an encoding that RFC 2397 does not know',
    value: withId(`data:application/vc+jwt;base64url,${TOKEN}`),
    reason: 'unparsable',
  },
  {
    vector: 'base64 before a parameter',
    value: withId(`data:application/vc+jwt;base64;charset=utf-8,${btoa(TOKEN)}`),
    reason: 'unparsable',
  },
  { vector: 'base64 that is none', value: withId(`data:application/vc+jwt;base64,${TOKEN}`), reason: 'unparsable' },
  { vector: 'a broken escape', value: withId(`data:application/vc+jwt,${TOKEN}%2`), reason: 'unparsable' },
  {
    vector: 'a megabyte',
    value: withId('data:application/vc+jwt,'.padEnd(LIMITS.documentBytes + 1, 'A')),
    reason: 'too-large',
  },
];

describe('readEnvelope', () => {
  test.each(VECTORS)('$vector', ({ value, envelope, reason }) => {
    const read = readEnvelope(value);
    if (reason === undefined)
      expect(read).toEqual({ ok: true, value: expect.objectContaining({ token: TOKEN, ...envelope }) });
    else expect(read).toMatchObject({ ok: false, faults: [{ reason }] });
  });

  test.each<[string, Json]>([
    ['a credential', { '@context': [V2], type: ['VerifiableCredential'] }],
    ['no type', { '@context': V2, id: `data:application/vc+jwt,${TOKEN}` }],
    ['the type under its JSON-LD name', { '@context': V2, '@type': 'EnvelopedVerifiableCredential' }],
    ['an array', [wrapEnvelope('vc', TOKEN)]],
    ['text', TOKEN],
    ['null', null],
  ])('is not for %s', (_, value) => {
    expect(readEnvelope(value)).toBeUndefined();
  });

  test('what is wrapped is read back', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/);
    fc.assert(
      fc.property(fc.constantFrom('vc', 'vp'), part, part, part, (kind, ...parts) => {
        const token = parts.join('.');
        expect(readEnvelope(wrapEnvelope(kind, token))).toEqual({ ok: true, value: { kind, token, legacy: false } });
      }),
    );
  });

  test('no input throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (type, id) => {
        readEnvelope(enveloped({ type: type as Json, id })); // JSON by another library's name
      }),
    );
  });
});
