/** The schemes that ship, in their own words: what is published, what is assumed, and what a parent reaches with which records. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import beilunFile from '../../credentials/beilun-certificate/scheme.json';
import wuchengFile from '../../credentials/wucheng-four-three/scheme.json';
import zhejiangFile from '../../credentials/zhejiang-parent-points/scheme.json';
import type { LedgerEntry } from '../../src/learning/ledger.ts';
import { standing } from '../../src/learning/milestone.ts';
import { matchActivity } from '../../src/learning/rules.ts';
import { hasStage, type Scheme } from '../../src/learning/scheme.ts';
import { mustParse, shangcheng } from './schemes.ts';

const zhejiang = mustParse(zhejiangFile);
const wucheng = mustParse(wuchengFile);
const beilun = mustParse(beilunFile);
const schemes = [shangcheng, zhejiang, wucheng, beilun];

let serial = 0;
type Part = {
  stage: string;
  category: string;
  verb: string;
  activity: string;
  at?: string;
  minutes?: number;
  score?: number;
};
function records(scheme: Scheme, count: number, { at = '2026-10-08', ...part }: Part): LedgerEntry[] {
  return Array.from({ length: count }, (_, n) => {
    serial += 1;
    const occurredAt = Date.parse(`${at}T10:00:00+08:00`) / 1000 + n * 86_400;
    const activity = `${part.activity}:${n}`;
    return { ...part, id: `e-${serial}`, kind: 'record', source: 'zjhj', scheme: scheme.id, activity, occurredAt };
  });
}

describe.each(schemes.map((scheme) => [scheme.id, scheme] as const))('%s', (id, scheme) => {
  test('has a source for every fact, and marks all that is nobody’s fact as ours', () => {
    expect(scheme.sources.length).toBeGreaterThan(0);
    const { activities, caps = [], calendar, unit, levels = [], stages } = scheme;
    const invented = [...activities, ...caps, ...levels, ...stages.flatMap((stage) => stage.levels ?? [])];
    const settings = [calendar, unit, scheme.validity].filter((part) => part !== undefined);
    expect([...invented, ...settings].filter(({ assumption }) => !assumption)).toEqual([]);
  });

  test('names no marriage, pregnancy or illness in what is signed', () => {
    const [name = ''] = readdirSync(`credentials/${id}`).filter((file) => file.endsWith('.template.json'));
    expect(readFileSync(`credentials/${id}/${name}`, 'utf8')).not.toMatch(/婚|孕|产妇|健康|疾病|marri|pregnan|health/i);
  });
});

test('a record belongs to one scheme even when it does not name it', () => {
  for (const scheme of schemes)
    for (const { id: stage } of scheme.stages)
      for (const { category, verbs, activity = '', providers: [source = ''] = [] } of scheme.activities)
        for (const verb of verbs) {
          const record = { category, verb, activity: activity.replace('*', '1'), source };
          const fitting = schemes.filter((other) => hasStage(other, stage) && matchActivity(other, record));
          expect(fitting).toEqual([scheme]);
        }
});

describe('Zhejiang: a certificate for each stage', () => {
  const course = { stage: 'primary', category: 'online', verb: 'completed', activity: 'course' };
  const at = (entries: LedgerEntry[], stage = 'primary') => standing(entries, zhejiang, stage);

  test('20 courses of 5 points', () => {
    expect(at(records(zhejiang, 20, course)).reached).toEqual(['certificate']);
    expect(at(records(zhejiang, 19, course)).next).toEqual({ level: 'certificate', missingPoints: 5, missing: {} });
  });

  test('20 points a day online, 60 a term offline', () => {
    const oneDay = records(zhejiang, 8, course).map((entry) => ({ ...entry, occurredAt: 1_791_000_000 }));
    expect(at(oneDay).points).toBe(20);
    const meetings = records(zhejiang, 5, { ...course, category: 'offline', verb: 'attended', activity: 'meeting' });
    expect(at(meetings)).toMatchObject({ points: 60, counts: { offline: 5 } });
  });

  test('a certificate that was given before is the whole of it, from the list of the province and nobody else', () => {
    const given = { stage: 'primary', category: 'certificate', verb: 'earned', activity: 'certificate' };
    const listed = records(zhejiang, 2, given).map((entry) => ({ ...entry, source: 'zjhj-certificates' }));
    expect(at(listed.slice(1)).reached).toEqual(['certificate']);
    expect(at(listed).reached).toEqual(['certificate']);
    expect(at(records(zhejiang, 1, given))).toMatchObject({ reached: [], earned: [{ points: 0, reason: 'no-rule' }] });
  });

  test('courses for new families count in the first two stages only', () => {
    const family = { ...course, activity: 'family' };
    expect(at(records(zhejiang, 3, { ...family, stage: 'new-family' }), 'new-family').points).toBe(15);
    expect(at(records(zhejiang, 1, family)).earned).toMatchObject([{ points: 0, reason: 'not-in-stage' }]);
  });
});

describe('Wucheng: four layers of three levels', () => {
  const unit = { stage: 'layer-2', category: 'online', verb: 'completed', activity: 'unit' };
  const workshop = { ...unit, category: 'offline', verb: 'attended', activity: 'workshop' };
  const at = (...entries: LedgerEntry[][]) => standing(entries.flat(), wucheng, 'layer-2');
  const units = records(wucheng, 48, unit);

  test('the matrix', () => {
    expect(wucheng.stages.map(({ levels = [] }) => levels.map(({ id }) => id))).toEqual(
      [1, 2, 3, 4].map((layer) => [1, 2, 3].map((level) => `${layer}-${level}`)),
    );
  });

  test('the second level takes two workshops, the third also experience shared and nine workshops of ten', () => {
    expect(at(units, records(wucheng, 1, workshop))).toMatchObject({
      reached: ['2-1'],
      next: { level: '2-2', missing: { offline: 1 } },
    });
    const two = records(wucheng, 2, workshop);
    const missed = records(wucheng, 3, { ...workshop, verb: 'missed' }).slice(2);
    const shared = records(wucheng, 1, { ...unit, category: 'offline', verb: 'shared', activity: 'sharing' });
    expect(at(units, two, missed, shared)).toMatchObject({
      reached: ['2-1', '2-2'],
      next: { level: '2-3', missing: {}, absences: 1 },
    });
    const madeUp = records(wucheng, 3, { ...workshop, verb: 'made-up' }).slice(2);
    expect(at(units, two, missed, madeUp, shared).reached).toEqual(['2-1', '2-2', '2-3']);
    expect(at(units, records(wucheng, 3, workshop)).next).toMatchObject({ activities: { sharing: 1 } });
  });

  test('40 points a week online', () => {
    const oneWeek = records(wucheng, 12, unit).map((entry, n) => ({ ...entry, occurredAt: 1_791_000_000 + n }));
    expect(at(oneWeek).points).toBe(40);
  });
});

describe('Beilun: class-hours of one school year', () => {
  const hour = { stage: 'parents', category: 'online', verb: 'completed', activity: 'hour', minutes: 45 };
  const at = (...entries: LedgerEntry[][]) => standing(entries.flat(), beilun, 'parents');

  test('eight class-hours of 45 minutes, also in shorter lessons', () => {
    expect(at(records(beilun, 8, hour)).reached).toEqual(['completed']);
    expect(at(records(beilun, 24, { ...hour, minutes: 15 })).reached).toEqual(['completed']);
    expect(at(records(beilun, 7, hour)).next).toEqual({ level: 'completed', missingPoints: 45, missing: {} });
  });

  test('those of two school years are not added up', () => {
    const [before, after] = [records(beilun, 4, { ...hour, at: '2026-05-08' }), records(beilun, 4, hour)];
    expect(at(before, after)).toMatchObject({ reached: [], points: 180, schoolYear: 2026 });
  });

  test('a lesson seen again adds nothing', () => {
    expect(at(records(beilun, 2, hour), records(beilun, 2, { ...hour, at: '2026-11-08' })).points).toBe(90);
  });
});
