/** What verifying needs of a browser, asked once; the fallback for old ones comes as a lazy chunk of its own. */
import type { Wording } from '../vc/verify/wording.ts';

/** The base point of Ed25519 (RFC 8032 §5.1): a public key that every implementation accepts. */
const BASE_POINT = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 0x58 : 0x66));

/** Undefined when this browser can verify, else what to tell its user. */
export async function missingSupport(): Promise<Wording | undefined> {
  if (!window.isSecureContext) {
    return {
      zh: '此网址不是 https，浏览器不允许在这里核验。',
      en: 'This address is not https, so the browser does not allow checking here.',
    };
  }
  return (await verifiesEd25519()) && typeof DecompressionStream === 'function' ? undefined : TOO_OLD;
}

const TOO_OLD: Wording = {
  zh: '此手机浏览器太旧，无法核验。请更新浏览器，或换一部手机。',
  en: 'This browser is too old to check certificates. Update it, or use another phone.',
};

async function verifiesEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('raw', BASE_POINT, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}
