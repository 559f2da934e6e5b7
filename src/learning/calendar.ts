/** Days, weeks, terms and school years as people in Zhejiang count them: in Asia/Shanghai, eight hours ahead of UTC all year. */

const OFFSET_SECONDS = 8 * 3600;
const DAY_SECONDS = 86_400;

/** First days of the terms, `MM-DD`, in the order of the school year, which begins with the first of them. */
export type SchoolCalendar = { readonly terms: readonly string[] };

/** Days since 1 January 1970. */
export const dayOf = (epoch: number): number => Math.floor((epoch + OFFSET_SECONDS) / DAY_SECONDS);

/** Weeks from Monday to Sunday; 1 January 1970 was a Thursday. */
export const weekOf = (epoch: number): number => Math.floor((dayOf(epoch) + 3) / 7);

/** The year in which the school year began: 2026 for 2026–27. */
export function schoolYearOf(epoch: number, { terms }: SchoolCalendar): number {
  const { year, monthDay } = civil(epoch);
  return monthDay >= (terms[0] ?? '') ? year : year - 1;
}

/** One number for each term of each school year. */
export function termOf(epoch: number, calendar: SchoolCalendar): number {
  const { monthDay } = civil(epoch);
  const start = calendar.terms[0] ?? '';
  // Days before the start of the school year belong to the one that began in autumn: they come after all others.
  const place = (day: string) => (day < start ? `1${day}` : `0${day}`);
  const term = calendar.terms.filter((first) => place(first) <= place(monthDay)).length;
  return schoolYearOf(epoch, calendar) * 16 + term;
}

/** The last second of the school year that begins `count - 1` years after the running one. */
export function endOfSchoolYear(epoch: number, calendar: SchoolCalendar, count: number): number {
  return startOfDay(`${schoolYearOf(epoch, calendar) + count}-${calendar.terms[0]}`) - 1;
}

/** Epoch seconds at which the day `YYYY-MM-DD` begins. */
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000 - OFFSET_SECONDS;

/** Whether `YYYY-MM-DD` is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Whether `MM-DD` is a day of every year. */
export const isMonthDay = (text: string): boolean => isDay(`2025-${text}`);

function civil(epoch: number): { year: number; monthDay: string } {
  const text = new Date((epoch + OFFSET_SECONDS) * 1000).toISOString();
  return { year: Number(text.slice(0, 4)), monthDay: text.slice(5, 10) };
}
