/** How a bundle travels: its content beside the JWS. What is signed, kept and judged is the compact JWS. */
import { base64url, fromBase64url, fromUtf8, utf8 } from '../encoding.ts';

/**
 * A compact JWS with detached content (RFC 7515 appendix F) and, on the next line, that content as the text that was signed.
 * Base64 hides from gzip whatever repeats: compressed, this is little more than half as long.
 */
export function detachPayload(jws: string): string {
  const [encodedHeader, payload = '', signature] = jws.split('.');
  const content = fromUtf8(fromBase64url(payload) ?? new Uint8Array());
  return content ? `${encodedHeader}..${signature}\n${content}` : jws;
}

/** The compact JWS of it, for openBundle to judge. Any other text stays as it is. */
export function attachPayload(text: string): string {
  const [, encodedHeader, signature, content] = /^([\w-]*)\.\.([\w-]*)\n(.*)$/s.exec(text) ?? [];
  return content === undefined ? text : `${encodedHeader}.${base64url(utf8(content))}.${signature}`;
}
