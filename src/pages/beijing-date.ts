/** Dates as pages show them: the day in Beijing on which a moment falls. */

const zh = new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone: 'Asia/Shanghai' });
const en = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Asia/Shanghai' });

/** `2026-11-24T08:00:00Z` → `2026年11月24日`, `24 November 2026`. The caller has it from a credential, so it is a date. */
export const beijingDate = (iso: string): { zh: string; en: string } => {
  const moment = new Date(iso);
  return { zh: zh.format(moment), en: en.format(moment) };
};
