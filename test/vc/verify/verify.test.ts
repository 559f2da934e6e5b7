/** Vectors of the trust verifier: each reason that it can give, with everything before that check passed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STATUS_LIST_LENGTH } from '../../../src/vc/credential.ts';
import { concat, crc16, hex } from '../../../src/vc/encoding.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { emitPayload, packPayload, toDigits } from '../../../src/vc/qr/payload.ts';
import { isoSeconds } from '../../../src/vc/time.ts';
import type { Trust } from '../../../src/vc/trust/bundle.ts';
import type { Presented } from '../../../src/vc/verify/read.ts';
import {
  CHECKS,
  type Check,
  type CheckName,
  failing,
  type Outcome,
  outcomeOf,
  passed,
  REASONS,
  type Reason,
  skipped,
  type Verdict,
} from '../../../src/vc/verify/verdict.ts';
import { type VerifyContext, verify } from '../../../src/vc/verify/verify.ts';
import { REASON_WORDING } from '../../../src/vc/verify/wording.ts';
import { createAuthority, DAY, entryOf, issuerTexts, NOW, PUBLIC_URL } from '../../support/authority.ts';

const authority = await createAuthority();
const { issue, statusList, trust } = authority;
const genuine = await issue();
const revoked = await issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-00000000dead', statusIndex: STATUS_LIST_LENGTH + 99 });
authority.revoke(revoked);
const ofCompromised = await issue({}, { by: 'a-compromised' });
authority.issuedByCompromisedKey.push((await issue({ points: 100 }, { by: 'a-compromised' })).tag, ofCompromised.tag);
const today = await trust();
const set = authority.issuedSet();
const B = issuerTexts('b', 'b-milestone');

const json = ({ json: credential }: { json: string }): Presented => ({ credential });
const qr = ({ url }: { url: string }): Presented => ({ qr: url });
const stale = NOW + 10 * DAY;
/** Behind by more than the tolerance, and inside every other date. */
const behind = NOW - 1800 - 601;

type Vector = {
  vector: string;
  presented: Presented;
  outcome: Outcome;
  /** The first check that did not pass, and why. */
  check?: CheckName;
  reason?: Reason;
  context?: Partial<VerifyContext>;
};

const other = emitPayload({ ...genuine.fields, points: 500 });
const body = packPayload(genuine.fields).slice(0, -2);
const recoded = (bytes: Uint8Array<ArrayBuffer>): Presented => ({
  qr: toDigits(concat(bytes, Uint8Array.of(crc16(bytes) >> 8, crc16(bytes) & 0xff))),
});
const replaced = (from: string, to: string): Presented => ({ credential: genuine.json.replace(from, to) });

