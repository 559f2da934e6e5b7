/** The VC-API's rows: status lists and their entries, each of one issuer, and challenges, each of one verifier. */
import { auditStatement } from './audit.ts';
import { type Db, integer, type Rows, type Statement, text } from './client.ts';
import { OPEN_UNTIL } from './keys.ts';

export type StatusPurpose = 'revocation' | 'suspension';

/** `id` is the last segment of the URL, which is frozen when the list is made. */
export type VcStatusList = { id: string; purpose: StatusPurpose; url: string };

export type VcStatusEntry = {
  purpose: StatusPurpose;
  listId: string;
  listUrl: string;
  /** In [0, 131072). */
  index: number;
  status: boolean;
};

export async function addStatusList(db: Db, issuer: string, list: VcStatusList, now: number): Promise<void> {
  await db.write([
    {
      sql: 'insert into vc_status_lists (issuer, id, purpose, url, created_at) values (?, ?, ?, ?, ?)',
      args: [issuer, list.id, list.purpose, list.url, now],
    },
  ]);
}

export async function findStatusList(db: Db, issuer: string, id: string): Promise<VcStatusList | undefined> {
  const [row] = await db.read('select id, purpose, url from vc_status_lists where issuer = ? and id = ?', [issuer, id]);
  return row && { id: text(row, 'id'), purpose: purpose(row), url: text(row, 'url') };
}

/** What a credential is to get for one purpose, and the list that is opened for it when none is open. */
export type EntryProposal = { index: number; list: VcStatusList };

/**
 * One guarded write for all purposes: each entry goes into the oldest open list, and an index that is taken makes none.
 * Returns the entries that were made.
 */
export async function reserveEntries(
  db: Db,
  issuer: string,
  { credentialId, proposals }: { credentialId: string; proposals: readonly EntryProposal[] },
  now: number,
): Promise<VcStatusEntry[]> {
  const written = await db.write(
    proposals.flatMap(({ index, list }): Statement[] => [
      {
        sql: `insert into vc_status_lists (issuer, id, purpose, url, created_at) select ?, ?, ?, ?, ?
              where not exists (select 1 from vc_status_lists where issuer = ? and purpose = ? and allocated < ?)`,
        args: [...[issuer, list.id, list.purpose, list.url, now], ...[issuer, list.purpose, OPEN_UNTIL]],
      },
      {
        sql: `insert into vc_status_entries (issuer, credential_id, purpose, list, list_index, created_at)
              select issuer, ?, purpose, id, ?, ? from vc_status_lists
              where issuer = ? and purpose = ? and allocated < ? order by created_at, id limit 1
              on conflict do nothing
              returning purpose, list, list_index, status,
                (select url from vc_status_lists as home where home.issuer = vc_status_entries.issuer and home.id = list) as url`,
        args: [credentialId, index, now, issuer, list.purpose, OPEN_UNTIL],
      },
    ]),
  );
  return written.flatMap((rows) => rows.map(statusEntry));
}

/** Names the entries of a credential id; index and list narrow them down to one. */
export type EntryName = {
  credentialId: string;
  purpose: StatusPurpose;
  index?: string | undefined;
  listUrl?: string | undefined;
};

const NAMED = `entry.issuer = ? and credential_id = ? and entry.purpose = ?
  and cast(list_index as text) = coalesce(?, cast(list_index as text)) and url = coalesce(?, url)`;

const named = (issuer: string, { credentialId, purpose, index, listUrl }: EntryName) => [
  issuer,
  credentialId,
  purpose,
  index ?? null,
  listUrl ?? null,
];

export async function findEntries(db: Db, issuer: string, name: EntryName): Promise<VcStatusEntry[]> {
  const rows = await db.read(
    `${ENTRIES} where ${NAMED} order by entry.created_at, list, list_index`,
    named(issuer, name),
  );
  return rows.map(statusEntry);
}

/** All or none. False when one of them is revoked and this would undo it. */
export async function setStatus(
  db: Db,
  issuer: string,
  name: EntryName & { status: boolean },
  audit: { id: string; at: number; actor: string },
): Promise<boolean> {
  const status = name.status ? 1 : 0;
  const keys = `select entry.issuer, entry.list, entry.list_index from vc_status_entries as entry
    join vc_status_lists on vc_status_lists.issuer = entry.issuer and vc_status_lists.id = entry.list where ${NAMED}`;
  const [changed] = await db.write([
    {
      sql: `update vc_status_entries set status = ? where (issuer, list, list_index) in (${keys})
            and not exists (select 1 from (${keys} and status = 1) where ? = 0 and ? = 'revocation') returning status`,
      args: [status, ...named(issuer, name), ...named(issuer, name), status, name.purpose],
    },
    auditStatement(
      {
        ...audit,
        organisation: issuer,
        action: 'set-status',
        object: name.credentialId,
        detail: `${name.purpose} ${status}`,
      },
      { sql: 'changes() > 0', args: [] },
    ),
  ]);
  return (changed?.length ?? 0) > 0;
}

/** Indexes of the list's entries that are set. */
export async function setIndexes(db: Db, issuer: string, listId: string): Promise<number[]> {
  const rows = await db.read(
    'select list_index from vc_status_entries where issuer = ? and list = ? and status = 1 order by list_index',
    [issuer, listId],
  );
  return rows.map((row) => integer(row, 'list_index'));
}

const ENTRIES = `select entry.purpose, list, url, list_index, status from vc_status_entries as entry
  join vc_status_lists on vc_status_lists.issuer = entry.issuer and vc_status_lists.id = entry.list`;

const statusEntry = (row: Rows[number]): VcStatusEntry => ({
  purpose: purpose(row),
  listId: text(row, 'list'),
  listUrl: text(row, 'url'),
  index: integer(row, 'list_index'),
  status: integer(row, 'status') === 1,
});

const purpose = (row: Rows[number]): StatusPurpose => text(row, 'purpose') as StatusPurpose; // checked by the schema

/** Adds the challenge and forgets those that have ended. */
export async function addChallenge(
  db: Db,
  verifier: string,
  challenge: { hash: string; expiresAt: number },
  now: number,
): Promise<void> {
  await db.write([
    { sql: 'delete from vc_challenges where expires_at < ?', args: [now] },
    {
      sql: 'insert into vc_challenges (hash, verifier, expires_at) values (?, ?, ?)',
      args: [challenge.hash, verifier, challenge.expiresAt],
    },
  ]);
}

/** True for the one call that takes it while it lasts. */
export async function takeChallenge(db: Db, verifier: string, hash: string, now: number): Promise<boolean> {
  const [taken] = await db.write([
    {
      sql: 'delete from vc_challenges where hash = ? and verifier = ? and expires_at >= ? returning hash',
      args: [hash, verifier, now],
    },
  ]);
  return taken?.length === 1;
}
