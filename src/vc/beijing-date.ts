/** Dates as people read them here: the day, or the minute, in Beijing. */

const ZONE = { timeZone: 'Asia/Shanghai' } as const;
const dayZh = new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', ...ZONE });
const dayEn = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', ...ZONE });
const minuteZh = new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23', ...ZONE });

/** `2026-11-24T08:00:00Z` → `2026年11月24日`, `24 November 2026`. The caller has it from a credential, so it is a date. */
export const beijingDate = (iso: string): { zh: string; en: string } => {
  const moment = new Date(iso);
  return { zh: dayZh.format(moment), en: dayEn.format(moment) };
};

/** `2026年11月24日 16:00` */
export const beijingMinute = (iso: string): string => minuteZh.format(new Date(iso));
