/** Migrations: numbered, append-only, each applied once in one batch together with its mark. */
import { type Db, integer } from './client.ts';

/** Number of the newest. The migrations themselves load when a database lacks one: a fresh isolate mostly finds them applied. */
export const LATEST = 11;

/** Number of migrations applied now, up to the one numbered `through`. Two processes may start at once: the loser of the race finds the mark taken and goes on. */
export async function migrate(db: Db, through = LATEST): Promise<number> {
  await db.write(['create table if not exists migrations (number integer primary key) strict']);
  let applied = 0;
  const standing = await appliedCount(db);
  if (standing >= through) return 0;
  const { MIGRATIONS } = await import('./migrations/all.ts');
  for (let number = standing + 1; number <= through; number++) {
    const statements = MIGRATIONS[number - 1] ?? [];
    try {
      await db.write([{ sql: 'insert into migrations (number) values (?)', args: [number] }, ...statements]);
      applied++;
    } catch (error) {
      if ((await appliedCount(db)) < number) throw error;
    }
  }
  return applied;
}

/** True when the schema is the one that this code was written for, or a later one that it must tolerate. */
export const isMigrated = async (db: Db): Promise<boolean> => (await appliedCount(db)) >= LATEST;

async function appliedCount(db: Db): Promise<number> {
  const [row] = await db.read('select count(*) as applied from migrations');
  return integer(row, 'applied');
}
