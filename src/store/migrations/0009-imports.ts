/** Imports: a file cut into parts that are worked off one after the other. What parts hold of people is sealed, and gone when it is done with. */

export const imports: readonly string[] = [
  `create table imports (
    id text primary key,
    organisation text not null references organisations (id),
    source text not null,
    actor text not null,
    file_name text not null,
    header text not null,
    mapping text not null,
    sha256 text,
    rows integer,
    state text not null check (state in ('uploading', 'running', 'done', 'rolling-back', 'rolled-back')),
    created_at integer not null,
    finished_at integer,
    issued integer,
    rollback_actor text,
    reason text,
    runner text,
    runner_seen integer not null default 0
  ) strict`,
  `create unique index imports_by_file on imports (organisation, source, sha256)
   where state in ('running', 'done', 'rolling-back')`,
  `create index imports_open on imports (state) where state in ('uploading', 'running', 'rolling-back')`,

  `create table import_parts (
    import text not null references imports (id),
    number integer not null,
    rows integer not null,
    finished_at integer,
    accepted integer not null default 0,
    duplicates integer not null default 0,
    refused integer not null default 0,
    repeated integer not null default 0,
    issued integer not null default 0,
    codes text not null default '{}',
    findings text,
    content text,
    primary key (import, number)
  ) strict`,
  'create index import_parts_open on import_parts (import, number) where finished_at is null',

  // Whoever holds one that was rolled back may reach the same level again.
  'alter table credentials add column rolled_back_by text',
];
