/** What stopped the issuing: credentials whose signed form the full JSON-LD path does not confirm. */

export const canary: readonly string[] = [
  `create table canary_failures (
    uuid text primary key references credentials (uuid),
    reason text not null,
    at integer not null
  ) strict`,
];
