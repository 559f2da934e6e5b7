/** Signing keys as they rest: sealed, each with its public trust-list entry; and the numbers that are given once. */
import { STATUS_LIST_LENGTH } from '../vc/credential.ts';
import { auditStatement } from './audit.ts';
import { type Db, integer, nullable, type Rows, text } from './client.ts';

export type SigningKeyPurpose = 'milestone' | 'status' | 'general' | 'jwt' | 'publisher';

export type SigningKeyRow = {
  /** Verification method, or the publisher's id. */
  id: string;
  number: number | null;
  purpose: SigningKeyPurpose;
  organisation: string | null;
  publicKeyMultibase: string;
  sealed: string;
  /** JSON: what the trust list is to say of it. */
  entry: string;
  development: boolean;
  /** Epoch seconds. */
  createdAt: number;
};

export async function addSigningKey(
  db: Db,
  key: Omit<SigningKeyRow, 'createdAt'>,
  auditId: string,
  now: number,
): Promise<void> {
  await db.write([
    {
      sql: `insert into signing_keys (id, number, purpose, organisation, public_key, sealed, entry, development, created_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      args: [
        key.id,
        key.number,
        key.purpose,
        key.organisation,
        key.publicKeyMultibase,
        key.sealed,
        key.entry,
        key.development ? 1 : 0,
        now,
      ],
    },
    auditStatement({
      id: auditId,
      at: now,
      organisation: key.organisation,
      actor: 'operator',
      action: 'create-signing-key',
      object: key.id,
      detail: key.purpose,
    }),
  ]);
}

export async function listSigningKeys(db: Db): Promise<SigningKeyRow[]> {
  const rows = await db.read(
    'select id, number, purpose, organisation, public_key, sealed, entry, development, created_at from signing_keys order by created_at, id',
  );
  return rows.map(signingKey);
}

export async function findSigningKey(db: Db, id: string): Promise<SigningKeyRow | undefined> {
  const [row] = await db.read(
    'select id, number, purpose, organisation, public_key, sealed, entry, development, created_at from signing_keys where id = ?',
    [id],
  );
  return row && signingKey(row);
}

/** Only keys that are held here; others in a list belong to other services. */
export async function updateKeyEntries(db: Db, entries: readonly { id: string; entry: string }[]): Promise<void> {
  await db.write([
    {
      sql: `update signing_keys set entry = (select value ->> 'entry' from json_each(?) where value ->> 'id' = signing_keys.id)
            where id in (select value ->> 'id' from json_each(?))`,
      args: [JSON.stringify(entries), JSON.stringify(entries)],
    },
  ]);
}

/** The next number that no key has had. */
export async function nextKeyNumber(db: Db): Promise<number> {
  const [row] = await db.read('select coalesce(max(number), 0) + 1 as next from signing_keys');
  return integer(row, 'next');
}

/** Reserves `count` status-list numbers for the organisation; numbers are never given twice. */
export async function addStatusLists(db: Db, organisation: string, count: number): Promise<void> {
  await db.write(
    Array.from({ length: count }, () => ({
      sql: 'insert into status_lists (number, organisation) select coalesce(max(number), 0) + 1, ? from status_lists',
      args: [organisation],
    })),
  );
}

/** Lists up to this share of their length are open for new entries: random indexes stay cheap to find. */
export const OPEN_UNTIL = Math.floor(STATUS_LIST_LENGTH * 0.9);

const signingKey = (row: Rows[number]): SigningKeyRow => ({
  id: text(row, 'id'),
  number: nullable(integer, row, 'number'),
  purpose: text(row, 'purpose') as SigningKeyPurpose, // checked by the schema
  organisation: nullable(text, row, 'organisation'),
  publicKeyMultibase: text(row, 'public_key'),
  sealed: text(row, 'sealed'),
  entry: text(row, 'entry'),
  development: integer(row, 'development') === 1,
  createdAt: integer(row, 'created_at'),
});
