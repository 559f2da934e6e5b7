/** Controlled identifier documents (Controlled Identifiers 1.0 §2) of our issuers, as did:web serves them. */
import type { JsonObject } from './json.ts';
import { ed25519Multibase } from './proof/key.ts';
import type { Trust } from './trust/bundle.ts';
import type { TrustedKey } from './trust/trust-list.ts';

export type ControlledKey = { readonly id: string; readonly publicKeyMultibase: string };

/** `asserting` are the keys whose credentials count: a compromised key leaves them and stays listed. */
export function controllerDocument(
  id: string,
  keys: readonly ControlledKey[],
  asserting: readonly ControlledKey[],
): JsonObject {
  return {
    '@context': ['https://www.w3.org/ns/cid/v1'],
    id,
    verificationMethod: keys.map((key) => ({
      id: key.id,
      type: 'Multikey',
      controller: id,
      publicKeyMultibase: key.publicKeyMultibase,
    })),
    ...(asserting.length > 0 ? { assertionMethod: asserting.map((key) => key.id) } : {}),
  };
}

/** An issuer of the trust list: retired keys stay in `assertionMethod` while their credentials live, compromised ones leave it. */
export function issuerDocument(trust: Trust, did: string): JsonObject {
  const keys = [...trust.keysByNumber.values()].filter((key) => key.issuer.issuerId === did && key.purpose !== 'jwt');
  return controllerDocument(
    did,
    keys.map(controlled),
    keys.filter(({ state }) => state !== 'compromised').map(controlled),
  );
}

const controlled = ({ issuer, publicKey }: TrustedKey): ControlledKey => ({
  id: issuer.verificationMethod,
  publicKeyMultibase: ed25519Multibase(publicKey),
});
