/** A milestone credential as its fields: what the database row, the QR payload and the template's slots all say. */
import { type Bytes, fromHex, fromMultibase58, hex, multibase58 } from './encoding.ts';
import type { CompiledTemplate } from './template/compiled.ts';
import { fillCanonical, fillText, formOf, ownIndexes, ownTexts } from './template/fill.ts';
import type { SlotTexts } from './template/slot.ts';
import { fromIsoSeconds, isoSeconds } from './time.ts';

/** Entries in every status list (Bitstring Status List 1.0 §3.1 asks for at least this many, for herd privacy). */
export const STATUS_LIST_LENGTH = 131_072;

/** A name (full, or masked: it then contains `*`), or a pseudonym of 16 bytes. */
export type Holder = { readonly name: string } | { readonly pseudonym: Bytes };

export type HolderMatch = 'full' | 'masked' | 'none';

/** What a credential says, in whichever form it is secured; dates in epoch seconds. */
export type CredentialClaims = {
  readonly template: number;
  /** Lower-case text form of RFC 9562. */
  readonly uuid: string;
  readonly validFrom: number;
  readonly validUntil: number | null;
  readonly points: number;
  /** List number · 131072 + bit. */
  readonly statusIndex: number;
  readonly holder: Holder;
  /** Indexes into the template's enumerated slots, in its order. */
  readonly own: readonly number[];
};

/** What is reserved before anything is built. */
export type CredentialFields = CredentialClaims & { readonly key: number; readonly created: number };

export type SignedFields = CredentialFields & { readonly proofValue: Bytes };

/** What a key's trust-list entry contributes to every credential that it signs. */
export type IssuerTexts = {
  readonly issuerId: string;
  readonly issuerName: string;
  readonly credentialBase: string;
  readonly statusBase: string;
  readonly verificationMethod: string;
};

/** Out of matched slot texts. */
export const issuerTexts = (texts: SlotTexts): IssuerTexts => ({
  issuerId: texts.issuerId ?? '',
  issuerName: texts.issuerName ?? '',
  credentialBase: texts.credentialBase ?? '',
  statusBase: texts.statusBase ?? '',
  verificationMethod: texts.verificationMethod ?? '',
});

/** Of the same verification method, by which the entry was found. */
export const sameIssuer = (a: IssuerTexts, b: IssuerTexts): boolean =>
  a.issuerId === b.issuerId &&
  a.issuerName === b.issuerName &&
  a.credentialBase === b.credentialBase &&
  a.statusBase === b.statusBase;

export const listNumber = (statusIndex: number): number => Math.floor(statusIndex / STATUS_LIST_LENGTH);
export const listBit = (statusIndex: number): number => statusIndex % STATUS_LIST_LENGTH;

export function holderMatch(holder: Holder): HolderMatch {
  if ('pseudonym' in holder) return 'none';
  return holder.name.includes('*') ? 'masked' : 'full';
}

export const holderText = (holder: Holder): string => ('name' in holder ? holder.name : hex(holder.pseudonym));

/** The texts that stand in no form: those of this credential alone. */
export const openTexts = (fields: CredentialFields): SlotTexts => ({
  uuid: fields.uuid,
  validFrom: isoSeconds(fields.validFrom),
  validUntil: fields.validUntil === null ? null : isoSeconds(fields.validUntil),
  created: isoSeconds(fields.created),
  points: String(fields.points),
  statusBit: String(listBit(fields.statusIndex)),
  statusList: String(listNumber(fields.statusIndex)),
  holder: holderText(fields.holder),
  holderType: 'name' in fields.holder ? 'name' : 'identifier',
});

/** Slot texts of the unsigned credential. Throws on an enumerated index outside its table: fields are checked where they enter. */
export const slotTexts = (template: CompiledTemplate, issuer: IssuerTexts, fields: CredentialFields): SlotTexts => ({
  ...issuer,
  ...openTexts(fields),
  ...ownTexts(template, fields.own),
});

export const signedTexts = (template: CompiledTemplate, issuer: IssuerTexts, fields: SignedFields): SlotTexts => ({
  ...slotTexts(template, issuer, fields),
  proofValue: multibase58(fields.proofValue),
});

/** The secured credential as JSON text. */
export const credentialText = (template: CompiledTemplate, issuer: IssuerTexts, fields: SignedFields): string =>
  fillText(formOf(template, issuer, fields), { ...openTexts(fields), proofValue: multibase58(fields.proofValue) });

/** Its canonical forms: what is hashed and signed. */
export const credentialForms = (template: CompiledTemplate, issuer: IssuerTexts, fields: CredentialFields) =>
  fillCanonical(formOf(template, issuer, fields), openTexts(fields));

/** The way back, from matched slot texts; undefined when a text is outside what fields can hold (such as a date past 2105). */
export function fieldsFromTexts(template: CompiledTemplate, key: number, texts: SlotTexts): SignedFields | undefined {
  const claims = claimsFromTexts(template, texts);
  const created = fromIsoSeconds(texts.created ?? '');
  const proofValue = fromMultibase58(texts.proofValue ?? '', 90);
  if (!claims || created === undefined || proofValue?.length !== 64) return undefined;
  return { ...claims, key, created, proofValue };
}

/** The same from the texts of an unsecured document. */
export function claimsFromTexts(template: CompiledTemplate, texts: SlotTexts): CredentialClaims | undefined {
  const { uuid, holder, holderType } = texts;
  const validFrom = fromIsoSeconds(texts.validFrom ?? '');
  const validUntil = texts.validUntil == null ? null : fromIsoSeconds(texts.validUntil);
  const statusIndex = Number(texts.statusList) * STATUS_LIST_LENGTH + Number(texts.statusBit);
  const points = Number(texts.points);
  if (uuid == null || holder == null || validFrom === undefined || validUntil === undefined) return undefined;
  if (Number(texts.statusBit) >= STATUS_LIST_LENGTH) return undefined;
  if (!Number.isSafeInteger(points) || !Number.isSafeInteger(statusIndex)) return undefined;
  const pseudonym = holderType === 'identifier' ? fromHex(holder) : undefined;
  if (holderType === 'identifier' && (pseudonym?.length !== 16 || hex(pseudonym) !== holder)) return undefined;
  return {
    template: template.number,
    uuid,
    validFrom,
    validUntil,
    points,
    statusIndex,
    holder: pseudonym ? { pseudonym } : { name: holder },
    own: ownIndexes(template, texts),
  };
}
