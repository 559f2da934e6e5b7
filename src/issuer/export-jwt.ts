/** The verb that gives a credential its second securing form: a `vc+jwt` (VC-JOSE-COSE §3.1.1) over the same claims, id and status, signed once with the issuer's `jwt` key and kept. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { CredentialRow } from '../store/credentials.ts';
import { findToken, recordToken } from '../store/tokens.ts';
import { slotTexts } from '../vc/credential.ts';
import { signEnvelope } from '../vc/proof/jose.ts';
import { fillDocument } from '../vc/template/fill.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import { mayStillSign, type TrustedKey } from '../vc/trust/trust-list.ts';
import { verify } from '../vc/verify/verify.ts';

/** For those who hold the row already; `reader` is who asked, for the audit. A revoked credential gets no new signature. */
export async function exportJwt(deps: Deps, row: CredentialRow, reader: string): Promise<string> {
  const { fields, organisation } = row;
  // 1. What was made before is what there is
  const kept = await findToken(deps.db, fields.uuid);
  if (kept !== undefined) return kept;
  if (row.state !== 'issued') throw revoked();
  // 2. The key
  const { template, issuer, trust } = await publishedParts(deps, row);
  const key = jwtKey(trust, { issuerId: issuer.issuerId, fields, now: deps.clock.now() });
  const { verificationMethod: kid } = key.issuer;
  // 3. Build and sign
  const payload = fillDocument(template, slotTexts(template, issuer, fields));
  const token = await signEnvelope(payload, { kind: 'vc', kid, alg: 'EdDSA', signer: await deps.signer(key.number) });
  // 4. As any verifier sees it
  await selfCheck(deps, trust, token);
  // 5. Record the first; of two at once both get the one that stands
  const standing = await recordToken(deps.db, {
    organisation,
    uuid: fields.uuid,
    key: key.number,
    token,
    audit: { id: deps.random.uuid(), actor: reader },
    now: deps.clock.now(),
  });
  if (standing === undefined) throw revoked();
  return standing;
}

async function publishedParts(deps: Deps, { fields }: CredentialRow) {
  const trust = await deps.trust();
  const template = trust?.templates.get(fields.template);
  const issuer = trust?.keysByNumber.get(fields.key)?.issuer;
  if (trust && template && issuer) return { trust, template, issuer };
  throw new Error(`credential ${fields.uuid} does not open with the published trust`);
}

/** A token has no date of its own: verifiers hold its `validFrom` against the key's period of use. */
function jwtKey(
  trust: Trust,
  { issuerId, fields, now }: { issuerId: string; fields: CredentialRow['fields']; now: number },
): TrustedKey {
  const key = [...trust.keysByNumber.values()].findLast(
    (one) =>
      one.purpose === 'jwt' &&
      one.issuer.issuerId === issuerId &&
      one.templates.includes(fields.template) &&
      one.notBefore <= fields.validFrom &&
      mayStillSign(one, now),
  );
  if (key) return key;
  throw new AppError('not-established', {
    zh: '签发单位还没有可用的 jwt 密钥,暂不能提供 vc+jwt。管理员:npm run keygen -- key --purpose jwt。',
    en: 'The issuer has no jwt key for this credential yet, so there is no vc+jwt. Operator: npm run keygen -- key --purpose jwt.',
  });
}

/** Whatever status, age and validity say: the form, the signature and the right to make it must be beyond doubt. */
async function selfCheck(deps: Deps, trust: Trust, token: string): Promise<void> {
  const { checks } = await verify({ jwt: token }, { trust, now: deps.clock.now(), primitives: deps.primitives });
  const failed = checks.find(
    ({ check, result }) => ['format', 'proof', 'issuer'].includes(check) && result !== 'passed',
  );
  if (!failed) return;
  throw new AppError('self-check-failed', {
    zh: '自检未通过,没有给出 vc+jwt。请告诉管理员。',
    en: `The self-check refused the vc+jwt (${failed.check}); it was not given out. Tell the operator.`,
  });
}

const revoked = () =>
  new AppError('status-is-final', {
    zh: '证书已被撤销,不再签出新的 vc+jwt。',
    en: 'The credential is revoked: no new vc+jwt is signed for it.',
  });
