/** What verifying needs of a browser, asked once; what an old one lacks comes as a lazy chunk of its own. */
import { type Primitives, webPrimitives } from '../vc/primitives.ts';
import type { Wording } from '../vc/verify/wording.ts';

/** The base point of Ed25519 (RFC 8032 §5.1): a public key that every implementation accepts. */
const BASE_POINT = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 0x58 : 0x66));

export const NOT_SECURE: Wording = {
  zh: '此网址不是 https，浏览器不允许在这里核验。',
  en: 'This address is not https, so the browser does not allow checking here.',
};

/** Undefined where the browser keeps its cryptography from the page: an address that is not https. Rejects when the chunk cannot be loaded. */
export async function browserPrimitives(): Promise<Primitives | undefined> {
  if (!window.isSecureContext) return undefined;
  const hasEd25519 = await verifiesEd25519();
  const hasGunzip = typeof DecompressionStream === 'function';
  if (hasEd25519 && hasGunzip) return webPrimitives;
  const { oldBrowser } = await import('./old-browser.ts');
  return {
    sha256: webPrimitives.sha256,
    verifyEd25519: hasEd25519 ? webPrimitives.verifyEd25519 : oldBrowser.verifyEd25519,
    gunzip: hasGunzip ? webPrimitives.gunzip : oldBrowser.gunzip,
  };
}

async function verifiesEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('raw', BASE_POINT, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}
