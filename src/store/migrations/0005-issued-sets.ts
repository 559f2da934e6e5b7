/** What compromised keys are known to have signed, as files that a trust list pins by their hash. */

export const issuedSets: readonly string[] = [
  `create table issued_sets (
    sha256 text primary key,
    key_number integer not null,
    file blob not null,
    made_at integer not null
  ) strict`,
];
