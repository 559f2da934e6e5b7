/** Flags: certificates about which a person has to decide, raised and settled by the evaluation of their ladder. */
import { auditStatement } from './audit.ts';
import { type Db, integer, nullable, type Rows, type Statement, text } from './client.ts';
import { type Ladder, OWN_MARK } from './ledger.ts';

/** `level-lost`: the points of the level are no longer there. `held-twice`: the person has another one of the same level. */
export type FlagCause = 'level-lost' | 'held-twice';
export type FlagState = 'open' | 'kept' | 'revoked' | 'settled';

export type Finding = {
  /** Of the flag, if it is raised. */
  id: string;
  credential: string;
  cause: FlagCause;
  /** The one that is held besides. */
  other?: string;
  /** True when it is there, false when a standing flag for it has lost its cause. */
  found: boolean;
  /** What was looked at: the person's entries of the scheme, the newest of which is `seen`. */
  learners: readonly number[];
  scheme: string;
  seen: number;
};

/**
 * One batch: raises and settles flags and clears the ladders that were evaluated, each only if no entry has come since that
 * the evaluation did not see. A ladder that stays marked is evaluated again. Returns the credentials that are flagged now.
 */
export async function writeFindings(
  db: Db,
  {
    organisation,
    findings,
    ladders,
    now,
  }: { organisation: string; findings: readonly Finding[]; ladders: readonly Ladder[]; now: number },
): Promise<Set<string>> {
  const json = JSON.stringify(findings);
  const seenOf = new Map(
    findings.flatMap((one) => one.learners.map((learner) => [`${learner} ${one.scheme}`, one] as const)),
  );
  const marks = ladders.map((ladder) => {
    const { learners = [], seen = 0 } = seenOf.get(`${ladder.learner} ${ladder.scheme}`) ?? {};
    return { ...ladder, learners, seen };
  });
  const [raised] = await db.write([
    {
      sql: `insert into flags (id, organisation, credential, cause, other, state, raised_at)
            select value ->> 'id', ?, value ->> 'credential', value ->> 'cause', value ->> 'other', 'open', ? from json_each(?)
            where value ->> 'found' and ${NOTHING_SINCE}
            on conflict do nothing returning credential`,
      args: [organisation, now, json],
    },
    {
      sql: `update flags set state = 'settled', decided_at = ? from json_each(?)
            where not value ->> 'found' and credential = value ->> 'credential' and cause = value ->> 'cause'
              and state in ('open', 'kept') and ${NOTHING_SINCE}`,
      args: [now, json],
    },
    {
      sql: `delete from unevaluated where (learner, scheme, stage, mark) in
            (select value ->> 'learner', value ->> 'scheme', value ->> 'stage', value ->> 'mark' from json_each(?) where ${NOTHING_SINCE})`,
      args: [JSON.stringify(marks)],
    },
  ]);
  return new Set(raised?.map((row) => text(row, 'credential')));
}

const NOTHING_SINCE = `not exists (
  select 1 from json_each(json_each.value -> 'learners') as person cross join ledger on ledger.learner = person.value
  where ledger.id > json_each.value ->> 'seen' and ledger.scheme = json_each.value ->> 'scheme')`;

export type Flag = {
  id: string;
  credential: string;
  cause: FlagCause;
  other: string | null;
  state: FlagState;
  raisedAt: number;
  scheme: string;
  stage: string;
  level: string;
  /** As the certificate shows the holder; null for a pseudonym. */
  holderName: string | null;
};

const FLAG = `flags.id, credential, cause, other, flags.state, raised_at, scheme, stage, level, holder_name`;

/** Open flags of the organisation, oldest first, `limit` after the one named. */
export async function openFlags(
  db: Db,
  organisation: string,
  { after, limit }: { after?: { raisedAt: number; id: string }; limit: number },
): Promise<Flag[]> {
  const rows = await db.read(
    `select ${FLAG} from flags join credentials on uuid = credential
     where flags.organisation = ? and flags.state = 'open' and (raised_at, flags.id) > (?, ?) order by raised_at, flags.id limit ?`,
    [organisation, after?.raisedAt ?? 0, after?.id ?? '', limit],
  );
  return rows.map(flag);
}

export async function findFlag(db: Db, organisation: string, id: string): Promise<Flag | undefined> {
  const [row] = await db.read(
    `select ${FLAG} from flags join credentials on uuid = credential where flags.id = ? and +flags.organisation = ?`,
    [id, organisation],
  );
  return row && flag(row);
}

/** Open or decided to keep: what still stands of these credentials. */
export async function standingFlags(db: Db, credentials: readonly string[]): Promise<Flag[]> {
  const rows = await db.read(
    `select ${FLAG} from json_each(?) cross join flags on credential = value cross join credentials on uuid = credential
     where flags.state in ('open', 'kept') order by raised_at, flags.id`,
    [JSON.stringify(credentials)],
  );
  return rows.map(flag);
}

export type Decision = {
  organisation: string;
  id: string;
  reason: string;
  audit: { id: string; actor: string };
  now: number;
};

/** True when this call decided it; false when it was not an open flag of the organisation. One batch with its audit row. */
export async function keepFlagged(db: Db, { organisation, id, reason, audit, now }: Decision): Promise<boolean> {
  const [kept] = await db.write([
    {
      sql: `update flags set state = 'kept', decided_at = ?, decided_by = ?, decision = ?
            where id = ? and organisation = ? and state = 'open' returning id`,
      args: [now, audit.actor, reason, id, organisation],
    },
    auditStatement(
      { ...audit, at: now, organisation, action: 'keep-flagged', object: id, detail: reason },
      { sql: 'changes() = 1', args: [] },
    ),
  ]);
  return kept?.length === 1;
}

/** For the batch that revokes: whoever revokes has decided. Where a revoked one was held besides another, that ladder is looked at again. */
export const decidedByRevoking = (uuids: string, actor: string, now: number): Statement[] => [
  {
    sql: `update flags set state = 'revoked', decided_at = ?, decided_by = ?, decision = revocation_reason from credentials
          where uuid = credential and credentials.state = 'revoked' and flags.state in ('open', 'kept')
            and credential in (select value from json_each(?))`,
    args: [now, actor, uuids],
  },
  {
    sql: `insert into unevaluated (learner, scheme, stage, organisation, mark)
          select learner, scheme, stage, credentials.organisation, ${OWN_MARK} from flags join credentials on uuid = credential
          where cause = 'held-twice' and flags.state in ('open', 'kept') and other in (select value from json_each(?))
          on conflict (learner, scheme, stage) do update set mark = excluded.mark`,
    args: [uuids],
  },
];

const flag = (row: Rows[number]): Flag => ({
  id: text(row, 'id'),
  credential: text(row, 'credential'),
  cause: text(row, 'cause') as FlagCause, // checked by the schema, as the state
  other: nullable(text, row, 'other'),
  state: text(row, 'state') as FlagState,
  raisedAt: integer(row, 'raised_at'),
  scheme: text(row, 'scheme'),
  stage: text(row, 'stage'),
  level: text(row, 'level'),
  holderName: nullable(text, row, 'holder_name'),
});
