/** Quotas and slips on the wire: a compact JWS (RFC 7515 §7.1) in the one form that signCompact writes. */
import { base64url, fromBase64url, utf8 } from '../encoding.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Primitives } from '../primitives.ts';
import {
  type DocumentType,
  type GeneralJws,
  headerKid,
  payloadOf,
  splitCompact,
  validSigners,
} from '../trust/signed-document.ts';
import type { SlipRefusal } from './refusal.ts';

export type Unread = { ok: false; reason: Extract<SlipRefusal, 'too-large' | 'malformed' | 'not-canonical'> };

type Kind<T> = {
  readonly typ: DocumentType;
  readonly maxLength: number;
  /** Undefined unless every field is right. */
  read(payload: Json): T | undefined;
  /** The payload as it is signed. */
  payload(fields: T): JsonObject;
};

export type Opened<T> = { readonly ok: true; readonly text: string; readonly kid: string; readonly fields: T };

/** Size, then shape, then form. The signature is not looked at. */
export function openCompact<T>(text: string, kind: Kind<T>): Opened<T> | Unread {
  if (text.length > kind.maxLength) return unread('too-large');
  const jws = splitCompact(text);
  const [only] = jws?.signatures ?? [];
  const kid = only && headerKid(kind.typ, only.protected);
  const payload = jws && payloadOf(jws);
  const fields = payload === undefined ? undefined : kind.read(payload);
  if (kid === undefined || fields === undefined || fromBase64url(only?.signature ?? '')?.length !== 64)
    return unread('malformed');
  const header = encoded({ alg: 'EdDSA', typ: kind.typ, kid });
  const isOnlyForm = only?.protected === header && jws?.payload === encoded(kind.payload(fields));
  return isOnlyForm ? { ok: true, text, kid, fields } : unread('not-canonical');
}

/** Whether the key that the text names is `key`, and has signed it. */
export async function isSignedBy(
  { text, typ }: { text: string; typ: DocumentType },
  key: { id: string; publicKey: Uint8Array<ArrayBuffer> },
  primitives: Primitives,
): Promise<boolean> {
  const jws: GeneralJws | undefined = splitCompact(text);
  return jws !== undefined && (await validSigners(typ, jws, [key], primitives)).has(key.id);
}

const unread = (reason: Unread['reason']): Unread => ({ ok: false, reason });

const encoded = (value: JsonObject): string => base64url(utf8(JSON.stringify(value)));
