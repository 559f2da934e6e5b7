/** Which entries of the ledger an import wrote: their actor names it and its part, so that neither a kill nor a repetition blurs it. */
import { type Db, integer, text } from './client.ts';
import type { Import } from './imports.ts';
import { lastEntryBefore } from './ledger-time.ts';

export const partActor = (importId: string, part: number): string => `import:${importId}:${part}`;
/** Of the reversals, when the import is taken back: what a person corrected before can be told from it. */
export const rollbackActor = (importId: string): string => `import:${importId}:rollback`;

type OfImport = Pick<Import, 'id' | 'organisation' | 'source' | 'createdAt'>;

/** `;` follows `:`. */
const actorsOf = ({ id }: OfImport): [from: string, to: string] => [`import:${id}:`, `import:${id};`];

export type OwnEntry = {
  recordId: string;
  /** The person had a certificate of the stage before: from an earlier row, or from before the import. */
  repeated: boolean;
  issued: boolean;
};

/** Of these records, the ones that the part wrote, in whichever of its attempts. */
export async function ownEntries(
  db: Db,
  { organisation, source, id, createdAt }: OfImport,
  { part, recordIds }: { part: number; recordIds: readonly string[] },
): Promise<OwnEntry[]> {
  const [row] = await db.read(
    `select json_group_array(json_array(own.record_id,
       exists (select 1 from ledger earlier
               where earlier.learner = own.learner and earlier.id < own.id and earlier.kind = 'record'
                 and (earlier.scheme, earlier.stage, earlier.category) = (own.scheme, own.stage, own.category)
                 and not exists (select 1 from ledger where reverses = earlier.id))
       or exists (select 1 from credentials
                  where (learner, scheme, stage) = (own.learner, own.scheme, own.stage)
                    and reserved_at < ? and rolled_back_by is null),
       exists (select 1 from credentials
               where (learner, scheme, stage) = (own.learner, own.scheme, own.stage)
                 and state <> 'pending' and rolled_back_by is null))) as entries
     from json_each(?) cross join ledger own on (own.organisation, own.source, own.record_id) = (?, ?, value)
     where own.actor = ?`,
    [createdAt, JSON.stringify(recordIds), organisation, source, partActor(id, part)],
  );
  const columns: [recordId: string, repeated: 0 | 1, issued: 0 | 1][] = JSON.parse(text(row, 'entries')); // as asked for
  return columns.map(([recordId, repeated, issued]) => ({ recordId, repeated: repeated === 1, issued: issued === 1 }));
}

/** Of these record ids, the ones whose entry was taken back: with its import, or by a correction of its own. */
export async function reversedAmong(
  db: Db,
  { organisation, source }: { organisation: string; source: string },
  { recordIds, by }: { recordIds: readonly string[]; by: 'rollback' | 'correction' },
): Promise<string[]> {
  const [row] = await db.read(
    `select json_group_array(record_id) as ids
     from json_each(?) cross join ledger on (organisation, source, record_id) = (?, ?, value)
     where exists (select 1 from ledger reversal where reversal.reverses = ledger.id
                     and (reversal.actor glob 'import:*:rollback') = ?)`,
    [JSON.stringify(recordIds), organisation, source, by === 'rollback' ? 1 : 0],
  );
  return JSON.parse(text(row, 'ids'));
}

/** Of these people and ladders, the places of those that have a certificate of the stage, or an entry for one. */
export async function certifiedAmong(
  db: Db,
  organisation: string,
  ladders: readonly { personHash: string; scheme: string; stage: string; category: string }[],
): Promise<Set<number>> {
  const [row] = await db.read(
    `select json_group_array(key) as places
     from json_each(?) cross join learners on person_hash = unhex(value ->> 0) and +learners.organisation = ?
     where exists (select 1 from credentials where (learner, scheme, stage) = (learners.id, value ->> 1, value ->> 2)
                   and rolled_back_by is null)
        or exists (select 1 from ledger where learner = learners.id and kind = 'record'
                     and (scheme, stage, category) = (value ->> 1, value ->> 2, value ->> 3)
                     and not exists (select 1 from ledger reversal where reversal.reverses = ledger.id))`,
    [JSON.stringify(ladders.map((one) => [one.personHash, one.scheme, one.stage, one.category])), organisation],
  );
  const places: number[] = JSON.parse(text(row, 'places')); // places in the array that was sent
  return new Set(places);
}