const VECTORS: readonly Vector[] = [
  { vector: 'a genuine credential, as JSON', presented: json(genuine), outcome: 'valid' },
  { vector: 'a genuine credential, as a link', presented: qr(genuine), outcome: 'valid' },
  { vector: 'a genuine credential, as digits', presented: { qr: genuine.digits }, outcome: 'valid' },
  { vector: 'a retired key', presented: json(await issue({}, { by: 'a-retired' })), outcome: 'valid' },
  { vector: 'the other district', presented: qr(await issue({}, { by: 'b-milestone' })), outcome: 'valid' },
  {
    vector: 'a hostile name, signed all the same',
    presented: json(await issue({ holder: { name: '\u202e"\\\u0000<b>' } })),
    outcome: 'valid',
  },
  { vector: 'no end of validity', presented: qr(await issue({ validUntil: null })), outcome: 'valid' },
  { vector: 'the last second of validity', presented: qr(await issue({ validUntil: NOW })), outcome: 'valid' },
  { vector: 'valid in ten minutes', presented: qr(await issue({ validFrom: NOW + 600 })), outcome: 'valid' },
  {
    vector: 'a clock ten minutes behind the bundle',
    presented: qr(genuine),
    context: { now: NOW - 1800 - 600 },
    outcome: 'valid',
  },
  {
    vector: 'the last second of the grace',
    presented: qr(await issue()),
    context: { now: NOW + 4 * DAY },
    outcome: 'valid',
  },
  {
    vector: 'a compromised key, in its issued set',
    presented: qr(ofCompromised),
    context: { issuedSets: new Map([[6, set]]) },
    outcome: 'valid',
  },

  {
    vector: 'a genuine credential, as a parsed document',
    presented: { document: genuine.credential },
    outcome: 'valid',
  },
  {
    vector: 'a parsed document that is no object',
    presented: { document: [genuine.credential] },
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },

  // format
  {
    vector: 'a slip of one digit',
    presented: { qr: genuine.url.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) },
    outcome: 'unknown',
    check: 'format',
    reason: 'damaged-scan',
  },
  {
    vector: 'a link without a code',
    presented: { qr: `${PUBLIC_URL}/c/` },
    outcome: 'unknown',
    check: 'format',
    reason: 'damaged-scan',
  },
  {
    vector: 'a newer format',
    presented: recoded(concat(Uint8Array.of(0x80), body.slice(1))),
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-format',
  },
  {
    vector: 'a byte after the array',
    presented: recoded(concat(body, Uint8Array.of(0))),
    outcome: 'invalid',
    check: 'format',
    reason: 'not-canonical',
  },
  {
    vector: 'a template that is not in the bundle',
    presented: { qr: emitPayload({ ...genuine.fields, template: 9 }).digits },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'the status template in a code',
    presented: { qr: emitPayload({ ...genuine.fields, template: 1, own: [] }).digits },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'a level that the template does not have',
    presented: { qr: emitPayload({ ...genuine.fields, own: [1, 5] }).digits },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'one slot too many',
    presented: { qr: emitPayload({ ...genuine.fields, own: [1, 2, 0] }).digits },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'a changed word of the template',
    presented: replaced('学习积分', '学习积分点'),
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'a status list in place of a credential',
    presented: { credential: JSON.stringify(await statusList(1)) },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'no proof',
    presented: { credential: '{"@context":[],"type":[]}' },
    outcome: 'unknown',
    check: 'format',
    reason: 'unknown-template',
  },
  {
    vector: 'cut JSON',
    presented: { credential: genuine.json.slice(0, -1) },
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },
  {
    vector: 'a duplicate member',
    presented: replaced('"points":300', '"points":300,"points":300'),
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },
  {
    vector: 'a JSON array',
    presented: { credential: `[${genuine.json}]` },
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },
  {
    vector: 'a date past 2105',
    presented: json(await issue({}, { texts: { validUntil: '2999-01-01T00:00:00Z' } })),
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },
  {
    vector: 'a status index outside the list',
    presented: json(await issue({}, { texts: { statusBit: String(STATUS_LIST_LENGTH) } })),
    outcome: 'invalid',
    check: 'format',
    reason: 'malformed',
  },
  {
    vector: 'more than 64 KiB',
    presented: { credential: genuine.json.padEnd(64 * 1024 + 1) },
    outcome: 'invalid',
    check: 'format',
    reason: 'too-large',
  },

  // proof
  {
    vector: 'no bundle',
    presented: json(genuine),
    context: { trust: undefined },
    outcome: 'unknown',
    check: 'proof',
    reason: 'trust-unavailable',
  },
  {
    vector: 'no bundle, a code',
    presented: qr(genuine),
    context: { trust: undefined },
    outcome: 'unknown',
    check: 'proof',
    reason: 'trust-unavailable',
  },
  {
    vector: 'a key number of nobody',
    presented: { qr: emitPayload({ ...genuine.fields, key: 99 }).digits },
    outcome: 'unknown',
    check: 'proof',
    reason: 'unknown-key',
  },
  {
    vector: 'a key that this bundle does not know',
    presented: json(genuine),
    context: { trust: await trust({ list: (l) => void l.issuers[0]?.keys.shift() }) },
    outcome: 'unknown',
    check: 'proof',
    reason: 'unknown-key',
  },
  {
    vector: 'other points under the same proof',
    presented: { qr: other.digits },
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'other points in the JSON',
    presented: replaced('"points":300', '"points":500'),
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'another status entry',
    presented: replaced('"4711"', '"4712"'),
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'a date of the proof that was not signed',
    presented: { qr: emitPayload({ ...genuine.fields, created: NOW }).digits },
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'a stranger’s signature under a known key',
    presented: json(await issue({}, { signWith: 'b-milestone' })),
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'a code under another key number',
    presented: { qr: emitPayload({ ...genuine.fields, key: 5 }).digits },
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'an empty proof',
    presented: { qr: emitPayload({ ...genuine.fields, proofValue: new Uint8Array(64) }).digits },
    outcome: 'invalid',
    check: 'proof',
    reason: 'bad-signature',
  },
  {
    vector: 'a proof of authentication',
    presented: replaced('assertionMethod', 'authentication'),
    outcome: 'invalid',
    check: 'proof',
    reason: 'wrong-proof-purpose',
  },

  // issuer
  {
    vector: 'an issuer of nobody, signed with a known key',
    presented: json(await issue({}, { says: { issuerId: 'did:web:evil.test' } })),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'unknown-issuer',
  },
  {
    vector: 'district A’s key on district B’s issuer',
    presented: json(
      await issue(
        {},
        {
          says: {
            issuerId: B.issuerId,
            issuerName: B.issuerName,
            credentialBase: B.credentialBase,
            statusBase: B.statusBase,
          },
        },
      ),
    ),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'issuer-mismatch',
  },
  ...(await Promise.all(
    (['issuerName', 'credentialBase', 'statusBase'] as const).map(
      async (text): Promise<Vector> => ({
        vector: `district B’s ${text}, signed by district A`,
        presented: json(await issue({}, { says: { [text]: B[text] } })),
        outcome: 'invalid',
        check: 'issuer',
        reason: 'issuer-mismatch',
      }),
    ),
  )),
  {
    vector: 'a milestone by a status key',
    presented: json(await issue({}, { by: 'a-status' })),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'a milestone by a general key, as a code',
    presented: qr(await issue({}, { by: 'a-general' })),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'a key without the template',
    presented: qr(genuine),
    context: {
      trust: await trust({
        list: (l) => {
          entryOf(l, 'a-milestone').templates = [1];
        },
      }),
    },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'a template that is not for this issuer',
    presented: qr(genuine),
    context: {
      trust: await trust({
        list: (l) => {
          for (const pin of l.templates) if (pin.number === 2) pin.issuers = [B.issuerId];
        },
      }),
    },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-not-authorised',
  },
  {
    vector: 'created before the key',
    presented: qr(await issue({ created: NOW - 61 * DAY })),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-out-of-window',
  },
  {
    vector: 'created after the key',
    presented: json(await issue({ created: NOW + 33 * DAY })),
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-out-of-window',
  },
  {
    vector: 'a compromised key, no issued set',
    presented: qr(ofCompromised),
    outcome: 'unknown',
    check: 'issuer',
    reason: 'issued-set-unavailable',
  },
  {
    vector: 'a compromised key, a changed issued set',
    presented: qr(ofCompromised),
    context: { issuedSets: new Map([[6, concat(set, ofCompromised.tag)]]) },
    outcome: 'unknown',
    check: 'issuer',
    reason: 'issued-set-unavailable',
  },
  {
    vector: 'a compromised key, not in its issued set',
    presented: qr(await issue({ points: 500 }, { by: 'a-compromised' })),
    context: { issuedSets: new Map([[6, set]]) },
    outcome: 'invalid',
    check: 'issuer',
    reason: 'key-compromised',
  },

  // validity
  {
    vector: 'expired a second ago',
    presented: json(await issue({ validUntil: NOW - 1 })),
    outcome: 'invalid',
    check: 'validity',
    reason: 'expired',
  },
  {
    vector: 'expired by the bundle, the clock set back',
    presented: qr(await issue({ validUntil: NOW - 1801 })),
    context: { now: NOW - 400 * DAY },
    outcome: 'invalid',
    check: 'validity',
    reason: 'expired',
  },
  {
    vector: 'valid in eleven minutes',
    presented: qr(await issue({ validFrom: NOW + 601 })),
    outcome: 'invalid',
    check: 'validity',
    reason: 'not-yet-valid',
  },
  {
    vector: 'a clock behind',
    presented: qr(genuine),
    context: { now: behind },
    outcome: 'unknown',
    check: 'validity',
    reason: 'clock-behind',
  },
  {
    vector: 'a clock behind, not yet valid by the bundle either',
    presented: qr(await issue({ validFrom: NOW + DAY })),
    context: { now: behind },
    outcome: 'unknown',
    check: 'validity',
    reason: 'clock-behind',
  },

  // status
  { vector: 'revoked', presented: json(revoked), outcome: 'invalid', check: 'status', reason: 'revoked' },
  {
    vector: 'revoked, as a code, with stale data',
    presented: qr(revoked),
    context: { now: stale },
    outcome: 'invalid',
    check: 'status',
    reason: 'revoked',
  },
  {
    vector: 'revoked, with a clock behind',
    presented: qr(revoked),
    context: { now: behind },
    outcome: 'invalid',
    check: 'validity',
    reason: 'clock-behind',
  },
  {
    vector: 'a list that the bundle does not carry',
    presented: qr(await issue({ statusIndex: 2 * STATUS_LIST_LENGTH })),
    outcome: 'unknown',
    check: 'status',
    reason: 'status-list-unavailable',
  },
  {
    vector: 'district B’s list',
    presented: qr(await issue({ statusIndex: 3 * STATUS_LIST_LENGTH })),
    outcome: 'invalid',
    check: 'status',
    reason: 'status-list-mismatch',
  },
  {
    vector: 'list 0, which nobody has',
    presented: json(await issue({ statusIndex: 5 })),
    outcome: 'invalid',
    check: 'status',
    reason: 'status-list-mismatch',
  },
  {
    vector: 'a stale list in a fresh bundle',
    presented: qr(genuine),
    context: { trust: await trust({ statusLists: [await statusList(1, { validUntil: NOW - 3 * DAY - 1 })] }) },
    outcome: 'stale',
    check: 'status',
    reason: 'status-stale',
  },

  // policy
  {
    vector: 'a stale bundle with a list that lives longer',
    presented: qr(genuine),
    context: { now: stale, trust: await trust({ statusLists: [await statusList(1, { validUntil: NOW + 99 * DAY })] }) },
    outcome: 'stale',
    check: 'policy',
    reason: 'trust-stale',
  },
  {
    vector: 'a second past the grace',
    presented: qr(genuine),
    context: {
      now: NOW + 4 * DAY + 1,
      trust: await trust({ statusLists: [await statusList(1, { validUntil: NOW + 99 * DAY })] }),
    },
    outcome: 'stale',
    check: 'policy',
    reason: 'trust-stale',
  },
  {
    vector: 'a key under suspicion',
    presented: qr(genuine),
    context: { trust: await trust({ suspect: [1] }) },
    outcome: 'unknown',
    check: 'policy',
    reason: 'key-suspect',
  },
  {
    vector: 'another key under suspicion',
    presented: qr(genuine),
    context: { trust: await trust({ suspect: [3] }) },
    outcome: 'valid',
  },
];

