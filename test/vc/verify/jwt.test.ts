/** Vectors of the trust verifier for a vc+jwt: the checks that a token passes or fails in its own way; what comes after is the same for every form. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STATUS_LIST_LENGTH } from '../../../src/vc/credential.ts';
import { base64url, concat, hex, utf8 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { isoSeconds } from '../../../src/vc/time.ts';
import type { Trust } from '../../../src/vc/trust/bundle.ts';
import { CHECKS, type CheckName, type Outcome, type Reason, type Verdict } from '../../../src/vc/verify/verdict.ts';
import { type VerifyContext, verify } from '../../../src/vc/verify/verify.ts';
import {
  createAuthority,
  DAY,
  entryOf,
  issuerTexts,
  type ListDraft,
  MILESTONE_TEMPLATE,
  NOW,
} from '../../support/authority.ts';

const authority = await createAuthority();
const { issue, issueJwt, statusList, trust } = authority;
const genuine = await issueJwt();
const asJson = await issue({}, { by: 'a-milestone' });
const revoked = { uuid: '0190b7a2-6c1e-7f4a-9d3b-00000000dead', statusIndex: STATUS_LIST_LENGTH + 99 };
authority.revoke(await issue(revoked));
const { proof: _, ...unsecuredList } = await statusList(1);
const today = await trust();

const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = genuine.token.split('.');
const A = issuerTexts('a', 'a-jwt');
const B = issuerTexts('b', 'b-milestone');
const part = (value: Json | string): string =>
  base64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)));
const header = (members: JsonObject = {}): JsonObject => ({
  alg: 'EdDSA',
  kid: A.verificationMethod,
  typ: 'vc+jwt',
  ...members,
});

/** Signed by district A's jwt key over whatever header and payload. */
async function signed(head: Json | string, payload: Json | string = genuine.payload): Promise<string> {
  const signingInput = `${part(head)}.${part(payload)}`;
  return `${signingInput}.${base64url(await authority.key('a-jwt').signer.sign(utf8(signingInput)))}`;
}

const listed = (edit: (list: ListDraft) => void): Promise<Trust> => trust({ list: edit });
const withKey = (entry: Partial<ReturnType<typeof entryOf>>): Promise<Trust> =>
  listed((list) => void Object.assign(entryOf(list, 'a-jwt'), entry));
const setOfIt = concat((await issueJwt({ points: 100 })).tag, genuine.tag);
const compromisedWithSet = await withKey({
  state: 'compromised',
  issuedSet: { sha256: hex(await webPrimitives.sha256(setOfIt)), count: 2 },
});

type Vector = {
  vector: string;
  token: string;
  outcome: Outcome;
  check?: CheckName;
  reason?: Reason;
  context?: Partial<VerifyContext>;
};

