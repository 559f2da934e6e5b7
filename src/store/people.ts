/** Learner records as persons: two that turn out to be one, and one that is erased. */
import { auditStatement } from './audit.ts';
import { blob, type Db, integer, type Rows, type Statement, text } from './client.ts';
import { type Ladder, OWN_MARK } from './ledger.ts';

type By = { organisation: string; actor: string; reason: string; now: number };

/**
 * One batch: `from`, with all that was merged into it before, becomes `into`; entries and credentials stay where they are.
 * The person's ladders are marked, in `into`'s name. False when another call was faster, or one of them was erased.
 */
export async function mergeLearners(
  db: Db,
  { from, into, organisation, actor, reason, now, auditId }: By & { from: number; into: number; auditId: string },
): Promise<boolean> {
  // The record itself last: while it stands alone, what was merged into it before may follow.
  const both = `exists (select 1 from learners where id = ? and organisation = ? and merged_into is null and not erased)`;
  const move = (which: string): Statement => ({
    sql: `update learners set merged_into = ? where ${which} = ? and organisation = ? and not erased and ${both} and ${both} returning id`,
    args: [into, from, organisation, into, organisation, from, organisation],
  });
  const [, moved] = await db.write([
    move('merged_into'),
    move('id'),
    auditStatement(
      {
        id: auditId,
        at: now,
        organisation,
        actor,
        action: 'merge-learners',
        object: `learner ${from} into ${into}`,
        detail: reason,
      },
      { sql: 'changes() = 1', args: [] },
    ),
    {
      sql: `insert into unevaluated (learner, scheme, stage, organisation, mark)
            select person.value, scheme, stage, organisation, ${OWN_MARK}
            from json_each(json_array(?)) as person cross join ledger
            where learner in (select id from learners where id = person.value or merged_into = person.value)
            group by scheme, stage
            on conflict (learner, scheme, stage) do update set mark = excluded.mark`,
      args: [into],
    },
  ]);
  return moved?.length === 1;
}

/** What waits for evaluation on the learner's ladders. */
export async function waitingLadders(db: Db, organisation: string, learner: number): Promise<Ladder[]> {
  const rows = await db.read('select scheme, stage, mark from unevaluated where learner = ? and organisation = ?', [
    learner,
    organisation,
  ]);
  return rows.map((row) => ({
    organisation,
    learner,
    scheme: text(row, 'scheme'),
    stage: text(row, 'stage'),
    mark: integer(row, 'mark'),
  }));
}

export type Erasure = By & {
  /** Any of the person's records. */
  learner: number;
  /** All of them that were found, each with an id for the list of erasures. */
  ids: Readonly<Record<number, string>>;
  /** Their credentials that were found to be signed, each with what names it in an issued set once its bytes are gone. */
  signed: Readonly<Record<string, string | null>>;
  auditId: string;
  /** Before now where an earlier erasure is replayed. */
  erasedAt: number;
};

/** All records of the person, those that were merged with them in the meantime among them. */
const HEAD = '(select coalesce(merged_into, id) from learners where id = ?1)';
const PERSON = `select id from learners where (id = ${HEAD} or merged_into = ${HEAD})`;
/** The batch has its audit row: the person goes. */
const GOES = 'exists (select 1 from audit where id = ?2)';
const GONE = `${PERSON} and ${GOES}`;

/**
 * One batch. What leads to the person goes: names, keyed hash, the credentials' bytes, tokens, kept answers, whatever waits
 * for evaluation. What stays: ledger rows and credentials (uuid, status entry, tag, state) of a learner whom nobody can name.
 * A credential that was not signed yet never will be. True when this call erased the person; false when somebody else has, or
 * when the person has a record or a signed credential more than were found: nothing is changed then.
 */