const judge = (presented: Presented, context: Partial<VerifyContext> = {}): Promise<Verdict> =>
  verify(presented, { trust: today, now: NOW, primitives: webPrimitives, ...context });
const reasonOf = (check: Check | undefined): Reason | undefined =>
  check && 'reason' in check ? check.reason : undefined;

test.each(VECTORS)('$vector → $outcome $reason', async ({ presented, context, outcome, check, reason }) => {
  const verdict = await judge(presented, context);
  expect(verdict.outcome).toBe(outcome);
  expect(verdict.checks.map((one) => one.check)).toEqual([...CHECKS]);
  const failure = verdict.checks.find(({ result }) => result !== 'passed');
  expect(failure?.check).toBe(check);
  expect(reasonOf(failure)).toBe(reason);
  expect(verdict.problemDetails.map(({ title }) => title)).toEqual(
    verdict.checks.map(reasonOf).filter((one) => one !== undefined),
  );
  const proven = verdict.checks.slice(0, 3).every(({ result }) => result === 'passed');
  expect(verdict.credential !== null).toBe(proven);
  expect(verdict.asOf.checkedAt).toBe(isoSeconds(context?.now ?? NOW));
});

test('every reason that the trust verifier can give has a vector', () => {
  /** Given by the protocol verifier, or by nobody while the profile has no such entries. */
  const elsewhere: readonly Reason[] = [
    'status-list-invalid',
    'proof-expired',
    'suspended',
    'status-index-out-of-range',
    'holder-mismatch',
    'challenge-mismatch',
    'domain-mismatch',
  ];
  const secondary: readonly Reason[] = ['untrusted-key']; // comes after unknown-key; see below
  const given = new Set([...VECTORS.map(({ reason }) => reason), ...elsewhere, ...secondary]);
  expect(Object.keys(REASONS).filter((reason) => !given.has(reason as Reason))).toEqual([]);
});

