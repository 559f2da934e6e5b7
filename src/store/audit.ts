/** The audit: who did what to which object, written in the same batch as the act itself. */
import { type Db, integer, nullable, type Statement, text } from './client.ts';

export type AuditEntry = {
  id: string;
  at: number;
  /** Null for what concerns the whole service. */
  organisation: string | null;
  actor: string;
  action:
    | 'revoke'
    | 'export-jwt'
    | 'set-status'
    | 'create-api-key'
    | 'create-quota'
    | 'create-quota-key'
    | 'suspend-quota'
    | 'resume-quota'
    | 'withdraw-api-keys'
    | 'create-signing-key'
    | 'install-document'
    | 'make-issued-set'
    | 'withdraw-document'
    | 'evaluate-scheme'
    | 'set-source-mapping'
    | 'reverse-records'
    | 'keep-flagged'
    | 'reissue'
    | 'merge-learners'
    | 'erase-learner'
    | 'import'
    | 'roll-back-import';
  object: string;
  detail?: string;
};

/** `onlyIf`: a condition with its arguments, for an act that may turn out to change nothing. */
export const auditStatement = (
  { id, at, organisation, actor, action, object, detail }: AuditEntry,
  onlyIf = { sql: 'true', args: [] as (string | number)[] },
): Statement => ({
  sql: `insert into audit (id, at, organisation, actor, action, object, detail) select ?, ?, ?, ?, ?, ?, ? where ${onlyIf.sql}`,
  args: [id, at, organisation, actor, action, object, detail ?? null, ...onlyIf.args],
});

export type AuditRow = { id: string; at: number; actor: string; action: string; object: string; detail: string | null };

/** Of the organisation alone, newest first, `limit` of what is older than `before`. */
export async function auditPage(
  db: Db,
  organisation: string,
  { before, limit }: { before?: { at: number; id: string }; limit: number },
): Promise<AuditRow[]> {
  const rows = await db.read(
    `select id, at, actor, action, object, detail from audit
     where organisation = ? and (at, id) < (?, ?) order by at desc, id desc limit ?`,
    [organisation, before?.at ?? Number.MAX_SAFE_INTEGER, before?.id ?? '', limit],
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    at: integer(row, 'at'),
    actor: text(row, 'actor'),
    action: text(row, 'action'),
    object: text(row, 'object'),
    detail: nullable(text, row, 'detail'),
  }));
}
