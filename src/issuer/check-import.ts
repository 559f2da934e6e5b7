/** The verb that tries an import: every row is read and held against the database, and nothing is written. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { Columns } from '../learning/formats/columns.ts';
import type { SheetRow } from '../learning/formats/sheet.ts';
import { recordProblem } from '../learning/record-problem.ts';
import { certifiedAmong } from '../store/imported-entries.ts';
import { digestsOf } from '../store/ledger.ts';
import { hex, utf8 } from '../vc/encoding.ts';
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
  /** What the file has said so far, as short hashes: record id → digest, and who has a certificate of which scheme and stage. */
  digests: Map<number, number>;
  certified: Map<string, Set<number>>;
  result: ImportTrial;
};

/**
 * Serial numbers and people of the whole file are kept in memory, a hundred bytes a row and what a map needs to grow. Whoever
 * shares the machine sets `maxRows`: a file of more throws.
 */
export async function checkImport(
  deps: Deps,
  actor: Actor,
  {
    file,
    progress,
    maxRows = Number.POSITIVE_INFINITY,
  }: { file: ListFile; progress?: (rows: number) => void; maxRows?: number },
): Promise<ImportTrial> {
  const { list, sheet, shown } = file;
  const result: ImportTrial = {
    ...{ scheme: list.rule.scheme.id, source: actor.source, columns: shown, constants: list.columns.constants },
    ...{ rows: 0, accepted: 0, duplicates: 0, refused: 0, repeated: 0, problems: {}, findings: [] },
  };
  const trial: Trial = { list, digests: new Map(), certified: new Map(), result };
  let rows: SheetRow[] = [];
  for await (const row of sheet.rows) {
    rows.push(row);
    if (result.rows + rows.length > maxRows) throw tooManyRows(maxRows);
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
    const [id, digest] = [shortened(hex(sha256(utf8(record.id)))), shortened(entry.digest)];
    const stood = standing.get(record.id);
    const before = stood === undefined ? digests.get(id) : shortened(stood);
    if (before === digest) {
      result.duplicates++;
    } else if (before !== undefined) {
      rejected.push({ index, problem: recordProblem('record-conflict', 'id') });
    } else {
      digests.set(id, digest);
      const stage = `${entry.scheme} ${entry.stage}`;
      const holders = certified.get(stage) ?? new Set();
      certified.set(stage, holders);
      const person = shortened(entry.personHash);
      if (withOne.has(place) || holders.has(person)) {
        result.repeated++;
        findings.push(repetition(list, rows[index]));
      }
      holders.add(person);
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

/** The first 52 bits of a hash in hex. Of two million rows two have the same in one file of two thousand, and the trial is wrong about a row. */
const shortened = (hash: string): number => Number.parseInt(hash.slice(0, 13), 16);

const tooManyRows = (most: number) =>
  new AppError('too-large', {
    zh: `在此最多试导入 ${most} 行;更大的名单请在命令行试:npm run import -- <file> --dry-run。`,
    en: `A trial here takes at most ${most} rows. Try a longer list at the console: npm run import -- <file> --dry-run.`,
  });
