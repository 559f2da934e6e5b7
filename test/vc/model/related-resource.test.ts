/** VC Data Model 2.0 §5.3: what a related resource is, and whether it is the one that is used here. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex, hex, multibase58, utf8 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { readCredential } from '../../../src/vc/model/credential.ts';
import {
  checkRelatedResources,
  emitDigestMultibase,
  type KnownDigests,
} from '../../../src/vc/model/related-resource.ts';
import { VECTORS } from '../../support/vectors.ts';
import { credential1, credential2, type Expected, outcomeOf, times, V2, without } from './example.ts';

/** Of the published bytes of the 2.0 base context. */
const SHA256 = '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734';
const SHA384_BASE64 = 'l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU';
const SHA512_BASE64 = 'XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==';
const inHex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
const inBase64 = (digest: string): string => Buffer.from(digest, 'hex').toString('base64');
const KNOWN: KnownDigests = { sha256: SHA256, sha384: inHex(SHA384_BASE64), sha512: inHex(SHA512_BASE64) };

const OTHER256 = hex(createHash('sha256').update('other').digest());
const OTHER384 = createHash('sha384').update('other').digest('base64');

const resource = (changes: JsonObject = {}): JsonObject => ({
  id: V2,
  digestSRI: `sha384-${SHA384_BASE64}`,
  ...changes,
});
const multibase = (header: string, digest: string): string =>
  `u${Buffer.from(header + digest, 'hex').toString('base64url')}`;
const bare = without(resource(), 'digestSRI');

type Vector = readonly [what: string, relatedResource: Json, expected: Expected];

const FORM: readonly Vector[] = [
  ['one', resource(), 'accepted'],
  ['several', [resource(), resource({ id: 'https://school.example/a' })], 'accepted'],
  ['with a media type', resource({ mediaType: 'application/ld+json' }), 'accepted'],
  ['with a media type and its parameter', resource({ mediaType: 'text/html; charset=utf-8' }), 'accepted'],
  ['null', null, 'malformed /relatedResource'],
  ['a URL', V2, 'malformed /relatedResource'],
  ['none', [], 'malformed /relatedResource'],
  ['a URL among them', [resource(), V2], 'malformed /relatedResource/1'],
  ['no id', without(resource(), 'id'), 'malformed /relatedResource/id'],
  ['no URL', resource({ id: 'credentials/v2' }), 'malformed /relatedResource/id'],
  ['the same twice', [resource(), resource({ mediaType: 'application/json' })], 'malformed /relatedResource/1/id'],
  ['no digest', bare, 'malformed /relatedResource'],
  ['no digest among them', [resource(), { id: 'urn:x:1' }], 'malformed /relatedResource/1'],
  ['no media type', resource({ mediaType: 'json' }), 'malformed /relatedResource/mediaType'],
  ['a null media type', resource({ mediaType: null }), 'malformed /relatedResource/mediaType'],
  ['@id', resource({ '@value': 'x' }), 'malformed /relatedResource/@value'],
  ['as many as allowed', times(LIMITS.items, (i) => resource({ id: `urn:x:${i}` })), 'accepted'],
  ['too many', times(LIMITS.items + 1, (i) => resource({ id: `urn:x:${i}` })), 'too-large /relatedResource'],
];

