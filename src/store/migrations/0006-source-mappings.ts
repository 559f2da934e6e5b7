/** What the columns of a source's tables mean. */

export const sourceMappings: readonly string[] = [
  `create table source_mappings (
    organisation text not null references organisations (id),
    source text not null,
    mapping text not null,
    updated_at integer not null,
    primary key (organisation, source)
  ) strict`,
];
