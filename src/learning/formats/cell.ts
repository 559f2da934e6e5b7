/** The cells of a table as people fill them in: full-width letters and digits, units, and a guard against formulas. */

/** A table of learning records has a dozen columns, and what its platform adds. */
export const MAX_COLUMNS = 256;

/** Full-width ！ to ～ become ASCII, and spaces at either end go, the ideographic one too. */
export const plain = (cell: string): string =>
  (FULL_WIDTH.test(cell)
    ? cell.replace(EACH_FULL_WIDTH, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    : cell
  ).trim();

const FULL_WIDTH = /[\uFF01-\uFF5E]/;
const EACH_FULL_WIDTH = /[\uFF01-\uFF5E]/g;

/** `４５`, `1,200`, `45分钟`, `1小时30分`, `90分`. What is no number stays text, so that `parseRecord` refuses it; fractions and what lies below zero too. */
export function numberOf(cell: string, unit: 'minutes' | 'score'): number | string {
  const text = plain(cell);
  const digits = /^[0-9]{1,3}(,[0-9]{3})+$/.test(text) ? text.replaceAll(',', '') : text;
  if (/^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(digits)) return Number(digits);
  if (unit === 'score') return numberIn(/^([0-9]{1,3}) ?分$/.exec(text)) ?? text;
  const hours = /^([0-9]{1,2}) ?小时(?: ?([0-9]{1,2}) ?分钟?)?$/.exec(text);
  if (hours) return Number(hours[1]) * 60 + Number(hours[2] ?? 0);
  return numberIn(/^([0-9]{1,4}) ?(?:分钟?|min)$/.exec(text)) ?? text;
}

const numberIn = (found: RegExpExecArray | null): number | undefined => (found ? Number(found[1]) : undefined);

/** What a spreadsheet program takes for the beginning of a formula; the full-width signs too, which some turn into the others. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** An apostrophe before what a spreadsheet program would run. */
export const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);

/** Takes off exactly what `guarded` puts on. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);
