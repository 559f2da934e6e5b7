/** Quotas and slips: one form each, read strictly, and what a quota has against a slip. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64url, fromBase64url, fromUtf8, utf8 } from '../../../src/vc/encoding.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import {
  isSignedQuota,
  type Quota,
  quotaFields,
  quotaPayload,
  readQuota,
  signQuota,
} from '../../../src/vc/slip/quota.ts';
import { SLIP_REFUSALS } from '../../../src/vc/slip/refusal.ts';
import { isSignedByDevice, readSlip, type Slip, signSlip, slipFault } from '../../../src/vc/slip/slip.ts';
import { MAX_EPOCH } from '../../../src/vc/time.ts';
import { signCompact } from '../../../src/vc/trust/signed-document.ts';
import {
  codeOf,
  device,
  otherDevice,
  quotaKey,
  quotaOf,
  quotaSigner,
  signedSlip,
  slipOf,
} from '../../support/attendance.ts';
import { DAY, NOW } from '../../support/authority.ts';

const primitives = webPrimitives;
/** Another payload under the old signature. */
const withPayload = (signed: string, edit: (json: string) => string): string => {
  const [header = '', payload = '', signature = ''] = signed.split('.');
  const json = fromUtf8(fromBase64url(payload) ?? new Uint8Array()) ?? '';
  return [header, base64url(utf8(edit(json))), signature].join('.');
};
const reasonOf = (read: { ok: boolean; reason?: string }) => (read.ok ? undefined : read.reason);

describe('a quota', () => {
  test('reads back as it was signed', async () => {
    for (const quota of [quotaOf(), quotaOf({ record: { ...quotaOf().record, minutes: 45 } })]) {
      const signed = await signQuota(quota, quotaSigner);
      expect(readQuota(signed)).toMatchObject({ ok: true, kid: quotaSigner.kid, fields: quota });
      expect(await isSignedQuota(signed, { id: quotaSigner.kid, publicKey: quotaKey.publicKey }, primitives)).toBe(
        true,
      );
      expect(await isSignedQuota(signed, { id: quotaSigner.kid, publicKey: device.publicKey }, primitives)).toBe(false);
    }
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['an end before its beginning', (json) => Object.assign(json, { until: json.from })],
    ['a last day for redeeming before its end', (json) => Object.assign(json, { redeemBy: json.from })],
    ['no serials', (json) => Object.assign(json, { serials: 0 })],
    ['more serials than any hall has seats', (json) => Object.assign(json, { serials: 10_001 })],
    [
      'a device key that verifies anything',
      (json) => Object.assign(json, { device: 'z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP' }),
    ],
    ['a field that no quota has', (json) => Object.assign(json, { learner: '1' })],
    ['no activity', (json) => Object.assign(json.record as object, { activity: '' })],
    ['a date in another zone', (json) => Object.assign(json, { from: '2026-11-24T15:00:00+08:00' })],
  ])('with %s is none', (_, edit) => {
    const json = JSON.parse(JSON.stringify(quotaPayload(quotaOf())));
    expect(quotaFields(json)).toEqual({ ok: true, quota: quotaOf() });
    edit(json);
    expect(quotaFields(json)).toMatchObject({ ok: false, field: expect.stringMatching(/./) });
  });

  test('signed as another kind of document, or written otherwise, is none', async () => {
    const payload = quotaPayload(quotaOf());
    expect(reasonOf(readQuota(await signCompact('xz-slip+jws', payload, quotaSigner)))).toBe('malformed');
    const { id, ...others } = payload;
    expect(
      reasonOf(readQuota(await signCompact('xz-quota+jws', { ...others, id } as typeof payload, quotaSigner))),
    ).toBe('not-canonical');
    expect(reasonOf(readQuota('x'.repeat(5_000)))).toBe('too-large');
  });

  test('whose fields are wrong is never signed', async () => {
    await expect(signQuota(quotaOf({ until: NOW - 2 * DAY } as Partial<Quota>), quotaSigner)).rejects.toThrow(
      RangeError,
    );
  });
});

