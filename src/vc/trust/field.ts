/** The field types that the trust documents share. */
import * as z from 'zod/mini';
import { LIMITS } from '../limits.ts';
import { ed25519FromMultibase } from '../proof/key.ts';
import { SLOTS, type SlotName } from '../template/slot.ts';
import { fromIsoSeconds } from '../time.ts';

z.config({ jitless: true }); // no `new Function`: it is refused by workerd and by our content security policy

/** `YYYY-MM-DDThh:mm:ssZ` → epoch seconds. */
export const date = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const epoch = fromIsoSeconds(text);
    if (epoch !== undefined) return epoch;
    context.issues.push({ code: 'custom', message: 'expected YYYY-MM-DDThh:mm:ssZ', input: text });
    return z.NEVER;
  }),
);

/** An Ed25519 Multikey → 32 bytes; refuses non-canonical and small-order points. */
export const publicKey = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const bytes = ed25519FromMultibase(text);
    if (bytes) return bytes;
    context.issues.push({ code: 'custom', message: 'expected a canonical Ed25519 Multikey', input: text });
    return z.NEVER;
  }),
);

export const count = z.number().check(z.int(), z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER));
export const number = z.number().check(z.int(), z.minimum(1), z.maximum(0xffffffff));
export const sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A text that a template slot admits: what enters canonical N-Quads as an IRI needs no escaping then. */
export const slotText = (slot: SlotName) =>
  z.string().check(z.maxLength(LIMITS.issuerTextLength), z.regex(new RegExp(`^${SLOTS[slot].pattern}$`)));
