/** Device keys and quota keys are no issuers: whatever one of them signs, no verifier takes it for a certificate, and no trust list may name them. */
import { describe, expect, test } from 'vitest';
import { signedTexts } from '../../src/vc/credential.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { webPrimitives as primitives } from '../../src/vc/primitives.ts';
import { hashData } from '../../src/vc/proof/data-integrity.ts';
import { signEnvelope } from '../../src/vc/proof/jose.ts';
import { emitPayload } from '../../src/vc/qr/payload.ts';
import { signQuota } from '../../src/vc/slip/quota.ts';
import { deviceName } from '../../src/vc/slip/slip.ts';
import { canonicalForms, fillCredential } from '../../src/vc/template/fill.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { readTrustList } from '../../src/vc/trust/trust-list.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { device, quotaKey, quotaOf, quotaSigner, signedSlip } from '../support/attendance.ts';
import { createAuthority, DAY, type DevKey, issuerTexts, NOW } from '../support/authority.ts';

const authority = await createAuthority();
const trust = await authority.trust();
const genuine = await authority.issue();
const template = authority.template(2);

const judge = (presented: Presented) => verify(presented, { trust, now: NOW, primitives });

/** A certificate that names `method` and is signed by `key`. */
async function forged(key: DevKey, method: string, keyNumber: number) {
  const fields = { ...genuine.fields, key: keyNumber };
  const issuer = { ...issuerTexts('a', 'a-milestone'), verificationMethod: method };
  const { proofValue: _, ...claims } = fields;
  const texts = signedTexts(template, issuer, { ...claims, proofValue: genuine.fields.proofValue });
  const proofValue = await key.signer.sign(await hashData(canonicalForms(template, texts), primitives));
  const signed = { ...claims, proofValue };
  const credential = fillCredential(template, signedTexts(template, issuer, signed));
  return { credential, digits: emitPayload(signed).digits };
}

describe.each([
  ['a device key', device, deviceName(device.publicKey)],
  ['a quota key', quotaKey, quotaSigner.kid],
])('%s', (_, key, name) => {
  const genuineMethod = issuerTexts('a', 'a-milestone').verificationMethod;
  const ownMethod = `${issuerTexts('a', 'a-milestone').issuerId}#${name}`;

  test('signs no certificate that is read from a code', async () => {
    expect(await judge({ qr: genuine.digits })).toMatchObject({ outcome: 'valid' });
    const underTheBureau = await judge({ qr: (await forged(key, genuineMethod, 1)).digits });
    expect(underTheBureau).toMatchObject({ outcome: 'invalid', credential: null });
    const underItsOwn = await judge({ qr: (await forged(key, ownMethod, 99)).digits });
    expect(underItsOwn).toMatchObject({ outcome: 'unknown', credential: null });
  });

  test('signs no certificate that is read as JSON-LD', async () => {
    expect(await judge({ credential: genuine.json })).toMatchObject({ outcome: 'valid' });
    for (const method of [genuineMethod, ownMethod, `did:key:${key.multibase}#${key.multibase}`]) {
      const { credential } = await forged(key, method, 1);
      const verdict = await judge({ credential: JSON.stringify(credential) });
      expect(verdict.credential).toBeNull();
      expect(['invalid', 'unknown']).toContain(verdict.outcome);
    }
  });

  test('signs no token', async () => {
    const { payload } = await authority.issueJwt();
    for (const kid of [issuerTexts('a', 'a-jwt').verificationMethod, ownMethod, name]) {
      const jwt = await signEnvelope(payload, { kind: 'vc', kid, alg: 'EdDSA', signer: key.signer });
      const verdict = await judge({ jwt });
      expect(verdict.credential).toBeNull();
      expect(['invalid', 'unknown']).toContain(verdict.outcome);
    }
  });

  test.each(['quota', 'device'])(
    'is refused in a trust list, the whole list with it, as purpose %s',
    async (purpose) => {
      const draft = await authority.listDraft();
      expect(readTrustList(draft as unknown as JsonObject)).toBeDefined();
      draft.issuers[0]?.keys.push({
        number: 99,
        id: ownMethod,
        publicKeyMultibase: key.multibase,
        purpose,
        templates: [2],
        notBefore: isoSeconds(NOW - DAY),
        notAfter: isoSeconds(NOW + DAY),
        state: 'active',
      });
      expect(readTrustList(draft as unknown as JsonObject)).toBeUndefined();
    },
  );
});

test('a quota and a slip, shown as a certificate, are none', async () => {
  for (const text of [await signQuota(quotaOf(), quotaSigner), await signedSlip()]) {
    for (const presented of [{ qr: text }, { jwt: text }]) {
      const verdict = await judge(presented);
      expect(verdict.credential).toBeNull();
      expect(['invalid', 'unknown']).toContain(verdict.outcome);
    }
  }
});
