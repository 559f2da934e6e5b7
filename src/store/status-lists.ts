/** Status lists: whose they are, how full, which entries are free and which revoked. */
import { type Db, integer, text } from './client.ts';

export type StatusListRow = { number: number; organisation: string; allocated: number };

export async function statusLists(db: Db, organisation?: string): Promise<StatusListRow[]> {
  const rows =
    organisation === undefined
      ? await db.read('select number, organisation, allocated from status_lists order by number')
      : await db.read(
          'select number, organisation, allocated from status_lists where organisation = ? order by number',
          [organisation],
        );
  return rows.map((row) => ({
    number: integer(row, 'number'),
    organisation: text(row, 'organisation'),
    allocated: integer(row, 'allocated'),
  }));
}

/** Of these status entries, the ones that no credential has. */
export async function freeStatusIndexes(db: Db, candidates: readonly number[]): Promise<number[]> {
  const [row] = await db.read(
    `select json_group_array(value) as free from json_each(?)
     where not exists (select 1 from credentials where status_index = value)`,
    [JSON.stringify(candidates)],
  );
  return JSON.parse(text(row, 'free'));
}

export async function revokedIndexes(db: Db, listNumber: number, listLength: number): Promise<number[]> {
  const rows = await db.read(
    `select status_index from credentials where state = 'revoked' and status_index >= ? and status_index < ?`,
    [listNumber * listLength, (listNumber + 1) * listLength],
  );
  return rows.map((row) => integer(row, 'status_index'));
}
