import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../src/learning/ledger.ts';
import { standing } from '../../src/learning/milestone.ts';
import { levelsOf } from '../../src/learning/scheme.ts';
import { mustParse, shangcheng, smallFile } from './schemes.ts';

let serial = 0;
function entry(part: {
  activity: string;
  stage?: string;
  category?: string;
  verb?: string;
  scheme?: string;
}): LedgerEntry {
  serial += 1;
  const defaults = { source: 'zjhj', scheme: shangcheng.id, stage: '0-3', category: 'online', verb: 'completed' };
  return {
    id: `e-${String(serial).padStart(6, '0')}`,
    kind: 'record',
    occurredAt: 1_770_000_000 + serial,
    ...defaults,
    ...part,
  };
}

const lessons = (count: number) => Array.from({ length: count }, (_, n) => entry({ activity: `lesson:0-3-${n}` }));
const meetings = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    entry({ activity: `station:kaixuan-${n}`, category: 'offline', verb: 'attended' }),
  );
const reached = (entries: LedgerEntry[]) => standing(entries, shangcheng, '0-3').reached;

describe('Shangcheng: 100 points and an offline activity for each star', () => {
  test('16 lessons of 5 and one station activity of 20 are 100 points: one star', () => {
    const { earned, ...rest } = standing([...lessons(16), ...meetings(1)], shangcheng, '0-3');
    expect(rest).toEqual({
      points: 100,
      counts: { online: 16, offline: 1 },
      byCategory: { online: 80, offline: 20 },
      reached: ['1'],
      next: { level: '2', missingPoints: 100, missing: { offline: 1 } },
    });
    expect(earned).toHaveLength(17);
  });

  test('one point too few is no star, and what is missing is said', () => {
    expect(standing([...lessons(15), ...meetings(1)], shangcheng, '0-3').next).toEqual({
      level: '1',
      missingPoints: 5,
      missing: {},
    });
  });

  test('500 points without an offline activity are no star', () => {
    const { reached, next } = standing(lessons(100), shangcheng, '0-3');
    expect(reached).toEqual([]);
    expect(next).toEqual({ level: '1', missingPoints: 0, missing: { offline: 1 } });
  });

  test('500 points with three offline activities are three stars', () => {
    expect(reached([...lessons(88), ...meetings(3)])).toEqual(['1', '2', '3']);
  });

  test('500 points with five offline activities are five stars, and nothing is next', () => {
    const full = standing([...lessons(80), ...meetings(5)], shangcheng, '0-3');
    expect(full.reached).toEqual(['1', '2', '3', '4', '5']);
    expect(full).not.toHaveProperty('next');
  });

  test('the same lesson counts once, the first time that it happened', () => {
    const twice = [entry({ activity: 'lesson:0-3-1' }), entry({ activity: 'lesson:0-3-1' })];
    expect(standing(twice.toReversed(), shangcheng, '0-3')).toMatchObject({
      points: 5,
      counts: { online: 1 },
      earned: [
        { entryId: twice[0]?.id, points: 5 },
        { entryId: twice[1]?.id, points: 0, reason: 'duplicate-activity' },
      ],
    });
  });

  test('after the first of two is reversed, the second counts', () => {
    const twice = [entry({ activity: 'lesson:0-3-1' }), entry({ activity: 'lesson:0-3-1' })];
    const reversal: LedgerEntry = { id: 'x', kind: 'reversal', reverses: twice[0]?.id ?? '' };
    expect(standing([...twice, reversal], shangcheng, '0-3').points).toBe(5);
  });

  test('two stages are two ladders, and a lesson counts in the stage that its record names', () => {
    const entries = [
      entry({ activity: 'lesson:1' }),
      entry({ activity: 'lesson:1', stage: '4-6' }),
      entry({ activity: 'lesson:2', stage: '4-6' }),
    ];
    expect(standing(entries, shangcheng, '0-3').points).toBe(5);
    expect(standing(entries, shangcheng, '4-6').points).toBe(10);
  });
});