const VECTORS: readonly Vector[] = [
  { vector: 'a genuine token', token: genuine.token, outcome: 'valid' },
  {
    vector: 'members of the header in another order',
    token: await signed({ typ: 'vc+jwt', kid: A.verificationMethod, alg: 'EdDSA' }),
    outcome: 'valid',
  },
  {
    vector: 'white space in header and payload',
    token: await signed(JSON.stringify(header(), null, 1), JSON.stringify(genuine.payload, null, 2)),
    outcome: 'valid',
  },
  { vector: 'no end of validity', token: (await issueJwt({ validUntil: null })).token, outcome: 'valid' },
  {
    vector: 'a retired key',
    token: genuine.token,
    context: { trust: await withKey({ state: 'retired' }) },
    outcome: 'valid',
  },
  {
    vector: 'a compromised key, in its issued set',
    token: genuine.token,
    context: { trust: compromisedWithSet, issuedSets: new Map([[8, setOfIt]]) },
    outcome: 'valid',
  },

  // format
  ...[
    ['no token', ''],
    ['two parts', `${HEADER}.${PAYLOAD}`],
    ['a full stop too many', `${genuine.token}.`],
    ['space before', ` ${genuine.token}`],
    ['a line end after', `${genuine.token}\n`],
    ['padding', `${genuine.token}=`],
    [
      'stray bits in the last character',
      genuine.token.slice(0, -1) + String.fromCharCode((genuine.token.codePointAt(genuine.token.length - 1) ?? 0) + 1),
    ],
    ['an empty header', 'e30.e30.AA'],
    ['a header that is no object', await signed([])],
    ['a payload that is no object', await signed(header(), [genuine.payload])],
    ['a payload that is cut', await signed(header(), JSON.stringify(genuine.payload).slice(0, -1))],
    ['a second alg', await signed(JSON.stringify(header()).replace('{', '{"alg":"none",'))],
    [
      'points twice',
      await signed(header(), JSON.stringify(genuine.payload).replace('"points":300', '"points":500,"points":300')),
    ],
    ['alg none', await signed(header({ alg: 'none' }))],
    ['alg none without a signature', `${part(header({ alg: 'none' }))}.${PAYLOAD}.`],
    ['alg HS256', await signed(header({ alg: 'HS256' }))],
    ['alg as a list', await signed(header({ alg: ['EdDSA'] }))],
    ['a key of its own', await signed(header({ jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }))],
    ['a place to fetch keys from', await signed(header({ jku: 'https://evil.test/jwks' }))],
    ['a critical extension', await signed(header({ crit: ['exp'], exp: 1 }))],
    ['an unencoded payload', await signed(header({ b64: false, crit: ['b64'] }))],
    ['a date past 2105', (await issueJwt({}, { texts: { validUntil: '2999-01-01T00:00:00Z' } })).token],
    [
      'a status index outside the list',
      (await issueJwt({}, { texts: { statusBit: String(STATUS_LIST_LENGTH) } })).token,
    ],
  ].map(
    ([vector = '', token = '']): Vector => ({
      vector,
      token,
      outcome: 'invalid',
      check: 'format',
      reason: 'malformed',
    }),
  ),
  {
    vector: 'more than 64 KiB',
    token: genuine.token.padEnd(LIMITS.credentialBytes + 1, 'A'),
    outcome: 'invalid',
    check: 'format',
    reason: 'too-large',
  },
  ...[
    ['alg ES256', await signed(header({ alg: 'ES256' }))],
    ['typ JWT, as data model 1.1 had it', await signed(header({ typ: 'JWT' }))],
    ['typ of a presentation', await signed(header({ typ: 'vp+jwt' }))],
    ['typ of a trust list', await signed(header({ typ: 'xz-trust+jws' }))],
    ['no typ', await signed({ alg: 'EdDSA', kid: A.verificationMethod })],
    ['a content type', await signed(header({ cty: 'vc' }))],
    ['no kid', await signed({ alg: 'EdDSA', typ: 'vc+jwt' })],
    ['kid as a number', await signed(header({ kid: 8 }))],
  ].map(
    ([vector = '', token = '']): Vector => ({
      vector,
      token,
      outcome: 'unknown',
      check: 'format',
      reason: 'unknown-format',
    }),
  ),
  ...[
    [
      'a changed word of the template',
      await signed(header(), JSON.stringify(genuine.payload).replace('学习积分', '学习积分点')),
    ],
    ['a claim beside the credential', (await issueJwt({}, { beside: { exp: NOW + DAY } })).token],
    ['a proof inside', await signed(header(), asJson.credential)],
    ['an empty proof inside', await signed(header(), { ...genuine.payload, proof: {} })],
    ['the older form', await signed(header(), { iss: A.issuerId, vc: genuine.payload })],
    ['no level', await signed(header(), JSON.stringify(genuine.payload).replaceAll('三星', '六星'))],
    ['a status list', await signed(header(), unsecuredList)],
    [
      'points as text',
      await signed(header(), JSON.stringify(genuine.payload).replace('"points":300', '"points":"300"')),
    ],
  ].map(
    ([vector = '', token = '']): Vector => ({
      vector,
      token,
      outcome: 'unknown',
      check: 'format',
      reason: 'unknown-template',
    }),
  ),

  // proof
  {
    vector: 'no bundle',
    token: genuine.token,
    context: { trust: undefined },
    outcome: 'unknown',
    check: 'proof',
    reason: 'trust-unavailable',
  },
  {
    vector: 'a key that this bundle does not know',
    token: genuine.token,
    context: { trust: await listed((l) => void l.issuers[0]?.keys.pop()) },
    outcome: 'unknown',
    check: 'proof',
    reason: 'unknown-key',
  },
  ...[
    ['no signature', `${HEADER}.${PAYLOAD}.`],
    ['a signature of nothing', `${HEADER}.${PAYLOAD}.${base64url(new Uint8Array(64))}`],
    ['a byte too many', `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -1)}AA`],
    [
      'other points',
      `${HEADER}.${part(JSON.stringify(genuine.payload).replace('"points":300', '"points":500'))}.${SIGNATURE}`,
    ],
    [
      'another spelling of the header',
      `${part({ typ: 'vc+jwt', kid: A.verificationMethod, alg: 'EdDSA' })}.${PAYLOAD}.${SIGNATURE}`,
    ],
    ['a stranger’s signature', (await issueJwt({}, { signWith: 'b-milestone' })).token],
    [
      'the Data Integrity signature of the same credential',
      `${HEADER}.${PAYLOAD}.${base64url(asJson.fields.proofValue)}`,
    ],
    [
      'the same token under another key',
      `${part(header({ kid: issuerTexts('a', 'a-general').verificationMethod }))}.${PAYLOAD}.${SIGNATURE}`,
    ],
  ].map(
    ([vector = '', token = '']): Vector => ({
      vector,
      token,
      outcome: 'invalid',
      check: 'proof',
      reason: 'bad-signature',
    }),
  ),

  // issuer
  {
    vector: 'an issuer of nobody, signed with a known key',
    token: (await issueJwt({}, { says: { issuerId: 'did:web:evil.test' } })).token,
    outcome: 'invalid',
    check: 'issuer',
    reason: 'unknown-issuer',
  },
  ...(await Promise.all(
    (['issuerId', 'issuerName', 'credentialBase', 'statusBase'] as const).map(
      async (text): Promise<Vector> => ({
        vector: `district B’s ${text}, signed by district A`,
        token: (await issueJwt({}, { says: { [text]: B[text] } })).token,
        outcome: 'invalid',
        check: 'issuer',
        reason: 'issuer-mismatch',
      }),
    ),
  )),
  ...(await Promise.all(
    (['a-milestone', 'a-status', 'a-general'] as const).map(
      async (by): Promise<Vector> => ({
        vector: `a token by the key ${by}`,
        token: (await issueJwt({}, { by })).token,
        outcome: 'invalid',
        check: 'issuer',
        reason: 'key-not-authorised',
      }),
    ),
  )),
  {
    vector: 'a key without the template',
    token: genuine.token,
    context: { trust: await withKey({ templates: [1] }) },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'a template that is not for this issuer',
    token: genuine.token,
    context: {
      trust: await listed((l) => {
        for (const pin of l.templates) if (pin.number === MILESTONE_TEMPLATE) pin.issuers = [B.issuerId];
      }),
    },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'valid from before the key',
    token: (await issueJwt({ validFrom: NOW - 60 * DAY - 1 })).token,
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-out-of-window',
  },
  {
    vector: 'valid from after the key',
    token: (await issueJwt({ validFrom: NOW + 32 * DAY + 1 })).token,
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-out-of-window',
  },
  {
    vector: 'a compromised key, no issued set',
    token: genuine.token,
    context: { trust: await withKey({ state: 'compromised' }) },
    outcome: 'unknown',
    check: 'issuer',
    reason: 'issued-set-unavailable',
  },
  {
    vector: 'a compromised key, not in its issued set',
    token: (await issueJwt({ points: 500 })).token,
    context: { trust: compromisedWithSet, issuedSets: new Map([[8, setOfIt]]) },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-compromised',
  },

  // what comes after is shared
  {
    vector: 'expired a second ago',
    token: (await issueJwt({ validUntil: NOW - 1 })).token,
    outcome: 'invalid',
    check: 'validity',
    reason: 'expired',
  },
  {
    vector: 'revoked, in whichever form',
    token: (await issueJwt(revoked)).token,
    outcome: 'invalid',
    check: 'status',
    reason: 'revoked',
  },
  {
    vector: 'district B’s list',
    token: (await issueJwt({ statusIndex: 3 * STATUS_LIST_LENGTH })).token,
    outcome: 'invalid',
    check: 'status',
    reason: 'status-list-mismatch',
  },
  {
    vector: 'a key under suspicion',
    token: genuine.token,
    context: { trust: await trust({ suspect: [8] }) },
    outcome: 'unknown',
    check: 'policy',
    reason: 'key-suspect',
  },
];

