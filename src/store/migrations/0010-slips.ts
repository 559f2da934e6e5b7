/** Offline attendance: learner codes, the bureaus' quotas with the keys that signed them, and what came of each serial. */

export const slips: readonly string[] = [
  `create table learner_codes (
    code text primary key,
    organisation text not null references organisations (id),
    person_hash blob not null check (length(person_hash) = 16),
    created_at integer not null,
    unique (organisation, person_hash)
  ) strict`,

  // Apart from signing_keys: what is read from there enters trust lists, DID documents and signers.
  `create table quota_keys (
    id text primary key,
    organisation text not null references organisations (id),
    public_key text not null unique,
    sealed text not null,
    created_at integer not null
  ) strict`,

  `create table quotas (
    id text primary key,
    organisation text not null references organisations (id),
    text text not null,
    state text not null check (state in ('open', 'suspended')),
    created_at integer not null
  ) strict`,
  'create index quotas_by_organisation on quotas (organisation, created_at)',

  // What its device signed first for each serial, redeemed or not. `content` is the signed payload.
  `create table slips (
    quota text not null references quotas (id),
    serial integer not null,
    content text not null,
    text text not null,
    seen_at integer not null,
    primary key (quota, serial)
  ) strict, without rowid`,
  // What it signed for the same serial besides. `request` is the one that brought it.
  `create table slip_rivals (
    quota text not null,
    serial integer not null,
    content text not null,
    text text not null,
    seen_at integer not null,
    request text not null,
    primary key (quota, serial, content),
    foreign key (quota, serial) references slips (quota, serial)
  ) strict, without rowid`,
  'create index slip_rivals_by_request on slip_rivals (request)',
  ...['slips', 'slip_rivals'].flatMap((table) => [
    `create trigger ${table}_are_evidence_update before update on ${table} begin select raise(abort, 'slips are kept as they came'); end`,
    `create trigger ${table}_are_evidence_delete before delete on ${table} begin select raise(abort, 'slips are kept as they came'); end`,
  ]),

  // Once for each serial of a quota, and once for each learner in an activity, whatever the quota.
  `create table attendances (
    organisation text not null,
    scheme text not null,
    activity text not null,
    person_hash blob not null check (length(person_hash) = 16),
    quota text not null,
    serial integer not null,
    redeemed_at integer not null,
    primary key (organisation, scheme, activity, person_hash),
    unique (quota, serial),
    foreign key (quota, serial) references slips (quota, serial)
  ) strict, without rowid`,
];