export async function eraseLearners(db: Db, erasure: Erasure): Promise<boolean> {
  const { learner, ids, signed, organisation, actor, reason, now, erasedAt, auditId } = erasure;
  const mine = [learner, auditId];
  const [listed] = await db.write([
    {
      sql: `insert into erasures (id, organisation, person_hash, erased_at, actor, reason)
            select (select value from json_each(?2) where key = cast(learners.id as text)), organisation, person_hash, ?3, ?4, ?5 from learners
            where id in (${PERSON}) and organisation = ?6 and not erased
              and not exists (select 1 from learners where id in (${PERSON}) and cast(id as text) not in (select key from json_each(?2)))
              and not exists (select 1 from credentials where learner in (${PERSON}) and packed is not null
                                and uuid not in (select key from json_each(?7)))
            returning id`,
      args: [learner, JSON.stringify(ids), erasedAt, actor, reason, organisation, JSON.stringify(signed)],
    },
    // Its object is the list's entry, not the learner: the rows that stay lead to nobody.
    auditStatement(
      {
        id: auditId,
        at: now,
        organisation,
        actor,
        action: 'erase-learner',
        object: ids[learner] ?? '',
        detail: reason,
      },
      { sql: 'changes() > 0', args: [] },
    ),
    {
      sql: `update credentials set holder_name = null, holder_pseudonym = zeroblob(16), packed = null, tag = ?3 ->> uuid,
              revocation_reason = null, revoked_at = case state when 'pending' then ?4 else revoked_at end,
              state = case state when 'pending' then 'revoked' else state end
            where learner in (${GONE})`,
      args: [...mine, JSON.stringify(signed), now],
    },
    ...REMAINS.map((sql) => ({ sql, args: mine })),
    // Answers are sealed, so that nothing tells whose they are. Whoever repeats a request does it anew.
    {
      sql: `delete from idempotency where status is not null and api_key in (select id from api_keys where organisation = ?1) and ${GOES}`,
      args: [organisation, auditId],
    },
    // So are the faulty rows of imports; whoever imported a list has it.
    {
      sql: `update import_parts set findings = null
            where findings is not null and import in (select id from imports where organisation = ?1) and ${GOES}`,
      args: [organisation, auditId],
    },
    {
      sql: `update learners set name = null, person_hash = randomblob(16), erased = 1 where id in (${GONE})`,
      args: mine,
    },
  ]);
  return (listed?.length ?? 0) > 0;
}

/** What else there is of a person. A table that comes to hold something of people adds its own. */
const REMAINS: readonly string[] = [
  `delete from holder_tokens where learner in (select cast(id as text) from (${GONE}))`,
  `delete from credential_tokens where uuid in (select uuid from credentials where learner in (${GONE}))`,
  `delete from unevaluated where learner in (${GONE})`,
  `delete from learner_codes where person_hash in (select person_hash from learners where id in (${GONE}))`,
  // That somebody was there stays: an activity's serials are counted.
  `update attendances set person_hash = randomblob(16)
   where person_hash in (select person_hash from learners where id in (${GONE}))`,
  `update flags set state = 'settled', decision = null
   where credential in (select uuid from credentials where learner in (${GONE}))`,
];

/** An entry of the list that is kept apart from the database, to be replayed on a backup. */
export type ErasureRecord = {
  organisation: string;
  /** Lower-case hex. */
  personHash: string;
  erasedAt: number;
  actor: string;
  reason: string;
};

export async function listErasures(db: Db): Promise<ErasureRecord[]> {
  const rows = await db.read(
    'select organisation, person_hash, erased_at, actor, reason from erasures order by erased_at, id',
  );
  return rows.map(erasureRecord);
}

/** Whose data went at `since` or later; lower-case hex. */
export async function erasedSince(db: Db, organisation: string, since: number): Promise<Set<string>> {
  const rows = await db.read('select person_hash from erasures where organisation = ? and erased_at >= ?', [
    organisation,
    since,
  ]);
  return new Set(rows.map((row) => hexOf(blob(row, 'person_hash'))));
}

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const erasureRecord = (row: Rows[number]): ErasureRecord => ({
  organisation: text(row, 'organisation'),
  personHash: hexOf(blob(row, 'person_hash')),
  erasedAt: integer(row, 'erased_at'),
  actor: text(row, 'actor'),
  reason: text(row, 'reason'),
});

/** When the record of the person was made; undefined when there is none. */
export async function learnerSince(db: Db, organisation: string, personHash: string): Promise<number | undefined> {
  const [row] = await db.read('select created_at from learners where person_hash = unhex(?) and organisation = ?', [
    personHash,
    organisation,
  ]);
  return row && integer(row, 'created_at');
}
