/** Signing keys at rest: made here, sealed at once, opened only as a Signer. */
import type { Bytes } from '../encoding.ts';
import { openSealed, seal } from '../seal.ts';
import type { SecretPrimitives } from '../secret-primitives.ts';
import { ed25519Multibase, type Signer } from './key.ts';

export type SealedKey = { publicKeyMultibase: string; sealed: string };

/** A new Ed25519 key: its private part leaves WebCrypto only into the seal. `sealingKey` is 32 bytes. */
export async function makeSealedKey(sealingKey: Bytes): Promise<SealedKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair; // an asymmetric algorithm
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const sealed = await seal(JSON.stringify({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, d: jwk.d }), sealingKey);
  return { publicKeyMultibase: ed25519Multibase(publicKey), sealed };
}

/** Rejects when the sealing key is another one. Whoever holds the Signer can sign, and never sees the key. */
export const openSealedKey = async (
  sealed: string,
  sealingKey: Bytes,
  { importSigner }: Pick<SecretPrimitives, 'importSigner'>,
): Promise<Signer> => importSigner(JSON.parse(await openSealed(sealed, sealingKey)));