describe('the ladder', () => {
  const small = mustParse(smallFile);
  const own = (part: Parameters<typeof entry>[0]) => entry({ ...part, scheme: 'small' });

  test('a level is not reached before the one below, even if its own rule is met', () => {
    // Level 3 asks for 60 points and no meeting; levels 1 and 2 ask for meetings.
    const long = Array.from({ length: 6 }, () => own({ activity: 'lesson:long-2' }));
    expect(standing(long, small, '0-3')).toMatchObject({
      points: 60,
      reached: [],
      next: { level: '1', missingPoints: 0, missing: { offline: 1 } },
    });
  });

  test('an activity that is not "once" counts every time', () => {
    const meetings = [1, 2].map(() => own({ activity: 'hall', category: 'offline', verb: 'attended' }));
    expect(standing(meetings, small, '0-3')).toMatchObject({ points: 20, counts: { offline: 2 }, reached: ['1'] });
  });

  test('a record that no rule of this version fits earns nothing and says so', () => {
    const stray = own({ activity: 'game:1' });
    expect(standing([stray], small, '0-3').earned).toEqual([{ entryId: stray.id, points: 0, reason: 'no-rule' }]);
  });

  test("another scheme's records are passed over", () => {
    expect(standing([entry({ activity: 'lesson:1' })], small, '0-3').earned).toEqual([]);
  });
});

describe('for any ledger', () => {
  const record = fc.record({
    id: fc.uuid(),
    kind: fc.constant('record' as const),
    source: fc.constant('zjhj'),
    scheme: fc.constant(shangcheng.id),
    stage: fc.constantFrom('0-3', '4-6'),
    activity: fc.constantFrom(
      'lesson:1',
      'lesson:2',
      'lecture:1',
      'lecture:2',
      'station:1',
      'station:2',
      'group:1',
      'game:1',
    ),
    category: fc.constantFrom('online', 'offline'),
    verb: fc.constantFrom('completed', 'attended'),
    occurredAt: fc.integer({ min: 1_700_000_000, max: 1_700_000_005 }),
  });
  const records = fc.uniqueArray(record, { maxLength: 40, selector: ({ id }) => id });
  const ledger = records.chain((list) =>
    fc
      .subarray(list)
      .map((taken): LedgerEntry[] => [
        ...list,
        ...taken.map(({ id }) => ({ id: `not-${id}`, kind: 'reversal' as const, reverses: id })),
      ]),
  );

  test('the order of arrival does not matter, and a replay gives the same', () => {
    const shuffled = ledger.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(standing(other, shangcheng, '0-3')).toEqual(standing(list, shangcheng, '0-3'));
        expect(standing(list, shangcheng, '0-3')).toEqual(standing(structuredClone(list), shangcheng, '0-3'));
      }),
    );
  });

  test('reversing everything is the empty ledger', () => {
    fc.assert(
      fc.property(records, (list) => {
        const reversals = list.map(({ id }) => ({ id: `not-${id}`, kind: 'reversal' as const, reverses: id }));
        expect(standing([...reversals, ...list], shangcheng, '0-3')).toEqual(standing([], shangcheng, '0-3'));
      }),
    );
  });

  test('the sums agree with what each record earned, and levels have no gap', () => {
    fc.assert(
      fc.property(ledger, (list) => {
        const { points, byCategory, earned, reached } = standing(list, shangcheng, '0-3');
        expect(earned.reduce((sum, each) => sum + each.points, 0)).toBe(points);
        expect(Object.values(byCategory).reduce((sum, each) => sum + each, 0)).toBe(points);
        expect(reached).toEqual(
          levelsOf(shangcheng, '0-3')
            .slice(0, reached.length)
            .map(({ id }) => id),
        );
      }),
    );
  });
});
