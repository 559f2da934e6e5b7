/** The VC-API's own status lists and challenges: what its issuers allocate, and what its verifiers hand out once. */

export const vcApi: readonly string[] = [
  // `allocated` counts the entries; how far a list is filled before the next one opens is the code's to say.
  `create table vc_status_lists (
    issuer text not null,
    id text not null,
    purpose text not null check (purpose in ('revocation', 'suspension')),
    url text not null unique,
    allocated integer not null default 0,
    created_at integer not null,
    primary key (issuer, id),
    unique (issuer, id, purpose)
  ) strict`,
  'create index vc_status_lists_by_purpose on vc_status_lists (issuer, purpose, created_at, id)',

  // The place in a list is given once. A credential id may have several entries: whoever issues it again gets a new one.
  `create table vc_status_entries (
    issuer text not null,
    credential_id text not null,
    purpose text not null,
    list text not null,
    list_index integer not null check (list_index between 0 and 131071),
    status integer not null default 0 check (status in (0, 1)),
    created_at integer not null,
    primary key (issuer, list, list_index),
    foreign key (issuer, list, purpose) references vc_status_lists (issuer, id, purpose)
  ) strict`,
  'create index vc_status_entries_by_credential on vc_status_entries (issuer, credential_id, purpose)',
  'create index vc_status_entries_set on vc_status_entries (issuer, list, list_index) where status = 1',
  `create trigger vc_status_entries_count after insert on vc_status_entries begin
    update vc_status_lists set allocated = allocated + 1 where issuer = new.issuer and id = new.list;
  end`,
  // A revocation is final, and an entry stays what it was given out as, whatever a later statement says.
  `create trigger vc_status_revocation_is_final before update of status on vc_status_entries
    when old.purpose = 'revocation' and old.status = 1 and new.status <> 1
    begin select raise(abort, 'a revocation is final'); end`,
  `create trigger vc_status_entries_stay before update of issuer, credential_id, purpose, list, list_index on vc_status_entries
    begin select raise(abort, 'a status entry stays where it is'); end`,
  `create trigger vc_status_entries_are_kept before delete on vc_status_entries
    begin select raise(abort, 'status entries are kept'); end`,

  `create table vc_challenges (
    hash text primary key,
    verifier text not null,
    expires_at integer not null
  ) strict`,
  'create index vc_challenges_by_end on vc_challenges (expires_at)',
];
