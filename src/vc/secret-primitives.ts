/** What is computed with secrets, and platforms do differently; this file's own version is WebCrypto. A verifier has none of it. */
import { type Bytes, hex, utf8 } from './encoding.ts';
import type { Signer } from './proof/key.ts';

/** Of a text's UTF-8, in lower-case hex. */
export type Mac = (text: string) => string | Promise<string>;

/** Results may be immediate or promised, as those of Primitives. */
export interface SecretPrimitives {
  /** For an Ed25519 private key (RFC 8037 §2). Rejects or throws for anything else. */
  importSigner(jwk: JsonWebKey): Signer | Promise<Signer>;
  /** HMAC-SHA-256 under one key. */
  importMac(key: Bytes): Mac | Promise<Mac>;
}

export const webSecretPrimitives: SecretPrimitives = {
  async importSigner(jwk) {
    const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']);
    return { sign: async (data) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, data)) };
  },
  async importMac(key) {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return async (text) => hex(new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text))));
  },
};
