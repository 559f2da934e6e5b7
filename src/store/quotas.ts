/** Quotas as they were signed, whether they are open, and the bureaus' keys that sign them. */
import { type AuditEntry, auditStatement } from './audit.ts';
import { type Db, integer, type Rows, text } from './client.ts';

export type QuotaKeyRow = { id: string; organisation: string; publicKeyMultibase: string; sealed: string };

type Audit = Pick<AuditEntry, 'id' | 'at' | 'actor'>;

export async function addQuotaKey(db: Db, key: QuotaKeyRow, audit: Audit): Promise<void> {
  const { id, organisation, publicKeyMultibase, sealed } = key;
  await db.write([
    {
      sql: 'insert into quota_keys (id, organisation, public_key, sealed, created_at) values (?, ?, ?, ?, ?)',
      args: [id, organisation, publicKeyMultibase, sealed, audit.at],
    },
    auditStatement({ ...audit, organisation, action: 'create-quota-key', object: id }),
  ]);
}

/** The one that signs. */
export async function newestQuotaKey(db: Db, organisation: string): Promise<QuotaKeyRow | undefined> {
  const [row] = await db.read(
    `select id, organisation, public_key, sealed from quota_keys where organisation = ? order by created_at desc, rowid desc limit 1`,
    [organisation],
  );
  return (
    row && {
      id: text(row, 'id'),
      organisation: text(row, 'organisation'),
      publicKeyMultibase: text(row, 'public_key'),
      sealed: text(row, 'sealed'),
    }
  );
}

export type QuotaState = 'open' | 'suspended';

/** `text` is the signed document. */
export type QuotaRow = { id: string; organisation: string; text: string; state: QuotaState };

export async function addQuota(db: Db, { id, organisation, text }: Omit<QuotaRow, 'state'>, audit: Audit) {
  await db.write([
    {
      sql: `insert into quotas (id, organisation, text, state, created_at) values (?, ?, ?, 'open', ?)`,
      args: [id, organisation, text, audit.at],
    },
    auditStatement({ ...audit, organisation, action: 'create-quota', object: id }),
  ]);
}

export async function findQuotas(db: Db, ids: readonly string[]): Promise<Map<string, QuotaRow>> {
  const rows = await db.read(
    'select id, organisation, text, state from quotas where id in (select value from json_each(?))',
    [JSON.stringify(ids)],
  );
  return new Map(rows.map((row) => [text(row, 'id'), quotaRow(row)]));
}

/** With how many of its serials were redeemed; the newest first. */
export async function listQuotas(
  db: Db,
  { organisation, state }: { organisation: string; state?: QuotaState },
): Promise<(QuotaRow & { redeemed: number })[]> {
  const rows = await db.read(
    `select id, organisation, text, state, (select count(*) from attendances where quota = quotas.id) as redeemed
     from quotas where organisation = ? and (? is null or state = ?) order by created_at desc, id`,
    [organisation, state ?? null, state ?? null],
  );
  return rows.map((row) => ({ ...quotaRow(row), redeemed: integer(row, 'redeemed') }));
}

/** False when the organisation has no such quota that is suspended. */
export async function resumeQuota(
  db: Db,
  { id, organisation }: { id: string; organisation: string },
  audit: Audit & { detail: string },
): Promise<boolean> {
  const [resumed] = await db.write([
    {
      sql: `update quotas set state = 'open' where id = ? and organisation = ? and state = 'suspended' returning id`,
      args: [id, organisation],
    },
    auditStatement({ ...audit, organisation, action: 'resume-quota', object: id }, { sql: 'changes() = 1', args: [] }),
  ]);
  return resumed?.length === 1;
}

const quotaRow = (row: Rows[number]): QuotaRow => ({
  id: text(row, 'id'),
  organisation: text(row, 'organisation'),
  text: text(row, 'text'),
  state: text(row, 'state') as QuotaState, // checked by the schema
});
