/** Published documents: root versions, trust lists, bundles, and the current signed text of each status list. */
import { auditStatement } from './audit.ts';
import { type Db, integer, text } from './client.ts';

export type DocumentKind = 'root' | 'trust-list' | 'bundle' | 'status-list';
export type PublishedDocument = { number: number; text: string; publishedAt: number };

export async function latestDocument(db: Db, kind: DocumentKind): Promise<PublishedDocument | undefined> {
  const [row] = await db.read(
    'select number, text, published_at from documents where kind = ? order by number desc limit 1',
    [kind],
  );
  return row && { number: integer(row, 'number'), text: text(row, 'text'), publishedAt: integer(row, 'published_at') };
}

export async function findDocument(db: Db, kind: DocumentKind, number: number): Promise<PublishedDocument | undefined> {
  const [row] = await db.read('select number, text, published_at from documents where kind = ? and number = ?', [
    kind,
    number,
  ]);
  return row && { number: integer(row, 'number'), text: text(row, 'text'), publishedAt: integer(row, 'published_at') };
}

export async function allDocuments(db: Db, kind: DocumentKind): Promise<PublishedDocument[]> {
  const rows = await db.read('select number, text, published_at from documents where kind = ? order by number', [kind]);
  return rows.map((row) => ({
    number: integer(row, 'number'),
    text: text(row, 'text'),
    publishedAt: integer(row, 'published_at'),
  }));
}

/** False when a document stands under that number with another text: numbers are never re-used. */
export async function addDocument(
  db: Db,
  kind: DocumentKind,
  document: PublishedDocument,
  auditId: string,
): Promise<boolean> {
  await db.write([
    {
      sql: 'insert into documents (kind, number, text, published_at) values (?, ?, ?, ?) on conflict do nothing',
      args: [kind, document.number, document.text, document.publishedAt],
    },
    auditStatement(
      {
        id: auditId,
        at: document.publishedAt,
        organisation: null,
        actor: 'operator',
        action: 'install-document',
        object: `${kind} ${document.number}`,
      },
      { sql: 'changes() = 1', args: [] },
    ),
  ]);
  return (await findDocument(db, kind, document.number))?.text === document.text;
}

export type Publication = { bundle: PublishedDocument; statusLists: readonly { number: number; text: string }[] };

/**
 * Publishes bundle number N and its status lists together, only if N − 1 is the newest: what was signed over older
 * revocations than the newest bundle never gets in. False when another publisher was first.
 */
export async function addPublication(db: Db, { bundle, statusLists }: Publication): Promise<boolean> {
  const { number, text: bundleText, publishedAt } = bundle;
  const [made] = await db.write([
    {
      sql: `insert into documents (kind, number, text, published_at)
            select 'bundle', ?, ?, ? where (select coalesce(max(number), 0) from documents where kind = 'bundle') = ? - 1
            returning number`,
      args: [number, bundleText, publishedAt, number],
    },
    ...statusLists.map((list) => ({
      sql: `insert into documents (kind, number, text, published_at)
            select 'status-list', ?, ?, ? where exists (select 1 from documents where kind = 'bundle' and number = ? and text = ?)
            on conflict (kind, number) do update set text = excluded.text, published_at = excluded.published_at`,
      args: [list.number, list.text, publishedAt, number, bundleText],
    })),
    // Old bundles are of no use to anybody; a few stay for looking back.
    { sql: `delete from documents where kind = 'bundle' and number <= ? - 30`, args: [number] },
  ]);
  return made?.length === 1;
}

/** Takes back a document under which no bundle was ever published. */
export async function withdrawDocument(
  db: Db,
  kind: DocumentKind,
  number: number,
  auditId: string,
  now: number,
): Promise<void> {
  await db.write([
    { sql: 'delete from documents where kind = ? and number = ?', args: [kind, number] },
    auditStatement(
      {
        id: auditId,
        at: now,
        organisation: null,
        actor: 'operator',
        action: 'withdraw-document',
        object: `${kind} ${number}`,
      },
      { sql: 'changes() = 1', args: [] },
    ),
  ]);
}
