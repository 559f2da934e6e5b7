/** A credential as the text that other people's wallets and readers take from a QR code: CBOR-LD 1.0 in base45 (VC Barcodes v1.0, "Encode VC to QR Code"). */
import { encode as base45, decode as fromBase45 } from '@digitalbazaar/base45';
import { decode, encode } from '@digitalbazaar/cborld';
import { loadContext } from '../contexts.ts';
import { equalJson } from '../equal-json.ts';
import type { Json } from '../json.ts';

/** `R` is the multibase prefix of base45 (RFC 9285). */
const PREFIX = 'VC1-R';

/**
 * `json` is the credential's own text, as it was signed and filled. The result has QR's alphanumeric alphabet. Rejects rather
 * than give out a text from which a reader would get anything else than that credential, and for a context that is not pinned.
 */
export async function barcodeText(json: string): Promise<string> {
  const credential: Json = JSON.parse(json);
  // Registry entry 1 has no table of values, so that a reader needs nothing but the contexts.
  const bytes = await encode({ jsonldDocument: credential, registryEntryId: 1, documentLoader: loadContext });
  const text = PREFIX + base45(bytes);
  if (!equalJson(credential, await read(text))) throw new Error('CBOR-LD changed the credential: it is not given out');
  return text;
}

const read = (text: string): Promise<Json> =>
  decode({ cborldBytes: fromBase45(text.slice(PREFIX.length)), documentLoader: loadContext });
