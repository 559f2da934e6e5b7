/** Signing keys at rest: made here, sealed at once (JWE, RFC 7516, dir + A256GCM), opened only as a Signer. */
import { CompactEncrypt, compactDecrypt } from 'jose';
import { type Bytes, fromUtf8, utf8 } from '../encoding.ts';
import { ed25519Multibase, type Signer } from './key.ts';

export type SealedKey = { publicKeyMultibase: string; sealed: string };

/** A new Ed25519 key: its private part leaves WebCrypto only into the seal. `sealingKey` is 32 bytes. */
export async function makeSealedKey(sealingKey: Bytes): Promise<SealedKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair; // an asymmetric algorithm
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const sealed = await new CompactEncrypt(utf8(JSON.stringify({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, d: jwk.d })))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(sealingKey);
  return { publicKeyMultibase: ed25519Multibase(publicKey), sealed };
}

/** Rejects when the sealing key is another one. The opened key cannot be exported again. */
export async function openSealedKey(sealed: string, sealingKey: Bytes): Promise<Signer> {
  const { plaintext } = await compactDecrypt(sealed, sealingKey, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  const key = await crypto.subtle.importKey('jwk', JSON.parse(fromUtf8(plaintext) ?? ''), 'Ed25519', false, ['sign']);
  return { sign: async (data) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, data)) };
}
