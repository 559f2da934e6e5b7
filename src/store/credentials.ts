/** Credential rows: reserved with every slot, signed once, perhaps revoked; the packed bytes are the credential. */
import type { CredentialFields, Holder } from '../vc/credential.ts';
import { blob, type Db, integer, nullable, type Rows, text } from './client.ts';
import { decidedByRevoking, type FlagCause } from './flags.ts';

export type CredentialState = 'pending' | 'issued' | 'revoked';

export type CredentialRow = {
  organisation: string;
  learner: number;
  scheme: string;
  stage: string;
  level: string;
  /** 0, and one more each time it was issued in place of a revoked one. */
  revision: number;
  state: CredentialState;
  fields: CredentialFields;
  /** The QR payload's bytes; null while pending. */
  packed: Uint8Array<ArrayBuffer> | null;
};

const COLUMNS = `uuid, organisation, learner, scheme, stage, level, revision, template, key_number, status_index, valid_from, valid_until,
  created, points, holder_name, holder_pseudonym, own, state, packed`;

/** `flags`: causes of the flags that stand on it. */
export type HeldMilestone = Pick<CredentialRow, 'learner' | 'scheme' | 'stage' | 'level' | 'state'> & {
  uuid: string;
  revision: number;
  /** Revoked because its import was: the level may be reached again. */
  rolledBack: boolean;
  reservedAt: number;
  flags: readonly FlagCause[];
};

/** Milestones that the learners hold, held, or are about to. */
export async function heldMilestones(
  db: Db,
  organisation: string,
  learners: readonly number[],
): Promise<HeldMilestone[]> {
  const rows = await db.read(
    `select learner, scheme, stage, level, state, uuid, reserved_at, revision,
            state = 'revoked' and rolled_back_by is not null as rolled_back,
            (select json_group_array(cause) from flags where credential = uuid and flags.state in ('open', 'kept')) as flags
     from credentials where +organisation = ? and learner in (select value from json_each(?))`,
    [organisation, JSON.stringify(learners)],
  );
  return rows.map((row) => ({
    learner: integer(row, 'learner'),
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    level: text(row, 'level'),
    state: text(row, 'state') as CredentialState, // checked by the schema
    uuid: text(row, 'uuid'),
    reservedAt: integer(row, 'reserved_at'),
    revision: integer(row, 'revision'),
    rolledBack: integer(row, 'rolled_back') === 1,
    flags: JSON.parse(text(row, 'flags')), // checked by the schema
  }));
}

/** Their credentials, in the order in which they were reached. */
export async function credentialsOf(
  db: Db,
  organisation: string,
  learners: readonly number[],
): Promise<CredentialRow[]> {
  const rows = await db.read(
    `select ${COLUMNS} from credentials where organisation = ? and learner in (select value from json_each(?)) order by reserved_at, points`,
    [organisation, JSON.stringify(learners)],
  );
  return rows.map(credentialRow);
}

/** A page of pending rows, oldest first, and where the next one starts; without `next` it is the last. */
export type PendingPage = { rows: CredentialRow[]; next: { reservedAt: number; uuid: string } | undefined };

/** A row that a living process is about to sign may be among them: the first signature wins. */
export async function pendingCredentials(
  db: Db,
  { after, limit }: { after: PendingPage['next']; limit: number },
): Promise<PendingPage> {
  const rows = await db.read(
    `select ${COLUMNS}, reserved_at from credentials where state = 'pending' and (reserved_at, uuid) > (?, ?)
     order by reserved_at, uuid limit ?`,
    [after?.reservedAt ?? 0, after?.uuid ?? '', limit],
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    rows: rows.map(credentialRow),
    next: last && { reservedAt: integer(last, 'reserved_at'), uuid: text(last, 'uuid') },
  };
}

/** What a key has signed, in the order of the status indexes, from the one after `after`; with the tag that an erased learner's certificate keeps. */
export async function credentialsOfKey(
  db: Db,
  key: number,
  { after, limit }: { after: number; limit: number },
): Promise<{ row: CredentialRow; keptTag: string | null }[]> {
  const rows = await db.read(
    `select ${COLUMNS}, tag from credentials
     where key_number = ? and issued_at is not null and status_index > ? order by status_index limit ?`,
    [key, after, limit],
  );
  return rows.map((row) => ({ row: credentialRow(row), keptTag: nullable(text, row, 'tag') }));
}

/** Whoever they belong to. */
export async function credentialsByUuid(db: Db, uuids: readonly string[]): Promise<CredentialRow[]> {
  if (uuids.length === 0) return [];
  const rows = await db.read(`select ${COLUMNS} from credentials where uuid in (select value from json_each(?))`, [
    JSON.stringify(uuids),
  ]);
  return rows.map(credentialRow);
}

/** Only to its own organisation, or to its own holder, whichever of the person's learner records either is of. */
export async function findCredential(
  db: Db,
  uuid: string,
  reader: { organisation: string } | { learner: number },
): Promise<CredentialRow | undefined> {
  const [sql, args] =
    'learner' in reader
      ? [`${personOf('learner')} = ${personOf('?')}`, [reader.learner, reader.learner]]
      : ['+organisation = ?', [reader.organisation]];
  const [row] = await db.read(`select ${COLUMNS} from credentials where uuid = ? and ${sql}`, [uuid, ...args]);
  return row && credentialRow(row);
}

const personOf = (learner: string) => `coalesce((select merged_into from learners where id = ${learner}), ${learner})`;

export type Signed = { uuid: string; packed: Uint8Array<ArrayBuffer> };

