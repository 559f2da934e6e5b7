/** Where a time stands in the ledger, without an index that every entry would pay for: entries follow one another in time. */
import { type Db, integer } from './client.ts';

/** Clocks of several machines may differ by so many seconds. */
const CLOCKS = 3_600;

const IS_EARLIER =
  'coalesce((select recorded_at from ledger where id <= (low + high) / 2 order by id desc limit 1) < ?1, true)';

/** An entry such that all that was recorded at `time` or later comes after it; 0 for none. */
export async function lastEntryBefore(db: Db, time: number): Promise<number> {
  const [row] = await db.read(
    `with recursive halves (low, high) as (
       select 0, coalesce((select max(id) from ledger), 0) + 1
       union all
       select iif(${IS_EARLIER}, (low + high) / 2, low), iif(${IS_EARLIER}, high, (low + high) / 2)
       from halves where high - low > 1)
     select max(low) as entry from halves`,
    [time - CLOCKS],
  );
  return integer(row, 'entry');
}