const judge = (jwt: string, context: Partial<VerifyContext> = {}): Promise<Verdict> =>
  verify({ jwt }, { trust: today, now: NOW, primitives: webPrimitives, ...context });

test.each(VECTORS)('$vector → $outcome $reason', async ({ token, context, outcome, check, reason }) => {
  const verdict = await judge(token, context);
  expect(verdict.outcome).toBe(outcome);
  expect(verdict.checks.map((one) => one.check)).toEqual([...CHECKS]);
  const failure = verdict.checks.find(({ result }) => result !== 'passed');
  expect(failure?.check).toBe(check);
  expect(failure && 'reason' in failure ? failure.reason : undefined).toBe(reason);
  const proven = verdict.checks.slice(0, 3).every(({ result }) => result === 'passed');
  expect(verdict.credential !== null).toBe(proven);
});

test('the verdict on the token is the verdict on the same credential as JSON', async () => {
  const context = { trust: today, now: NOW, primitives: webPrimitives };
  expect(await judge(genuine.token)).toEqual(await verify({ document: asJson.credential }, context));
});

test('a key for tokens signs no Data Integrity proof', async () => {
  const { json } = await issue({}, { by: 'a-jwt' });
  const { checks } = await verify({ credential: json }, { trust: today, now: NOW, primitives: webPrimitives });
  expect(checks[2]).toMatchObject({ check: 'issuer', reason: 'key-not-authorised' });
});

