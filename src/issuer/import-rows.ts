/** Rows of a list of certificates on their way to the ledger: columns mapped, serial numbers that were taken back renamed, and every finding in the list's words. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  type CertificateRecord,
  type CertificateRule,
  type ColumnMapping,
  certificateRecord,
  certificateRules,
  type ListProblem,
  listProblem,
  mapColumns,
  ownListProblem,
} from '../learning/certificate-list.ts';
import { type RecordProblem, recordProblem } from '../learning/event.ts';
import type { SheetRow } from '../learning/formats/sheet.ts';
import { reversedAmong } from '../store/imported-entries.ts';
import { type Actor, authorise } from './actor.ts';
import type { RecordOutcome } from './record-event.ts';

/** A row with something to say about it. What it says of people stays with whoever may see the list. */
export type Finding = {
  line: number;
  cells: readonly string[];
  problem: ListProblem;
  /** `recorded`: in the ledger all the same. */
  outcome: 'refused' | 'recorded';
};

type Draft = { value: CertificateRecord } | { problem: RecordProblem };

export type List = { header: readonly string[]; columns: ColumnMapping; rule: CertificateRule };

/** What a list of the actor's source counts as, and where its columns stand. `named`: field → the column's name, where it is not a usual one. */
export function openList(
  deps: Deps,
  actor: Actor,
  { header, named = {} }: { header: readonly string[]; named?: Readonly<Record<string, string>> },
): List {
  authorise(actor, 'records:write');
  const rule = ruleOf(deps, actor.source);
  if (actor.categories && !actor.categories.has(rule.activity.category)) {
    const problem = recordProblem('category-not-allowed', 'category');
    throw new AppError('forbidden', problem);
  }
  const mapped = mapColumns(header, { named, needsName: needsName(deps) });
  if (!mapped.ok) throw new AppError('malformed-request', mapped.problem, mapped.problem.column);
  return { header, columns: mapped.columns, rule };
}

/** Throws when no scheme takes certificates from the source. */
export function ruleOf(deps: Deps, source: string): CertificateRule {
  const rules = certificateRules(deps.schemes);
  const rule = rules.get(source);
  if (rule) return rule;
  const known = [...rules.keys()].join(', ');
  throw new AppError(
    'invalid-field',
    {
      zh: `没有方案接收来源 ${source} 的已有证书;接收的来源:${known}。`,
      en: `No scheme takes existing certificates from the source ${source}. It takes them from: ${known}.`,
    },
    'source',
  );
}

/** Nothing is shown of a name where certificates carry a pseudonym. */
const needsName = ({ config }: Deps): boolean => config.holderPolicy !== 'pseudonym';

/** As recordEvents takes them, in the order of the rows. */
export async function readRows(
  deps: Deps,
  actor: Actor,
  { columns, rule }: List,
  rows: readonly SheetRow[],
): Promise<Draft[]> {
  const drafts = rows.map(({ cells, problem }): Draft => {
    if (problem) return { problem };
    const value = certificateRecord(cells, columns, rule);
    const isNameless = value.learner.name === undefined && needsName(deps);
    return isNameless ? { problem: recordProblem('missing-field', 'learner.name') } : { value };
  });
  const fresh = await freshIds(
    deps,
    actor,
    drafts.flatMap((draft) => ('value' in draft ? draft.value.id : [])),
  );
  return drafts.map((draft) => {
    const id = 'value' in draft && fresh.get(draft.value.id);
    return id ? { value: { ...draft.value, id } } : draft;
  });
}

/**
 * A certificate whose entry was taken back may come again: the ledger keeps an id for good, so the new entry's has a number.
 * Id → the one to use, where it is another.
 */
async function freshIds(deps: Deps, actor: Actor, ids: readonly string[]): Promise<Map<string, string>> {
  const fresh = new Map<string, string>();
  let open = new Map(ids.map((id) => [id, id]));
  for (let again = 2; open.size > 0; again++) {
    const reversed = new Set(await reversedAmong(deps.db, actor, [...open.values()]));
    open = new Map([...open].filter(([, used]) => reversed.has(used)).map(([id]) => [id, `${id}~${again}`]));
    for (const [id, next] of open) fresh.set(id, next);
  }
  return fresh;
}

/** What a list has to say of rows that were refused. */
export const refusals = (list: List, rows: readonly SheetRow[], rejected: RecordOutcome['rejected']): Finding[] =>
  rejected.map(({ index, problem }) => findingOf(rows[index], listProblem(problem, list), 'refused'));

/** What it has to say of a row that is recorded and makes no certificate. */
export const repetition = ({ header, columns }: List, row: SheetRow | undefined): Finding =>
  findingOf(row, ownListProblem('repeated-person', header[columns.person ?? -1] ?? ''), 'recorded');

const findingOf = (row: SheetRow | undefined, problem: ListProblem, outcome: Finding['outcome']): Finding => ({
  line: row?.line ?? 0,
  cells: row?.cells ?? [],
  problem,
  outcome,
});

export function countCodes(findings: readonly Finding[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const { problem } of findings) codes[problem.code] = (codes[problem.code] ?? 0) + 1;
  return codes;
}
