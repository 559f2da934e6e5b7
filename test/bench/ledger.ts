/** A ledger of a million entries in use: a learner's progress, and records coming in, beside the same on a small ledger. */
import { operator } from '../../src/issuer/actor.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { personHash, recordEvents } from '../../src/issuer/record-event.ts';
import { asRows, type Office, openOffice, writeSql } from '../support/office.ts';
import type { SentRecord } from '../support/records.ts';
import { median, percentile } from './measure.ts';
import type { Group, Row } from './row.ts';

const ENTRIES_EACH = 10;
const SMALL = 2_000;
const LARGE = 100_000;
const LOOKS = 2_000;
const ROUNDS = 12;
const BATCH = 1_000;

export const run: Group = async ({ long, progress }) => {
  const rows = await measured(LARGE, '');
  if (!long) return rows;
  progress('  ten million entries …');
  return [...rows, ...(await measured(10 * LARGE, '_10m'))];

  async function measured(learners: number, suffix: string): Promise<Row[]> {
    const small = await officeWith(SMALL);
    const large = await officeWith(learners);
    try {
      const looks = await progressTimes(large, learners);
      const rates = { small: [] as number[], large: [] as number[] };
      for (let round = 0; round < ROUNDS; round++) {
        rates.small.push(await intakeRate(small, round));
        rates.large.push(await intakeRate(large, round));
      }
      const growth = median(rates.large.map((rate, round) => rate / (rates.small[round] ?? Number.NaN)));
      const entries = (learners * ENTRIES_EACH).toLocaleString('en');
      return [
        {
          key: `progress_p99_ms${suffix}`,
          what: `a learner's progress on a ledger of ${entries} entries, 99th percentile, ms`,
          value: percentile(looks, 99),
          goal: { atMost: 10 },
        },
        {
          key: `intake_per_s${suffix}`,
          what: `records taken in on it, in batches of 1,000, certificates issued before the answer, per second`,
          value: median(rates.large),
          goal: { atLeast: 5_000 },
        },
        {
          key: `intake_large_vs_small${suffix}`,
          what: `the same against a ledger of ${(SMALL * ENTRIES_EACH).toLocaleString('en')} entries`,
          value: growth,
          goal: { atLeast: 0.7 },
        },
      ];
    } finally {
      small.close();
      large.close();
    }
  }
};

const personId = (n: number): string => `person-${n}`;

/** Learners with ten lessons each, as if they had come in long ago and been evaluated. */
async function officeWith(learners: number): Promise<Office> {
  const office = await openOffice();
  const { deps, organisation } = office;
  const AT_ONCE = 10_000;
  for (let from = 0; from < learners; from += AT_ONCE) {
    const hashes = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, learners - from) }, (_, n) =>
        personHash(deps, organisation.id, personId(from + n)),
      ),
    );
    await writeSql(
      office,
      {
        sql: `insert into learners (organisation, person_hash, name, created_at)
              select ?, unhex(value), '王小明', 1700000000 from json_each(?)`,
        args: [organisation.id, JSON.stringify(hashes)],
      },
      {
        sql: `insert into ledger (organisation, source, record_id, digest, learner, kind, scheme, stage, activity, category, verb,
                                  occurred_at, actor, recorded_at)
              with recursive n(i) as (select 0 union all select i + 1 from n where i < ${ENTRIES_EACH - 1})
              select organisation, 'zjhj', 'old-' || id || '-' || i, randomblob(16), id, 'record', 'shangcheng-star-licence', '4-6',
                     'lesson:' || i, 'online', 'completed', 1700000000 + i, 'zjhj', 1700000000
              from learners cross join n where id > ?`,
        args: [from],
      },
      'delete from unevaluated',
    );
  }
  return office;
}

async function progressTimes({ deps, organisation }: Office, learners: number): Promise<number[]> {
  const actor = operator(organisation.id);
  const times: number[] = [];
  for (let i = 0; i < LOOKS; i++) {
    const id = personId(Math.floor((i * learners) / LOOKS));
    const started = performance.now();
    const { ladders } = await progressOf(deps, actor, id);
    times.push(performance.now() - started);
    if (ladders.length === 0) throw new Error(`${id} has no ladder`);
  }
  return times;
}

/** Half of them of learners who are there, half of new ones; a tenth reaches a star. Records a second. */
async function intakeRate({ deps, organisation }: Office, round: number): Promise<number> {
  const records = Array.from({ length: BATCH }, (_, n): SentRecord => {
    const parent = n % 2 === 0 ? personId((round * BATCH + n) % (2 * SMALL)) : `new-${round}-${n}`;
    return {
      id: `r-${round}-${n}`,
      learner: { id: parent, name: '王小明' },
      scheme: 'shangcheng-star-licence',
      stage: '4-6',
      activity: n % 10 === 0 ? `station:${round}` : `lesson:${100 + round}`,
      category: n % 10 === 0 ? 'offline' : 'online',
      verb: n % 10 === 0 ? 'attended' : 'completed',
      occurredAt: '2026-09-01T20:00:00+08:00',
    };
  });
  const started = performance.now();
  const { accepted, rejected } = await recordEvents(deps, operator(organisation.id, 'zjhj'), asRows(records));
  const seconds = (performance.now() - started) / 1000;
  if (accepted !== BATCH) throw new Error(`${accepted} accepted; ${JSON.stringify(rejected[0])}`);
  return BATCH / seconds;
}
