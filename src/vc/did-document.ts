/** Controlled identifier documents (Controlled Identifiers 1.0 §2) of our issuers, as did:web serves them. */
import { base64url } from './encoding.ts';
import type { JsonObject } from './json.ts';
import { ed25519Multibase } from './proof/key.ts';
import type { Trust } from './trust/bundle.ts';
import type { TrustedKey } from './trust/trust-list.ts';

export type ControlledKey = { readonly id: string } & (
  | { readonly publicKeyMultibase: string }
  | { readonly publicKeyJwk: JsonObject }
);

/** `asserting` are the keys whose credentials count: a compromised key leaves them and stays listed. */
export function controllerDocument(
  id: string,
  keys: readonly ControlledKey[],
  asserting: readonly ControlledKey[],
): JsonObject {
  return {
    '@context': ['https://www.w3.org/ns/cid/v1'],
    id,
    verificationMethod: keys.map((key) =>
      'publicKeyJwk' in key
        ? { id: key.id, type: 'JsonWebKey', controller: id, publicKeyJwk: key.publicKeyJwk }
        : { id: key.id, type: 'Multikey', controller: id, publicKeyMultibase: key.publicKeyMultibase },
    ),
    ...(asserting.length > 0 ? { assertionMethod: asserting.map((key) => key.id) } : {}),
  };
}

/** An issuer of the trust list: retired keys stay in `assertionMethod` while their credentials live, compromised ones leave it. */
export function issuerDocument(trust: Trust, did: string): JsonObject {
  const keys = [...trust.keysByNumber.values()].filter((key) => key.issuer.issuerId === did);
  return controllerDocument(
    did,
    keys.map(controlled),
    keys.filter(({ state }) => state !== 'compromised').map(controlled),
  );
}

/** Those of tokens as JWKs, as VC-JOSE-COSE §4.2 asks. */
const controlled = (key: TrustedKey): ControlledKey => ({
  id: key.issuer.verificationMethod,
  ...(key.purpose === 'jwt' ? { publicKeyJwk: keyJwk(key) } : { publicKeyMultibase: ed25519Multibase(key.publicKey) }),
});

/** RFC 7517, RFC 8037. */
export const keyJwk = ({ publicKey, issuer }: TrustedKey): JsonObject => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: base64url(publicKey),
  alg: 'EdDSA',
  use: 'sig',
  kid: issuer.verificationMethod,
});
