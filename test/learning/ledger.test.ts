import { describe, expect, test } from 'vitest';
import type { LearningRecord } from '../../src/learning/event.ts';
import { effectiveEntries, type LedgerEntry, recordDigestInput } from '../../src/learning/ledger.ts';

const record: LearningRecord = {
  id: 'r-1',
  learner: { id: 'p-1', name: '王小明' },
  scheme: 's',
  stage: '0-3',
  activity: 'a',
  category: 'online',
  verb: 'completed',
  occurredAt: 100,
};
const { learner, ...content } = record;
const entry = (id: string, occurredAt: number): LedgerEntry => ({
  ...content,
  kind: 'record',
  source: 'zjhj',
  id,
  occurredAt,
});

describe('effective entries', () => {
  test('come in the order in which they happened, then by id, however they arrived', () => {
    const ids = effectiveEntries([entry('c', 2), entry('b', 1), entry('a', 2)]).map(({ id }) => id);
    expect(ids).toEqual(['b', 'a', 'c']);
  });

  test('leave out reversed records, also when the reversal arrived first', () => {
    const reversal: LedgerEntry = { id: 'x', kind: 'reversal', reverses: 'a' };
    expect(effectiveEntries([reversal, entry('a', 1), entry('b', 2)]).map(({ id }) => id)).toEqual(['b']);
  });

  test('a reversal is final: reversing it brings nothing back', () => {
    const entries: LedgerEntry[] = [
      entry('a', 1),
      { id: 'x', kind: 'reversal', reverses: 'a' },
      { id: 'y', kind: 'reversal', reverses: 'x' },
    ];
    expect(effectiveEntries(entries)).toEqual([]);
  });
});

describe("a record's digest input", () => {
  const same = recordDigestInput(record);

  test('does not change with a corrected name', () => {
    expect(recordDigestInput({ ...record, learner: { id: 'p-1', name: '王晓明' } })).toBe(same);
    expect(recordDigestInput({ ...record, learner: { id: 'p-1' } })).toBe(same);
  });

  const changes: Partial<LearningRecord>[] = [
    { id: 'r-2' },
    { learner: { id: 'p-2' } },
    { scheme: 't' },
    { stage: '4-6' },
    { activity: 'b' },
    { category: 'offline' },
    { verb: 'attended' },
    { occurredAt: 101 },
    { minutes: 0 },
    { score: 0 },
  ];
  test.each(changes)('changes with %j', (change) => {
    expect(recordDigestInput({ ...record, ...change })).not.toBe(same);
  });
});
