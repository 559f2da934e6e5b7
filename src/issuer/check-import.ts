/** The verb that tries an import: every row is read and held against the database, and nothing is written. */
import type { Deps } from '../deps.ts';
import { recordProblem } from '../learning/event.ts';
import type { Columns } from '../learning/formats/columns.ts';
import type { SheetRow } from '../learning/formats/sheet.ts';
import { certifiedAmong } from '../store/imported-entries.ts';
import { digestsOf } from '../store/ledger.ts';
import type { Actor } from './actor.ts';
import { countCodes, type Finding, type List, readRows, refusals, repetition } from './import-rows.ts';
import type { ListFile } from './list-file.ts';
import { checkRecords } from './record-event.ts';
import { PART_ROWS } from './stage-import.ts';

export type ImportTrial = {
  scheme: string;
  source: string;
  /** What each column is read as, none for one that is passed over; and what is the same for every row. */
  columns: Columns['shown'];
  constants: Columns['constants'];
  rows: number;
  /** What an import would come to. */
  accepted: number;
  duplicates: number;
  refused: number;
  repeated: number;
  problems: Record<string, number>;
  /** The first of them. */
  findings: Finding[];
};

const FINDINGS_SHOWN = 20;

type Trial = {
  list: List;
  /** What the file has said so far: record id → digest, and who has a certificate of which stage. */
  digests: Map<string, string>;
  certified: Set<string>;
  result: ImportTrial;
};

/** Serial numbers and people of the whole file are kept in memory: about 200 bytes a row. */
export async function checkImport(
  deps: Deps,
  actor: Actor,
  { file, progress }: { file: ListFile; progress?: (rows: number) => void },
): Promise<ImportTrial> {
  const { list, sheet, shown } = file;
  const result: ImportTrial = {
    ...{ scheme: list.rule.scheme.id, source: actor.source, columns: shown, constants: list.columns.constants },
    ...{ rows: 0, accepted: 0, duplicates: 0, refused: 0, repeated: 0, problems: {}, findings: [] },
  };
  const trial: Trial = { list, digests: new Map(), certified: new Set(), result };
  let rows: SheetRow[] = [];
  for await (const row of sheet.rows) {
    rows.push(row);
    if (rows.length < PART_ROWS) continue;
    await tryRows(deps, actor, trial, rows);
    rows = [];
    progress?.(result.rows);
  }
  await tryRows(deps, actor, trial, rows);
  return result;
}

async function tryRows(deps: Deps, actor: Actor, trial: Trial, rows: readonly SheetRow[]): Promise<void> {
  const { list, digests, certified, result } = trial;
  const { checked, rejected } = await checkRecords(deps, actor, await readRows(deps, actor, list, rows));
  const { organisation, source } = actor;
  const recordIds = checked.map(({ record }) => record.id);
  const standing = await digestsOf(deps.db, { organisation, source, recordIds });
  const withOne = await certifiedAmong(
    deps.db,
    organisation,
    checked.map(({ entry }) => entry),
  );
  const findings: Finding[] = [];
  for (const [place, { index, record, entry }] of checked.entries()) {
    const before = standing.get(record.id) ?? digests.get(record.id);
    if (before === entry.digest) {
      result.duplicates++;
    } else if (before !== undefined) {
      rejected.push({ index, problem: recordProblem('record-conflict', 'id') });
    } else {
      digests.set(record.id, entry.digest);
      const ladder = `${entry.personHash} ${entry.scheme} ${entry.stage}`;
      if (withOne.has(place) || certified.has(ladder)) {
        result.repeated++;
        findings.push(repetition(list, rows[index]));
      }
      certified.add(ladder);
      result.accepted++;
    }
  }
  findings.push(...refusals(list, rows, rejected));
  findings.sort((a, b) => a.line - b.line);
  result.rows += rows.length;
  result.refused += rejected.length;
  for (const [code, count] of Object.entries(countCodes(findings)))
    result.problems[code] = (result.problems[code] ?? 0) + count;
  result.findings.push(...findings.slice(0, FINDINGS_SHOWN - result.findings.length));
}
