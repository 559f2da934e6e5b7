/** The second securing form of credentials: one `vc+jwt` for each, kept as it was first signed. */
import { auditStatement } from './audit.ts';
import { type Db, text } from './client.ts';

export async function findToken(db: Db, uuid: string): Promise<string | undefined> {
  const [row] = await db.read('select token from credential_tokens where uuid = ?', [uuid]);
  return row && text(row, 'token');
}

export type SignedToken = {
  organisation: string;
  uuid: string;
  /** Number of the key that signed it. */
  key: number;
  token: string;
  audit: { id: string; actor: string };
  now: number;
};

/**
 * Records the first token of a credential that is not revoked, with its audit row; a later one changes nothing. Returns
 * the one that stands, if any does.
 */
export async function recordToken(
  db: Db,
  { organisation, uuid, key, token, audit, now }: SignedToken,
): Promise<string | undefined> {
  await db.write([
    {
      sql: `insert into credential_tokens (uuid, key_number, token, made_at)
            select uuid, ?, ?, ? from credentials where uuid = ? and organisation = ? and state = 'issued'
            on conflict do nothing`,
      args: [key, token, now, uuid, organisation],
    },
    auditStatement(
      { ...audit, at: now, organisation, action: 'export-jwt', object: uuid, detail: `key ${key}` },
      { sql: 'changes() = 1', args: [] },
    ),
  ]);
  return findToken(db, uuid);
}
