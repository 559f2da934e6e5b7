/** The learner code: what a parent shows at a station to be recorded there. Opaque: only the service that gave it out knows whose it is. */
import { type Bytes, concat, crc16 } from '../encoding.ts';
import { LIMITS } from '../limits.ts';
import { digitCount, fromDigits, toDigits } from '../qr/payload.ts';

/** In front of the digits, in the QR symbol and wherever people write it. */
export const LEARNER_CODE_PREFIX = 'XZL:';
export const LEARNER_CODE_BYTES = 10;

/** Certificates have 0x01. */
const FORMAT = 0x40;
const CRC_BYTES = 2;
const WHOLE_BYTES = 1 + LEARNER_CODE_BYTES + CRC_BYTES;
/** 32: less than any certificate's code has. */
const DIGITS = digitCount(WHOLE_BYTES);

/** `digits`: the code's one spelling, without prefix. */
export type LearnerCodeResult = { ok: true; digits: string } | { ok: false; reason: 'damaged-scan' };

/** Format byte, opaque bytes, CRC-16, in the decimal form of certificates' codes (qr/payload.ts). */
export function learnerCode(opaque: Bytes): string {
  if (opaque.length !== LEARNER_CODE_BYTES) throw new RangeError(`a learner code of ${opaque.length} bytes`);
  const body = concat(Uint8Array.of(FORMAT), opaque);
  const crc = crc16(body);
  return toDigits(concat(body, Uint8Array.of(crc >> 8, crc & 0xff)));
}

/** Of whatever was scanned or typed. Undefined when it is no learner code at all, which a damaged one without its prefix cannot be told from. */
export function readLearnerCode(text: string): LearnerCodeResult | undefined {
  if (text.length > LIMITS.codeTextLength) return undefined;
  const digits = text.match(/\d+/g)?.at(-1) ?? '';
  if (isLearnerCode(digits)) return { ok: true, digits };
  return text.trimStart().toUpperCase().startsWith(LEARNER_CODE_PREFIX)
    ? { ok: false, reason: 'damaged-scan' }
    : undefined;
}

/** The digits alone, whole and with the right check sum. */
export function isLearnerCode(digits: string): boolean {
  if (digits.length !== DIGITS || !/^\d+$/.test(digits)) return false;
  const bytes = fromDigits(digits);
  if (bytes?.[0] !== FORMAT) return false;
  const [high = 0, low = 0] = bytes.slice(-CRC_BYTES);
  return crc16(bytes.slice(0, -CRC_BYTES)) === high * 256 + low;
}
