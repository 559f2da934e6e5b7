/** The quota: by it a bureau lets one device record one activity offline, so many times, within a window. */
import * as z from 'zod/mini';
import type { Bytes } from '../encoding.ts';
import type { Json, JsonObject } from '../json.ts';
import { isWellFormed } from '../json.ts';
import type { Primitives } from '../primitives.ts';
import { ed25519Multibase } from '../proof/key.ts';
import { isoSeconds } from '../time.ts';
import { date, publicKey, slotText } from '../trust/field.ts';
import { type NamedSigner, signCompact } from '../trust/signed-document.ts';
import { isSignedBy, type Opened, openCompact, type Unread } from './compact.ts';

const TYP = 'xz-quota+jws';
const MAX_LENGTH = 4_096;
const MAX_SERIALS = 10_000;

const text = (maxLength: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxLength),
    z.refine((value) => isWellFormed(value)),
  );

export const quotaId = slotText('uuid');

const quota = z.strictObject({
  id: quotaId,
  /** DID and name of the bureau. */
  issuer: slotText('issuerId'),
  issuerName: slotText('issuerName'),
  /** The activity in the bureau's words, for the clerk. */
  title: text(60),
  /** The public key of the device. */
  device: publicKey,
  /** What becomes of each slip as a learning record. */
  record: z.strictObject({
    scheme: text(64),
    stage: text(64),
    activity: text(128),
    category: text(64),
    verb: text(64),
    minutes: z.optional(z.number().check(z.int(), z.minimum(0), z.maximum(1440))),
  }),
  /** Slips of this time count, both ends included. */
  from: date,
  until: date,
  /** Slips are numbered from 1 to this. */
  serials: z.number().check(z.int(), z.minimum(1), z.maximum(MAX_SERIALS)),
  /** After it none is redeemed. */
  redeemBy: date,
});

/** `device` is 32 bytes; dates are epoch seconds. */
export type Quota = z.infer<typeof quota>;

export type QuotaResult = Opened<Quota> | Unread;

/** Throws when the fields are none of a quota: whoever signs has checked them. */
export async function signQuota(fields: Quota, by: NamedSigner): Promise<string> {
  const signed = await signCompact(TYP, quotaPayload(fields), by);
  if (!readQuota(signed).ok) throw new RangeError(`the fields of quota ${fields.id} do not make a quota`);
  return signed;
}

/** The shape alone: see isSignedQuota. */
export const readQuota = (signed: string): QuotaResult =>
  openCompact(signed, { typ: TYP, maxLength: MAX_LENGTH, read: readFields, payload: quotaPayload });

export const isSignedQuota = (
  signed: string,
  key: { id: string; publicKey: Bytes },
  primitives: Primitives,
): Promise<boolean> => isSignedBy({ text: signed, typ: TYP }, key, primitives);

/** From the JSON of a quota, dates and key as text. Every field must be right, and the dates follow one another; else the first at fault. */
export function quotaFields(payload: Json): { ok: true; quota: Quota } | { ok: false; field: string } {
  const read = quota.safeParse(payload);
  if (!read.success) return { ok: false, field: fieldOf(read.error.issues[0]) };
  const { from, until, redeemBy } = read.data;
  if (from >= until) return { ok: false, field: 'until' };
  return until <= redeemBy ? { ok: true, quota: read.data } : { ok: false, field: 'redeemBy' };
}

/** A stranger among the fields is named by an issue of its own kind. */
const fieldOf = (issue: z.core.$ZodIssue | undefined): string =>
  [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');

function readFields(payload: Json): Quota | undefined {
  const read = quotaFields(payload);
  return read.ok ? read.quota : undefined;
}

export function quotaPayload({ device, from, until, redeemBy, record, ...fields }: Quota): JsonObject {
  const { id, issuer, issuerName, title, serials } = fields;
  const { scheme, stage, activity, category, verb, minutes } = record;
  return {
    id,
    issuer,
    issuerName,
    title,
    device: ed25519Multibase(device),
    record: { scheme, stage, activity, category, verb, ...(minutes === undefined ? {} : { minutes }) },
    from: isoSeconds(from),
    until: isoSeconds(until),
    serials,
    redeemBy: isoSeconds(redeemBy),
  };
}