describe('a key that is not on the list', () => {
  const stranger = (says: Partial<ReturnType<typeof issuerTexts>>) =>
    issue({}, { says }).then((one) => judge(json(one)));

  test('of a trusted issuer: our data may be old', async () => {
    const verdict = await stranger({ verificationMethod: `${issuerTexts('a', 'a-milestone').issuerId}#new` });
    expect([verdict.outcome, reasonOf(verdict.checks[1]), reasonOf(verdict.checks[2])]).toEqual([
      'unknown',
      'unknown-key',
      undefined,
    ]);
  });
  test('under a stranger’s DID on a trusted issuer: refused', async () => {
    const verdict = await stranger({ verificationMethod: 'did:web:evil.test#k' });
    expect([verdict.outcome, reasonOf(verdict.checks[2])]).toEqual(['invalid', 'untrusted-key']);
  });
  test('of an issuer of nobody: refused', async () => {
    const verdict = await stranger({ issuerId: 'did:web:evil.test', verificationMethod: 'did:web:evil.test#k' });
    expect([verdict.outcome, reasonOf(verdict.checks[2])]).toEqual(['invalid', 'unknown-issuer']);
  });
});

describe('what a valid verdict shows', () => {
  test('the signed fields, the same from JSON and from the code', async () => {
    const shown = await judge(json(genuine));
    expect(shown).toEqual({ ...(await judge({ qr: genuine.digits })) });
    expect(shown).toEqual({
      outcome: 'valid',
      checks: CHECKS.map(passed),
      credential: {
        id: `https://edu.shangcheng.gov.cn/credentials/${genuine.fields.uuid}`,
        issuer: { id: 'did:web:edu.shangcheng.gov.cn', name: '杭州市上城区教育局' },
        scheme: 'shangcheng-star-licence',
        stage: '4-6',
        level: '3',
        achievement: { name: '星级家长执照 · 4–6岁 · 三星' },
        holder: '欧阳晓明月',
        holderMatch: 'full',
        points: 300,
        validFrom: isoSeconds(NOW - 10 * DAY),
        validUntil: isoSeconds(NOW + 1000 * DAY),
      },
      asOf: {
        bundle: 41,
        bundleIssuedAt: isoSeconds(NOW - 1800),
        statusAsOf: isoSeconds(NOW - 3600),
        checkedAt: isoSeconds(NOW),
      },
      notes: [],
      problemDetails: [],
    });
  });

  test.each([
    [{ name: '王小明' }, 'full', '王小明'],
    [{ name: '王*明' }, 'masked', '王*明'],
    [{ pseudonym: new Uint8Array(16).fill(0xab) }, 'none', 'ab'.repeat(16)],
  ] as const)('holder %o → %s', async (holder, match, text) => {
    const { credential } = await judge(qr(await issue({ holder })));
    expect([credential?.holderMatch, credential?.holder]).toEqual([match, text]);
  });

  test('a name that looks like a pseudonym stays a name', async () => {
    const verdict = await judge(json(await issue({ holder: { name: 'ab'.repeat(16) } })));
    expect(verdict.credential?.holderMatch).toBe('full');
  });

  test.each([
    [`https://evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`//evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`https:\\\\evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`ftp://evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`${PUBLIC_URL}/elsewhere/#${genuine.digits}`, ['foreign-link']],
    [`  HTTPS://EVIL.test/c/#${genuine.digits}`, ['foreign-link']],
    [`${PUBLIC_URL}@evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`${PUBLIC_URL}.evil.test/c/#${genuine.digits}`, ['foreign-link']],
    [`${PUBLIC_URL}:8443/c/#${genuine.digits}`, ['foreign-link']],
    [genuine.url, []],
    [genuine.url.replace('https://xz', 'https://XZ'), []],
    [genuine.digits, []],
  ])('%s notes %j', async (text, notes) => {
    const verdict = await judge({ qr: text });
    expect([verdict.outcome, verdict.notes]).toEqual(['valid', notes]);
  });

  test('nothing of a refused one: no note, no status date', async () => {
    const verdict = await judge({ qr: `https://evil.test/c/#${other.digits}` });
    expect([verdict.credential, verdict.notes, verdict.asOf.statusAsOf]).toEqual([null, [], null]);
  });
});

test('precedence: invalid > unknown > stale > valid, and a check that was skipped is not passed', () => {
  const checks: Record<Outcome, Check> = {
    invalid: failing('status', 'revoked'),
    unknown: failing('policy', 'key-suspect'),
    stale: failing('policy', 'trust-stale'),
    valid: passed('format'),
  };
  const order: readonly Outcome[] = ['invalid', 'unknown', 'stale', 'valid'];
  for (const [at, first] of order.entries())
    for (const second of order.slice(at)) expect(outcomeOf([checks[second], checks[first]])).toBe(first);
  expect(outcomeOf([passed('format'), skipped('status')])).toBe('unknown');
  expect(outcomeOf([])).toBe('unknown');
});

test('several things wrong at once: the certain one decides, all are listed', async () => {
  const verdict = await judge(qr(revoked), { now: stale, trust: await trust({ suspect: [1] }) });
  expect(verdict.outcome).toBe('invalid');
  expect(verdict.checks.map(reasonOf)).toEqual([undefined, undefined, undefined, undefined, 'revoked', 'key-suspect']);
});

test('every reason has a sentence in both languages', () => {
  for (const reason of Object.keys(REASONS) as Reason[]) {
    expect(REASON_WORDING[reason].zh).toMatch(/。$/);
    expect(REASON_WORDING[reason].en).toMatch(/\.$/);
  }
});

describe('tampering', () => {
  test('one digit of the code, checked to the end: never valid', async () => {
    for (let at = 0; at < genuine.digits.length; at += 5) {
      const digit = (Number(genuine.digits[at]) + 1 + (at % 9)) % 10;
      const verdict = await judge({ qr: `${genuine.digits.slice(0, at)}${digit}${genuine.digits.slice(at + 1)}` });
      expect(reasonOf(verdict.checks[0])).toBe('damaged-scan');
    }
  });

  test('property: any byte under a new check sum is never valid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const verdict = await judge(recoded(body.map((byte, i) => (i === at ? byte ^ flip : byte))));
        expect(['invalid', 'unknown']).toContain(verdict.outcome);
        expect(verdict.credential).toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  test('property: any character of the JSON changed is never valid', async () => {
    const character = fc.constantFrom(...'0123456789abz"\\{}[]:,. 王');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: genuine.json.length - 1 }), character, async (at, char) => {
        const text = genuine.json.slice(0, at) + char + genuine.json.slice(at + 1);
        if (text === genuine.json) return;
        expect(['invalid', 'unknown']).toContain((await judge({ credential: text })).outcome);
      }),
      { numRuns: 400 },
    );
  });

  test('the other half of a signature’s group order is refused', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const half = genuine.fields.proofValue.slice(32).reverse();
    const larger = (BigInt(`0x${hex(half)}`) + order).toString(16).padStart(64, '0');
    const s = Uint8Array.from(larger.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
    const malleated = { ...genuine.fields, proofValue: concat(genuine.fields.proofValue.slice(0, 32), s) };
    expect(reasonOf((await judge({ qr: emitPayload(malleated).digits })).checks[1])).toBe('bad-signature');
  });
});

