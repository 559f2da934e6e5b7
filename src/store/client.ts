/** The database connection: reads, and units of work as one guarded batch; retries a busy database, never a refused one. */
import type { Client, InStatement, ResultSet } from '@libsql/client';

export type Statement = InStatement;
export type Rows = ResultSet['rows'];

export interface Db {
  read(sql: string, args?: readonly Arg[]): Promise<Rows>;
  /** All or nothing, durable when it returns; the rows of each statement in order. A busy database is tried again for some seconds. */
  write(statements: readonly Statement[]): Promise<Rows[]>;
  /** What was deleted leaves the files of an embedded database too, as far as readers at work allow; a server sees to its own. */
  scrub(): Promise<void>;
  close(): void;
}

export type Arg = string | number | bigint | Uint8Array<ArrayBuffer> | null;

/**
 * FULL: what was answered with 200 survives a power cut. secure_delete: an erased name is overwritten, not only unlinked.
 * A checkpoint every 16 MB of log instead of 4: rows in the order of random hashes touch the same pages again and again.
 */
const FILE_PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'busy_timeout = 5000',
  'secure_delete = ON',
  'wal_autocheckpoint = 4000',
];
const BUSY_TRIES = 40;

/** For a `file:` URL the pragmas are set on open and again after every reconnect: they belong to the connection. */
export async function openDb(client: Client, url: string): Promise<Db> {
  const isFile = url.startsWith('file:');
  const prepare = async () => {
    if (isFile) for (const pragma of FILE_PRAGMAS) await client.execute(`pragma ${pragma}`);
  };
  const persist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || tries === BUSY_TRIES) throw error;
        await pause(Math.min(10 * tries, 200) * (0.5 + Math.random()));
        if (isFile) {
          client.reconnect(); // a connection that saw SQLITE_BUSY may read stale pages and fail later commits
          await prepare();
        }
      }
    }
  };
  await persist(prepare);
  return {
    read: async (sql, args = []) => (await persist(() => client.execute({ sql, args: [...args] }))).rows,
    write: async (statements) => (await persist(() => client.batch([...statements], 'write'))).map(({ rows }) => rows),
    scrub: async () => {
      if (isFile) await persist(() => client.execute('pragma wal_checkpoint(truncate)'));
    },
    close: () => client.close(),
  };
}

/** By its code alone: over http there is no extended code. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Row columns as what the schema says they are; a wrong type is a bug or a damaged database, so it throws. */
export function text(row: Rows[number] | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`column ${column}: expected text, found ${value === null ? 'null' : typeof value}`);
}

export function integer(row: Rows[number] | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new TypeError(`column ${column}: expected an integer, found ${value === null ? 'null' : typeof value}`);
}

export function blob(row: Rows[number] | undefined, column: string): Uint8Array<ArrayBuffer> {
  const value = row?.[column];
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`column ${column}: expected bytes, found ${value === null ? 'null' : typeof value}`);
}

export const nullable = <T>(
  read: (row: Rows[number], column: string) => T,
  row: Rows[number],
  column: string,
): T | null => (row[column] === null ? null : read(row, column));
