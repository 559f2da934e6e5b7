/** Holder links and sessions: only the hash of a token is kept, and each ends at its time. */
import { type Db, text } from './client.ts';

export type HolderTokenKind = 'link' | 'session';

/** Adds the token and forgets those that have ended. */
export async function addHolderToken(
  db: Db,
  token: { hash: string; kind: HolderTokenKind; learner: number; expiresAt: number },
  now: number,
): Promise<void> {
  await db.write([
    { sql: 'delete from holder_tokens where expires_at < ?', args: [now] },
    {
      sql: 'insert into holder_tokens (hash, kind, learner, expires_at) values (?, ?, ?, ?)',
      args: [token.hash, token.kind, String(token.learner), token.expiresAt],
    },
  ]);
}

/** The learner whom the token stands for, while it lasts. */
export async function learnerOfToken(
  db: Db,
  hash: string,
  kind: HolderTokenKind,
  now: number,
): Promise<number | undefined> {
  const [row] = await db.read('select learner from holder_tokens where hash = ? and kind = ? and expires_at >= ?', [
    hash,
    kind,
    now,
  ]);
  return row && Number(text(row, 'learner'));
}

/** Ends the session, and the links of its learner that would open another one. */
export const removeSession = (db: Db, hash: string): Promise<unknown> =>
  db.write([
    {
      sql: `delete from holder_tokens where kind = 'link'
        and learner = (select learner from holder_tokens where hash = ? and kind = 'session')`,
      args: [hash],
    },
    { sql: "delete from holder_tokens where hash = ? and kind = 'session'", args: [hash] },
  ]);
