/** Rows of a list of certificates on their way to the ledger: columns read, serial numbers that were taken back renamed, and every finding in the list's words. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  type CertificateRule,
  certificateMapping,
  certificateRules,
  type ListProblem,
  listProblem,
  type MappingJson,
  repeatedPerson,
  takenBackRecord,
} from '../learning/certificate-list.ts';
import { type Columns, readHeader } from '../learning/formats/columns.ts';
import { type Mapping, parseMapping } from '../learning/formats/mapping.ts';
import type { SheetRow } from '../learning/formats/sheet.ts';
import { type RecordProblem, recordProblem } from '../learning/record-problem.ts';
import { reversedAmong } from '../store/imported-entries.ts';
import { type Actor, authorise } from './actor.ts';
import { personHash, type RecordOutcome } from './record-event.ts';
import { sourceMapping } from './source-mapping.ts';

/** A row with something to say about it. What it says of people stays with whoever may see the list. */
export type Finding = {
  line: number;
  cells: readonly string[];
  problem: ListProblem;
};

export type List = {
  rule: CertificateRule;
  mapping: Mapping;
  /** What `mapping` was parsed from. */
  mappingJson: MappingJson;
  columns: Columns;
};

/** What the source says of its columns, and `named` (field → column's name) before that. Throws when no scheme takes certificates from it. */
export async function ownMapping(
  deps: Deps,
  actor: Actor,
  named: Readonly<Record<string, string>> = {},
): Promise<MappingJson> {
  authorise(actor, 'records:write');
  const { activity } = ruleOf(deps, actor.source);
  if (actor.categories && !actor.categories.has(activity.category))
    throw new AppError('forbidden', recordProblem('category-not-allowed', 'category'));
  const stored = await sourceMapping(deps, actor);
  const json = (stored?.json ?? {}) as MappingJson; // parsed when it was stored, and just now
  return { ...json, fields: { ...json.fields, ...named } };
}

/** Throws when the header does not do. */
export function openList(
  deps: Deps,
  { header, source, own }: { header: readonly string[]; source: string; own: MappingJson },
): List {
  const rule = ruleOf(deps, source);
  const list = listUnder(certificateMapping(header, rule, own), header);
  if ('problem' in list) throw headerProblem(listProblem(list.problem));
  if (needsName(deps) && !list.mapping.fields.has('learner.name'))
    throw headerProblem(listProblem(recordProblem('missing-column', 'learner.name')));
  return { rule, ...list };
}

/** As openList made it. */
export function reopenList(
  deps: Deps,
  { header, source, mapping }: { header: readonly string[]; source: string; mapping: MappingJson },
): List {
  const list = listUnder(mapping, header);
  if ('problem' in list) throw new Error(`the header of an import does not read: ${list.problem.en}`);
  return { rule: ruleOf(deps, source), ...list };
}

function listUnder(
  mappingJson: MappingJson,
  header: readonly string[],
): Omit<List, 'rule'> | { problem: RecordProblem } {
  const parsed = parseMapping(mappingJson);
  if (!parsed.ok) {
    const [{ path = '', zh = '', en = '' } = {}] = parsed.errors;
    throw new AppError(
      'invalid-field',
      { zh: `列映射 ${path}:${zh}。`, en: `The column mapping, ${path}: ${en}.` },
      path,
    );
  }
  const { mapping } = parsed;
  const columns = readHeader(header, { mapping, parseJson: JSON.parse });
  return 'problem' in columns ? columns : { mapping, mappingJson, columns };
}

const headerProblem = (problem: ListProblem) => new AppError('malformed-request', problem, problem.column);

function ruleOf(deps: Deps, source: string): CertificateRule {
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

/** What columns.read makes of a row, as far as it is of interest here. */
type Draft = { value: { id?: string; learner: { name?: string } } } | { problem: RecordProblem };

/** As recordEvents takes them, in the order of the rows. */
export async function readRows(
  deps: Deps,
  actor: Actor,
  { columns }: List,
  rows: readonly SheetRow[],
): Promise<Draft[]> {
  const drafts = rows.map(({ cells, line, problem }): Draft => {
    const draft = problem ? { problem } : (columns.read(cells, line) as Draft); // every field but minutes and score is text
    const isNameless = 'value' in draft && draft.value.learner.name === undefined && needsName(deps);
    return isNameless ? { problem: recordProblem('missing-field', 'learner.name') } : draft;
  });
  const ids = drafts.flatMap((draft) => ('value' in draft ? (draft.value.id ?? []) : []));
  const fresh = await freshIds(deps, actor, ids);
  return drafts.map((draft) => {
    const id = 'value' in draft && fresh.get(draft.value.id ?? '');
    return id ? { value: { ...draft.value, id } } : draft;
  });
}

/**
 * A certificate whose import was taken back may come again: the ledger keeps an id for good, so the new entry's has a number.
 * One that was corrected by itself stays taken back. Id → the one to use, where it is another.
 */
async function freshIds(deps: Deps, actor: Actor, ids: readonly string[]): Promise<Map<string, string>> {
  const fresh = new Map<string, string>();
  let open = new Map(ids.map((id) => [id, id.normalize('NFC')]));
  for (let again = 2; open.size > 0; again++) {
    const reversed = new Set(await reversedAmong(deps.db, actor, { recordIds: [...open.values()], by: 'rollback' }));
    open = new Map([...open].filter(([, used]) => reversed.has(used)).map(([id]) => [id, `${id}~${again}`]));
    for (const [id, next] of open) fresh.set(id, next);
  }
  return fresh;
}

/** What a list has to say of rows that were refused. */
export const refusals = (
  { mapping }: List,
  rows: readonly SheetRow[],
  rejected: RecordOutcome['rejected'],
): Finding[] => rejected.map(({ index, problem }) => findingOf(rows[index], listProblem(problem, mapping)));

/** What it has to say of a row that is recorded and makes no certificate. */
export const repetition = ({ mapping }: List, row: SheetRow | undefined): Finding =>
  findingOf(row, repeatedPerson(mapping));

/** And of a row that stays what it was, because its record was taken back by itself. */
export const takenBack = ({ mapping }: List, row: SheetRow | undefined): Finding =>
  findingOf(row, takenBackRecord(mapping));

const findingOf = (row: SheetRow | undefined, problem: ListProblem): Finding => ({
  line: row?.line ?? 0,
  cells: row?.cells ?? [],
  problem,
});

/** Nothing is kept of people who were erased meanwhile, in whichever column their number stands. */
export async function withoutErased(
  deps: Deps,
  organisation: string,
  { findings, erased }: { findings: readonly Finding[]; erased: ReadonlySet<string> },
): Promise<Finding[]> {
  if (erased.size === 0) return [...findings];
  const kept: Finding[] = [];
  for (const finding of findings) {
    const hashes = await Promise.all(finding.cells.map((cell) => personHash(deps, organisation, cell.trim())));
    if (!hashes.some((hash) => erased.has(hash))) kept.push(finding);
  }
  return kept;
}

export function countCodes(findings: readonly Finding[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const { problem } of findings) codes[problem.code] = (codes[problem.code] ?? 0) + 1;
  return codes;
}
