/** Canary failures: while one stands, nothing is issued. */
import { type Db, text } from './client.ts';

export async function addCanaryFailure(
  db: Db,
  { uuid, reason, at }: { uuid: string; reason: string; at: number },
): Promise<void> {
  await db.write([
    {
      sql: 'insert into canary_failures (uuid, reason, at) values (?, ?, ?) on conflict do nothing',
      args: [uuid, reason, at],
    },
  ]);
}

export const canaryFailures = async (db: Db): Promise<string[]> =>
  (await db.read('select uuid from canary_failures order by at, uuid')).map((row) => text(row, 'uuid'));

export async function clearCanaryFailure(db: Db, uuid: string): Promise<void> {
  await db.write([{ sql: 'delete from canary_failures where uuid = ?', args: [uuid] }]);
}
