/** Certificates as `vc+jwt`: made on request, once. */

export const tokens: readonly string[] = [
  `create table credential_tokens (
    uuid text primary key references credentials (uuid),
    key_number integer not null,
    token text not null,
    made_at integer not null
  ) strict`,
  `create trigger credential_tokens_first_signature before update on credential_tokens
    begin select raise(abort, 'a signature is recorded once'); end`,
];
