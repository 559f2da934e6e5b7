/** The audit: who did what to which object, written in the same batch as the act itself. */
import type { Statement } from './client.ts';

export type AuditEntry = {
  id: string;
  at: number;
  /** Null for what concerns the whole service. */
  organisation: string | null;
  actor: string;
  action:
    | 'revoke'
    | 'set-status'
    | 'create-api-key'
    | 'withdraw-api-keys'
    | 'create-signing-key'
    | 'install-document'
    | 'make-issued-set'
    | 'withdraw-document'
    | 'evaluate-scheme'
    | 'set-source-mapping'
    | 'reverse-records';
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
