/** Text at rest that only the holder of the sealing key may read: JWE compact serialisation (RFC 7516), dir + A256GCM. */
import { CompactEncrypt, compactDecrypt } from 'jose';
import { type Bytes, fromUtf8, utf8 } from './encoding.ts';

/** `sealingKey` is 32 bytes. */
export const seal = (text: string, sealingKey: Bytes): Promise<string> =>
  new CompactEncrypt(utf8(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(sealingKey);

/** Rejects when the text was changed or the sealing key is another one. */
export async function openSealed(sealed: string, sealingKey: Bytes): Promise<string> {
  const { plaintext } = await compactDecrypt(sealed, sealingKey, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return fromUtf8(plaintext) ?? '';
}