test('a key that is not on the list: of a trusted issuer, under a stranger’s DID, of an issuer of nobody', async () => {
  const reasons = async (says: Partial<typeof A>) => {
    const { checks } = await judge((await issueJwt({}, { says })).token);
    return checks.flatMap((one) => ('reason' in one ? [one.reason] : []));
  };
  expect(await reasons({ verificationMethod: `${A.issuerId}#new` })).toEqual(['unknown-key']);
  expect(await reasons({ verificationMethod: 'did:web:evil.test#k' })).toEqual(['unknown-key', 'untrusted-key']);
  expect(await reasons({ issuerId: 'did:web:evil.test', verificationMethod: 'did:web:evil.test#k' })).toEqual([
    'unknown-key',
    'unknown-issuer',
  ]);
});

test('the date outside the key’s use is named', async () => {
  const { checks } = await judge((await issueJwt({ validFrom: NOW - 61 * DAY })).token);
  expect(checks[2]).toMatchObject({ detail: { validFrom: isoSeconds(NOW - 61 * DAY) } });
});

test('property: any character changed is never valid', async () => {
  const character = fc.constantFrom(...'ABCxyz019-_.=+/ ');
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: genuine.token.length - 1 }), character, async (at, char) => {
      const token = genuine.token.slice(0, at) + char + genuine.token.slice(at + 1);
      if (token === genuine.token) return;
      expect(['invalid', 'unknown']).toContain((await judge(token)).outcome);
    }),
    { numRuns: 400 },
  );
});
