/** The three computations that platforms do differently; this file's own version is WebCrypto and the Compression Streams. */
import type { Bytes } from './encoding.ts';

/** Results may be immediate (node:crypto) or promised (WebCrypto): callers await. */
export interface Primitives {
  sha256(data: Bytes): Bytes | Promise<Bytes>;
  /** Ed25519, RFC 8032 §5.1.7. `publicKey` is 32 bytes that the trust list has already checked. False for any bad signature; never throws for one. */
  verifyEd25519(publicKey: Bytes, signature: Bytes, data: Bytes): boolean | Promise<boolean>;
  /** Undefined when the data is not gzip; never holds much more than `maxBytes` in memory. */
  gunzip(data: Bytes, maxBytes: number): Unpacked | Promise<Unpacked>;
}

export type Unpacked = Bytes | 'too-large' | undefined;

export const webPrimitives: Primitives = {
  sha256: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', data)),
  async verifyEd25519(publicKey, signature, data) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    return crypto.subtle.verify('Ed25519', key, signature, data);
  },
  async gunzip(data, maxBytes) {
    const out = new Uint8Array(maxBytes);
    let length = 0;
    const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return out.slice(0, length);
        if (length + value.length > maxBytes) return 'too-large';
        out.set(value, length);
        length += value.length;
      }
    } catch {
      return undefined;
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  },
};

/** RFC 1952. The same bytes in give the same meaning, not always the same bytes: never compare compressed forms. */
export async function gzip(data: Bytes): Promise<Bytes> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
