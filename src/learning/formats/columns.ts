/** The columns of a table of learning records: what its header says, and a row's cells as the value that `parseRecord` reads. */
import { type RecordProblem, recordProblem } from '../event.ts';

const COLUMNS = {
  id: 'required',
  'learner.id': 'required',
  'learner.name': 'optional',
  scheme: 'optional',
  stage: 'required',
  activity: 'required',
  category: 'required',
  verb: 'required',
  occurredAt: 'required',
  minutes: 'optional',
  score: 'optional',
} as const;

export function checkHeader(columns: readonly string[]): RecordProblem | undefined {
  const missing = Object.entries(COLUMNS).find(([name, need]) => need === 'required' && !columns.includes(name));
  const unknown = columns.find((name) => !Object.hasOwn(COLUMNS, name));
  const repeated = columns.find((name, at) => columns.indexOf(name) !== at);
  if (unknown !== undefined) return recordProblem('unknown-column', unknown.slice(0, 64));
  if (repeated !== undefined) return recordProblem('duplicate-column', repeated);
  return missing && recordProblem('missing-column', missing[0]);
}

export function recordOf(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const cell = new Map(columns.map((name, at) => [name, cells[at] ?? '']));
  const learner = withoutEmpty({ id: cell.get('learner.id'), name: cell.get('learner.name') });
  const { minutes, score, ...texts } = Object.fromEntries([...cell].filter(([name]) => !name.startsWith('learner.')));
  return withoutEmpty({ ...texts, learner, minutes: toNumber(minutes), score: toNumber(score) });
}

function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

/** ASCII digits become a number, also below zero so that `parseRecord` can say "out of range"; anything else stays text and is refused there. */
function toNumber(cell: string | undefined): unknown {
  return cell !== undefined && /^-?[0-9]{1,15}$/.test(cell) ? Number(cell) : cell;
}
