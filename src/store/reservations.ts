/** Step 1 of issuing: a credential's slots, reserved once and for good. */
import type { CredentialFields } from '../vc/credential.ts';
import { hex } from '../vc/encoding.ts';
import { type Db, integer, type Statement, text } from './client.ts';
import { sharedTerms } from './shared-terms.ts';

export type Reservation = {
  learner: number;
  scheme: string;
  stage: string;
  level: string;
  revision: number;
  fields: CredentialFields;
};

/** What made a reservation due: the newest entry that was looked at, and how many records beside its own each person has (no number: none). */
export type Evidence = { newest: number; others: ReadonlyMap<number, number> };

/**
 * Reserves every slot in one guarded write; unique on learner, milestone and status index, so a reservation that lost a
 * race is simply not made, nor one for a learner record that turned out to be another's, nor one whose evidence has changed
 * since: an entry or a record of the person's more. Returns the uuids that were.
 */
export async function reserve(
  db: Db,
  organisation: string,
  reservations: readonly Reservation[],
  /** `also`: what else belongs into the batch. */
  { now, evidence, also = [] }: { now: number; evidence?: Evidence; also?: readonly Statement[] },
): Promise<Set<string>> {
  const shared = sharedTerms();
  const rows = reservations.map(({ learner, scheme, stage, level, revision, fields }) => {
    const { uuid, statusIndex, holder, template, key, validFrom, validUntil, created, points, own } = fields;
    const dates = [validFrom, validUntil, created];
    const place = shared.placeOf([
      scheme,
      stage,
      level,
      template,
      key,
      ...dates,
      points,
      JSON.stringify(own),
      revision,
    ]);
    const [name, pseudonym] = 'name' in holder ? [holder.name, null] : [null, hex(holder.pseudonym)];
    const others = evidence && (evidence.others.get(learner) ?? 0);
    return [uuid, place, learner, statusIndex, name, pseudonym, others] as const;
  });
  rows.sort(([a], [b]) => (a < b ? -1 : 1)); // as they will stand in the index
  const [, [counted] = []] = await db.write([
    {
      sql: `insert into credentials (uuid, organisation, learner, scheme, stage, level, revision, template, key_number, status_index,
                                     valid_from, valid_until, created, points, holder_name, holder_pseudonym, own, state, reserved_at)
            with shared as materialized (
              select key as place, value ->> 0 as scheme, value ->> 1 as stage, value ->> 2 as level, value ->> 3 as template,
                     value ->> 4 as key_number, value ->> 5 as valid_from, value ->> 6 as valid_until, value ->> 7 as created,
                     value ->> 8 as points, value ->> 9 as own, value ->> 10 as revision
              from json_each(?))
            select value ->> 0, ?, value ->> 2, scheme, stage, level, revision, template, key_number, value ->> 3,
                   valid_from, valid_until, created, points, value ->> 4, unhex(value ->> 5), own, 'pending', ?
            from json_each(?) cross join shared on place = value ->> 1
            where not exists (select 1 from learners where learners.id = value ->> 2 and (merged_into is not null or erased))
              ${evidence ? UNCHANGED : ''}
            on conflict do nothing`,
      args: [
        shared.asJson(),
        organisation,
        now,
        JSON.stringify(rows),
        ...(evidence ? [evidence.newest, evidence.newest] : []),
      ],
    },
    'select changes() as made',
    ...also,
  ]);
  const uuids = reservations.map(({ fields }) => fields.uuid);
  return new Set(integer(counted, 'made') === uuids.length ? uuids : await standingAmong(db, uuids));
}

/** Both counts only grow: their sum is the number that was seen when neither did. */
const UNCHANGED = `and not exists (select 1 from ledger where ledger.learner = value ->> 2 and ledger.id > ?)
  and value ->> 6 = (select count(*) + total(exists (select 1 from ledger where ledger.learner = other.id and ledger.id > ?))
                     from learners as other where other.merged_into = value ->> 2)`;

async function standingAmong(db: Db, uuids: readonly string[]): Promise<string[]> {
  const rows = await db.read('select uuid from credentials where uuid in (select value from json_each(?))', [
    JSON.stringify(uuids),
  ]);
  return rows.map((row) => text(row, 'uuid'));
}