describe('a slip', () => {
  test('reads back as it was signed, whatever its fields', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          serial: fc.integer({ min: 1, max: 10_000 }),
          learner: fc.string({ maxLength: 9 }).map((name) => codeOf(`x${name}`)),
          activity: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => text.length <= 128),
          time: fc.integer({ min: 0, max: MAX_EPOCH }),
          bundle: fc.integer({ min: 0, max: 10_000 }),
        }),
        async (changes) => {
          const signed = await signedSlip(changes);
          expect(readSlip(signed)).toMatchObject({ ok: true, text: signed, fields: slipOf(changes) });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is short enough for a thousand in one request', async () => {
    const longest = await signedSlip({ activity: '活'.repeat(128), serial: 10_000, bundle: Number.MAX_SAFE_INTEGER });
    expect(longest.length).toBeLessThanOrEqual(1_024);
    expect((await signedSlip()).length).toBeLessThan(450);
  });

  test('is its device’s word: another device’s, or with another learner’s code pasted in, it is not', async () => {
    const quota = quotaOf();
    const signed = await signedSlip();
    expect(await isSignedByDevice(signed, { quota, primitives })).toBe(true);
    const copied = withPayload(signed, (json) => json.replace(codeOf('first'), codeOf('second')));
    expect(readSlip(copied)).toMatchObject({ ok: true, fields: { learner: codeOf('second') } });
    expect(await isSignedByDevice(copied, { quota, primitives })).toBe(false);
    expect(await isSignedByDevice(await signedSlip({}, otherDevice), { quota, primitives })).toBe(false);
    const borrowedName = await signSlip(slipOf(), device.publicKey, otherDevice.signer);
    expect(await isSignedByDevice(borrowedName, { quota, primitives })).toBe(false);
  });

  test.each<[string, string, (signed: string) => string]>([
    ['cut short', 'malformed', (signed) => signed.slice(0, -3)],
    ['of nothing', 'malformed', () => ''],
    ['of something else', 'malformed', () => 'https://example.org/'],
    ['longer than any', 'too-large', (signed) => signed + ' '.repeat(1_000)],
    ['with a space inside', 'not-canonical', (signed) => withPayload(signed, (json) => json.replace(':', ': '))],
    ['with a field more', 'malformed', (signed) => withPayload(signed, (json) => json.replace('{', '{"name":"王",'))],
    ['with a member twice', 'malformed', (signed) => withPayload(signed, (json) => json.replace('{', '{"serial":2,'))],
    ['with serial 0', 'malformed', (signed) => withPayload(signed, (json) => json.replace('"serial":1', '"serial":0'))],
    [
      'with a serial in another spelling',
      'not-canonical',
      (signed) => withPayload(signed, (json) => json.replace('"serial":1', '"serial":1.0')),
    ],
    [
      'with a damaged learner code',
      'malformed',
      (signed) => withPayload(signed, (json) => json.replace(codeOf('first'), '0'.repeat(32))),
    ],
  ])('%s is refused as %s', async (_, reason, edit) => {
    expect(reasonOf(readSlip(edit(await signedSlip())))).toBe(reason);
  });

  test.each<[string, string | undefined, Partial<Slip>, { now?: number; bundlePublishedAt?: number }]>([
    ['in the hour of the activity', undefined, {}, {}],
    ['in its first second', undefined, { time: NOW - 3_600 }, {}],
    ['in its last second', undefined, { time: NOW + 3_600 }, { now: NOW + 3_600 }],
    ['with the last serial', undefined, { serial: 50 }, {}],
    ['with one serial more', 'over-quota', { serial: 51 }, {}],
    ['a second before the activity', 'outside-window', { time: NOW - 3_601 }, {}],
    ['a second after it', 'outside-window', { time: NOW + 3_601 }, { now: NOW + 3_601 }],
    ['for another activity', 'other-activity', { activity: 'station:other' }, {}],
    ['by a clock that is ahead', 'in-the-future', { time: NOW + 700 }, {}],
    ['by a clock that went back behind its own data', 'clock-behind-bundle', {}, { bundlePublishedAt: NOW + 601 }],
    ['brought on the last day', undefined, {}, { now: NOW + 7 * DAY }],
    ['brought after the last day', 'too-late', {}, { now: NOW + 7 * DAY + 1 }],
  ])('%s: %s', (_, reason, changes, circumstances) => {
    expect(slipFault(slipOf(changes), quotaOf(), { now: NOW, bundlePublishedAt: undefined, ...circumstances })).toBe(
      reason,
    );
  });

  test('of whatever was sent is read or refused, never a crash', async () => {
    const genuine = await signedSlip();
    const mutated = fc
      .tuple(fc.nat(genuine.length - 1), fc.string({ maxLength: 3 }), fc.nat(20))
      .map(([at, text, cut]) => genuine.slice(0, at) + text + genuine.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 1_200, unit: 'binary' }), mutated), (text) => {
        for (const read of [readSlip(text), readQuota(text)]) {
          if (read.ok) expect(read.text).toBe(text);
          else expect(Object.keys(SLIP_REFUSALS)).toContain(read.reason);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('says in both languages why it was refused', () => {
    for (const { zh, en } of Object.values(SLIP_REFUSALS)) {
      expect(zh).toMatch(/[一-鿿]/);
      expect(en).toMatch(/^[A-Z].*\.$/);
    }
  });
});
