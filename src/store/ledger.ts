/** Learners and their append-only ledger, and the ladders that wait for evaluation. */
import type { LedgerEntry } from '../learning/ledger.ts';
import { type AuditEntry, auditStatement } from './audit.ts';
import { type Db, integer, type Statement, text } from './client.ts';
import { sharedTerms } from './shared-terms.ts';

/** A checked record on its way in. */
export type NewEntry = {
  recordId: string;
  /** Lower-case hex, of 16 bytes each. */
  digest: string;
  personHash: string;
  /** A later record's name wins over an earlier one's, no name never wins. */
  name: string | null;
  scheme: string;
  stage: string;
  activity: string;
  category: string;
  verb: string;
  occurredAt: number;
  minutes: number | null;
  score: number | null;
};

export type EntryWrite = {
  organisation: string;
  source: string;
  actor: string;
  now: number;
  /** No two with one record id. */
  entries: readonly NewEntry[];
  /** Rows of a list: only while its import runs, and of nobody who was erased since it was begun. */
  ofImport?: { id: string; createdAt: number };
};

/** The ladder of one learner in one stage of a scheme. The mark is the newest entry that changed it. */
export type Ladder = { organisation: string; learner: number; scheme: string; stage: string; mark: number };

export type AppendedEntries = {
  /** Record ids that were new. */
  accepted: ReadonlySet<string>;
  /** Of the others: record id → digest of the entry that was first. */
  standing: ReadonlyMap<string, string>;
  /** What changed, and now waits for evaluation. */
  ladders: readonly Ladder[];
};

/**
 * One batch: learners, and entries, which mark their ladders. A record whose id stands already, with the same content or
 * another, changes nothing, the learner's name included. The joins are in the order of the few rows that came (`cross
 * join`): cost must not grow with the ledger.
 */
export async function appendEntries(db: Db, write: EntryWrite): Promise<AppendedEntries> {
  const { organisation, source, actor, now, ofImport } = write;
  const only = ofImport
    ? {
        sql: `exists (select 1 from imports where id = ? and state = 'running')
              and not exists (select 1 from erasures where person_hash = unhex(value ->> 0) and erased_at >= ?)`,
        args: [ofImport.id, ofImport.createdAt],
      }
    : { sql: 'true', args: [] };
  const learners = write.entries.map(({ personHash, name, recordId }) => [personHash, name, recordId]);
  const shared = sharedTerms();
  const entries = write.entries.map(({ recordId, digest, personHash, occurredAt, ...entry }) => {
    const { scheme, stage, activity, category, verb, minutes, score } = entry;
    const place = shared.placeOf([scheme, stage, activity, category, verb, minutes, score]);
    return [personHash, place, recordId, digest, occurredAt];
  });
  const [, , [row] = []] = await db.write([
    {
      sql: `insert into learners (organisation, person_hash, name, created_at)
            select ?, unhex(value ->> 0), value ->> 1, ? from json_each(?)
            where not exists (select 1 from ledger where organisation = ? and source = ? and record_id = value ->> 2)
              and ${only.sql}
            order by key
            on conflict (person_hash) do update set name = excluded.name
            where excluded.name is not null and excluded.name is not learners.name`,
      args: [organisation, now, JSON.stringify(learners), organisation, source, ...only.args],
    },
    {
      sql: `insert into ledger (organisation, source, record_id, digest, learner, kind, scheme, stage, activity, category,
                                verb, occurred_at, minutes, score, actor, recorded_at)
            with shared as materialized (
              select key as place, value ->> 0 as scheme, value ->> 1 as stage, value ->> 2 as activity, value ->> 3 as category,
                     value ->> 4 as verb, value ->> 5 as minutes, value ->> 6 as score
              from json_each(?))
            select ?, ?, value ->> 2, unhex(value ->> 3), coalesce(merged_into, learners.id), 'record', shared.scheme, shared.stage,
                   activity, category, verb, value ->> 4, minutes, score, ?, ?
            from json_each(?) cross join learners on learners.person_hash = unhex(value ->> 0)
                 cross join shared on place = value ->> 1
            where ${only.sql}
            on conflict (organisation, source, record_id) do nothing`,
      args: [shared.asJson(), organisation, source, actor, now, JSON.stringify(entries), ...only.args],
    },
    // Numbers follow one another within a write. As one text, for the reason that entriesOf gives.
    `select json_group_array(json_array(record_id, id, learner, scheme, stage)) as appended from ledger
     where changes() > 0 and id > last_insert_rowid() - changes()`,
  ]);
  const appended: AppendedColumns[] = JSON.parse(text(row, 'appended')); // as the schema has them
  const accepted = new Set(appended.map(([recordId]) => recordId));
  const others = write.entries.map(({ recordId }) => recordId).filter((id) => !accepted.has(id));
  return {
    accepted,
    standing: await digestsOf(db, { organisation, source, recordIds: others }),
    ladders: laddersOf(appended, organisation),
  };
}

