/** Learner codes that were given out: which person of which organisation each one means. */
import { type Db, text } from './client.ts';

export type CodeHolder = {
  organisation: string;
  /** Lower-case hex. */
  personHash: string;
};

/** Of a person who has one already, nothing changes. */
export async function keepLearnerCode(
  db: Db,
  { code, organisation, personHash, now }: CodeHolder & { code: string; now: number },
): Promise<void> {
  await db.write([
    {
      sql: `insert into learner_codes (code, organisation, person_hash, created_at) values (?, ?, unhex(?), ?)
            on conflict (organisation, person_hash) do nothing`,
      args: [code, organisation, personHash, now],
    },
  ]);
}

export async function holdersOfCodes(db: Db, codes: readonly string[]): Promise<Map<string, CodeHolder>> {
  const rows = await db.read(
    `select code, organisation, lower(hex(person_hash)) as person_hash from learner_codes
     where code in (select value from json_each(?))`,
    [JSON.stringify(codes)],
  );
  return new Map(
    rows.map((row) => [
      text(row, 'code'),
      { organisation: text(row, 'organisation'), personHash: text(row, 'person_hash') },
    ]),
  );
}
