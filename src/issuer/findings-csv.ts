/** Findings as CSV for whoever keeps the list: its own columns, then what is wrong. Mended, the file is one that an import takes. */
import type { Finding } from './import-rows.ts';

const OWN_COLUMNS = ['行号 line', '结果 result', '代码 code', '列 column', '原因 reason'];
const RESULTS = { refused: '未导入 not imported', recorded: '已记录 recorded' } as const;

/** The byte order mark lets spreadsheet programs see that it is UTF-8. */
export async function* findingsCsv(
  header: readonly string[],
  findings: AsyncIterable<Finding>,
): AsyncGenerator<string, void, undefined> {
  yield `\uFEFF${csvLine([...header, ...OWN_COLUMNS])}`;
  for await (const { line, cells, problem, outcome } of findings) {
    const { code, column, zh, en } = problem;
    const own = Array.from(header, (_, at) => cells[at] ?? '');
    yield csvLine([...own, String(line), RESULTS[outcome], code, column, `${zh} ${en}`]);
  }
}

/** RFC 4180 */
const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
