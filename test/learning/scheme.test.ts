import { describe, expect, test } from 'vitest';
import { matchActivity } from '../../src/learning/rules.ts';
import { levelsOf } from '../../src/learning/scheme.ts';
import { parseScheme } from '../../src/learning/scheme-reader.ts';
import { fullFile, mustParse, shangcheng, shangchengFile, smallFile } from './schemes.ts';

/** A scheme file with the value at a path set; `undefined` takes the key away, as it does in JSON. */
function withValue(path: readonly (string | number)[], value: unknown, file: unknown = smallFile): unknown {
  const change = (node: unknown, [key, ...rest]: readonly (string | number)[]): unknown => {
    if (key === undefined) return value;
    if (Array.isArray(node)) return node.map((item, at) => (at === key ? change(item, rest) : item));
    const fields: Record<string | number, unknown> = { ...(node as object) };
    return { ...fields, [key]: change(fields[key], rest) };
  };
  return JSON.parse(JSON.stringify(change(file, path)));
}

function errorPaths(value: unknown): string[] {
  const parsed = parseScheme(value);
  return parsed.ok ? [] : parsed.errors.map(({ path }) => path);
}

describe('the scheme file', () => {
  test('a correct one parses to itself', () => {
    expect(parseScheme(smallFile)).toEqual({ ok: true, scheme: smallFile });
    expect(parseScheme(fullFile)).toEqual({ ok: true, scheme: fullFile });
    expect(parseScheme(shangchengFile)).toEqual({ ok: true, scheme: shangchengFile });
  });

  const errors: [string, readonly (string | number)[], unknown, string][] = [
    ['an unknown key', ['colour'], 'red', 'colour'],
    ['an unknown key deep inside', ['levels', 1, 'bonus'], 3, 'levels[1].bonus'],
    ['a language missing', ['stages', 0, 'name', 'en'], undefined, 'stages[0].name.en'],
    ['a language too many', ['name', 'fr'], 'non', 'name.fr'],
    ['no name at all', ['name'], undefined, 'name'],
    ['an id with spaces', ['stages', 1, 'id'], '4 to 6', 'stages[1].id'],
    ['the same stage twice', ['stages', 1, 'id'], '0-3', 'stages'],
    ['the same level twice', ['levels', 2, 'id'], '1', 'levels'],
    ['a threshold that does not rise', ['levels', 1, 'points'], 20, 'levels[1].points'],
    ['a threshold that is no whole number', ['levels', 0, 'points'], 19.5, 'levels[0].points'],
    ['a minimum of an unknown category', ['levels', 0, 'minimums', 'ofline'], 1, 'levels[0].minimums.ofline'],
    ['a minimum of nothing', ['levels', 0, 'minimums', 'offline'], 0, 'levels[0].minimums.offline'],
    ['an activity of an unknown category', ['activities', 3, 'category'], 'outdoor', 'activities[3].category'],
    ['an activity without verbs', ['activities', 3, 'verbs'], [], 'activities[3].verbs'],
    ['two activities for the same records', ['activities', 1, 'activity'], 'lesson:*', 'activities'],
    ['a star in the middle', ['activities', 0, 'activity'], 'les*on', 'activities[0].activity'],
    ['an unknown way of counting', ['activities', 0, 'once'], 'day', 'activities[0].once'],
    ['negative points', ['activities', 0, 'points'], -5, 'activities[0].points'],
    ['no levels', ['levels'], [], 'levels'],
    ['a validity of no years', ['validity'], { years: 0 }, 'validity.years'],
    ['a source without its fact', ['sources', 0, 'fact'], undefined, 'sources[0].fact'],
    ['a template that is no number', ['template'], '2', 'template'],
  ];
  test.each(errors)('%s is an error that names the path', (_, path, value, where) => {
    expect(errorPaths(withValue(path, value))).toEqual([where]);
  });

  const talk = { category: 'offline', verbs: ['heard'], points: 5, name: { zh: '讲座', en: 'talk' } };
  const inFull: [string, readonly (string | number)[], unknown, string][] = [
    ['ages that run backwards', ['stages', 0, 'ages', 'to'], -1, 'stages[0].ages.to'],
    ['a level that two ladders share', ['stages', 1, 'levels', 0, 'id'], '2', 'levels'],
    [
      'a level that asks for a later stage',
      ['levels', 0, 'requires'],
      { levels: [{ stage: 'primary', level: 'p-1' }] },
      'levels[0].requires.levels[0]',
    ],
    [
      'a level that asks for its own stage',
      ['stages', 1, 'levels', 1, 'requires'],
      { levels: [{ stage: 'primary', level: 'p-1' }] },
      'stages[1].levels[1].requires.levels[0]',
    ],
    [
      'a level that asks for one that is not there',
      ['stages', 1, 'levels', 0, 'requires', 'levels', 0, 'level'],
      '9',
      'stages[1].levels[0].requires.levels[0]',
    ],
    [
      'a level that asks for an unknown activity',
      ['stages', 1, 'levels', 1, 'requires', 'activities'],
      { song: 1 },
      'stages[1].levels[1].requires.activities.song',
    ],
    ['attendance of more than all', ['levels', 1, 'attendancePercent'], 101, 'levels[1].attendancePercent'],
    ['minutes of no length', ['activities', 3, 'points', 'everyMinutes'], 0, 'activities[3].points.everyMinutes'],
    ['points per minute and by score', ['activities', 3, 'points', 'scores'], [], 'activities[3].points.scores'],
    [
      'a score step that earns no more',
      ['activities', 4, 'points', 'scores', 1, 'points'],
      5,
      'activities[4].points.scores[1]',
    ],
    ['a score below zero', ['activities', 4, 'points', 'scores', 0, 'from'], -1, 'activities[4].points.scores[0].from'],
    ['points of an unknown kind', ['activities', 0, 'points'], { bonus: 5 }, 'activities[0].points'],
    ['a deduction of nothing', ['activities', 10, 'points', 'deduct'], 0, 'activities[10].points.deduct'],
    ['an absence that earns', ['activities', 7, 'points'], 5, 'activities[7].points'],
    ['an activity of an unknown stage', ['activities', 2, 'stages'], ['senior'], 'activities[2].stages[0]'],
    ['a provider that is no id', ['activities', 1, 'providers'], ['The Partner'], 'activities[1].providers[0]'],
    ['two rules on the same days', ['activities', 8, 'effective', 'until'], '2026-09-01', 'activities'],
    ['a day that is none', ['activities', 8, 'effective', 'until'], '2026-02-30', 'activities[8].effective.until'],
    ['a period without an end or a beginning', ['effective'], { assumption: 'x' }, 'effective'],
    ['a period that ends before it begins', ['effective', 'until'], '2025-08-31', 'effective.until'],
    ['a cap of an unknown category', ['caps', 0, 'category'], 'outdoor', 'caps[0].category'],
    ['a cap of an unknown activity', ['caps', 4, 'activity'], 'song', 'caps[4].activity'],
    ['a cap for an unknown time', ['caps', 0, 'per'], 'month', 'caps[0].per'],
    ['a cap of nothing', ['caps', 1, 'points'], 0, 'caps[1].points'],
    ['terms and school years without a calendar', ['calendar'], undefined, 'calendar'],
    ['terms out of order', ['calendar', 'terms'], ['09-01', '02-15', '01-15'], 'calendar.terms[2]'],
    ['a term that does not begin every year', ['calendar', 'terms', 1], '02-29', 'calendar.terms[1]'],
    ['a validity of no school years', ['validity', 'schoolYears'], 0, 'validity.schoolYears'],
    ['a validity of two kinds', ['validity', 'years'], 1, 'validity.years'],
    ['an unknown way to count the years', ['within'], 'term', 'within'],
    ['a plural without words', ['unit', 'name', 'plural'], '', 'unit.name.plural'],
  ];
  test.each(inFull)('%s is an error that names the path', (_, path, value, where) => {
    expect(errorPaths(withValue(path, value, fullFile))).toEqual([where]);
  });

  test('a stage needs a ladder, of its own or the one of the scheme', () => {
    const own = withValue(['stages', 0, 'levels'], [{ id: '9', name: { zh: '九', en: 'nine' }, points: 5 }]);
    expect(errorPaths(own)).toEqual([]);
    expect(errorPaths({ ...(own as object), levels: undefined })).toEqual(['stages[1].levels']);
  });

  test('rules for one kind of record are told apart by source, stage or day, and only by these', () => {
    const rules = (...parts: object[]) =>
      errorPaths({ ...smallFile, activities: parts.map((part, n) => ({ ...talk, id: `r-${n}`, ...part })) });
    expect(rules({}, { providers: ['a'] }, { providers: ['b'] })).toEqual([]);
    expect(rules({ stages: ['0-3'] }, { stages: ['4-6'] }, {})).toEqual([]);
    expect(rules({ effective: { until: '2026-08-31' } }, { effective: { from: '2026-09-01' } })).toEqual([]);
    expect(rules({}, {})).toEqual(['activities']);
    expect(rules({ providers: ['a', 'b'] }, { providers: ['b'] })).toEqual(['activities']);
    expect(rules({ stages: ['0-3'] }, { stages: ['0-3', '4-6'] })).toEqual(['activities']);
    expect(rules({ effective: { until: '2026-08-31' } }, {})).toEqual(['activities']);
  });

  test.each([null, [], 'text', 3])('%j is an error, not a crash', (value) => {
    expect(errorPaths(value)).toContain('');
  });

  test('every error is found in one pass', () => {
    const paths = errorPaths({ ...smallFile, id: '', version: 0, levels: [{}] });
    expect(paths).toEqual(['id', 'version', 'levels[0].id', 'levels[0].name', 'levels[0].points']);
  });
});

