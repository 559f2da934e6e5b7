/** What must hold when everything has come to rest: one entry a record, one credential a milestone, no status entry shared, nothing left over. */
import type { Office } from '../support/office.ts';

export type Books = {
  /** Record id → person id, of everything that was ever sent. */
  sent: Map<string, string>;
  /** Record ids that some feeder said were in. */
  acknowledged: Set<string>;
  /** Credential ids that senders were told of. */
  told: string[];
  /** Answers that cannot be right, in words. */
  wrong: string[];
};

/** Every promise that was broken, in words; everything that was sent is expected to be acknowledged by now. */
export async function violations(office: Office, books: Books, stars: number): Promise<string[]> {
  const found = [...books.wrong];
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) found.push(otherwise);
  };

  const entries = (await office.sql('select record_id from ledger')).map(({ record_id }) => String(record_id));
  const inLedger = new Set(entries);
  expect(entries.length === inLedger.size, `${entries.length - inLedger.size} records are in the ledger twice`);
  const lost = [...books.acknowledged].filter((id) => !inLedger.has(id));
  expect(lost.length === 0, `${lost.length} acknowledged records are lost, such as ${lost[0]}`);
  const strange = entries.filter((id) => !books.sent.has(id));
  expect(strange.length === 0, `${strange.length} entries were never sent, such as ${strange[0]}`);
  const silent = [...books.sent.keys()].filter((id) => !books.acknowledged.has(id));
  expect(silent.length === 0, `${silent.length} records were never acknowledged`);

  const people = new Set(books.sent.values()).size;
  const [learners] = await office.sql('select count(*) as count from learners');
  expect(learners?.count === people, `${learners?.count} learners for ${people} people`);

  const rows = await office.credentials();
  const milestones = new Set(rows.map(({ learner, scheme, stage, level }) => `${learner} ${scheme} ${stage} ${level}`));
  expect(
    milestones.size === rows.length,
    `${rows.length - milestones.size} credentials are a second one of a milestone`,
  );
  expect(milestones.size === people * stars, `${milestones.size} milestones instead of ${people * stars}`);
  const indexes = new Set(rows.map(({ fields }) => fields.statusIndex));
  expect(indexes.size === rows.length, `${rows.length - indexes.size} credentials share a status entry`);
  for (const row of rows) {
    const outcome = row.packed ? (await office.verdict(row)).outcome : row.state;
    expect(outcome === 'valid', `credential ${row.fields.uuid} is ${outcome}`);
  }

  const uuids = new Set(rows.map(({ fields }) => fields.uuid));
  expect(new Set(books.told).size === books.told.length, 'a milestone was told to two senders');
  const imagined = books.told.filter((uuid) => !uuids.has(uuid));
  expect(imagined.length === 0, `${imagined.length} credentials that senders were told of do not exist`);

  const [waiting] = await office.sql('select count(*) as count from unevaluated');
  expect(waiting?.count === 0, `${waiting?.count} ladders still wait for evaluation`);
  const [lists] = await office.sql('select sum(allocated) as allocated from status_lists');
  expect(Number(lists?.allocated) === rows.length, `${lists?.allocated} status entries are counted for ${rows.length}`);
  return found;
}
