/** Idempotency keys: the first request under a key runs, later ones with the same body get its answer, for 24 hours. */
import { type Db, integer, nullable, text } from './client.ts';

const KEEP_SECONDS = 24 * 3600;
/** A request that took its key and never answered died; after this long another may take it over. */
const ABANDONED_SECONDS = 120;

export type IdempotencyScope = { apiKey: string; route: string; key: string; bodyHash: string };

export type Claim =
  | { state: 'first' }
  | { state: 'answered'; status: number; body: string }
  | { state: 'running' }
  | { state: 'other-body' };

export async function claimIdempotencyKey(db: Db, scope: IdempotencyScope, now: number): Promise<Claim> {
  const { apiKey, route, key, bodyHash } = scope;
  const [, made, found] = await db.write([
    {
      sql: 'delete from idempotency where created_at < ? or (status is null and created_at < ?)',
      args: [now - KEEP_SECONDS, now - ABANDONED_SECONDS],
    },
    {
      sql: `insert into idempotency (api_key, route, idempotency_key, body_hash, created_at) values (?, ?, ?, ?, ?)
            on conflict do nothing returning api_key`,
      args: [apiKey, route, key, bodyHash, now],
    },
    {
      sql: 'select body_hash, status, body from idempotency where api_key = ? and route = ? and idempotency_key = ?',
      args: [apiKey, route, key],
    },
  ]);
  if (made?.length === 1) return { state: 'first' };
  const row = found?.[0];
  if (!row || text(row, 'body_hash') !== bodyHash) return { state: 'other-body' };
  const status = nullable(integer, row, 'status');
  return status === null ? { state: 'running' } : { state: 'answered', status, body: text(row, 'body') };
}

/** Keeps the answer, or gives the key back when there is none worth keeping. */
export async function settleIdempotencyKey(
  db: Db,
  { apiKey, route, key }: IdempotencyScope,
  answer: { status: number; body: string } | undefined,
): Promise<void> {
  const where = 'where api_key = ? and route = ? and idempotency_key = ?';
  await db.write([
    answer
      ? {
          sql: `update idempotency set status = ?, body = ? ${where}`,
          args: [answer.status, answer.body, apiKey, route, key],
        }
      : { sql: `delete from idempotency ${where}`, args: [apiKey, route, key] },
  ]);
}