type AppendedColumns = [recordId: string, id: number, learner: number, scheme: string, stage: string];

/** Entries are never changed, so what a later look finds is what stood in the way. */
export async function digestsOf(
  db: Db,
  { organisation, source, recordIds }: { organisation: string; source: string; recordIds: readonly string[] },
): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await db.read(
    `select record_id, lower(hex(digest)) as digest from ledger
     where organisation = ? and source = ? and record_id in (select value from json_each(?))`,
    [organisation, source, JSON.stringify(recordIds)],
  );
  return new Map(rows.map((row) => [text(row, 'record_id'), text(row, 'digest')]));
}

function laddersOf(appended: readonly AppendedColumns[], organisation: string): Ladder[] {
  const ladders = new Map<string, Ladder>();
  for (const [, id, learner, scheme, stage] of appended) {
    const name = `${learner} ${scheme} ${stage}`;
    const mark = Math.max(id, ladders.get(name)?.mark ?? 0);
    ladders.set(name, { organisation, learner, scheme, stage, mark });
  }
  return [...ladders.values()];
}

/** Ladders that wait for evaluation: `limit` for each organisation and scheme, so that none that cannot be awarded hides another. */
export async function unevaluatedLadders(db: Db, limit: number): Promise<Ladder[]> {
  const rows = await db.read(
    `select organisation, learner, scheme, stage, mark
     from (select *, row_number() over (partition by organisation, scheme) as place from unevaluated) where place <= ?`,
    [limit],
  );
  return rows.map((row) => ({
    organisation: text(row, 'organisation'),
    learner: integer(row, 'learner'),
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    mark: integer(row, 'mark'),
  }));
}

/** Marks every ladder of a scheme as if it had changed, in one batch with the audit row. Returns how many there are. */
export async function markLadders(
  db: Db,
  scheme: string,
  audit: Omit<AuditEntry, 'action' | 'object'>,
): Promise<number> {
  const [, marked] = await db.write([
    {
      sql: `insert into unevaluated (learner, scheme, stage, organisation, mark)
            select learner, scheme, stage, organisation, max(id) from ledger where scheme = ? group by learner, stage
            on conflict (learner, scheme, stage) do update set mark = max(mark, excluded.mark)`,
      args: [scheme],
    },
    'select changes() as count',
    auditStatement({ ...audit, action: 'evaluate-scheme', object: scheme }),
  ]);
  return integer(marked?.[0], 'count');
}

/** The mark of a change that is no entry: no evaluation under way has it, so none clears it. */
export const OWN_MARK = '-1 - abs(random() % 1000000000)';

/** A ladder that is to be evaluated again although no entry came. */
export const markedLadder = ({ organisation, learner, scheme, stage }: Omit<Ladder, 'mark'>): Statement => ({
  sql: `insert into unevaluated (learner, scheme, stage, organisation, mark) values (?, ?, ?, ?, ${OWN_MARK})
        on conflict (learner, scheme, stage) do update set mark = excluded.mark`,
  args: [learner, scheme, stage, organisation],
});

/** Clears only the change that was evaluated: a ladder marked again since stays. */
export const clearedLadders = (ladders: readonly Ladder[]): Statement => ({
  sql: `delete from unevaluated where (learner, scheme, stage, mark) in
        (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?))`,
  args: [JSON.stringify(ladders.map(({ learner, scheme, stage, mark }) => [learner, scheme, stage, mark]))],
});

