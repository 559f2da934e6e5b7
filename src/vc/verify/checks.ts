/** The checks after `format`, one pure function each: reading and trust in, a check with its reason out. */
import { listBit, listNumber, STATUS_LIST_LENGTH, sameIssuer } from '../credential.ts';
import { type Bytes, hex } from '../encoding.ts';
import type { Primitives } from '../primitives.ts';
import { hashData } from '../proof/data-integrity.ts';
import { bitAt } from '../status/bitstring.ts';
import { fillCanonical } from '../template/fill.ts';
import { isoSeconds } from '../time.ts';
import { CLOCK_TOLERANCE, type Trust } from '../trust/bundle.ts';
import { holdsTag, type IssuedSets, tagOf } from '../trust/issued-set.ts';
import type { TrustedKey } from '../trust/trust-list.ts';
import type { Reading } from './read.ts';
import { type Check, failing, passed } from './verdict.ts';

/** The key comes from the trust list only. */
export async function checkProof(reading: Reading, primitives: Primitives): Promise<Check> {
  const { issuer, key, securing } = reading;
  if (!key) return failing('proof', 'unknown-key', { verificationMethod: issuer.verificationMethod });
  const data = await signedData(reading, primitives);
  const genuine = await primitives.verifyEd25519(key.publicKey, securing.signature, data);
  return genuine ? passed('proof') : failing('proof', 'bad-signature');
}

/** The canonical forms that the pinned template gives, or a token's own first two parts. */
const signedData = async ({ form, texts, securing }: Reading, primitives: Primitives): Promise<Bytes> =>
  securing.purpose === 'jwt' ? securing.signingInput : hashData(fillCanonical(form, texts), primitives);

/** When the key is not on the list: is that a gap in our data, or a stranger? */
export function checkUnknownKey({ issuer }: Reading, trust: Trust): Check | undefined {
  const { issuerId, verificationMethod: method } = issuer;
  if (!trust.issuerIds.has(issuerId)) return failing('issuer', 'unknown-issuer', { issuer: issuerId });
  if (!method.startsWith(`${issuerId}#`)) return failing('issuer', 'untrusted-key', { verificationMethod: method });
  return undefined;
}

export async function checkIssuer(
  reading: Reading,
  {
    key,
    trust,
    primitives,
    issuedSets,
  }: { key: TrustedKey; trust: Trust; primitives: Primitives; issuedSets?: IssuedSets | undefined },
): Promise<Check> {
  const { template, issuer, securing } = reading;
  if (!trust.issuerIds.has(issuer.issuerId)) return failing('issuer', 'unknown-issuer', { issuer: issuer.issuerId });
  if (!sameIssuer(issuer, key.issuer))
    return failing('issuer', 'issuer-mismatch', { issuer: issuer.issuerId, signer: key.issuer.issuerId });
  const pin = trust.list.templates.find(({ number }) => number === template.number);
  const authorised =
    key.purpose === securing.purpose &&
    key.templates.includes(template.number) &&
    pin?.issuers.includes(key.issuer.issuerId);
  if (!authorised) return failing('issuer', 'key-not-authorised', { key: key.number, template: template.number });
  if (securing.date < key.notBefore || securing.date > key.notAfter) {
    return failing('issuer', 'key-out-of-window', {
      [securing.purpose === 'jwt' ? 'validFrom' : 'created']: isoSeconds(securing.date),
      notBefore: isoSeconds(key.notBefore),
      notAfter: isoSeconds(key.notAfter),
    });
  }
  if (key.state === 'compromised') {
    const tag = await tagOf(await signedData(reading, primitives), primitives);
    return checkIssuedSet(key, tag, issuedSets?.get(key.number), primitives);
  }
  return passed('issuer');
}

/** Dates prove nothing for a compromised key: only what is in its root-pinned set of 80-bit tags is known to be the issuer's. */
async function checkIssuedSet(
  key: TrustedKey,
  tag: Bytes,
  set: Bytes | undefined,
  primitives: Primitives,
): Promise<Check> {
  const genuine = set && key.issuedSet && hex(await primitives.sha256(set)) === key.issuedSet.sha256;
  if (!set || !genuine) return failing('issuer', 'issued-set-unavailable', { key: key.number });
  if (holdsTag(set, tag)) return passed('issuer');
  return failing('issuer', 'key-compromised', { key: key.number });
}

/** `now` is the device's clock; expiry uses the later of it and the bundle, "not yet" is not certain while the clock is behind. */
export function checkValidity({ fields }: Reading, trust: Trust, now: number): Check {
  const { validFrom, validUntil } = fields;
  const latest = Math.max(now, trust.bundle.issuedAt);
  if (validUntil !== null && latest > validUntil)
    return failing('validity', 'expired', { validUntil: isoSeconds(validUntil) });
  if (now + CLOCK_TOLERANCE < trust.bundle.issuedAt) {
    return failing('validity', 'clock-behind', {
      clock: isoSeconds(now),
      bundleIssuedAt: isoSeconds(trust.bundle.issuedAt),
    });
  }
  if (latest + CLOCK_TOLERANCE < validFrom)
    return failing('validity', 'not-yet-valid', { validFrom: isoSeconds(validFrom) });
  return passed('validity');
}

export function checkStatus({ fields }: Reading, key: TrustedKey, trust: Trust, now: number): Check {
  const number = listNumber(fields.statusIndex);
  if (!key.statusLists.includes(number)) return failing('status', 'status-list-mismatch', { list: number });
  const list = trust.statusLists.get(number);
  if (!list) return failing('status', 'status-list-unavailable', { list: number });
  if (list.issuerId !== key.issuer.issuerId) return failing('status', 'status-list-mismatch', { list: number });
  const bit = bitAt(list.bits, listBit(fields.statusIndex));
  if (bit === undefined)
    return failing('status', 'status-index-out-of-range', { list: number, length: STATUS_LIST_LENGTH });
  if (bit === 1) return failing('status', 'revoked', { asOf: isoSeconds(list.validFrom) }); // old data can only miss a revocation
  const latest = Math.max(now, trust.bundle.issuedAt);
  if (latest > list.validUntil + trust.graceSeconds)
    return failing('status', 'status-stale', { asOf: isoSeconds(list.validFrom) });
  return passed('status');
}

/** Whether what we hold may still be relied on: its age, and keys under investigation. */
export function checkPolicy(key: TrustedKey, trust: Trust, now: number): Check {
  if (trust.suspect.has(key.number)) return failing('policy', 'key-suspect', { key: key.number });
  if (Math.max(now, trust.bundle.issuedAt) > trust.freshUntil) {
    return failing('policy', 'trust-stale', { bundleIssuedAt: isoSeconds(trust.bundle.issuedAt) });
  }
  return passed('policy');
}
