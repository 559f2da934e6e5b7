/** How an import stands: counts, rate and time left, and what was found in which row. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { countIssued, countRevoked } from '../store/imported-entries.ts';
import {
  findImport,
  type Import,
  type ImportState,
  importTotals,
  listImports,
  partFindings,
} from '../store/imports.ts';
import { openSealed } from '../vc/seal.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import type { Finding } from './import-rows.ts';

export type ImportReport = {
  id: string;
  state: ImportState;
  fileName: string;
  source: string;
  sha256: string;
  /** In the file, and worked off so far: accepted + duplicates + refused. */
  rows: number;
  done: number;
  accepted: number;
  /** Recorded before, by this import's own earlier rows or by another. */
  duplicates: number;
  refused: number;
  /** Accepted, though the person had a certificate of the stage: no second one is made. */
  repeated: number;
  /** Certificates made. `waiting`: accepted, and not issued yet. */
  issued: number;
  waiting: number;
  /** How often each code was found, in rows refused or repeated. */
  problems: Record<string, number>;
  rowsPerSecond: number;
  secondsLeft: number | null;
  createdAt: string;
  finishedAt: string | null;
  rolledBack: { reason: string; revoked: number } | null;
};

/** Rates are of the rows of so many seconds. */
const LATELY = 20;

/** Of the actor's organisation and source; an operator sees those of every source. */
export async function importFor(deps: Deps, actor: Actor, id: string): Promise<Import> {
  const isOperator = actor.scopes.has('organisation:operate');
  if (!isOperator) authorise(actor, 'records:write');
  const one = await findImport(deps.db, actor.organisation, id);
  if (one && (isOperator || one.source === actor.source)) return one;
  throw new AppError('not-found', { zh: '没有这次导入。', en: 'There is no such import.' });
}

export async function importsFor(deps: Deps, actor: Actor): Promise<Import[]> {
  authorise(actor, 'organisation:operate');
  return listImports(deps.db, actor.organisation);
}

export async function reportOf(deps: Deps, one: Import): Promise<ImportReport> {
  const now = deps.clock.now();
  const { lately, codes, ...totals } = await importTotals(deps.db, one.id, now - LATELY);
  const rows = one.rows ?? 0;
  const rowsPerSecond = one.state === 'running' ? Math.round(lately / Math.min(LATELY, now - one.createdAt || 1)) : 0;
  const due = totals.accepted - totals.repeated;
  const counted = one.issued ?? totals.issued;
  const issued = one.state === 'done' && counted < due ? await countIssued(deps.db, one) : counted;
  return {
    id: one.id,
    state: one.state,
    fileName: one.fileName,
    source: one.source,
    sha256: one.sha256 ?? '',
    rows,
    ...totals,
    issued,
    waiting: one.state === 'running' || one.state === 'done' ? Math.max(0, due - issued) : 0,
    problems: codes,
    rowsPerSecond,
    secondsLeft: rowsPerSecond > 0 ? Math.ceil((rows - totals.done) / rowsPerSecond) : null,
    createdAt: isoSeconds(one.createdAt),
    finishedAt: one.finishedAt === null ? null : isoSeconds(one.finishedAt),
    rolledBack: one.reason === null ? null : { reason: one.reason, revoked: await countRevoked(deps.db, one) },
  };
}

const PARTS_AT_ONCE = 10;

/** In the order of the rows, as far as parts are finished. Kept for some weeks after the end. */
export async function* findingsOf(deps: Deps, one: Import): AsyncGenerator<Finding, void, undefined> {
  for (let after = 0; ; ) {
    const parts = await partFindings(deps.db, one.id, { after, limit: PARTS_AT_ONCE });
    for (const { number, findings } of parts) {
      const found: Finding[] = JSON.parse(await openSealed(findings, deps.sealingKey)); // written by runImport
      yield* found;
      after = number;
    }
    if (parts.length < PARTS_AT_ONCE) return;
  }
}
