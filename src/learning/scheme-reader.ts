/** Reads a scheme file strictly: the scheme, or every error in it with its path. */

import {
  countsById,
  fail,
  fields,
  identifier,
  integer,
  type Located,
  list,
  oneOf,
  optional,
  reference,
  refuseRepeats,
  type SchemeError,
  text,
  wording,
} from './located.ts';
import { readActivity, readCalendar, readCap, readPeriod, refuseRivals } from './rule-reader.ts';
import {
  allLevels,
  type Category,
  type Counted,
  type Level,
  type Scheme,
  type Stage,
  type Validity,
} from './scheme.ts';

/** The scheme, or every error in it with its path (`levels[1].points`). A key that is not known here is an error. */
export function parseScheme(value: unknown): { ok: true; scheme: Scheme } | { ok: false; errors: SchemeError[] } {
  const errors: SchemeError[] = [];
  const root: Located = { value, path: '', errors };
  const known = fields(root, {
    required: ['id', 'version', 'name', 'description', 'sources', 'stages', 'categories', 'activities', 'template'],
    optional: ['unit', 'consent', 'effective', 'calendar', 'within', 'levels', 'caps', 'validity'],
  });
  const head = {
    id: identifier(known('id')),
    version: integer(known('version'), 1, 65_535),
    name: wording(known('name')),
    description: wording(known('description')),
    sources: list(known('sources'), readSource),
    ...optional('unit', known, readUnit),
    ...optional('consent', known, text),
    ...optional('effective', known, readPeriod),
    ...optional('calendar', known, readCalendar),
    ...optional('within', known, (within) => oneOf(within, ['school-year'])),
  };
  const categories = list(known('categories'), readCategory);
  const categoryIds = categories.map(({ id }) => id);
  const levels = optional('levels', known, (node) => readLadder(node, categoryIds));
  const stages = list(known('stages'), (node) => readStage(node, categoryIds));
  const activities = list(known('activities'), (node) => readActivity(node, { categories, stages }));
  const scheme: Scheme = {
    ...head,
    stages,
    categories,
    ...levels,
    activities,
    ...optional('caps', known, (caps) => list(caps, (cap) => readCap(cap, { categories, stages }, activities))),
    template: integer(known('template'), 1, 65_535),
    ...optional('validity', known, readValidity),
  };
  refuseRepeats(known('stages'), ids(stages), { zh: '阶段编号', en: 'id' });
  refuseRepeats(known('categories'), categoryIds, { zh: '类别编号', en: 'id' });
  refuseRepeats(known('activities'), ids(activities), { zh: '活动编号', en: 'id' });
  refuseRepeats(known('levels'), ids(allLevels(scheme)), { zh: '级别编号', en: 'id' });
  refuseRivals(activities, known('activities'));
  refuseStagesWithoutLadder(scheme, known('stages'));
  refuseUnknownRequirements(scheme, root);
  refuseMissingCalendar(scheme, known('calendar'));
  return errors.length === 0 ? { ok: true, scheme } : { ok: false, errors };
}

const ids = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);

function readSource(node: Located): { fact: string; source: string } {
  const known = fields(node, { required: ['fact', 'source'] });
  return { fact: text(known('fact')), source: text(known('source')) };
}

function readUnit(node: Located): NonNullable<Scheme['unit']> {
  const known = fields(node, { required: ['name'], optional: ['assumption'] });
  return { name: counted(known('name')), ...optional('assumption', known, text) };
}

/** A wording that may say its English plural. */
function counted(node: Located): Counted {
  const { value } = node;
  if (typeof value !== 'object' || value === null || !('plural' in value)) return wording(node);
  const known = fields(node, { required: ['zh', 'en', 'plural'] });
  return { zh: text(known('zh')), en: text(known('en')), plural: text(known('plural')) };
}

function readCategory(node: Located): Category {
  const known = fields(node, { required: ['id', 'name'] });
  return { id: identifier(known('id')), name: counted(known('name')) };
}

function readStage(node: Located, categories: readonly string[]): Stage {
  const known = fields(node, { required: ['id', 'name'], optional: ['ages', 'levels', 'assumption'] });
  return {
    id: identifier(known('id')),
    name: wording(known('name')),
    ...optional('ages', known, readAges),
    ...optional('levels', known, (levels) => readLadder(levels, categories)),
    ...optional('assumption', known, text),
  };
}

function readAges(node: Located): { from: number; to: number } {
  const known = fields(node, { required: ['from', 'to'] });
  const from = integer(known('from'), 0, 99);
  return { from, to: integer(known('to'), from, 99) };
}

