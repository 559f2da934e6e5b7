/** Date and time: XMLSCHEMA11-2 dateTime and dateTimeStamp, as VC Data Model 2.0 §5.8 narrows them to a regular expression. */

export type DateTime = {
  /** Truncated to the millisecond. */
  readonly epochMs: number;
  /** False where no offset is written; then it is read as UTC (§5.8). Only true makes a dateTimeStamp. */
  readonly zoned: boolean;
};

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)T(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?|24:00:00(?:\.0+)?)(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?$/;

/**
 * Undefined for any other text, for days that no calendar has and for leap seconds. Years 0001 to 9999: a longer year is
 * allowed by XML Schema, and JavaScript's own dates turn it into NaN, which no comparison refuses.
 */
export function parseDateTime(text: string): DateTime | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour = '24', minute = '0', second = '0', fraction = '', zone] = found;
  const midnightMs = startOfDay(Number(year), Number(month), Number(day));
  if (midnightMs === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes(zone);
  const milliseconds = Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { epochMs: midnightMs + minutes * 60_000 + milliseconds, zoned: zone !== undefined };
}

/** Date.UTC would read the years 0 to 99 as 1900 to 1999. A day that does not exist rolls over into another month. */
function startOfDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1;
  return exists && year > 0 ? date.getTime() : undefined;
}

/** 0 for Z, which has no digits. */
function offsetMinutes(zone = 'Z'): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}
