/** The trust documents' envelope: JWS (RFC 7515) with EdDSA; compact for one signature, general JSON serialisation for a threshold. */
import * as z from 'zod/mini';
import { type Bytes, base64url, fromBase64url, utf8 } from '../encoding.ts';
import { type Json, type JsonObject, parseJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { Primitives } from '../primitives.ts';
import type { Signer } from '../proof/key.ts';

/** `station`: the list of a packed station app's files (cli/console/station-release.ts). `quota` and `slip`: offline attendance (vc/slip). */
export type DocumentType =
  | 'xz-root+jws'
  | 'xz-trust+jws'
  | 'xz-bundle+jws'
  | 'xz-station+jws'
  | 'xz-quota+jws'
  | 'xz-slip+jws';

/** General JWS JSON serialisation, without unprotected headers. */
export const generalJws = z.strictObject({
  payload: z.string(),
  signatures: z
    .array(z.strictObject({ protected: z.string(), signature: z.string() }))
    .check(z.maxLength(LIMITS.signatures)),
});
export type GeneralJws = z.infer<typeof generalJws>;

/** Exactly these members: `crit`, `jwk`, `jku`, `x5c` and whatever else comes are refused with the rest. */
const header = z.strictObject({ alg: z.literal('EdDSA'), typ: z.string(), kid: z.string() });

export type NamedSigner = { kid: string; signer: Signer };

export async function signCompact(typ: DocumentType, payload: JsonObject, by: NamedSigner): Promise<string> {
  const encoded = base64url(utf8(JSON.stringify(payload)));
  const signed = await signatureOver(typ, encoded, by);
  return `${signed.protected}.${encoded}.${signed.signature}`;
}

export async function signGeneral(
  typ: DocumentType,
  payload: JsonObject,
  by: readonly NamedSigner[],
): Promise<GeneralJws> {
  const encoded = base64url(utf8(JSON.stringify(payload)));
  return { payload: encoded, signatures: await Promise.all(by.map((one) => signatureOver(typ, encoded, one))) };
}

async function signatureOver(typ: DocumentType, encodedPayload: string, { kid, signer }: NamedSigner) {
  const encodedHeader = base64url(utf8(JSON.stringify({ alg: 'EdDSA', typ, kid })));
  const signature = await signer.sign(utf8(`${encodedHeader}.${encodedPayload}`));
  return { protected: encodedHeader, signature: base64url(signature) };
}

export type VerifyingKey = { id: string; publicKey: Bytes };

/** The ids among `keys` whose signatures hold. Of several signatures under one id only the first is looked at: each costs a pass over the document. */
export async function validSigners(
  typ: DocumentType,
  jws: GeneralJws,
  keys: readonly VerifyingKey[],
  primitives: Primitives,
): Promise<Set<string>> {
  const named = jws.signatures.map((one) => ({ ...one, kid: headerKid(typ, one.protected) }));
  const valid = new Set<string>();
  for (const { id, publicKey } of keys) {
    const one = named.find(({ kid }) => kid === id);
    const signature = fromBase64url(one?.signature ?? '');
    if (signature?.length !== 64) continue;
    if (await primitives.verifyEd25519(publicKey, signature, utf8(`${one?.protected}.${jws.payload}`))) valid.add(id);
  }
  return valid;
}

/** A compact JWS as the general form of one signature, so that both are verified by the same code. Undefined if it is neither. */
export function splitCompact(text: string): GeneralJws | undefined {
  if (text.length > LIMITS.trustDocumentBytes) return undefined;
  const [encodedHeader, payload, signature, ...more] = text.split('.');
  if (encodedHeader === undefined || payload === undefined || signature === undefined || more.length > 0)
    return undefined;
  return { payload, signatures: [{ protected: encodedHeader, signature }] };
}

export function payloadOf(jws: GeneralJws): Json | undefined {
  const bytes = fromBase64url(jws.payload);
  const parsed =
    bytes && parseJson(bytes, { maxBytes: LIMITS.trustDocumentBytes, maxDepth: LIMITS.trustDocumentDepth });
  return parsed?.ok ? parsed.value : undefined;
}

export function headerKid(typ: DocumentType, encodedHeader: string): string | undefined {
  const bytes = fromBase64url(encodedHeader);
  const parsed = bytes && parseJson(bytes, { maxBytes: LIMITS.trustHeaderBytes, maxDepth: LIMITS.trustHeaderDepth });
  const read = parsed?.ok ? header.safeParse(parsed.value) : undefined;
  return read?.success && read.data.typ === typ ? read.data.kid : undefined;
}
