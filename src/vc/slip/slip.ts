/** The slip: a device's word that a learner was there. Signed offline; it counts once the service has redeemed it. */
import * as z from 'zod/mini';
import type { Json, JsonObject } from '../json.ts';
import type { Primitives } from '../primitives.ts';
import { ed25519Multibase, type Signer } from '../proof/key.ts';
import { isoSeconds } from '../time.ts';
import { CLOCK_TOLERANCE } from '../trust/bundle.ts';
import { count, date } from '../trust/field.ts';
import { signCompact } from '../trust/signed-document.ts';
import { isSignedBy, type Opened, openCompact, type Unread } from './compact.ts';
import { isLearnerCode } from './learner-code.ts';
import { type Quota, quotaId } from './quota.ts';
import type { SlipRefusal } from './refusal.ts';

const TYP = 'xz-slip+jws';
export const MAX_SLIP_LENGTH = 1_024;

const slip = z.strictObject({
  quota: quotaId,
  /** Of the quota, from 1. */
  serial: z.number().check(z.int(), z.minimum(1), z.maximum(0xffffffff)),
  /** The digits of a learner code. */
  learner: z.string().check(z.refine(isLearnerCode)),
  activity: z.string().check(z.minLength(1), z.maxLength(128)),
  time: date,
  /** Number of the bundle that the device held; 0 for none. */
  bundle: count,
});

/** `time` is in epoch seconds. */
export type Slip = z.infer<typeof slip>;

export type SlipResult = Opened<Slip> | Unread;

/** What people call the device, and how its slips name its key: never an issuer's key id. */
export const deviceName = (publicKey: Uint8Array): string => `device-${ed25519Multibase(publicKey).slice(-8)}`;

/** `signer` holds the device's key. */
export const signSlip = (fields: Slip, device: Uint8Array, signer: Signer): Promise<string> =>
  signCompact(TYP, slipPayload(fields), { kid: deviceName(device), signer });

/** The shape alone: see slipFault. */
export const readSlip = (signed: string): SlipResult =>
  openCompact(signed, { typ: TYP, maxLength: MAX_SLIP_LENGTH, read: slipFields, payload: slipPayload });

function slipFields(payload: Json): Slip | undefined {
  const read = slip.safeParse(payload);
  return read.success ? read.data : undefined;
}

const slipPayload = ({ quota, serial, learner, activity, time, bundle }: Slip): JsonObject => ({
  quota,
  serial,
  learner,
  activity,
  time: isoSeconds(time),
  bundle,
});

export type SlipContext = {
  /** The one that the slip names. */
  readonly quota: Quota;
  readonly primitives: Primitives;
};

/** Only what its device has signed is evidence of anything. */
export const isSignedByDevice = (signed: string, { quota, primitives }: SlipContext): Promise<boolean> =>
  isSignedBy({ text: signed, typ: TYP }, { id: deviceName(quota.device), publicKey: quota.device }, primitives);

export type SlipCircumstances = {
  /** Epoch seconds. */
  readonly now: number;
  /** When the bundle that the slip names was published; undefined where that is not known. */
  readonly bundlePublishedAt: number | undefined;
};

/** What the quota has against a slip that its device has signed; undefined for nothing. */
export function slipFault(
  { activity, serial, time }: Slip,
  { record, serials, from, until, redeemBy }: Quota,
  { now, bundlePublishedAt = 0 }: SlipCircumstances,
): SlipRefusal | undefined {
  if (activity !== record.activity) return 'other-activity';
  if (serial > serials) return 'over-quota';
  if (time < from || time > until) return 'outside-window';
  if (time > now + CLOCK_TOLERANCE) return 'in-the-future';
  if (time + CLOCK_TOLERANCE < bundlePublishedAt) return 'clock-behind-bundle';
  return now > redeemBy ? 'too-late' : undefined;
}
