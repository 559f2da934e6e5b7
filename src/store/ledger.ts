/** Learners and their append-only ledger, and the ladders that wait for evaluation. */
import type { LedgerEntry } from '../learning/ledger.ts';
import { type Db, integer, nullable, type Rows, text } from './client.ts';

/** A checked record on its way in; ids are proposals that an existing learner or record overrides. */
export type NewEntry = {
  id: string;
  recordId: string;
  digest: string;
  learnerId: string;
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
  /** Names this write, so that its ladders can be found and later changes are not forgotten. */
  mark: string;
  entries: readonly NewEntry[];
};

/** What stands under each record id after the write: the entry that was first. */
export type StandingEntry = { recordId: string; id: string; digest: string };

/**
 * One batch: learners, entries, their ladders marked. Returns the entry that stands for each record id, old or new.
 * A record whose id stands already, with the same content or another, changes nothing, the learner's name included.
 * The joins are in the order of the few rows that came (`cross join`, unary +): cost must not grow with the ledger.
 */
export async function appendEntries(db: Db, write: EntryWrite): Promise<StandingEntry[]> {
  const { organisation, source, actor, now, mark } = write;
  const entries = JSON.stringify(write.entries);
  const results = await db.write([
    {
      sql: `insert into learners (id, organisation, person_hash, name, created_at)
            select value ->> 'learnerId', ?, value ->> 'personHash', value ->> 'name', ? from json_each(?)
            where not exists (select 1 from ledger where organisation = ? and source = ?
                              and record_id = value ->> 'recordId')
            order by key
            on conflict (organisation, person_hash) do update set name = excluded.name
            where excluded.name is not null and excluded.name is not learners.name`,
      args: [organisation, now, entries, organisation, source],
    },
    {
      sql: `insert into ledger (id, organisation, source, record_id, digest, learner, kind, scheme, stage, activity, category,
                                verb, occurred_at, minutes, score, actor, recorded_at)
            select value ->> 'id', ?, ?, value ->> 'recordId', value ->> 'digest', learners.id, 'record', value ->> 'scheme',
                   value ->> 'stage', value ->> 'activity', value ->> 'category', value ->> 'verb', value ->> 'occurredAt',
                   value ->> 'minutes', value ->> 'score', ?, ?
            from json_each(?) cross join learners on learners.organisation = ? and learners.person_hash = value ->> 'personHash'
            where true
            on conflict (organisation, source, record_id) do nothing`,
      args: [organisation, source, actor, now, entries, organisation],
    },
    {
      sql: `insert into unevaluated (learner, scheme, stage, organisation, mark)
            select distinct learner, scheme, stage, organisation, ? from ledger
            where id in (select value ->> 'id' from json_each(?))
            on conflict (learner, scheme, stage) do update set mark = excluded.mark`,
      args: [mark, entries],
    },
    {
      sql: `select record_id, id, digest from ledger
            where organisation = ? and source = ? and record_id in (select value ->> 'recordId' from json_each(?))`,
      args: [organisation, source, entries],
    },
  ]);
  return (results[3] ?? []).map((row) => ({
    recordId: text(row, 'record_id'),
    id: text(row, 'id'),
    digest: text(row, 'digest'),
  }));
}

export type Ladder = { organisation: string; learner: string; scheme: string; stage: string; mark: string };

/** The ladders of one write, or any that were left behind by a process that died: `limit` for each organisation, so that none hides another's. */
export async function unevaluatedLadders(
  db: Db,
  { mark, limit }: { mark?: string | undefined; limit: number },
): Promise<Ladder[]> {
  const columns = 'organisation, learner, scheme, stage, mark';
  const rows =
    mark === undefined
      ? await db.read(
          `select ${columns} from (select *, row_number() over (partition by organisation) as place from unevaluated) where place <= ?`,
          [limit],
        )
      : await db.read(`select ${columns} from unevaluated where mark = ?`, [mark]);
  return rows.map((row) => ({
    organisation: text(row, 'organisation'),
    learner: text(row, 'learner'),
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    mark: text(row, 'mark'),
  }));
}

/** Clears only the change that was evaluated: a ladder marked again since stays. */
export async function clearEvaluated(db: Db, ladders: readonly Ladder[]): Promise<void> {
  await db.write([
    {
      sql: `delete from unevaluated where (learner, scheme, stage, mark) in
            (select value ->> 'learner', value ->> 'scheme', value ->> 'stage', value ->> 'mark' from json_each(?))`,
      args: [JSON.stringify(ladders)],
    },
  ]);
}

/** Every entry of the learners, by learner. */
export async function entriesOf(
  db: Db,
  organisation: string,
  learners: readonly string[],
): Promise<Map<string, LedgerEntry[]>> {
  const rows = await db.read(
    `select id, learner, kind, reverses, scheme, stage, activity, category, verb, occurred_at, minutes, score from ledger
     where +organisation = ? and learner in (select value from json_each(?))`,
    [organisation, JSON.stringify(learners)],
  );
  const byLearner = new Map<string, LedgerEntry[]>(learners.map((learner) => [learner, []]));
  for (const row of rows) byLearner.get(text(row, 'learner'))?.push(ledgerEntry(row));
  return byLearner;
}

function ledgerEntry(row: Rows[number]): LedgerEntry {
  const id = text(row, 'id');
  if (text(row, 'kind') === 'reversal') return { id, kind: 'reversal', reverses: text(row, 'reverses') };
  const minutes = nullable(integer, row, 'minutes');
  const score = nullable(integer, row, 'score');
  return {
    id,
    kind: 'record',
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    activity: text(row, 'activity'),
    category: text(row, 'category'),
    verb: text(row, 'verb'),
    occurredAt: integer(row, 'occurred_at'),
    ...(minutes === null ? {} : { minutes }),
    ...(score === null ? {} : { score }),
  };
}

export type Learner = { id: string; personHash: string; name: string | null };

export async function learnersById(
  db: Db,
  organisation: string,
  ids: readonly string[],
): Promise<Map<string, Learner>> {
  const rows = await db.read(
    `select id, person_hash, name from learners where +organisation = ? and id in (select value from json_each(?))`,
    [organisation, JSON.stringify(ids)],
  );
  return new Map(rows.map((row) => [text(row, 'id'), learner(row)]));
}

export async function findLearner(db: Db, organisation: string, personHash: string): Promise<Learner | undefined> {
  const [row] = await db.read(`select id, person_hash, name from learners where organisation = ? and person_hash = ?`, [
    organisation,
    personHash,
  ]);
  return row && learner(row);
}

const learner = (row: Rows[number]): Learner => ({
  id: text(row, 'id'),
  personHash: text(row, 'person_hash'),
  name: nullable(text, row, 'name'),
});
