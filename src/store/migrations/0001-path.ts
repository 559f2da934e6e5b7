/** The first schema: organisations and keys, ledger, credentials, published documents, holder links, audit. */

export const path: readonly string[] = [
  `create table organisations (
    id text primary key,
    name text not null,
    issuer_id text not null unique,
    credential_base text not null,
    status_base text not null,
    created_at integer not null
  ) strict`,

  `create table api_keys (
    id text primary key,
    hash text not null unique,
    organisation text not null references organisations (id),
    source text not null,
    scopes text not null,
    categories text,
    development integer not null,
    created_at integer not null,
    revoked_at integer
  ) strict`,

  `create table idempotency (
    api_key text not null,
    route text not null,
    idempotency_key text not null,
    body_hash text not null,
    status integer,
    body text,
    created_at integer not null,
    primary key (api_key, route, idempotency_key)
  ) strict`,

  `create table learners (
    id text primary key,
    organisation text not null references organisations (id),
    person_hash text not null,
    name text,
    created_at integer not null,
    unique (organisation, person_hash)
  ) strict`,

  `create table ledger (
    id text primary key,
    organisation text not null,
    source text not null,
    record_id text not null,
    digest text not null,
    learner text not null references learners (id),
    kind text not null check (kind in ('record', 'reversal')),
    reverses text unique references ledger (id),
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
  'create index ledger_by_ladder on ledger (learner, scheme, stage)',
  `create trigger ledger_is_append_only_update before update on ledger begin select raise(abort, 'the ledger is append-only'); end`,
  `create trigger ledger_is_append_only_delete before delete on ledger begin select raise(abort, 'the ledger is append-only'); end`,

  // A ladder whose entries changed since it was last evaluated. The mark names the change, so that an evaluation
  // clears only what it has seen.
  `create table unevaluated (
    learner text not null,
    scheme text not null,
    stage text not null,
    organisation text not null,
    mark text not null,
    primary key (learner, scheme, stage)
  ) strict`,
  'create index unevaluated_by_mark on unevaluated (mark)',

  `create table signing_keys (
    id text primary key,
    number integer unique,
    purpose text not null check (purpose in ('milestone', 'status', 'general', 'jwt', 'publisher')),
    organisation text references organisations (id),
    public_key text not null unique,
    sealed text not null,
    entry text not null,
    development integer not null,
    created_at integer not null
  ) strict`,

  `create table status_lists (
    number integer primary key,
    organisation text not null references organisations (id),
    allocated integer not null default 0
  ) strict`,

  `create table credentials (
    uuid text primary key,
    organisation text not null,
    learner text not null,
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
    tag text,
    reserved_at integer not null,
    issued_at integer,
    revoked_at integer,
    revocation_reason text,
    unique (learner, scheme, stage, level, revision)
  ) strict`,
  `create index credentials_pending on credentials (reserved_at) where state = 'pending'`,
  `create index credentials_revoked on credentials (status_index) where state = 'revoked'`,
  `create trigger credentials_count after insert on credentials begin
    update status_lists set allocated = allocated + 1 where number = new.status_index / 131072;
  end`,
  // The first signature stays, and a revocation is final, whatever a later statement says.
  `create trigger credentials_first_signature before update of packed on credentials
    when old.packed is not null and new.packed is not null and new.packed is not old.packed
    begin select raise(abort, 'a signature is recorded once'); end`,
  `create trigger credentials_revoked_is_final before update of state on credentials
    when old.state = 'revoked' and new.state <> 'revoked'
    begin select raise(abort, 'a revocation is final'); end`,
  `create trigger credentials_are_kept before delete on credentials begin select raise(abort, 'credentials are kept'); end`,

  `create table documents (
    kind text not null check (kind in ('root', 'trust-list', 'bundle', 'status-list')),
    number integer not null,
    text text not null,
    published_at integer not null,
    primary key (kind, number)
  ) strict`,

  `create table holder_tokens (
    hash text primary key,
    kind text not null check (kind in ('link', 'session')),
    learner text not null,
    expires_at integer not null
  ) strict`,

  `create table audit (
    id text primary key,
    at integer not null,
    organisation text,
    actor text not null,
    action text not null,
    object text not null,
    detail text
  ) strict`,
];
