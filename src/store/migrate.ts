/** Migrations: numbered, append-only, each applied once in one batch together with its mark. */
import { type Db, integer } from './client.ts';
import { path } from './migrations/0001-path.ts';
import { vcApi } from './migrations/0002-vc-api.ts';
import { numbers } from './migrations/0003-numbers.ts';
import { canary } from './migrations/0004-canary.ts';
import { issuedSets } from './migrations/0005-issued-sets.ts';

const MIGRATIONS: readonly (readonly string[])[] = [path, vcApi, numbers, canary, issuedSets];

/** Number of migrations applied now, up to the one numbered `through`. Two processes may start at once: the loser of the race finds the mark taken and goes on. */
export async function migrate(db: Db, through = MIGRATIONS.length): Promise<number> {
  await db.write(['create table if not exists migrations (number integer primary key) strict']);
  let applied = 0;
  for (let number = (await appliedCount(db)) + 1; number <= through; number++) {
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
export const isMigrated = async (db: Db): Promise<boolean> => (await appliedCount(db)) >= MIGRATIONS.length;

async function appliedCount(db: Db): Promise<number> {
  const [row] = await db.read('select count(*) as applied from migrations');
  return integer(row, 'applied');
}