const sri = (digestSRI: Json): JsonObject => ({ ...bare, digestSRI });
const mb = (digestMultibase: Json): JsonObject => ({ ...bare, digestMultibase });
const DIGESTS: readonly Vector[] = [
  ['SRI of SHA-256', sri(`sha256-${inBase64(SHA256)}`), 'accepted'],
  ['SRI without padding', sri(`sha256-${inBase64(SHA256).replace('=', '')}`), 'accepted'],
  ['several SRI in one text', sri(`sha256-${inBase64(SHA256)} sha384-${SHA384_BASE64}`), 'accepted'],
  ['several SRI in a list', sri([`sha256-${inBase64(SHA256)}`, `sha384-${SHA384_BASE64}`]), 'accepted'],
  ['SRI of MD5', sri('md5-rL0Y20zC+Fzt72VPzMSk2A=='), 'malformed /relatedResource/digestSRI'],
  ['SRI in capitals', sri(`SHA384-${SHA384_BASE64}`), 'malformed /relatedResource/digestSRI'],
  ['SRI without algorithm', sri(SHA384_BASE64), 'malformed /relatedResource/digestSRI'],
  ['SRI without digest', sri('sha384-'), 'malformed /relatedResource/digestSRI'],
  ['SRI of other characters', sri('sha384-!!!'), 'malformed /relatedResource/digestSRI'],
  ['SRI with options', sri(`sha384-${SHA384_BASE64}?ct=a`), 'malformed /relatedResource/digestSRI'],
  ['an empty SRI', sri(''), 'malformed /relatedResource/digestSRI'],
  ['a null SRI', sri(null), 'malformed /relatedResource/digestSRI'],
  ['no SRI in the list', sri([]), 'malformed /relatedResource/digestSRI'],
  ['a number in the list', sri([`sha384-${SHA384_BASE64}`, 4]), 'malformed /relatedResource/digestSRI'],
  ['multibase, base64url', mb(multibase('1220', SHA256)), 'accepted'],
  ['multibase, base58', mb(multibase58(Buffer.from(`1220${SHA256}`, 'hex'))), 'accepted'],
  ['multibase, a list', mb([multibase('1220', SHA256), multibase('2030', inHex(SHA384_BASE64))]), 'accepted'],
  ['multibase in hex', mb(`f1220${SHA256}`), 'malformed /relatedResource/digestMultibase'],
  ['multibase with padding', mb('uEiBZ='), 'malformed /relatedResource/digestMultibase'],
  ['multibase of other characters', mb('z0OIl'), 'malformed /relatedResource/digestMultibase'],
  ['multibase of nothing', mb('u'), 'malformed /relatedResource/digestMultibase'],
  ['multibase without end', mb(`z${'1'.repeat(1000)}`), 'malformed /relatedResource/digestMultibase'],
  ['a null multibase', mb(null), 'malformed /relatedResource/digestMultibase'],
  [
    'both, one malformed',
    { ...mb('x'), digestSRI: `sha384-${SHA384_BASE64}` },
    'malformed /relatedResource/digestMultibase',
  ],
];

describe.each([
  ['form', FORM],
  ['digests', DIGESTS],
])('%s', (_name, vectors) => {
  test.each(vectors)('%s', (_what, relatedResource, expected) => {
    expect(outcomeOf(readCredential(credential2({ relatedResource }), 'verify'))).toBe(expected);
  });
});

test('1.1 does not know related resources', () => {
  const read = readCredential(credential1({ relatedResource: 'x' }), 'verify');
  expect(read).toMatchObject({ ok: true, value: { relatedResources: [] } });
});

const MATCHES: readonly [what: string, relatedResource: Json][] = [
  ['SRI of SHA-256', sri(`sha256-${inBase64(SHA256)}`)],
  ['SRI of SHA-384', sri(`sha384-${SHA384_BASE64}`)],
  ['SRI of SHA-512', sri(`sha512-${SHA512_BASE64}`)],
  ['example 25 of the Recommendation, with its multibase letter', sri(`sha384-M${SHA384_BASE64}`)],
  ['example 26 of the Recommendation', mb('uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA')],
  ['a multihash of SHA-256', mb(multibase('1220', SHA256))],
  ['a multihash of SHA-384', mb(multibase('2030', inHex(SHA384_BASE64)))],
  ['a multihash of SHA-512', mb(multibase('1340', inHex(SHA512_BASE64)))],
  ['in base58', mb(multibase58(Buffer.from(`1220${SHA256}`, 'hex')))],
  ['32 bytes alone', mb(multibase('', SHA256))],
  [
    'all of them',
    { ...sri([`sha256-${inBase64(SHA256)}`, `sha512-${SHA512_BASE64}`]), digestMultibase: multibase('1220', SHA256) },
  ],
  [
    'one that we cannot compute beside one that we can',
    { ...sri(`sha256-${inBase64(SHA256)}`), digestMultibase: multibase('1620', SHA256) },
  ],
  [
    'another resource, whatever its digest',
    resource({ id: 'https://school.example/a', digestSRI: `sha384-${OTHER384}` }),
  ],
];

