/** Imports and their parts: what waits, what is done, and which ledger entries are whose. */
import { type AuditEntry, auditStatement } from './audit.ts';
import { type Db, integer, nullable, type Rows, type Statement, text } from './client.ts';

export type ImportState = 'uploading' | 'running' | 'done' | 'rolling-back' | 'rolled-back';

export type Import = {
  id: string;
  organisation: string;
  source: string;
  actor: string;
  fileName: string;
  header: readonly string[];
  /** What the columns mean: JSON for parseMapping. */
  mapping: object;
  /** Null while it is being uploaded, as is `rows`. */
  sha256: string | null;
  rows: number | null;
  state: ImportState;
  createdAt: number;
  finishedAt: number | null;
  /** Certificates, once it is done. */
  issued: number | null;
  /** Who had it rolled back, and why. */
  rollbackActor: string | null;
  reason: string | null;
};

const COLUMNS = `id, organisation, source, actor, file_name, header, mapping, sha256, rows, state, created_at, finished_at, issued, rollback_actor, reason`;

export type NewImport = Pick<Import, 'id' | 'organisation' | 'source' | 'actor' | 'fileName' | 'header' | 'mapping'>;

export async function createImport(db: Db, one: NewImport, now: number): Promise<void> {
  const { id, organisation, source, actor, fileName, header, mapping } = one;
  await db.write([
    {
      sql: `insert into imports (id, organisation, source, actor, file_name, header, mapping, state, created_at)
            values (?, ?, ?, ?, ?, ?, ?, 'uploading', ?)`,
      args: [id, organisation, source, actor, fileName, JSON.stringify(header), JSON.stringify(mapping), now],
    },
  ]);
}

export async function addPart(
  db: Db,
  importId: string,
  { number, rows, content }: { number: number; rows: number; content: string },
): Promise<void> {
  await db.write([
    {
      sql: `insert into import_parts (import, number, rows, content) values (?, ?, ?, ?)`,
      args: [importId, number, rows, content],
    },
  ]);
}

/**
 * The upload is complete and the work may begin; false when an import of the same file stands: that one is the import, and
 * this one is to be dropped.
 */
export async function startImport(
  db: Db,
  { id, sha256, rows }: { id: string; sha256: string; rows: number },
  audit: Omit<AuditEntry, 'action' | 'object'>,
): Promise<boolean> {
  const [started] = await db.write([
    {
      sql: `update or ignore imports set state = 'running', sha256 = ?, rows = ? where id = ? and state = 'uploading' returning id`,
      args: [sha256, rows, id],
    },
    auditStatement({ ...audit, action: 'import', object: id }, { sql: 'changes() = 1', args: [] }),
  ]);
  return started?.length === 1;
}

/** An upload that leads to nothing. */
export async function dropUpload(db: Db, id: string): Promise<void> {
  await db.write(dropUploads('id = ?', id));
}

/** Uploads whose sender died, and findings that nobody has fetched in so long. */
export async function forgetImportRemains(
  db: Db,
  { uploadsBefore, findingsBefore }: { uploadsBefore: number; findingsBefore: number },
): Promise<void> {
  await db.write([
    ...dropUploads('created_at < ?', uploadsBefore),
    {
      sql: `update import_parts set findings = null where findings is not null
            and import in (select id from imports where state in ('done', 'rolled-back') and finished_at < ?)`,
      args: [findingsBefore],
    },
  ]);
}

const dropUploads = (where: string, arg: string | number): Statement[] => [
  {
    sql: `delete from import_parts where import in (select id from imports where state = 'uploading' and ${where})`,
    args: [arg],
  },
  { sql: `delete from imports where state = 'uploading' and ${where}`, args: [arg] },
];

export async function findImport(db: Db, organisation: string, id: string): Promise<Import | undefined> {
  const rows = await db.read(`select ${COLUMNS} from imports where id = ? and organisation = ?`, [id, organisation]);
  return rows[0] && importOf(rows[0]);
}

