/** What an import that was taken back revoked, and who was erased, are found without going through all certificates or erasures. */

export const importsAgain: readonly string[] = [
  'create index credentials_rolled_back on credentials (rolled_back_by) where rolled_back_by is not null',
  'create index erasures_by_person on erasures (person_hash)',
];