test('garbage never throws and is never valid', async () => {
  const some: fc.Arbitrary<Presented> = fc.oneof(
    fc.json().map((text) => ({ document: JSON.parse(text) })),
    fc.record({
      credential: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.json().map((text) => `{"proof":${text},"@context":[]}`),
      ),
    }),
    fc.record({ credential: fc.anything({ withNullPrototype: false }).map((value) => JSON.stringify(value) ?? '') }),
    fc.record({
      credential: fc
        .tuple(fc.constantFrom(...Object.keys(JSON.parse(genuine.json))), fc.jsonValue())
        .map(([name, value]) => JSON.stringify({ ...JSON.parse(genuine.json), [name]: value })),
    }),
    fc.record({ qr: fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\d{40,300}$/)) }),
    fc.record({
      qr: fc
        .uint8Array({ maxLength: 200 })
        .map((bytes) => (recoded(concat(Uint8Array.of(1), bytes)) as { qr: string }).qr),
    }),
  );
  const held: fc.Arbitrary<Trust | undefined> = fc.constantFrom(today, undefined);
  await fc.assert(
    fc.asyncProperty(some, held, fc.nat(), async (presented, trustHeld, now) => {
      const verdict = await judge(presented, { trust: trustHeld, now });
      expect(verdict.outcome).not.toBe('valid');
      expect(verdict.credential).toBeNull();
    }),
    { numRuns: 600 },
  );
});
