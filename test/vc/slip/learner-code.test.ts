/** The learner code: what a parent shows, and what it must never be taken for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { toDigits } from '../../../src/vc/qr/payload.ts';
import { symbolSvg } from '../../../src/vc/qr/symbol.ts';
import { isLearnerCode, LEARNER_CODE_PREFIX, learnerCode, readLearnerCode } from '../../../src/vc/slip/learner-code.ts';
import { verify } from '../../../src/vc/verify/verify.ts';
import { createAuthority, NOW } from '../../support/authority.ts';

const opaque = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => new Uint8Array(bytes));
const one = learnerCode(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

describe('a learner code', () => {
  test('is 32 digits that read back, with or without its prefix, and however it was copied', () => {
    fc.assert(
      fc.property(opaque, (bytes) => {
        const digits = learnerCode(bytes);
        expect(digits).toMatch(/^\d{32}$/);
        for (const text of [digits, LEARNER_CODE_PREFIX + digits, ` xzl:${digits}\r\n`])
          expect(readLearnerCode(text)).toEqual({ ok: true, digits });
      }),
    );
  });

  test('fits the second smallest QR symbol', () => {
    expect(symbolSvg(LEARNER_CODE_PREFIX, one, 'code')).toContain('data-version="2"');
  });

  test('with a digit wrong is to be scanned again, wherever the digit is', () => {
    for (let at = 0; at < one.length; at++) {
      const wrong = one.slice(0, at) + ((Number(one[at]) + 1) % 10) + one.slice(at + 1);
      expect(readLearnerCode(LEARNER_CODE_PREFIX + wrong)).toEqual({ ok: false, reason: 'damaged-scan' });
      expect(isLearnerCode(wrong)).toBe(false);
    }
    expect(readLearnerCode(LEARNER_CODE_PREFIX + one.slice(0, 20))).toEqual({ ok: false, reason: 'damaged-scan' });
  });

  test('is no certificate, and a certificate is no learner code', async () => {
    const authority = await createAuthority();
    const certificate = await authority.issue();
    expect(readLearnerCode(certificate.url)).toBeUndefined();
    expect(readLearnerCode(certificate.digits)).toBeUndefined();
    const verdict = await verify(
      { qr: LEARNER_CODE_PREFIX + one },
      { trust: await authority.trust(), now: NOW, primitives: webPrimitives },
    );
    expect(verdict).toMatchObject({ outcome: 'unknown', credential: null });
  });

  test('of another format, however whole, is none', () => {
    const certificateFormat = Uint8Array.of(0x01, ...new Uint8Array(12));
    expect(readLearnerCode(toDigits(certificateFormat))).toBeUndefined();
    for (const text of ['', 'hello', '110', '9'.repeat(32), '1'.repeat(9_000)])
      expect(readLearnerCode(text)).toBeUndefined();
  });
});
