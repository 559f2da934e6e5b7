/** A secured document as a JSON-LD object: EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation (VC Data Model 2.0 §4.13.1, §4.13.2), a token in a data: URL (RFC 2397). */
import { base64 } from '@scure/base';
import { fromUtf8 } from '../encoding.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type FaultReason, fault, type Outcome } from '../protocol/fault.ts';

/** A credential or a presentation. */
export type EnvelopeKind = 'vc' | 'vp';

export type Envelope = {
  readonly kind: EnvelopeKind;
  /** Not yet looked into. */
  readonly token: string;
  /** It came as `application/jwt`, which says nothing of the form inside: VC Data Model 1.1 knew no other media type. */
  readonly legacy: boolean;
};

const FORMS: Readonly<Record<EnvelopeKind, { type: string; mediaType: string }>> = {
  vc: { type: 'EnvelopedVerifiableCredential', mediaType: 'application/vc+jwt' },
  vp: { type: 'EnvelopedVerifiablePresentation', mediaType: 'application/vp+jwt' },
};
const KINDS: readonly EnvelopeKind[] = ['vc', 'vp'];
const LEGACY_MEDIA_TYPE = 'application/jwt';
const BASE_CONTEXT = 'https://www.w3.org/ns/credentials/v2';

/** The object that §4.13 shows. */
export const wrapEnvelope = (kind: EnvelopeKind, token: string): JsonObject => ({
  '@context': [BASE_CONTEXT],
  id: `data:${FORMS[kind].mediaType},${token}`,
  type: FORMS[kind].type,
});

/** Undefined when the value is no Enveloped… object at all. The token is not verified here: that is openEnvelope. */
export function readEnvelope(value: Json): Outcome<Envelope> | undefined {
  if (!isObject(value)) return undefined;
  const types: readonly (Json | undefined)[] = [value.type].flat();
  const [kind] = KINDS.filter((one) => types.includes(FORMS[one].type));
  if (!kind) return undefined;
  if (types.length > 1) return refused('malformed', `the type of an envelope is ${FORMS[kind].type} alone`, '/type');
  // Nothing secures what stands beside the token, and people would read it as if it were.
  const beside = Object.keys(value).find((name) => !['@context', 'id', 'type'].includes(name));
  if (beside !== undefined) return refused('malformed', 'an envelope has @context, id and type, and nothing else');
  const contexts: readonly (Json | undefined)[] = [value['@context']].flat();
  if (contexts.length > LIMITS.contexts)
    return refused('too-large', `at most ${LIMITS.contexts} contexts are read`, '/@context');
  if (!contexts.every((one) => typeof one === 'string') || !contexts.includes(BASE_CONTEXT))
    return refused('malformed', `the @context of an envelope includes ${BASE_CONTEXT}, all by URL`, '/@context');
  return readDataUrl(kind, value.id);
}

/** RFC 2397 §3: `data:`, media type, `;base64` or not, a comma, the data. Parameters of the media type are not looked at. */
function readDataUrl(kind: EnvelopeKind, url: Json | undefined): Outcome<Envelope> {
  if (typeof url !== 'string') return refused('malformed', 'the id of an envelope is a data: URL', '/id');
  if (url.length > LIMITS.documentBytes)
    return refused('too-large', `a data: URL of at most ${LIMITS.documentBytes} characters was expected`, '/id');
  const found = /^data:([^,]*),(.*)$/is.exec(url);
  if (!found) return refused('unparsable', 'the id of an envelope is a data: URL', '/id');
  const [, description = '', data = ''] = found;
  const [mediaType = '', ...parameters] = description.toLowerCase().split(';');
  const inBase64 = parameters.at(-1) === 'base64';
  if (parameters.slice(0, inBase64 ? -1 : undefined).some((one) => !/^[^=\s]+=[^=\s]+$/.test(one)))
    return refused('unparsable', 'after the media type stand name=value parameters, then ;base64 or nothing', '/id');
  if (mediaType !== FORMS[kind].mediaType && mediaType !== LEGACY_MEDIA_TYPE)
    return refused('unparsable', notSupported(kind, mediaType), '/id');
  const token = unescaped(data, inBase64);
  if (token === undefined) return refused('unparsable', 'the data of the data: URL cannot be decoded', '/id');
  return { ok: true, value: { kind, token, legacy: mediaType === LEGACY_MEDIA_TYPE } };
}

function notSupported(kind: EnvelopeKind, mediaType: string): string {
  const known = /^application\/v[cp]\+(?:jwt|sd-jwt|cose)$/.test(mediaType) ? mediaType : 'another media type';
  return `${known} is not supported in an ${FORMS[kind].type}; ${FORMS[kind].mediaType} was expected`;
}

function unescaped(data: string, inBase64: boolean): string | undefined {
  try {
    const text = decodeURIComponent(data);
    return inBase64 ? fromUtf8(base64.decode(text)) : text;
  } catch {
    return undefined;
  }
}

const refused = (reason: FaultReason, detail: string, at?: string): Outcome<never> => ({
  ok: false,
  faults: [fault(reason, detail, at)],
});
