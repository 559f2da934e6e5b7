/** Reversals in the ledger: which entries a correction means, and the write that takes them back. */
import { auditStatement } from './audit.ts';
import { type Db, integer, type Statement, text } from './client.ts';
import type { Ladder } from './ledger.ts';
import { lastEntryBefore } from './ledger-time.ts';

/** Undefined: every source of the organisation. */
export type OfSource = { organisation: string; source: string | undefined };

export type RecordName = { entry: number; source: string; recordId: string };

/** Few sources, many records: each source is looked up once, the ledger is never read through. */
const SOURCES = `with recursive sources (source) as (
    select min(source) from ledger where organisation = ?1
    union all
    select (select min(source) from ledger where organisation = ?1 and source > sources.source) from sources
    where sources.source is not null)`;

/** Records by the ids that their sources gave them; an id may be found with several sources. */
export async function findRecords(
  db: Db,
  { organisation, source }: OfSource,
  recordIds: readonly string[],
): Promise<RecordName[]> {
  const rows = await db.read(
    `${SOURCES}
     select ledger.id, ledger.source, record_id from json_each(?2) cross join sources cross join ledger
       on (ledger.organisation, ledger.source, ledger.record_id) = (?1, sources.source, value)
     where kind = 'record' and (?3 is null or sources.source = ?3)`,
    [organisation, JSON.stringify(recordIds), source ?? null],
  );
  return rows.map((row) => ({
    entry: integer(row, 'id'),
    source: text(row, 'source'),
    recordId: text(row, 'record_id'),
  }));
}

/** Recorded at `from` or later, before `to`; epoch seconds. */
export type RecordedWindow = { from: number; to: number };

/** Entries of the window in their order, `limit` after the one named. They are sought from about the time on: nobody needs this often. */
export async function entriesWithin(
  db: Db,
  { organisation, source }: OfSource,
  { from, to, after, limit }: RecordedWindow & { after: number; limit: number },
): Promise<number[]> {
  const rows = await db.read(
    `select id from ledger
     where id > ? and +organisation = ? and (? is null or +source = ?) and kind = 'record' and recorded_at >= ? and recorded_at < ?
     order by id limit ?`,
    [Math.max(after, await lastEntryBefore(db, from)), organisation, source ?? null, source ?? null, from, to, limit],
  );
  return rows.map((row) => integer(row, 'id'));
}

export type ReversalWrite = {
  organisation: string;
  entries: readonly number[];
  /** As it stands in the ledger. */
  actor: string;
  reason: string;
  now: number;
  /** What was asked for, in words, and by whom where the ledger names another. */
  audit: { id: string; object: string; actor?: string };
};

export type Reversed = { count: number /** They wait for evaluation. */; ladders: Ladder[] };

/**
 * One batch with its audit row. An entry that is reversed already, or of another organisation, is passed over. A reversal
 * stands with the source of its record, under a name that no record can have: ids of records begin with no space.
 */
export async function reverseEntries(db: Db, write: ReversalWrite): Promise<Reversed> {
  const { organisation, entries, actor, reason, now, audit } = write;
  const [, [row] = []] = await db.write([
    {
      sql: `insert into ledger (organisation, source, record_id, digest, learner, kind, reverses, scheme, stage, activity, category,
                                verb, occurred_at, minutes, score, actor, reason, recorded_at)
            select organisation, source, ' reversal of ' || ledger.id, digest, learner, 'reversal', ledger.id, scheme, stage, activity, category,
                   verb, occurred_at, minutes, score, ?, ?, ?
            from json_each(?) cross join ledger on ledger.id = value
            where +organisation = ? and kind = 'record'
            on conflict do nothing`,
      args: [actor, reason, now, JSON.stringify(entries), organisation],
    },
    APPENDED_REVERSALS,
    auditStatement(
      { actor, ...audit, at: now, organisation, action: 'reverse-records', detail: reason },
      { sql: 'changes() > 0', args: [] },
    ),
  ]);
  const appended: [id: number, learner: number, scheme: string, stage: string][] = JSON.parse(text(row, 'appended')); // as the schema has them
  const ladders = new Map<string, Ladder>();
  for (const [mark, learner, scheme, stage] of appended)
    ladders.set(`${learner} ${scheme} ${stage}`, { organisation, learner, scheme, stage, mark });
  return { count: appended.length, ladders: [...ladders.values()] };
}

/** In the order of their numbers, which follow one another within a write: the last of a ladder is its mark. */
const APPENDED_REVERSALS: Statement = `select json_group_array(json_array(id, learner, scheme, stage)) as appended from
  (select * from ledger where changes() > 0 and id > last_insert_rowid() - changes() order by id)`;
