/** A browser as it was before Ed25519 and the Compression Streams came, and a code that its verifier must refuse. */
import { packPayload, toDigits } from '../../src/vc/qr/payload.ts';
import type { Issued } from './authority.ts';

/** To run before the page. */
export const OLD_BROWSER = `
  delete globalThis.DecompressionStream;
  delete globalThis.BarcodeDetector;
  for (const name of ['generateKey', 'importKey', 'verify']) {
    const own = crypto.subtle[name];
    crypto.subtle[name] = function (...args) {
      return args.includes('Ed25519')
        ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
        : own.apply(this, args);
    };
  }
`;

/** The digits of the same claims with another signature: right check sum, wrong proof. */
export function changedSignature({ fields }: Issued): string {
  const proofValue = fields.proofValue.slice();
  proofValue[5] = (proofValue[5] ?? 0) ^ 1;
  return toDigits(packPayload({ ...fields, proofValue }));
}
