/** The version of the QR symbol that a code needs (ISO/IEC 18004), from lengths alone: nothing is drawn to know it. */
import type { CredentialFields } from '../credential.ts';
import { utf8 } from '../encoding.ts';
import { digitCount, draftPayload } from './payload.ts';

/** Data bits of versions 1 to 10 at error correction level M. */
const CAPACITY_M = [128, 224, 352, 512, 688, 864, 992, 1232, 1456, 1728] as const;

export const MAX_VERSION = 10;

/** Version of `prefix` (byte mode) followed by so many digits (numeric mode) at level M; undefined above version 10. */
export function symbolVersion(prefix: string, digits: number): number | undefined {
  const tail = [0, 4, 7][digits % 3] ?? 0;
  const data = utf8(prefix).length * 8 + Math.floor(digits / 3) * 10 + tail;
  for (const [index, capacity] of CAPACITY_M.entries()) {
    const version = index + 1;
    const header = 4 + (version < 10 ? 8 : 16) + 4 + (version < 10 ? 10 : 12);
    if (header + data <= capacity) return version;
  }
  return undefined;
}

/** The largest payload that fits the largest symbol behind `prefix`; 0 when none does. */
export function maxPayloadBytes(prefix: string): number {
  let most = mostBytes.get(prefix);
  if (most === undefined) {
    most = 0;
    while (symbolVersion(prefix, digitCount(most + 1)) !== undefined) most++;
    mostBytes.set(prefix, most);
  }
  return most;
}

/** A service has one prefix. */
const mostBytes = new Map<string, number>();

/** Whether the credential, once signed, fits the largest symbol. */
export const fitsSymbol = (prefix: string, fields: CredentialFields): boolean =>
  draftPayload(fields).length <= maxPayloadBytes(prefix);