/** Records first signatures; a later one for the same row changes nothing. Their bytes go as one value, of which each row takes its part. */
export async function recordSignatures(db: Db, signed: readonly Signed[], now: number): Promise<void> {
  const bytes = new Uint8Array(signed.reduce((sum, { packed }) => sum + packed.length, 0));
  let end = 0;
  const parts = signed.map(({ uuid, packed }) => {
    bytes.set(packed, end);
    end += packed.length;
    return [uuid, end - packed.length + 1, packed.length]; // substr counts from 1
  });
  await db.write([
    {
      sql: `update credentials set packed = substr(?, value ->> 1, value ->> 2), state = 'issued', issued_at = ?
            from json_each(?) where uuid = value ->> 0 and state = 'pending'`,
      args: [bytes, now, JSON.stringify(parts)],
    },
  ]);
}

export type Revocations = {
  organisation: string;
  /** No two of one credential. With a flag: only while that is open. */
  revocations: readonly { uuid: string; reason: string; auditId: string; flag?: string }[];
  actor: string;
  now: number;
  /** The import that is being taken back: whoever holds one of these may reach its level again. */
  rolledBackBy?: string;
};

/**
 * Revokes what of it is issued and the organisation's; the rest stays as it is. One batch with the audit rows and the flags
 * that are decided by it. True when ladders wait for evaluation now, because the person holds another one.
 */
export async function markRevoked(
  db: Db,
  { organisation, revocations, actor, now, rolledBackBy }: Revocations,
): Promise<boolean> {
  const json = JSON.stringify(revocations);
  const uuids = JSON.stringify(revocations.map(({ uuid }) => uuid));
  const isDue = `+credentials.organisation = ? and credentials.state = 'issued' and (value ->> 'flag' is null or exists (
    select 1 from flags where flags.id = value ->> 'flag' and flags.credential = uuid and flags.state = 'open'))`;
  const [, , , , looked] = await db.write([
    {
      sql: `insert into audit (id, at, organisation, actor, action, object, detail)
            select value ->> 'auditId', ?, organisation, ?, 'revoke', uuid, value ->> 'reason'
            from json_each(?) cross join credentials on uuid = value ->> 'uuid' where ${isDue}`,
      args: [now, actor, json, organisation],
    },
    {
      sql: `update credentials set state = 'revoked', revoked_at = ?, revocation_reason = value ->> 'reason', rolled_back_by = ?
            from json_each(?) where uuid = value ->> 'uuid' and ${isDue}`,
      args: [now, rolledBackBy ?? null, json, organisation],
    },
    ...decidedByRevoking(uuids, actor, now),
    'select changes() as count',
  ]);
  return integer(looked?.[0], 'count') > 0;
}

export async function credentialStates(
  db: Db,
  organisation: string,
  uuids: readonly string[],
): Promise<Map<string, CredentialState>> {
  const rows = await db.read(
    'select uuid, state from credentials where uuid in (select value from json_each(?)) and +organisation = ?',
    [JSON.stringify(uuids), organisation],
  );
  return new Map(rows.map((row) => [text(row, 'uuid'), text(row, 'state') as CredentialState])); // checked by the schema
}

/** When it was revoked and why, as its organisation wrote it; undefined while it is not. */
export async function revocationOf(db: Db, uuid: string): Promise<{ at: number; reason: string } | undefined> {
  const [row] = await db.read(
    `select revoked_at, revocation_reason from credentials where uuid = ? and state = 'revoked'`,
    [uuid],
  );
  return row && { at: integer(row, 'revoked_at'), reason: nullable(text, row, 'revocation_reason') ?? '' };
}

/** Whether any credential was revoked in the time: what was published before it may not know of that. */
export async function revokedSince(db: Db, { from, to }: { from: number; to: number }): Promise<boolean> {
  const [row] = await db.read(
    `select exists (select 1 from credentials where state = 'revoked' and revoked_at between ? and ?) as found`,
    [from, to],
  );
  return integer(row, 'found') === 1;
}

export type Totals = { stage: string; level: string; state: CredentialState; count: number };

export async function credentialTotals(db: Db, organisation: string): Promise<Totals[]> {
  const rows = await db.read(
    `select stage, level, state, count(*) as count from credentials where organisation = ? group by stage, level, state`,
    [organisation],
  );
  return rows.map((row) => ({
    stage: text(row, 'stage'),
    level: text(row, 'level'),
    state: text(row, 'state') as CredentialState, // checked by the schema
    count: integer(row, 'count'),
  }));
}

function credentialRow(row: Rows[number]): CredentialRow {
  return {
    organisation: text(row, 'organisation'),
    learner: integer(row, 'learner'),
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    level: text(row, 'level'),
    revision: integer(row, 'revision'),
    state: text(row, 'state') as CredentialState, // checked by the schema
    packed: nullable(blob, row, 'packed'),
    fields: {
      template: integer(row, 'template'),
      key: integer(row, 'key_number'),
      uuid: text(row, 'uuid'),
      validFrom: integer(row, 'valid_from'),
      validUntil: nullable(integer, row, 'valid_until'),
      created: integer(row, 'created'),
      points: integer(row, 'points'),
      statusIndex: integer(row, 'status_index'),
      holder: holder(row),
      own: JSON.parse(text(row, 'own')), // written by reserve
    },
  };
}

function holder(row: Rows[number]): Holder {
  const name = nullable(text, row, 'holder_name');
  return name === null ? { pseudonym: blob(row, 'holder_pseudonym') } : { name };
}

/** One issued credential to show around: the earliest. */
export async function exampleCredential(db: Db, organisation: string): Promise<CredentialRow | undefined> {
  const [row] = await db.read(
    `select ${COLUMNS} from credentials where organisation = ? and state = 'issued' order by issued_at, uuid limit 1`,
    [organisation],
  );
  return row && credentialRow(row);
}
