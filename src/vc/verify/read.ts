/** Reads what was presented, JSON, code or token, into claims under a pinned template; the `format` check. */
import {
  type CredentialClaims,
  fieldsFromTexts,
  type IssuerTexts,
  issuerTexts,
  openTexts,
  type SignedFields,
  sameIssuer,
} from '../credential.ts';
import type { Bytes } from '../encoding.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type PayloadFault, readCode } from '../qr/payload.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { type Form, formOf, NOTHING_SHARED } from '../template/fill.ts';
import { matchTemplate, matchText } from '../template/match.ts';
import type { SlotTexts } from '../template/slot.ts';
import type { Trust } from '../trust/bundle.ts';
import type { TrustedKey } from '../trust/trust-list.ts';
import { readJwt } from './read-jwt.ts';
import { type Check, failing, passed } from './verdict.ts';

const CREDENTIAL_LIMITS = { maxBytes: LIMITS.credentialBytes, maxDepth: LIMITS.credentialDepth };

/** A JSON-LD credential as text, or as a value that parseJson gave; the text of a scanner (URL or digits); or a `vc+jwt`. */
export type Presented =
  | { readonly credential: string }
  | { readonly document: Json }
  | { readonly qr: string }
  | { readonly jwt: string };

/** What the later checks read; nothing of the raw input goes further. */
export type Reading = {
  readonly template: CompiledTemplate;
  /** With the issuer's texts in it where they are those of the key's entry in the trust list. */
  readonly form: Form;
  /** Of the form's open slots, but for the proof value. */
  readonly texts: SlotTexts;
  /** What the credential says of its issuer. */
  readonly issuer: IssuerTexts;
  /** Absent only when the key is not known. */
  readonly key?: TrustedKey;
  readonly fields: CredentialClaims;
  readonly securing: Securing;
};

/** The two securing forms of one credential: a Data Integrity proof, and a `vc+jwt` over the same claims. `purpose` is that of the key which may sign so. */
export type Securing = {
  readonly signature: Bytes;
  /** Must lie within the key's period of use: the proof's `created`; a token has `validFrom` only. */
  readonly date: number;
} & ({ readonly purpose: 'milestone' } | { readonly purpose: 'jwt'; readonly signingInput: Bytes });

export type ReadResult = { check: Check; reading?: Reading; unreadKey?: Check };

export function readPresented(presented: Presented, trust: Trust | undefined): ReadResult {
  if ('qr' in presented) return readQr(presented.qr, trust);
  if ('jwt' in presented) return readJwt(presented.jwt, trust);
  if ('document' in presented) return readDocument(presented.document, trust);
  const written = trust && readWritten(presented.credential, trust);
  if (written) return written;
  const parsed = parseJson(presented.credential, CREDENTIAL_LIMITS);
  return parsed.ok ? readDocument(parsed.value, trust) : { check: failing('format', parsed.fault.reason) };
}

/** Undefined unless the text is, to the character, what filling a milestone template writes. */
export const readWritten = (text: string, trust: Trust): ReadResult | undefined =>
  text.length <= LIMITS.credentialBytes ? readFill(trust, (template) => matchText(template, text)) : undefined;

function readQr(text: string, trust: Trust | undefined): ReadResult {
  const payload = readCode(text);
  if (!payload.ok) return { check: failing('format', payload.fault.reason satisfies PayloadFault['reason']) };
  const { fields } = payload;
  if (!trust) return { check: passed('format') };
  const template = trust.templates.get(fields.template);
  if (!template) return { check: failing('format', 'unknown-template', { template: fields.template }) };
  const fits =
    fields.own.length === template.enums.length &&
    template.enums.every(({ entries }, i) => (fields.own[i] ?? -1) in entries);
  if (template.purpose !== 'milestone' || !fits)
    return { check: failing('format', 'unknown-template', { template: fields.template }) };
  const key = trust.keysByNumber.get(fields.key);
  if (!key) return { check: passed('format'), unreadKey: failing('proof', 'unknown-key', { key: fields.key }) };
  return {
    check: passed('format'),
    reading: {
      template,
      form: formOf(template, key.issuer, fields),
      texts: openTexts(fields),
      issuer: key.issuer,
      key,
      fields,
      securing: dataIntegrity(fields),
    },
  };
}

function readDocument(credential: Json, trust: Trust | undefined): ReadResult {
  if (!isObject(credential)) return { check: failing('format', 'malformed') };
  const purpose = otherProofPurpose(credential);
  if (purpose !== undefined)
    return { check: passed('format'), unreadKey: failing('proof', 'wrong-proof-purpose', { proofPurpose: purpose }) };
  if (!trust) return { check: passed('format') };
  const read = readFill(trust, (template) => matchTemplate(template, credential));
  return read ?? { check: failing('format', 'unknown-template') };
}

/** Undefined when it is no fill of a milestone template. */
function readFill(trust: Trust, match: (template: CompiledTemplate) => SlotTexts | undefined): ReadResult | undefined {
  for (const template of trust.templates.values()) {
    const texts = template.purpose === 'milestone' ? match(template) : undefined;
    if (!texts) continue;
    const key = trust.keysByMethod.get(texts.verificationMethod ?? '');
    const fields = fieldsFromTexts(template, key?.number ?? 0, texts);
    if (!fields) return { check: failing('format', 'malformed') };
    const securing = dataIntegrity(fields);
    return { check: passed('format'), reading: readingOf({ template, texts, fields, securing, key }) };
  }
  return undefined;
}

type Matched = Pick<Reading, 'template' | 'texts' | 'fields' | 'securing'> & { key: TrustedKey | undefined };

/** Of matched texts, the issuer's among them: where they are those of the key's entry, its forms serve. */
export function readingOf({ key, ...matched }: Matched): Reading {
  const { template, texts, fields } = matched;
  const said = issuerTexts(texts);
  const listed = key && sameIssuer(said, key.issuer) ? key.issuer : undefined;
  const form = formOf(template, listed ?? NOTHING_SHARED, fields);
  return { ...matched, form, issuer: listed ?? said, ...(key ? { key } : {}) };
}

const dataIntegrity = ({ proofValue, created }: SignedFields): Securing => ({
  purpose: 'milestone',
  signature: proofValue,
  date: created,
});

/** A proof made for something else is a certain failure, whatever its credential looks like. */
function otherProofPurpose(credential: JsonObject): string | undefined {
  const proof = Array.isArray(credential.proof) ? credential.proof[0] : credential.proof;
  const purpose = isObject(proof) ? proof.proofPurpose : undefined;
  return typeof purpose === 'string' && purpose !== 'assertionMethod' ? purpose.slice(0, 80) : undefined;
}
