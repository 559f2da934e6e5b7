/** The signed BitstringStatusListCredential as the status template makes it, and its strict reading back. */
import type { IssuerTexts } from '../credential.ts';
import { type Bytes, fromMultibase58, multibase58 } from '../encoding.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Primitives } from '../primitives.ts';
import { hashData } from '../proof/data-integrity.ts';
import type { Signer } from '../proof/key.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { canonicalForms, fillCredential } from '../template/fill.ts';
import { matchTemplate } from '../template/match.ts';
import { fromIsoSeconds, isoSeconds } from '../time.ts';
import type { TrustedKey } from '../trust/trust-list.ts';
import { decodeBitstring, encodeBitstring } from './bitstring.ts';

/** A status list that has been verified: dates in epoch seconds. */
export type StatusList = {
  number: number;
  /** Number of the key that signed it. */
  key: number;
  issuerId: string;
  validFrom: number;
  validUntil: number;
  bits: Bytes;
};

export type StatusListDraft = { number: number; bits: Bytes; validFrom: number; validUntil: number };

export async function signStatusList(
  template: CompiledTemplate,
  issuer: IssuerTexts,
  draft: StatusListDraft,
  signer: Signer,
  primitives: Primitives,
): Promise<JsonObject> {
  const texts = {
    ...issuer,
    statusList: String(draft.number),
    validFrom: isoSeconds(draft.validFrom),
    validUntil: isoSeconds(draft.validUntil),
    created: isoSeconds(draft.validFrom),
    encodedList: await encodeBitstring(draft.bits),
  };
  const proofValue = multibase58(await signer.sign(await hashData(canonicalForms(template, texts), primitives)));
  return fillCredential(template, { ...texts, proofValue });
}

/** Undefined unless the list is exactly the pinned template, signed by a `status` key of the issuer to whom the number belongs. */
export async function openStatusList(
  credential: Json,
  template: CompiledTemplate,
  keys: readonly TrustedKey[],
  primitives: Primitives,
): Promise<StatusList | undefined> {
  const texts = isObject(credential) ? matchTemplate(template, credential) : undefined;
  const key = keys.find(({ issuer }) => issuer.verificationMethod === texts?.verificationMethod);
  if (!texts || key?.purpose !== 'status' || key.state === 'compromised' || !key.templates.includes(template.number))
    return undefined;
  const number = Number(texts.statusList);
  const { issuer } = key;
  if (texts.issuerId !== issuer.issuerId || texts.statusBase !== issuer.statusBase || !key.statusLists.includes(number))
    return undefined;
  const validFrom = fromIsoSeconds(texts.validFrom ?? '');
  const validUntil = fromIsoSeconds(texts.validUntil ?? '');
  if (validFrom === undefined || validUntil === undefined || validFrom < key.notBefore || validFrom > key.notAfter)
    return undefined;
  const signature = fromMultibase58(texts.proofValue ?? '', 90);
  if (signature?.length !== 64) return undefined;
  const data = await hashData(canonicalForms(template, texts), primitives);
  if (!(await primitives.verifyEd25519(key.publicKey, signature, data))) return undefined;
  const bits = await decodeBitstring(texts.encodedList ?? '', primitives);
  return bits && { number, key: key.number, issuerId: issuer.issuerId, validFrom, validUntil, bits };
}
