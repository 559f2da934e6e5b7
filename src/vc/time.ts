/** Dates: whole seconds, uint32 epoch seconds inside, `YYYY-MM-DDThh:mm:ssZ` outside; validity days are days in Asia/Shanghai. */

/** The last second of 2105: four digits of year, and within uint32. */
export const MAX_EPOCH = Date.UTC(2106, 0, 1) / 1000 - 1;
const SHANGHAI_OFFSET = 8 * 3600;
const DAY = 86_400;

/** Epoch seconds in [0, MAX_EPOCH] → `2026-11-24T08:00:00Z`. */
export function isoSeconds(epoch: number): string {
  let text = written.get(epoch);
  if (text === undefined) {
    text = `${new Date(epoch * 1000).toISOString().slice(0, 19)}Z`;
    if (written.size >= MOST_WRITTEN) written.clear();
    written.set(epoch, text);
  }
  return text;
}

/** Certificates of one batch share their dates. */
const written = new Map<number, string>();
const MOST_WRITTEN = 1_000;

/** Exactly the form that isoSeconds writes, 1970 to 2105. Undefined otherwise: no other zone, no fraction, no leap second. */
export function fromIsoSeconds(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const epoch = Date.parse(text) / 1000;
  return isEpoch(epoch) && isoSeconds(epoch) === text ? epoch : undefined;
}

export const isEpoch = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_EPOCH;

/** The last second of the Shanghai day on which `epoch` falls (15:59:59Z). */
export function endOfShanghaiDay(epoch: number): number {
  return Math.floor((epoch + SHANGHAI_OFFSET) / DAY) * DAY + DAY - 1 - SHANGHAI_OFFSET;
}

/** End of the Shanghai day `years` calendar years later, inclusive; 29 February falls back to 28. */
export function validUntilAfterYears(epoch: number, years: number): number {
  const local = new Date((epoch + SHANGHAI_OFFSET) * 1000);
  const month = local.getUTCMonth();
  local.setUTCFullYear(local.getUTCFullYear() + years);
  if (local.getUTCMonth() !== month) local.setUTCDate(0);
  return endOfShanghaiDay(local.getTime() / 1000 - SHANGHAI_OFFSET);
}