describe('which rule a record falls under', () => {
  const small = mustParse(smallFile);
  const online = (activity: string) => matchActivity(small, { category: 'online', verb: 'completed', activity })?.id;

  test('an exact activity before a prefix, the longer prefix before the shorter', () => {
    expect(online('lesson:7')).toBe('lesson');
    expect(online('lesson:long-7')).toBe('long-lesson');
    expect(online('lesson:long-1')).toBe('first-lesson');
  });

  test('also when the file lists them the other way round', () => {
    const turned = mustParse({ ...smallFile, activities: smallFile.activities.toReversed() });
    for (const activity of ['lesson:7', 'lesson:long-7', 'lesson:long-1']) {
      expect(matchActivity(turned, { category: 'online', verb: 'completed', activity })?.id).toBe(online(activity));
    }
  });

  test('no rule for another verb, category or activity', () => {
    expect(matchActivity(small, { category: 'online', verb: 'opened', activity: 'lesson:7' })).toBeUndefined();
    expect(matchActivity(small, { category: 'offline', verb: 'completed', activity: 'lesson:7' })).toBeUndefined();
    expect(online('video:7')).toBeUndefined();
  });

  test('a rule without an activity takes any', () => {
    expect(matchActivity(small, { category: 'offline', verb: 'hosted', activity: 'x' })?.id).toBe('meeting');
  });
});

describe('Shangcheng star licence', () => {
  test('five stages from 0–3 to 13–15, five stars of 100 points, each with one more offline activity', () => {
    expect(shangcheng.stages.map(({ id }) => id)).toEqual(['0-3', '4-6', '7-9', '10-12', '13-15']);
    expect(levelsOf(shangcheng, '0-3').map(({ id, points, minimums }) => [id, points, minimums])).toEqual(
      [1, 2, 3, 4, 5].map((star) => [String(star), 100 * star, { offline: star }]),
    );
    expect(levelsOf(shangcheng, '0-3').map(({ name }) => name.zh)).toEqual(['一星', '二星', '三星', '四星', '五星']);
    expect(shangcheng.template).toBe(2);
  });

  test('what the district did not publish is marked as our assumption', () => {
    const unmarked = [...shangcheng.activities, ...levelsOf(shangcheng, '0-3'), ...shangcheng.stages].filter(
      (part) => !part.assumption,
    );
    expect(unmarked.map(({ id }) => id)).toEqual(['0-3', '13-15']);
    expect(shangcheng.validity).toEqual({ years: 3, assumption: expect.any(String) });
  });
});