export async function importOfFile(
  db: Db,
  { organisation, source, sha256 }: { organisation: string; source: string; sha256: string },
): Promise<Import | undefined> {
  const rows = await db.read(
    `select ${COLUMNS} from imports where organisation = ? and source = ? and sha256 = ?
     and state in ('running', 'done', 'rolling-back')`,
    [organisation, source, sha256],
  );
  return rows[0] && importOf(rows[0]);
}

/** Newest first. */
export async function listImports(db: Db, organisation: string): Promise<Import[]> {
  const rows = await db.read(
    `select ${COLUMNS} from imports where organisation = ? and state <> 'uploading' order by created_at desc, id limit 100`,
    [organisation],
  );
  return rows.map(importOf);
}

/** Where there is work, oldest first. */
export async function openImports(db: Db): Promise<Import[]> {
  const rows = await db.read(
    `select ${COLUMNS} from imports where state in ('running', 'rolling-back') order by created_at, id`,
  );
  return rows.map(importOf);
}

/**
 * One process works on an import at a time: this one from now on, when the last one has not been seen since `seenBefore`. One
 * that is taken over while it lives notices before its next part, and its present part does no harm: whatever is done twice is
 * counted once.
 */
export async function takeImport(
  db: Db,
  { id, runner, now, seenBefore }: { id: string; runner: string; now: number; seenBefore: number },
): Promise<boolean> {
  const [taken] = await db.write([
    {
      sql: `update imports set runner = ?, runner_seen = ? where id = ? and runner_seen < ? returning id`,
      args: [runner, now, id, seenBefore],
    },
  ]);
  return taken?.length === 1;
}

export async function leaveImport(db: Db, { id, runner }: { id: string; runner: string }): Promise<void> {
  await db.write([{ sql: 'update imports set runner_seen = 0 where id = ? and runner = ?', args: [id, runner] }]);
}

/** True while the runner still has the import in this state; it is seen now. */
export async function isStillOurs(
  db: Db,
  { id, runner, state, now }: { id: string; runner: string; state: ImportState; now: number },
): Promise<boolean> {
  const [seen] = await db.write([
    {
      sql: 'update imports set runner_seen = ? where id = ? and runner = ? and state = ? returning id',
      args: [now, id, runner, state],
    },
  ]);
  return seen?.length === 1;
}

export type OpenPart = { number: number; rows: number; content: string };

/** The first that is not finished and not in hand. */
export async function nextPart(db: Db, importId: string, inHand: readonly number[]): Promise<OpenPart | undefined> {
  const [row] = await db.read(
    `select number, rows, content from import_parts
     where import = ? and finished_at is null and number not in (select value from json_each(?)) order by number limit 1`,
    [importId, JSON.stringify(inHand)],
  );
  return row && { number: integer(row, 'number'), rows: integer(row, 'rows'), content: text(row, 'content') };
}

export type PartCounts = { accepted: number; duplicates: number; refused: number; repeated: number; issued: number };

/**
 * Once: whoever finishes it again changes nothing. The rows are gone with it. Of the findings nothing is kept when somebody
 * was erased meanwhile: `erased` is how many were known to be, of all since the import began.
 */
export async function finishPart(
  db: Db,
  { importId, number }: { importId: string; number: number },
  done: PartCounts & { codes: Readonly<Record<string, number>>; findings: string | null; erased: number },
  now: number,
): Promise<void> {
  const { accepted, duplicates, refused, repeated, issued, codes, findings, erased } = done;
  await db.write([
    {
      sql: `update import_parts set finished_at = ?, accepted = ?, duplicates = ?, refused = ?, repeated = ?, issued = ?,
                                    codes = ?, content = null, findings = iif(? = (
              select count(*) from erasures join imports on imports.organisation = erasures.organisation
              where imports.id = import and erased_at >= imports.created_at), ?, null)
            where import = ? and number = ? and finished_at is null`,
      args: [
        ...[now, accepted, duplicates, refused, repeated, issued, JSON.stringify(codes), erased, findings],
        ...[importId, number],
      ],
    },
  ]);
}

