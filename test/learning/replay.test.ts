/** What holds for any ledger under a scheme that has something of everything: order, replay, reversal, caps, more records. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEntry, RecordEntry } from '../../src/learning/ledger.ts';
import { type Standing, standing } from '../../src/learning/milestone.ts';
import type { Scheme } from '../../src/learning/scheme.ts';
import { fullFile, mustParse } from './schemes.ts';

const full = mustParse(fullFile);
const rewarding = { ...fullFile, activities: fullFile.activities.filter(({ id }) => id !== 'late') };
const { caps: _, ...uncapped } = rewarding;
/** Caps of which each lies within the next: a category's day, the school year. Nothing counts only once. */
const nested = mustParse({
  ...rewarding,
  activities: rewarding.activities.map((activity) => ({ ...activity, once: undefined })),
  caps: [
    { per: 'day', points: 20, category: 'online' },
    { per: 'day', points: 50 },
    { per: 'term', points: 90 },
    { per: 'school-year', points: 120 },
    { per: 'stage', points: 150 },
  ],
});

const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`) / 1000;
/** Few days, near the edges of days, weeks, terms and school years, so that records meet in them. */
const occurredAt = fc
  .tuple(
    fc.constantFrom('2025-08-31', '2025-12-31', '2026-02-14', '2026-02-15', '2026-03-01', '2026-03-02', '2026-09-01'),
    fc.constantFrom(0, 1, 43_200, 86_398, 86_399),
  )
  .map(([text, seconds]) => day(text) + seconds);

const content = fc.oneof(
  fc.record({
    category: fc.constant('online'),
    verb: fc.constant('completed'),
    activity: fc.constantFrom('lesson:1', 'lesson:2', 'lesson:baby-1', 'game:1'),
  }),
  fc.record(
    {
      category: fc.constant('online'),
      verb: fc.constantFrom('watched', 'passed'),
      activity: fc.constantFrom('video:1', 'quiz:1', 'quiz:2'),
      minutes: fc.integer({ min: 0, max: 45 }),
      score: fc.integer({ min: 40, max: 100 }),
    },
    { requiredKeys: ['category', 'verb', 'activity'] },
  ),
  fc.record({
    category: fc.constant('offline'),
    verb: fc.constantFrom('attended', 'missed', 'made-up', 'heard', 'returned-late'),
    activity: fc.constantFrom('class:1', 'class:2', 'class:3'),
  }),
);
const record: fc.Arbitrary<RecordEntry> = fc
  .record({
    id: fc.integer({ min: 1, max: 1_000_000 }).map(String),
    stage: fc.constantFrom('baby', 'baby', 'primary'),
    source: fc.constantFrom('zjhj', 'partner'),
    occurredAt,
    content,
  })
  .map(({ content, ...rest }) => ({ ...rest, ...content, kind: 'record', scheme: 'full' }));
const records = fc.uniqueArray(record, { maxLength: 40, selector: ({ id }) => id });
const reversalOf = ({ id }: RecordEntry): LedgerEntry => ({ id: `not-${id}`, kind: 'reversal', reverses: id });
const ledger = records.chain((list) =>
  fc.subarray(list).map((taken): LedgerEntry[] => [...list, ...taken.map(reversalOf)]),
);

const both = (entries: LedgerEntry[], scheme: Scheme): Standing[] =>
  scheme.stages.map(({ id }) => standing(entries, scheme, id));
const yearly = mustParse({ ...fullFile, within: 'school-year' });

describe.each([
  ['all rules', full],
  ['all rules, by school years', yearly],
])('%s', (_, scheme) => {
  test('the order of arrival does not matter, and a replay gives the same', () => {
    const shuffled = ledger.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const first = both(list, scheme);
        expect(both(other, scheme)).toEqual(first);
        expect(both(structuredClone(list), structuredClone(scheme))).toEqual(first);
      }),
    );
  });

  test('a record that was reversed is as if it had never been', () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, pick) => {
        const taken = list[pick % Math.max(1, list.length)];
        if (!taken) return;
        const without = list.filter((one) => one !== taken);
        expect(both([...list, reversalOf(taken)], scheme)).toEqual(both(without, scheme));
      }),
    );
  });

  test('nothing is asked of the ledger or the scheme but to be read', () => {
    fc.assert(
      fc.property(ledger, (list) => {
        const before = structuredClone(list);
        both(list, scheme);
        expect(list).toEqual(before);
      }),
      { numRuns: 20 },
    );
    expect(scheme).toEqual(structuredClone(scheme));
  });
});

/** Periods as another implementation has them: the time zone database, and dates as text. */
const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
const periods: Record<string, (epoch: number) => string> = {
  stage: () => '',
  day: (epoch) => shanghai.format(epoch * 1000),
  week: (epoch) => {
    const here = new Date(`${shanghai.format(epoch * 1000)}T12:00:00Z`);
    here.setUTCDate(here.getUTCDate() - ((here.getUTCDay() + 6) % 7));
    return here.toISOString().slice(0, 10);
  },
  term: (epoch) => {
    const text = shanghai.format(epoch * 1000);
    const [year, monthDay] = [text.slice(0, 4), text.slice(5)];
    if (monthDay < '02-15') return `autumn before ${year}`;
    return monthDay < '09-01' ? `spring ${year}` : `autumn before ${Number(year) + 1}`;
  },
  'school-year': (epoch) => {
    const text = shanghai.format(epoch * 1000);
    return text.slice(5) < '09-01' ? text.slice(0, 4) : String(Number(text.slice(0, 4)) + 1);
  },
};

describe('caps', () => {
  test('no period earns more than its cap; no record more than it is worth, or less than nothing', () => {
    fc.assert(
      fc.property(records, (list) => {
        const byId = new Map(list.map((one) => [one.id, one]));
        for (const { earned } of both(list, full)) {
          for (const cap of full.caps ?? []) {
            const sums = new Map<string, number>();
            for (const { entryId, points, reason } of earned) {
              const entry = byId.get(entryId);
              if (!entry || reason === 'deduction' || (cap.category ?? entry.category) !== entry.category) continue;
              if (cap.activity === 'video' && entry.verb !== 'watched') continue;
              const period = `${periods[cap.per]?.(entry.occurredAt)} ${cap.each ? entry.activity : ''}`;
              sums.set(period, (sums.get(period) ?? 0) + points);
            }
            for (const sum of sums.values()) expect(sum).toBeLessThanOrEqual(cap.points);
          }
          for (const { points, worth, reason } of earned) {
            if (reason !== 'deduction') expect(points).toBeGreaterThanOrEqual(0);
            if (worth !== undefined) expect(points).toBeLessThanOrEqual(worth);
          }
        }
      }),
    );
  });

  test('a clip names a cap that is used up', () => {
    fc.assert(
      fc.property(records, (list) => {
        for (const { earned } of both(list, full))
          for (const { reason, cap, points, worth } of earned) {
            expect(cap !== undefined).toBe(reason === 'cap');
            if (reason === 'cap') expect(points).toBeLessThan(worth ?? 0);
          }
      }),
    );
  });

  test('caps take nothing from what counts towards minimums', () => {
    fc.assert(
      fc.property(records, (list) => {
        const { caps: _, ...free } = fullFile;
        const [capped, open] = [both(list, full), both(list, mustParse(free))];
        expect(capped.map(({ counts }) => counts)).toEqual(open.map(({ counts }) => counts));
      }),
    );
  });
});

describe('one more record', () => {
  const more = records.chain((list) => fc.tuple(fc.constant(list), record));

  test.each([
    ['without caps', mustParse(uncapped)],
    ['with caps of which each lies within the next', nested],
  ])('never lowers points or counts %s', (_, scheme) => {
    fc.assert(
      fc.property(more, ([list, extra]) => {
        if (list.some(({ id }) => id === extra.id)) return;
        const [before, after] = [both(list, scheme), both([...list, extra], scheme)];
        before.forEach(({ points, counts }, at) => {
          expect(after[at]?.points).toBeGreaterThanOrEqual(points);
          for (const [category, count] of Object.entries(counts))
            expect(after[at]?.counts[category]).toBeGreaterThanOrEqual(count);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('a deduction lowers them by what it takes away, at most', () => {
    fc.assert(
      fc.property(more, ([list, extra]) => {
        if (list.some(({ id }) => id === extra.id)) return;
        const late: RecordEntry = { ...extra, category: 'offline', verb: 'returned-late' };
        const [before, after] = [both(list, full), both([...list, late], full)];
        before.forEach(({ points }, at) => {
          expect(after[at]?.points).toBeGreaterThanOrEqual(points - 15);
          expect(after[at]?.points).toBeLessThanOrEqual(points);
        });
      }),
    );
  });

  // A record that happened earlier than others takes its share of a cap before them, and they may find it used up.
  test('where caps cross, may lower them by no more than it is worth itself', () => {
    const capped = mustParse(rewarding);
    fc.assert(
      fc.property(more, ([list, extra]) => {
        if (list.some(({ id }) => id === extra.id)) return;
        const alone = both([extra], capped);
        const [before, after] = [both(list, capped), both([...list, extra], capped)];
        before.forEach(({ points }, at) => {
          expect(after[at]?.points).toBeGreaterThanOrEqual(points - (alone[at]?.points ?? 0));
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
