/** What a file of records would give, row by row, before anything is written. */
import { parseRecord, type RecordContext } from '../event.ts';
import type { RecordProblem, RecordProblemCode } from '../record-problem.ts';
import type { Row } from './read-records.ts';

/** The row that is refused, and its place among all, from 0. */
export type OnRefused = (refused: { row: Row; problem: RecordProblem }, index: number) => unknown;

export type DryRun = {
  rows: number;
  good: number;
  refused: number;
  problems: Partial<Record<RecordProblemCode, number>>;
};

/** Reads all rows; `onRefused` sees each that is refused, in their order. Whether an id was used before with other content only the store knows. */
export async function dryRun(rows: AsyncIterable<Row>, context: RecordContext, onRefused: OnRefused): Promise<DryRun> {
  const result: DryRun = { rows: 0, good: 0, refused: 0, problems: {} };
  for await (const row of rows) {
    result.rows++;
    const reading = 'problem' in row ? { ok: false as const, problem: row.problem } : parseRecord(row.value, context);
    if (reading.ok) {
      result.good++;
      continue;
    }
    const { problem } = reading;
    result.refused++;
    result.problems[problem.code] = (result.problems[problem.code] ?? 0) + 1;
    await onRefused({ row, problem }, result.rows - 1);
  }
  return result;
}
