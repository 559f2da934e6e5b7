/** Refused rows given back as a CSV with the reasons in front: to be mended in a spreadsheet program and sent again as it is. */
import { guarded } from './cell.ts';

/** In front of the table's own; on the way back they are left out. */
export const REASON_COLUMNS: readonly string[] = ['行号 line', '代码 code', '原因', 'reason'];

/** UTF-8 with a byte order mark: without it Chinese spreadsheet programs take a file for GB18030. */
export const errorTableHead = (header: readonly string[]): string => `\uFEFF${csvLine([...REASON_COLUMNS, ...header])}`;

export const errorTableLine = (
  row: { line: number; cells: readonly string[] },
  { code, zh, en }: { code: string; zh: string; en: string },
): string => csvLine([String(row.line), code, zh, en, ...row.cells]);

const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`;

const quoted = (cell: string): string => (/[",\r\n，\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
