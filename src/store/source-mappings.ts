/** Column mappings: one for each source of an organisation that needs one. */
import { auditStatement } from './audit.ts';
import { type Db, text } from './client.ts';

type Place = { organisation: string; source: string };

/** As JSON text. */
export async function readSourceMapping(db: Db, { organisation, source }: Place): Promise<string | undefined> {
  const [row] = await db.read('select mapping from source_mappings where organisation = ? and source = ?', [
    organisation,
    source,
  ]);
  return row && text(row, 'mapping');
}

export async function writeSourceMapping(
  db: Db,
  { organisation, source, mapping }: Place & { mapping: string },
  audit: { id: string; actor: string; at: number },
): Promise<void> {
  await db.write([
    {
      sql: `insert into source_mappings (organisation, source, mapping, updated_at) values (?, ?, ?, ?)
        on conflict (organisation, source) do update set mapping = excluded.mapping, updated_at = excluded.updated_at`,
      args: [organisation, source, mapping, audit.at],
    },
    auditStatement({ ...audit, organisation, action: 'set-source-mapping', object: source, detail: mapping }),
  ]);
}