function readLadder(node: Located, categories: readonly string[]): Level[] {
  const levels = list(node, (level) => readLevel(level, categories));
  levels.forEach((level, at) => {
    const below = levels[at - 1];
    if (below && level.points <= below.points)
      fail(
        { ...node, path: `${node.path}[${at}].points` },
        {
          zh: `应多于前一级的 ${below.points}`,
          en: `must be more than the ${below.points} of the level before`,
        },
      );
  });
  return levels;
}

function readLevel(node: Located, categories: readonly string[]): Level {
  const known = fields(node, {
    required: ['id', 'name', 'points'],
    optional: ['minimums', 'attendancePercent', 'requires', 'assumption'],
  });
  return {
    id: identifier(known('id')),
    name: wording(known('name')),
    points: integer(known('points'), 1, 1_000_000),
    ...optional('minimums', known, (minimums) =>
      countsById(minimums, categories, { zh: '不是本方案的类别', en: 'is not a category of this scheme' }),
    ),
    ...optional('attendancePercent', known, (percent) => integer(percent, 1, 100)),
    ...optional('requires', known, readRequirements),
    ...optional('assumption', known, text),
  };
}

/** What it names is checked when the whole file is read: activities come after the ladders. */
function readRequirements(node: Located): NonNullable<Level['requires']> {
  const known = fields(node, { optional: ['activities', 'levels'] });
  return {
    ...optional('activities', known, (activities) => {
      const named =
        typeof activities.value === 'object' && activities.value !== null ? Object.keys(activities.value) : [];
      return countsById(activities, named, { zh: '', en: '' });
    }),
    ...optional('levels', known, (levels) => list(levels, readMilestone)),
  };
}

function readMilestone(node: Located): { stage: string; level: string } {
  const known = fields(node, { required: ['stage', 'level'] });
  return { stage: identifier(known('stage')), level: identifier(known('level')) };
}

function readValidity(node: Located): Validity {
  const { value } = node;
  const unit = typeof value === 'object' && value !== null && 'schoolYears' in value ? 'schoolYears' : 'years';
  const known = fields(node, { required: [unit], optional: ['assumption'] });
  const count = integer(known(unit), 1, 50);
  const assumption = optional('assumption', known, text);
  return unit === 'years' ? { years: count, ...assumption } : { schoolYears: count, ...assumption };
}

function refuseStagesWithoutLadder({ stages, levels }: Scheme, node: Located): void {
  if (levels !== undefined) return;
  stages.forEach((stage, at) => {
    if (stage.levels === undefined)
      fail(
        { ...node, path: `stages[${at}].levels` },
        { zh: '本阶段没有级别,方案也没有共用的级别', en: 'is missing, and the scheme has no ladder for all stages' },
      );
  });
}

/** A ladder may ask for levels of earlier stages only, so that no two wait for each other. */
function refuseUnknownRequirements(scheme: Scheme, root: Located): void {
  const rules = ids(scheme.activities);
  const check = (levels: readonly Level[], path: string, earlier: readonly Stage[]) =>
    levels.forEach(({ requires }, at) => {
      for (const id of Object.keys(requires?.activities ?? {}))
        reference({ ...root, value: id, path: `${path}[${at}].requires.activities.${id}` }, rules, {
          zh: '不是本方案的活动',
          en: 'is not an activity of this scheme',
        });
      requires?.levels?.forEach(({ stage, level }, index) => {
        const found = earlier.find(({ id }) => id === stage);
        const ladder = found?.levels ?? scheme.levels ?? [];
        if (!found || !ladder.some(({ id }) => id === level))
          fail(
            { ...root, path: `${path}[${at}].requires.levels[${index}]` },
            { zh: '应为前面某个阶段的级别', en: 'must be a level of a stage before this one' },
          );
      });
    });
  check(scheme.levels ?? [], 'levels', []);
  scheme.stages.forEach((stage, at) => {
    check(stage.levels ?? [], `stages[${at}].levels`, scheme.stages.slice(0, at));
  });
}

function refuseMissingCalendar({ calendar, within, caps = [], validity }: Scheme, node: Located): void {
  const bySchoolYear =
    within !== undefined ||
    caps.some(({ per }) => per === 'term' || per === 'school-year') ||
    (validity !== undefined && 'schoolYears' in validity);
  if (bySchoolYear && calendar === undefined)
    fail(node, { zh: '有按学期或学年的规则,应写明学期', en: 'is missing: rules speak of terms or school years' });
}