const MISMATCHES: readonly [what: string, relatedResource: Json, at: string][] = [
  ['SRI', sri(`sha384-${OTHER384}`), '/relatedResource/digestSRI'],
  ['SRI, the weaker of two', sri(`sha256-${inBase64(OTHER256)} sha384-${SHA384_BASE64}`), '/relatedResource/digestSRI'],
  ['SRI, an alternative', sri([`sha384-${SHA384_BASE64}`, `sha384-${OTHER384}`]), '/relatedResource/digestSRI'],
  ['SRI, too short', sri('sha384-l/HrjlBCNWyAX91h'), '/relatedResource/digestSRI'],
  ['SRI, a bit too many', sri(`sha256-${inBase64(SHA256).slice(0, 42)}1`), '/relatedResource/digestSRI'],
  ['SRI with another letter before it', sri(`sha384-N${SHA384_BASE64}`), '/relatedResource/digestSRI'],
  ['SRI of another algorithm', sri(`sha512-${SHA384_BASE64}`), '/relatedResource/digestSRI'],
  ['multibase', mb(multibase('1220', OTHER256)), '/relatedResource/digestMultibase'],
  ['32 bytes alone', mb(multibase('', OTHER256)), '/relatedResource/digestMultibase'],
  [
    'multibase beside an SRI that matches',
    { ...resource(), digestMultibase: multibase('1220', OTHER256) },
    '/relatedResource/digestMultibase',
  ],
  ['only a function that we cannot compute', mb(multibase('1620', SHA256)), '/relatedResource/digestMultibase'],
  ['a multihash with another length', mb(multibase('1221', SHA256)), '/relatedResource/digestMultibase'],
  ['a multihash cut short', mb(multibase('1220', SHA256.slice(2))), '/relatedResource/digestMultibase'],
  [
    'a multihash cut short beside an SRI that matches',
    { ...resource(), digestMultibase: multibase('1220', SHA256.slice(2)) },
    '/relatedResource/digestMultibase',
  ],
  ['the second of two', [resource({ id: 'urn:x:1' }), sri(`sha384-${OTHER384}`)], '/relatedResource/1/digestSRI'],
];

const check = (relatedResource: Json, known: KnownDigests = KNOWN) => {
  const read = readCredential(credential2({ relatedResource }), 'verify');
  if (!read.ok) throw new Error(outcomeOf(read));
  return checkRelatedResources(read.value.relatedResources, (url) => (url === V2 ? known : undefined));
};

describe('a resource that is used here', () => {
  test.each(MATCHES)('matches: %s', (_what, relatedResource) => {
    expect(check(relatedResource)).toEqual([]);
  });

  test.each(MISMATCHES)('does not: %s', (_what, relatedResource, at) => {
    expect(check(relatedResource).map(({ reason, at: where }) => `${reason} ${where}`)).toEqual([
      `digest-mismatch ${at}`,
    ]);
  });

  test('known by its SHA-256 alone: SHA-384 alone says nothing about it', () => {
    const known = { sha256: SHA256 };
    expect(check(resource(), known).map(({ reason }) => reason)).toEqual(['digest-mismatch']);
    expect(check(sri(`sha256-${inBase64(SHA256)} sha384-${SHA384_BASE64}`), known)).toEqual([]);
  });
});

describe('emitDigestMultibase', () => {
  test('writes example 26 of the Recommendation', () => {
    const digest = fromHex(SHA256);
    expect(digest && emitDigestMultibase(digest)).toBe('uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA');
  });

  test('and what it writes is what is read', () => {
    const digest = createHash('sha256').update(utf8('schema')).digest();
    const digestMultibase = emitDigestMultibase(digest);
    expect(check(mb(digestMultibase), { sha256: hex(digest) })).toEqual([]);
  });
});

const published = join(VECTORS, 'w3c-credentials-v2-context.json');
test.skipIf(!existsSync(published))('the digests above are those of the published bytes', () => {
  const bytes = readFileSync(published);
  for (const algorithm of ['sha256', 'sha384', 'sha512'] as const)
    expect(createHash(algorithm).update(bytes).digest('hex')).toBe(KNOWN[algorithm]);
});
