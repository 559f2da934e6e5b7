import { describe, expect, test } from 'vitest';
import { sampleRecords } from '../../src/cli/console/sample-records.ts';
import { type LearningRecord, parseRecord } from '../../src/learning/event.ts';
import { type LedgerEntry, recordDigestInput } from '../../src/learning/ledger.ts';
import { standing } from '../../src/learning/milestone.ts';
import { rowsIn } from '../learning/formats/rows.ts';
import { shangcheng } from '../learning/schemes.ts';

/** What a service would do with the sample: keep the first content of each id, count the rest. */
async function load(seed?: number) {
  const records = new Map<string, LearningRecord>();
  const problems: string[] = [];
  const rows: Record<string, number> = {};
  let duplicates = 0;
  for (const { source, csv } of sampleRecords(seed)) {
    const read = await rowsIn(csv);
    rows[source] = read.length;
    for (const row of read) {
      const parsed =
        'problem' in row
          ? { ok: false as const, problem: row.problem }
          : parseRecord(row.value, {
              schemes: new Map([[shangcheng.id, shangcheng]]),
              now: Date.UTC(2026, 10, 1) / 1000,
              source,
            });
      if (!parsed.ok) {
        problems.push(`${parsed.problem.code} ${parsed.problem.field}`.trim());
        continue;
      }
      const key = `${source}/${parsed.record.id}`;
      const before = records.get(key);
      if (before === undefined) records.set(key, parsed.record);
      else if (recordDigestInput(before) === recordDigestInput(parsed.record)) duplicates += 1;
      else problems.push('record-conflict');
    }
  }
  return { rows, records, problems, duplicates };
}

function ladders(records: ReadonlyMap<string, LearningRecord>): Map<string, LedgerEntry[]> {
  const all = new Map<string, LedgerEntry[]>();
  for (const [id, { learner, ...content }] of records) {
    const key = `${learner.id} ${content.stage}`;
    all.set(key, [...(all.get(key) ?? []), { ...content, id, kind: 'record', source: 'sample' }]);
  }
  return all;
}

const { rows, records, problems, duplicates } = await load();

describe('the sample records', () => {
  const learners = new Map([...records.values()].map(({ learner }) => [learner.id, learner.name ?? '']));
  const standings = [...ladders(records)].map(([key, entries]) =>
    standing(entries, shangcheng, key.split(' ')[1] ?? ''),
  );
  const stars = [0, 1, 2, 3, 4, 5].map((star) => standings.filter(({ reached }) => reached.length === star).length);
  const stoppedByOffline = standings.filter(({ next }) => next?.missingPoints === 0);

  test('are the same for the same seed, and others for another', () => {
    expect(sampleRecords(7)).toEqual(sampleRecords(7));
    expect(sampleRecords(7)).not.toEqual(sampleRecords(8));
  });

  test('are some 5,500 rows of at least 240 parents with varied names', () => {
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(5000);
    expect(total).toBeLessThan(6000);
    expect(learners.size).toBeGreaterThanOrEqual(240);
    const names = [...learners.values()];
    expect(new Set(names).size).toBeGreaterThan(230);
    expect(names.filter((name) => name.includes('·')).length).toBeGreaterThan(3);
    expect(names.filter((name) => /^(欧阳|上官|司马|诸葛|夏侯|东方|皇甫|尉迟)/.test(name)).length).toBeGreaterThan(2);
    expect(names).toContain('Anna Kowalska');
  });

  test('know a parent by the same id on all platforms, and some in two stages', () => {
    const platforms = (id: string) =>
      new Set([...records].filter(([, { learner }]) => learner.id === id).map(([key]) => key.split('/')[0]));
    expect([...learners.keys()].filter((id) => platforms(id).size === 3).length).toBeGreaterThan(80);
    expect(standings.length - learners.size).toBeGreaterThan(20);
  });

  test('spread over the stars: most at one or two, few at five, some held back by the offline activity', () => {
    const [zero = 0, one = 0, two = 0, three = 0, four = 0, five = 0] = stars;
    expect(one + two).toBeGreaterThan((zero + three + four + five) / 2 + 20);
    expect(five).toBeGreaterThan(2);
    expect(five).toBeLessThan(four + three);
    expect(stoppedByOffline.length).toBeGreaterThan(10);
  });

  test('hold 40 repeated rows and one row for each mistake', () => {
    expect(duplicates).toBe(40);
    expect(problems.toSorted()).toEqual(
      [
        'ambiguous-date occurredAt',
        'bad-date occurredAt',
        'future-date occurredAt',
        'unknown-activity activity',
        'unknown-activity activity',
        'bad-characters learner.name',
        'bad-characters learner.name',
        'out-of-range minutes',
        'out-of-range score',
        'record-conflict',
        'unknown-stage stage',
        'unknown-scheme scheme',
        'missing-field learner.id',
        'malformed-row',
      ].toSorted(),
    );
  });

  test('hold for other seeds too', async () => {
    for (const seed of [1, 2, 3]) {
      const other = await load(seed);
      expect([other.duplicates, other.problems.length]).toEqual([40, 14]);
    }
  });
});