/** Every entry of the learners, by learner. They come as one text: a row of its own for each takes the client three times as long. */
export async function entriesOf(
  db: Db,
  organisation: string,
  learners: readonly number[],
): Promise<Map<number, LedgerEntry[]>> {
  const [row] = await db.read(
    `select json_group_array(json_array(learner, id, reverses, source, scheme, stage, activity, category, verb, occurred_at, minutes, score))
       as entries
     from ledger where +organisation = ? and learner in (select value from json_each(?))`,
    [organisation, JSON.stringify(learners)],
  );
  const columns: EntryColumns[] = JSON.parse(text(row, 'entries')); // as the schema has them
  const byLearner = new Map<number, LedgerEntry[]>(learners.map((learner) => [learner, []]));
  for (const each of columns) byLearner.get(each[0])?.push(ledgerEntry(each));
  return byLearner;
}

type EntryColumns = [
  learner: number,
  id: number,
  reverses: number | null,
  source: string,
  scheme: string,
  stage: string,
  activity: string,
  category: string,
  verb: string,
  occurredAt: number,
  minutes: number | null,
  score: number | null,
];

/** Only a reversal names another entry. */
function ledgerEntry(columns: EntryColumns): LedgerEntry {
  const [, id, reverses, source, scheme, stage, activity, category, verb, occurredAt, minutes, score] = columns;
  if (reverses !== null) return { id: String(id), kind: 'reversal', reverses: String(reverses) };
  return {
    id: String(id),
    kind: 'record',
    source,
    scheme,
    stage,
    activity,
    category,
    verb,
    occurredAt,
    ...(minutes === null ? {} : { minutes }),
    ...(score === null ? {} : { score }),
  };
}

/** Entry id → the record id that its source gave it. */
export async function recordNamesOf(
  db: Db,
  organisation: string,
  entryIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.read(
    `select id, record_id from ledger
     where +organisation = ? and id in (select cast(value as integer) from json_each(?))`,
    [organisation, JSON.stringify(entryIds)],
  );
  return new Map(rows.map((row) => [String(integer(row, 'id')), text(row, 'record_id')]));
}

/** One person: a learner record, and the others that turned out to be the same one. */
export type Learner = {
  id: number;
  /** Lower-case hex. */
  personHash: string;
  name: string | null;
  others: readonly { id: number; personHash: string }[];
};

export const idsOf = ({ id, others }: Learner): number[] => [id, ...others.map((other) => other.id)];

/** Of all records that are this person; a copy only where there are several. */
export function personEntries(entries: ReadonlyMap<number, LedgerEntry[]>, learner: Learner): LedgerEntry[] {
  const [only = [], ...others] = idsOf(learner).map((id) => entries.get(id) ?? []);
  return others.length === 0 ? only : [only, ...others].flat();
}

/** As one text each, for the reason that entriesOf gives. A name that only another record has is the person's too. */
const LEARNER = `json_array(id, lower(hex(person_hash)),
  coalesce(name, (select other.name from learners as other where other.merged_into = learners.id and other.name is not null)),
  json((select json_group_array(json_array(other.id, lower(hex(other.person_hash))))
        from learners as other where other.merged_into = learners.id)))`;

type LearnerColumns = [id: number, personHash: string, name: string | null, others: [id: number, personHash: string][]];

const learner = ([id, personHash, name, others]: LearnerColumns): Learner => ({
  id,
  personHash,
  name,
  others: others.map(([id, personHash]) => ({ id, personHash })),
});

/** The person behind each number, several of which may be one person's. Whoever was erased is not found. */
export async function learnersById(
  db: Db,
  organisation: string,
  ids: readonly number[],
): Promise<Map<number, Learner>> {
  const [row] = await db.read(
    `select json_group_array(${LEARNER}) as learners from learners
     where +organisation = ? and not erased
       and id in (select coalesce(merged_into, id) from learners where id in (select value from json_each(?)))`,
    [organisation, JSON.stringify(ids)],
  );
  const columns: LearnerColumns[] = JSON.parse(text(row, 'learners')); // as the schema has them
  return new Map(columns.map(learner).flatMap((one) => idsOf(one).map((id) => [id, one])));
}

/** The person, whichever of the records the hash is of. */
export async function findLearner(db: Db, organisation: string, personHash: string): Promise<Learner | undefined> {
  const [row] = await db.read(
    `select ${LEARNER} as learner from learners
     where id = (select coalesce(merged_into, id) from learners where person_hash = unhex(?) and organisation = ?)`,
    [personHash, organisation],
  );
  return row && learner(JSON.parse(text(row, 'learner'))); // as the schema has it
}