/** How many certificates were made since the import began, for ladders that it wrote to; neither pending ones nor those of an import that was taken back in the same second. */
export async function countIssued(db: Db, of: OfImport): Promise<number> {
  const [row] = await db.read(
    `select count(distinct uuid) as issued from ledger own
     join credentials on (credentials.learner, credentials.scheme, credentials.stage) = (own.learner, own.scheme, own.stage)
     where own.id > ? and +own.organisation = ? and +own.source = ? and own.actor > ? and own.actor < ? and own.kind = 'record'
       and state <> 'pending' and reserved_at >= ? and coalesce(rolled_back_by, ?) = ?`,
    [await lastEntryBefore(db, of.createdAt), of.organisation, of.source, ...actorsOf(of), of.createdAt, of.id, of.id],
  );
  return integer(row, 'issued');
}

export type ImportedEntry = { entry: number; learner: number; scheme: string; stage: string };

/** Entries of the import in their order, `limit` after the one named. They are sought from about its beginning on: nobody needs this often. */
export async function entriesOfImport(
  db: Db,
  of: OfImport,
  { after, limit }: { after: number; limit: number },
): Promise<ImportedEntry[]> {
  const rows = await db.read(
    `select id, learner, scheme, stage from ledger
     where id > ? and +organisation = ? and +source = ? and kind = 'record' and +actor > ? and +actor < ? order by id limit ?`,
    [Math.max(after, await lastEntryBefore(db, of.createdAt)), of.organisation, of.source, ...actorsOf(of), limit],
  );
  return rows.map((row) => ({
    entry: integer(row, 'id'),
    learner: integer(row, 'learner'),
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
  }));
}

/** Numbers of the reversals that took the import's entries of these learners back. */
export async function rollbackReversals(
  db: Db,
  { id, organisation }: OfImport,
  learners: readonly number[],
): Promise<Set<string>> {
  const rows = await db.read(
    `select id from ledger
     where learner in (select value from json_each(?)) and +organisation = ? and kind = 'reversal' and actor = ?`,
    [JSON.stringify(learners), organisation, rollbackActor(id)],
  );
  return new Set(rows.map((row) => String(integer(row, 'id'))));
}

/** Record numbers of one person, also of one who was erased. */
export type PersonRecords = { ids: number[]; isErased: boolean };

/** The person behind each number. */
export async function personsBehind(
  db: Db,
  organisation: string,
  learners: readonly number[],
): Promise<Map<number, PersonRecords>> {
  const rows = await db.read(
    `with heads (head) as (select distinct coalesce(merged_into, id) from learners where id in (select value from json_each(?)))
     select head, learners.id, erased from heads cross join learners on learners.id = head or merged_into = head
     where organisation = ?`,
    [JSON.stringify(learners), organisation],
  );
  const persons = new Map<number, PersonRecords>();
  const behind = new Map<number, PersonRecords>();
  for (const row of rows) {
    const head = integer(row, 'head');
    const person = persons.get(head) ?? { ids: [], isErased: false };
    person.ids.push(integer(row, 'id'));
    person.isErased ||= integer(row, 'erased') === 1;
    persons.set(head, person);
    behind.set(integer(row, 'id'), person);
  }
  return behind;
}

/** Whether an evaluation is still to come for any ladder of these learners. */
export async function areUnevaluated(db: Db, learners: readonly number[]): Promise<boolean> {
  const [row] = await db.read(
    'select exists (select 1 from unevaluated where learner in (select value from json_each(?))) as found',
    [JSON.stringify(learners)],
  );
  return integer(row, 'found') === 1;
}

export async function countRevoked(db: Db, { id, organisation }: OfImport): Promise<number> {
  const [row] = await db.read(
    `select count(*) as revoked from credentials where rolled_back_by = ? and +organisation = ? and +state = 'revoked'`,
    [id, organisation],
  );
  return integer(row, 'revoked');
}