export type ImportTotals = PartCounts & {
  done: number;
  codes: Record<string, number>;
  /** Rows that were finished at `since` or later. */
  lately: number;
};

export async function importTotals(db: Db, importId: string, since: number): Promise<ImportTotals> {
  const rows = await db.read(
    `select rows, accepted, duplicates, refused, repeated, issued, codes, finished_at from import_parts
     where import = ? and finished_at is not null`,
    [importId],
  );
  const totals: ImportTotals = {
    ...{ done: 0, accepted: 0, duplicates: 0, refused: 0, repeated: 0, issued: 0, lately: 0 },
    codes: {},
  };
  for (const row of rows) {
    totals.done += integer(row, 'rows');
    if (integer(row, 'finished_at') >= since) totals.lately += integer(row, 'rows');
    for (const name of ['accepted', 'duplicates', 'refused', 'repeated', 'issued'] as const)
      totals[name] += integer(row, name);
    const codes: Record<string, number> = JSON.parse(text(row, 'codes')); // written by finishPart
    for (const [code, count] of Object.entries(codes)) totals.codes[code] = (totals.codes[code] ?? 0) + count;
  }
  return totals;
}

/** Sealed, in the order of the rows: those of the parts after the one numbered, a few parts at a time. */
export async function partFindings(
  db: Db,
  importId: string,
  { after, limit }: { after: number; limit: number },
): Promise<{ number: number; findings: string }[]> {
  const rows = await db.read(
    `select number, findings from import_parts
     where import = ? and number > ? and findings is not null order by number limit ?`,
    [importId, after, limit],
  );
  return rows.map((row) => ({ number: integer(row, 'number'), findings: text(row, 'findings') }));
}

/** Done when no part is open. */
export async function closeImport(db: Db, id: string, { issued, now }: { issued: number; now: number }): Promise<void> {
  await db.write([
    {
      sql: `update imports set state = 'done', issued = ?, finished_at = ?
            where id = ? and state = 'running'
              and not exists (select 1 from import_parts where import = imports.id and finished_at is null)`,
      args: [issued, now, id],
    },
  ]);
}

/** Parts that were not worked off are forgotten; false when it is rolled back already, or is being. */
export async function startRollback(
  db: Db,
  { id, reason }: { id: string; reason: string },
  audit: Omit<AuditEntry, 'action' | 'object' | 'detail'>,
): Promise<boolean> {
  const [started] = await db.write([
    {
      sql: `update imports set state = 'rolling-back', rollback_actor = ?, reason = ?
            where id = ? and state in ('running', 'done') returning id`,
      args: [audit.actor, reason, id],
    },
    auditStatement(
      { ...audit, action: 'roll-back-import', object: id, detail: reason },
      { sql: 'changes() = 1', args: [] },
    ),
    {
      sql: `update import_parts set content = null where import = ? and content is not null
            and exists (select 1 from imports where id = import and state = 'rolling-back')`,
      args: [id],
    },
  ]);
  return started?.length === 1;
}

export async function closeRollback(db: Db, id: string, now: number): Promise<void> {
  await db.write([
    {
      sql: `update imports set state = 'rolled-back', finished_at = ? where id = ? and state = 'rolling-back'`,
      args: [now, id],
    },
  ]);
}

function importOf(row: Rows[number]): Import {
  return {
    id: text(row, 'id'),
    organisation: text(row, 'organisation'),
    source: text(row, 'source'),
    actor: text(row, 'actor'),
    fileName: text(row, 'file_name'),
    header: JSON.parse(text(row, 'header')), // written by createImport, as is the mapping
    mapping: JSON.parse(text(row, 'mapping')),
    sha256: nullable(text, row, 'sha256'),
    rows: nullable(integer, row, 'rows'),
    state: text(row, 'state') as ImportState, // checked by the schema
    createdAt: integer(row, 'created_at'),
    finishedAt: nullable(integer, row, 'finished_at'),
    issued: nullable(integer, row, 'issued'),
    rollbackActor: nullable(text, row, 'rollback_actor'),
    reason: nullable(text, row, 'reason'),
  };
}
