/** What needs a person's decision, two learner records that are one person, and the learners who were erased. */

export const corrections: readonly string[] = [
  'alter table learners add column merged_into integer',
  'alter table learners add column erased integer not null default 0',
  'create index learners_merged on learners (merged_into) where merged_into is not null',

  // Open until a person decides or the cause is gone; what was decided to keep is not asked again while the cause lasts.
  `create table flags (
    id text primary key,
    organisation text not null,
    credential text not null references credentials (uuid),
    cause text not null check (cause in ('level-lost', 'held-twice')),
    other text,
    state text not null check (state in ('open', 'kept', 'revoked', 'settled')),
    raised_at integer not null,
    decided_at integer,
    decided_by text,
    decision text
  ) strict`,
  `create unique index flags_standing on flags (credential, cause) where state in ('open', 'kept')`,
  'create index flags_by_credential on flags (credential)',
  `create index flags_open on flags (organisation, raised_at, id) where state = 'open'`,

  // By the keyed hash, so that a restored backup can be erased again; never by the learner's number, so that the nameless
  // rows that stay behind lead to nobody.
  `create table erasures (
    id text primary key,
    organisation text not null,
    person_hash blob not null,
    erased_at integer not null,
    actor text not null,
    reason text not null
  ) strict`,
  'alter table credentials add column tag text',

  'create index audit_by_time on audit (organisation, at, id)',
];
