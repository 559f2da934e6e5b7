/** Files of issued sets, by their hash: an older one stays, because a list that pins it may still be signed. */
import { auditStatement } from './audit.ts';
import { blob, type Db } from './client.ts';

export async function addIssuedSet(
  db: Db,
  { key, sha256, file }: { key: number; sha256: string; file: Uint8Array<ArrayBuffer> },
  audit: { id: string; at: number },
): Promise<void> {
  await db.write([
    {
      sql: 'insert into issued_sets (sha256, key_number, file, made_at) values (?, ?, ?, ?) on conflict do nothing',
      args: [sha256, key, file, audit.at],
    },
    auditStatement(
      { ...audit, organisation: null, actor: 'operator', action: 'make-issued-set', object: `${key} ${sha256}` },
      { sql: 'changes() = 1', args: [] },
    ),
  ]);
}

export async function findIssuedSet(db: Db, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [row] = await db.read('select file from issued_sets where sha256 = ?', [sha256]);
  return row && blob(row, 'file');
}
