/** Findings as a table for whoever keeps the list: reasons in front, then its own columns. Mended, the file is one that an import takes. */
import { errorTableHead, errorTableLine } from '../learning/formats/error-table.ts';
import type { Finding } from './import-rows.ts';

export async function* findingsCsv(
  header: readonly string[],
  findings: AsyncIterable<Finding>,
): AsyncGenerator<string, void, undefined> {
  yield errorTableHead(header);
  for await (const found of findings)
    yield errorTableLine({ line: found.line, cells: header.map((_, at) => found.cells[at] ?? '') }, found.problem);
}
