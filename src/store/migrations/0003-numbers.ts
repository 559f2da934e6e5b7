/**
 * Learners and ledger entries by number, hashes as bytes: a third of the size, and new rows go to the end of their table. A
 * ladder is marked by the newest entry that changed it, whoever writes that entry.
 */

export const numbers: readonly string[] = [
  `create table learners_by_number (
    id integer primary key,
    organisation text not null references organisations (id),
    person_hash blob not null unique check (length(person_hash) = 16),
    name text,
    created_at integer not null,
    former_id text
  ) strict`,
  `insert into learners_by_number (organisation, person_hash, name, created_at, former_id)
   select organisation, unhex(substr(person_hash, 1, 32)), name, created_at, id from learners order by created_at, id`,
  'create index learners_by_former_id on learners_by_number (former_id)',

  `create table ledger_by_number (
    id integer primary key,
    organisation text not null,
    source text not null,
    record_id text not null,
    digest blob not null,
    learner integer not null references learners_by_number (id),
    kind text not null check (kind in ('record', 'reversal')),
    reverses integer unique references ledger_by_number (id),
    scheme text not null,
    stage text not null,
    activity text not null,
    category text not null,
    verb text not null,
    occurred_at integer not null,
    minutes integer,
    score integer,
    actor text not null,
    reason text,
    recorded_at integer not null,
    unique (organisation, source, record_id)
  ) strict`,
  `insert into ledger_by_number (organisation, source, record_id, digest, learner, kind, scheme, stage, activity, category,
                                verb, occurred_at, minutes, score, actor, reason, recorded_at)
   select ledger.organisation, source, record_id, unhex(substr(digest, 1, 32)), learners_by_number.id, kind, scheme, stage,
          activity, category, verb, occurred_at, minutes, score, actor, reason, recorded_at
   from ledger join learners_by_number on former_id = learner order by ledger.rowid`,
  `update ledger_by_number set reverses = reversed.id from ledger as before
   join ledger as target on target.id = before.reverses
   join ledger_by_number as reversed
     on (reversed.organisation, reversed.source, reversed.record_id) = (target.organisation, target.source, target.record_id)
   where (ledger_by_number.organisation, ledger_by_number.source, ledger_by_number.record_id)
       = (before.organisation, before.source, before.record_id)`,

  `create table unevaluated_by_number (
    learner integer not null,
    scheme text not null,
    stage text not null,
    organisation text not null,
    mark integer not null,
    primary key (learner, scheme, stage)
  ) strict, without rowid`,
  `insert into unevaluated_by_number
   select learners_by_number.id, scheme, stage, unevaluated.organisation, 0
   from unevaluated join learners_by_number on former_id = learner`,

  `create table credentials_by_number (
    uuid text primary key,
    organisation text not null,
    learner integer not null,
    scheme text not null,
    stage text not null,
    level text not null,
    revision integer not null default 0,
    template integer not null,
    key_number integer not null,
    status_index integer not null unique,
    valid_from integer not null,
    valid_until integer,
    created integer not null,
    points integer not null,
    holder_name text,
    holder_pseudonym blob,
    own text not null,
    state text not null check (state in ('pending', 'issued', 'revoked')),
    packed blob,
    reserved_at integer not null,
    issued_at integer,
    revoked_at integer,
    revocation_reason text,
    unique (learner, scheme, stage, level, revision)
  ) strict`,
  `insert into credentials_by_number
   select uuid, credentials.organisation, learners_by_number.id, scheme, stage, level, revision, template, key_number,
          status_index, valid_from, valid_until, created, points, holder_name, holder_pseudonym, own, state, packed,
          reserved_at, issued_at, revoked_at, revocation_reason
   from credentials join learners_by_number on former_id = learner order by credentials.rowid`,

  // Whoever opened a holder link opens it again: they last fifteen minutes, a session an hour.
  'delete from holder_tokens',

  'drop table credentials',
  'drop table unevaluated',
  'drop table ledger',
  'drop table learners',
  'drop index learners_by_former_id',
  'alter table learners_by_number drop column former_id',
  'alter table learners_by_number rename to learners',
  'alter table ledger_by_number rename to ledger',
  'alter table unevaluated_by_number rename to unevaluated',
  'alter table credentials_by_number rename to credentials',

  'create index ledger_by_learner on ledger (learner)',
  `create trigger ledger_is_append_only_update before update on ledger begin select raise(abort, 'the ledger is append-only'); end`,
  `create trigger ledger_is_append_only_delete before delete on ledger begin select raise(abort, 'the ledger is append-only'); end`,
  `create trigger ledger_marks_ladder after insert on ledger begin
    insert into unevaluated (learner, scheme, stage, organisation, mark)
    values (new.learner, new.scheme, new.stage, new.organisation, new.id)
    on conflict (learner, scheme, stage) do update set mark = excluded.mark;
  end`,
  `create index credentials_pending on credentials (reserved_at) where state = 'pending'`,
  `create index credentials_revoked on credentials (status_index) where state = 'revoked'`,
  `create trigger credentials_count after insert on credentials begin
    update status_lists set allocated = allocated + 1 where number = new.status_index / 131072;
  end`,
  `create trigger credentials_first_signature before update of packed on credentials
    when old.packed is not null and new.packed is not null and new.packed is not old.packed
    begin select raise(abort, 'a signature is recorded once'); end`,
  `create trigger credentials_revoked_is_final before update of state on credentials
    when old.state = 'revoked' and new.state <> 'revoked'
    begin select raise(abort, 'a revocation is final'); end`,
  `create trigger credentials_are_kept before delete on credentials begin select raise(abort, 'credentials are kept'); end`,
];
