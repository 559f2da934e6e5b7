/** Organisations (the issuing bureaus) and the API keys that act for them. */
import { auditStatement } from './audit.ts';
import { type Db, integer, nullable, type Rows, text } from './client.ts';

export type Organisation = { id: string; name: string; issuerId: string; credentialBase: string; statusBase: string };

/** False when the organisation stands already: its identifiers are frozen when it is created. */
export async function createOrganisation(db: Db, organisation: Organisation, now: number): Promise<boolean> {
  const { id, name, issuerId, credentialBase, statusBase } = organisation;
  const [rows] = await db.write([
    {
      sql: `insert into organisations (id, name, issuer_id, credential_base, status_base, created_at)
            values (?, ?, ?, ?, ?, ?) on conflict do nothing returning id`,
      args: [id, name, issuerId, credentialBase, statusBase, now],
    },
  ]);
  return rows?.length === 1;
}

export async function findOrganisation(db: Db, id: string): Promise<Organisation | undefined> {
  return (await readOrganisations(db, 'where id = ?', [id]))[0];
}

export const listOrganisations = (db: Db): Promise<Organisation[]> => readOrganisations(db, '', []);

async function readOrganisations(db: Db, where: string, args: string[]): Promise<Organisation[]> {
  const rows = await db.read(
    `select id, name, issuer_id, credential_base, status_base from organisations ${where} order by id`,
    args,
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    name: text(row, 'name'),
    issuerId: text(row, 'issuer_id'),
    credentialBase: text(row, 'credential_base'),
    statusBase: text(row, 'status_base'),
  }));
}

export type ApiKey = {
  id: string;
  organisation: string;
  source: string;
  scopes: readonly string[];
  categories: readonly string[] | null;
  development: boolean;
};

export async function createApiKey(
  db: Db,
  key: ApiKey & { hash: string },
  audit: { id: string; actor: string },
  now: number,
): Promise<void> {
  await db.write([
    {
      sql: `insert into api_keys (id, hash, organisation, source, scopes, categories, development, created_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)`,
      args: [
        key.id,
        key.hash,
        key.organisation,
        key.source,
        JSON.stringify(key.scopes),
        key.categories && JSON.stringify(key.categories),
        key.development ? 1 : 0,
        now,
      ],
    },
    auditStatement({
      ...audit,
      at: now,
      organisation: key.organisation,
      action: 'create-api-key',
      object: key.id,
      detail: key.source,
    }),
  ]);
}

/** Withdraws every key of the source, from the next request on. Returns how many. */
export async function withdrawApiKeys(
  db: Db,
  { organisation, source }: { organisation: string; source: string },
  audit: { id: string; actor: string },
  now: number,
): Promise<number> {
  const [withdrawn] = await db.write([
    {
      sql: 'update api_keys set revoked_at = ? where organisation = ? and source = ? and revoked_at is null returning id',
      args: [now, organisation, source],
    },
    auditStatement(
      { ...audit, at: now, organisation, action: 'withdraw-api-keys', object: source },
      { sql: 'changes() > 0', args: [] },
    ),
  ]);
  return withdrawn?.length ?? 0;
}

/** By the hash of the presented token; a withdrawn key is not found. */
export async function findApiKey(db: Db, hash: string): Promise<ApiKey | undefined> {
  const [row] = await db.read(
    `select id, organisation, source, scopes, categories, development from api_keys where hash = ? and revoked_at is null`,
    [hash],
  );
  return row && apiKey(row);
}

function apiKey(row: Rows[number]): ApiKey {
  const categories = nullable(text, row, 'categories');
  return {
    id: text(row, 'id'),
    organisation: text(row, 'organisation'),
    source: text(row, 'source'),
    scopes: JSON.parse(text(row, 'scopes')), // written by createApiKey
    categories: categories === null ? null : JSON.parse(categories),
    development: integer(row, 'development') === 1,
  };
}

/** True when anything that a development set-up made is in this database. */
export async function hasDevelopmentKeys(db: Db): Promise<boolean> {
  const [row] = await db.read(
    `select exists (select 1 from signing_keys where development = 1) or
            exists (select 1 from api_keys where development = 1 and revoked_at is null) as found`,
  );
  return integer(row, 'found') === 1;
}
