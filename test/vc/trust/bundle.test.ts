/** Every refusal has an attack that only it stops, before and after a restart. */
import { describe, expect, test } from 'vitest';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import type { BundleRefusal, Trust } from '../../../src/vc/trust/bundle.ts';
import { memoryText, readMemory } from '../../../src/vc/trust/memory.ts';
import { verify } from '../../../src/vc/verify/verify.ts';
import { DAY, entryOf, type ListDraft, NOW } from '../../support/authority.ts';
import { ATTACKS, asOf, authority, bits, today } from '../../support/bundle-attacks.ts';

const { named, publish, open, statusList } = authority;

test.each(ATTACKS)('$attack → $refusal', async ({ bundle, previous, context, refusal }) => {
  const opened = await open(await bundle(), await previous?.(), context);
  expect(opened.ok ? 'opens' : opened.refusal).toBe(refusal);
});

test.each(ATTACKS.filter(({ previous }) => previous))(
  '$attack → $refusal, after a restart too',
  async ({ bundle, previous, context, refusal }) => {
    const held = await previous?.();
    const opened = await open(await bundle(), held && (await restarted(held)), context);
    expect(opened.ok ? 'opens' : opened.refusal).toBe(refusal);
  },
);

/** What a verifier holds that has only its memory. */
async function restarted(held: Trust): Promise<Trust> {
  const opened = await open(held.text, readMemory(memoryText(held)));
  if (opened.ok) return opened.trust;
  throw new Error(`refused: ${opened.refusal}`);
}

test('the remembered text opens again and gives the same trust, with what only earlier bundles said', async () => {
  const full = await authority.trust({ statusLists: [await statusList(1, { bits: bits(7) })], suspect: [1] });
  const held = await authority.trust(
    { ...asOf(9, NOW), publisher: named('publisher-b'), statusLists: [await statusList(3)] },
    full,
  );
  expect(held.carriedLists).toEqual(new Set([1]));
  expect(await restarted(held)).toEqual(held);
});

test.each(['', '{}', '{"root":{}}', 'null'])('%j is no memory', (text) => {
  expect(readMemory(text)).toBeUndefined();
});

test('a list of a status key that was compromised since is forgotten, so that honest bundles open again', async () => {
  const full = await authority.trust({ statusLists: [await statusList(1, { bits: bits(7, 8) })] });
  const left = await authority.trust({ ...asOf(42, NOW), statusLists: [] }, full);
  expect(left.statusLists.has(1)).toBe(true);
  const compromised = (l: ListDraft) => {
    l.number = 8;
    entryOf(l, 'a-status').state = 'compromised';
  };
  const cured = await authority.trust({ ...asOf(42, NOW), statusLists: [], list: compromised }, full);
  expect(cured.statusLists.has(1)).toBe(false);
});

test('every refusal is covered', () => {
  const all: Record<BundleRefusal, true> = {
    'bundle-malformed': true,
    'root-chain-broken': true,
    'trust-list-not-signed': true,
    'trust-list-malformed': true,
    'publisher-not-authorised': true,
    'publisher-expired': true,
    'issued-in-the-future': true,
    'trust-list-rollback': true,
    'trust-list-changes-number': true,
    'bundle-rollback': true,
    'bundle-number-reused': true,
    'template-not-pinned': true,
    'status-list-not-authorised': true,
    'revocation-cleared': true,
  };
  expect(Object.keys(all).filter((refusal) => !ATTACKS.some((one) => one.refusal === refusal))).toEqual([]);
});

describe('what an opened bundle says', () => {
  test('freshness is the stricter of bundle and list, with the strictest grace', async () => {
    expect(today.freshUntil).toBe(NOW + DAY + 3 * DAY);
    expect((await authority.trust({ graceSeconds: 99 * DAY })).freshUntil).toBe(NOW + DAY + 7 * DAY);
    expect((await authority.trust({ nextUpdate: NOW + 99 * DAY, graceSeconds: 0 })).freshUntil).toBe(NOW + 30 * DAY);
    expect((await authority.trust({}, undefined, { stationGraceSeconds: 60 })).freshUntil).toBe(NOW + DAY + 60);
  });

  test('a list that a later bundle leaves out is kept, revocations and age', async () => {
    const revoked = await authority.trust({ statusLists: [await statusList(1, { bits: bits(4711) })] });
    const later = await authority.trust({ ...asOf(42, NOW), statusLists: [] }, revoked);
    expect(later.statusLists.get(1)).toEqual(revoked.statusLists.get(1));
    const { json } = await authority.issue();
    const verdict = await verify({ credential: json }, { trust: later, now: NOW, primitives: webPrimitives });
    expect(verdict.outcome).toBe('invalid');
  });

  test('a damaged bundle never throws', async () => {
    const text = await publish();
    for (let at = 0; at < text.length; at += 997) {
      expect((await open(text.slice(0, at))).ok).toBe(false);
      expect((await open(`${text.slice(0, at)}!${text.slice(at + 1)}`)).ok).toBe(false);
    }
  });
});
