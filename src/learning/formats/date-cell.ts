/** Dates as Chinese tables have them, read as Beijing time: 2026年6月1日 上午9时30分, 2026/6/1 9:30, 2026.6.1, a spreadsheet's serial number. */
import { plain } from './cell.ts';

/** RFC 3339, or as it came where it is no date: `parseRecord` refuses that. */
export type DateCell = { text: string } | { ambiguous: true };

const ZONED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)$/i;
const DAY =
  /^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?: ?[(]?(?:星期|周)[一二三四五六日天][)]?)?(?:[T ]*(.+))?$/i;
const RUN_TOGETHER = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/;
const TIME =
  /^(凌晨|早上|上午|中午|下午|晚上|AM|PM)? ?(\d{1,2})(?::(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?|[时点](?:(\d{1,2})分(?:(\d{1,2})秒)?)?) ?(AM|PM)?$/i;
const SERIAL = /^(\d{5})(?:\.(\d{1,15}))?$/;
/** Day and month first, or a year of two digits: 6/1/2026 is the first of June to one and the sixth of January to another. */
const AMBIGUOUS = /^\d{1,2}[-/.年]\d{1,2}[-/.月](?:\d{4}|\d{1,2})日?(?:[T ].*)?$/;

/** Hours of a part of the day, as [said from, said to, added]. Twelve in the morning or at night means two things. */
const PARTS: Readonly<Record<string, readonly (readonly [from: number, to: number, added: number])[]>> = {
  凌晨: [[0, 5, 0]],
  早上: [[1, 11, 0]],
  上午: [[0, 11, 0]],
  AM: [[0, 11, 0]],
  中午: [
    [11, 12, 0],
    [1, 2, 12],
  ],
  下午: [
    [12, 23, 0],
    [1, 11, 12],
  ],
  PM: [
    [12, 23, 0],
    [1, 11, 12],
  ],
  晚上: [
    [17, 23, 0],
    [5, 11, 12],
  ],
};

/** Days of serial number 0 (1899-12-30, as every serial after February 1900 counts) to 1970. */
const SERIAL_EPOCH = 25_569;

/** A day without a time is taken as its first second: no other time of it can lie in the future when it is sent. */
export function readDateCell(cell: string): DateCell {
  const text = plain(cell).replace(/[\s\u3000]+/g, ' ');
  const zoned = ZONED.exec(text);
  if (zoned) return { text: `${zoned[1]}T${zoned[2]}${zoned[3]}` };
  const serial = SERIAL.exec(text);
  if (serial) return { text: fromSerial(Number(text)) };
  const [, year, month, day, ...clock] = RUN_TOGETHER.exec(text) ?? [];
  if (year && month && day)
    return { text: beijing(year, month, day, clock[0] === undefined ? '00:00:00' : clock.join(':')) };
  const dated = DAY.exec(text);
  if (!dated) return AMBIGUOUS.test(text) ? { ambiguous: true } : { text };
  const time = dated[4] === undefined ? '00:00:00' : readTime(dated[4]);
  if (time === 'ambiguous') return { ambiguous: true };
  if (time === undefined) return { text };
  return { text: beijing(dated[1] ?? '', dated[2] ?? '', dated[3] ?? '', time) };
}

const beijing = (year: string, month: string, day: string, time: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time}+08:00`;

function fromSerial(serial: number): string {
  const seconds = Math.round((serial - SERIAL_EPOCH) * 86_400);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}+08:00`;
}

/** `hh:mm:ss`; undefined when it is no time of day. Whether the minutes exist is `parseRecord`'s to see. */
function readTime(text: string): string | 'ambiguous' | undefined {
  const found = TIME.exec(text);
  if (!found) return undefined;
  const said = Number(found[2]);
  const part = (found[1] ?? found[7])?.toUpperCase();
  const reading = part === undefined ? undefined : PARTS[part]?.find(([from, to]) => said >= from && said <= to);
  if (part !== undefined && !reading) return 'ambiguous';
  const hour = said + (reading?.[2] ?? 0);
  return [hour, found[3] ?? found[5] ?? 0, found[4] ?? found[6] ?? 0]
    .map((count) => String(count).padStart(2, '0'))
    .join(':');
}
