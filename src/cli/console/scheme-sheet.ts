/** A scheme in words: stages, ladders, rules, every assumption beside its place in the file, and the sources of what is published. */
import {
  type Activity,
  type Cap,
  type Level,
  levelsOf,
  type Period,
  type Scheme,
  type Stage,
  type Validity,
  type Worth,
} from '../../learning/scheme.ts';
import { amountOf } from '../../learning/wording.ts';

export function schemeSheet(scheme: Scheme): string {
  const { id, version, name, description, stages, activities, caps = [], sources, template } = scheme;
  const assumed = assumptions(scheme, '');
  return [
    `${id} — ${both(name)}`,
    `第 ${version} 版,模板 ${template} version ${version}, template ${template}`,
    `${description.zh} ${description.en}`,
    ...section(
      '阶段与级别 Stages and levels',
      stages.flatMap((stage) => stageLines(scheme, stage)),
    ),
    ...section(
      '活动 Activities',
      activities.map((activity) => activityLine(scheme, activity)),
    ),
    ...section(
      '上限(超出部分不计分,记录仍有效) Caps (what is above earns nothing, the record counts)',
      caps.map((cap) => capLine(scheme, cap)),
    ),
    ...section('时间 Time', timeLines(scheme)),
    ...section(`假定,未见公布 Assumptions, not published (${assumed.length})`, assumed),
    ...section(
      '来源 Sources',
      sources.map(({ fact, source }) => `${fact} — ${source}`),
    ),
  ].join('\n');
}

const both = ({ zh, en }: { zh: string; en: string }): string => `${zh} ${en}`;

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

const points = (scheme: Scheme, count: number): string => {
  const { zh, en } = amountOf(scheme, count);
  return `${zh} ${en.slice(String(count).length + 1)}`;
};

function stageLines(scheme: Scheme, stage: Stage): string[] {
  const ages = stage.ages ? ` (${stage.ages.from}–${stage.ages.to})` : '';
  return [
    `${stage.id}  ${both(stage.name)}${ages}`,
    ...levelsOf(scheme, stage.id).map((level) => `  ${level.id}  ${both(level.name)}: ${levelRule(scheme, level)}`),
  ];
}

function levelRule(scheme: Scheme, { points: least, minimums = {}, attendancePercent, requires }: Level): string {
  const nameOf = (items: readonly { id: string; name: { zh: string; en: string } }[], id: string) => {
    const found = items.find((item) => item.id === id);
    return found ? both(found.name) : id;
  };
  return [
    points(scheme, least),
    ...Object.entries(minimums).map(([id, count]) => `${nameOf(scheme.categories, id)} ≥ ${count}`),
    ...(attendancePercent === undefined ? [] : [`出勤 attendance ≥ ${attendancePercent} %`]),
    ...Object.entries(requires?.activities ?? {}).map(([id, count]) => `${nameOf(scheme.activities, id)} ≥ ${count}`),
    ...(requires?.levels ?? []).map(({ stage, level }) => `先有 first: ${stage} ${level}`),
  ].join('; ');
}

function activityLine(scheme: Scheme, activity: Activity): string {
  const {
    id,
    name,
    category,
    verbs,
    activity: object = '*',
    providers,
    stages,
    once,
    attendance,
    effective,
  } = activity;
  const parts = [
    worthInWords(scheme, activity.points),
    ...(once ? ['每项一次 once for each object'] : []),
    ...(attendance ? [attendance === 'present' ? '出勤 presence' : '缺席 absence'] : []),
    ...(providers ? [`来源 from: ${providers.join(', ')}`] : []),
    ...(stages ? [`阶段 stages: ${stages.join(', ')}`] : []),
    ...(effective ? [period(effective)] : []),
  ];
  return `${id}  ${both(name)}: ${category}/${verbs.join('|')}/${object} → ${parts.join('; ')}`;
}

function worthInWords(scheme: Scheme, worth: Worth): string {
  if (typeof worth === 'number') return points(scheme, worth);
  if ('deduct' in worth) return `扣 minus ${points(scheme, worth.deduct)}`;
  if ('everyMinutes' in worth)
    return `每满 ${worth.everyMinutes} 分钟 for every full ${worth.everyMinutes} min: ${points(scheme, worth.points)}`;
  return worth.scores.map(({ from, points: earned }) => `得分 score ≥ ${from}: ${points(scheme, earned)}`).join(', ');
}

const PER: Readonly<Record<Cap['per'], string>> = {
  day: '每天 a day',
  week: '每周 a week',
  term: '每学期 a term',
  'school-year': '每学年 a school year',
  stage: '每阶段 a stage',
};

const capLine = (scheme: Scheme, { per, points: most, category, activity, each }: Cap): string =>
  [
    `${PER[per]}: ≤ ${points(scheme, most)}`,
    ...(category ? [category] : []),
    ...(activity ? [activity] : []),
    ...(each ? ['每个对象 each object'] : []),
  ].join(', ');

function timeLines({ effective, within, calendar, validity }: Scheme): string[] {
  return [
    ...(effective ? [`记录 records: ${period(effective)}`] : []),
    ...(within ? ['级别按一个学年内的记录评定 levels are reached within one school year'] : []),
    ...(calendar ? [`学期开始 terms begin: ${calendar.terms.join(', ')}`] : []),
    `有效期 validity: ${validity ? validityInWords(validity) : '长期 no end'}`,
  ];
}

const period = ({ from = '…', until = '…' }: Period): string => `${from} – ${until}`;

const validityInWords = (validity: Validity): string =>
  'years' in validity
    ? `${validity.years} 年 years`
    : `至第 ${validity.schoolYears} 个学年末 to the end of school year ${validity.schoolYears}`;

/** Each with its path, the id of what it is about, and its words. */
function assumptions(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => assumptions(item, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const id = fields.get('id');
  const own = fields.get('assumption');
  return [
    ...(typeof own === 'string' ? [`${path}${typeof id === 'string' ? ` ${id}` : ''}: ${own}`] : []),
    ...[...fields].flatMap(([key, part]) => assumptions(part, path === '' ? key : `${path}.${key}`)),
  ];
}
