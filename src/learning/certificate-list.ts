/** A list of certificates that were given before this service (已有证书名单): its columns, and a row of it as the learning record that it becomes. */
import type { RecordProblem, RecordProblemCode } from './event.ts';
import type { Activity, Scheme } from './scheme.ts';

const COLUMNS = {
  serial: ['证书编号', '证书号', '编号', 'serial'],
  name: ['姓名', '家长姓名', '学员姓名', 'name'],
  person: ['学员编号', '家长编号', '用户编号', 'person'],
  stage: ['学段', '阶段', 'stage'],
  day: ['发证日期', '颁发日期', '日期', 'day'],
  office: ['发证单位', '颁发单位', 'office'],
} as const;
export type CertificateField = keyof typeof COLUMNS;
export const certificateFields = Object.keys(COLUMNS) as CertificateField[]; // of a literal

/** Field → its place in the header. */
export type ColumnMapping = Readonly<Partial<Record<CertificateField, number>>>;

export type ListProblemCode = RecordProblemCode | 'missing-name' | 'repeated-person';

/** What is wrong with a row, in words for whoever keeps the list. `column` as the file names it; '' for the whole row. */
export type ListProblem = { code: ListProblemCode; column: string; zh: string; en: string };

/** By the names that lists have, or as `named` says. Office alone may be absent, and the name where none is ever shown. */
export function mapColumns(
  header: readonly string[],
  { named = {}, needsName }: { named?: Readonly<Record<string, string>>; needsName: boolean },
): { ok: true; columns: ColumnMapping } | { ok: false; problem: ListProblem } {
  const titles = header.map((title) => title.trim());
  const columns: Partial<Record<CertificateField, number>> = {};
  for (const field of certificateFields) {
    const wanted: readonly string[] = named[field] === undefined ? COLUMNS[field] : [named[field]];
    const places = titles.flatMap((title, at) => (wanted.includes(title) ? [at] : []));
    const [place] = places;
    if (places.length > 1 && new Set(places.map((at) => titles[at])).size < places.length)
      return { ok: false, problem: headerProblem('duplicate-column', titles[place ?? 0] ?? '') };
    if (place !== undefined) columns[field] = place;
    else if (named[field] !== undefined || !(field === 'office' || (field === 'name' && !needsName)))
      return { ok: false, problem: headerProblem('missing-column', wanted[0] ?? field) };
  }
  return { ok: true, columns };
}

const headerProblem = (code: 'duplicate-column' | 'missing-column', column: string): ListProblem =>
  code === 'duplicate-column'
    ? {
        code,
        column,
        zh: `表头中列“${column}”重复,请指明用哪一列。`,
        en: `The header has the column ${column} twice: leave one.`,
      }
    : {
        code,
        column,
        zh: `表头缺少列“${column}”;如果它叫别的名字,请指明。`,
        en: `The header lacks the column ${column}: if it has another name, say which.`,
      };

const VERB = 'earned';

/** What a source's certificates count as. */
export type CertificateRule = { readonly scheme: Scheme; readonly activity: Activity };

/** Sources whose lists of certificates a scheme takes, with the rule for each. */
export function certificateRules(schemes: ReadonlyMap<string, Scheme>): Map<string, CertificateRule> {
  const rules = new Map<string, CertificateRule>();
  for (const scheme of schemes.values())
    for (const activity of scheme.activities)
      if (activity.verbs.includes(VERB))
        for (const source of activity.providers ?? []) rules.set(source, { scheme, activity });
  return rules;
}

/** Not checked yet. */
export type CertificateRecord = Readonly<
  Record<'id' | 'scheme' | 'stage' | 'activity' | 'category' | 'verb' | 'occurredAt', string>
> & { readonly learner: { readonly id: string; readonly name?: string } };

/** For `parseRecord`. What a cell says is passed on as it is where it cannot be understood: parseRecord says what is wrong. */
export function certificateRecord(
  cells: readonly string[],
  columns: ColumnMapping,
  { scheme, activity }: CertificateRule,
): CertificateRecord {
  const cell = (field: CertificateField): string => cells[columns[field] ?? -1]?.trim().normalize('NFC') ?? '';
  const name = cell('name');
  const office = cell('office');
  return {
    id: cell('serial'),
    learner: { id: cell('person'), ...(name === '' ? {} : { name }) },
    scheme: scheme.id,
    stage: stageOf(scheme, cell('stage')),
    activity: `${(activity.activity ?? '*').slice(0, -1)}${office === '' ? 'existing' : office}`,
    category: activity.category,
    verb: VERB,
    occurredAt: startOfDay(cell('day')),
  };
}

/** 小学, 小学阶段 and primary are one stage; so are 0-3岁 and 0–3岁. */
function stageOf({ stages }: Scheme, text: string): string {
  const plain = (name: string) => name.replace(/阶段$/, '').replace(/[-—~~]/g, '–');
  return stages.find(({ id, name }) => id === text || plain(name.zh) === plain(text))?.id ?? text;
}

const DAY = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))$/;

function startOfDay(text: string): string {
  const [, year, , m1, d1, m2, d2, m3, d3] = DAY.exec(text) ?? [];
  if (year === undefined) return text;
  const two = (part = '') => part.padStart(2, '0');
  return `${year}-${two(m1 ?? m2 ?? m3)}-${two(d1 ?? d2 ?? d3)}T00:00:00+08:00`;
}

/** JSON path in a record → the column that it came from. */
const FIELDS: Readonly<Record<string, CertificateField>> = {
  id: 'serial',
  'learner.id': 'person',
  'learner.name': 'name',
  stage: 'stage',
  occurredAt: 'day',
  activity: 'office',
};

const OWN_WORDING: Readonly<Partial<Record<ListProblemCode, { zh: string; en: string }>>> = {
  'missing-name': {
    zh: '缺少姓名。已签发的证书不能再改,请补上姓名后重新导入此行。',
    en: 'The name is missing. A signed certificate never changes: add the name, then import this row again.',
  },
  'repeated-person': {
    zh: '该学员在此学段已有证书:本行已记录,不再签发第二张。',
    en: 'This person has a certificate of this stage already: the row is recorded, no second one is issued.',
  },
  'record-conflict': {
    zh: '此证书编号已用于另一张证书(另一行,或以前的导入),请核对。',
    en: 'This serial number stands for another certificate, in another row or an earlier import: check it.',
  },
  'bad-date': {
    zh: '没有这一天,或写法不对;应如 2021-06-30。',
    en: 'There is no such day, or it is written in another way: expected 2021-06-30.',
  },
};

/** In the words of the list: its columns instead of a record's fields. */
export function listProblem(
  { code: recordCode, field, zh, en }: RecordProblem,
  { header, columns }: { header: readonly string[]; columns: ColumnMapping },
): ListProblem {
  const code = recordCode === 'missing-field' && field === 'learner.name' ? 'missing-name' : recordCode;
  const known = FIELDS[field];
  const column = known === undefined ? '' : (header[columns[known] ?? -1]?.trim() ?? COLUMNS[known][0]);
  const renamed = (text: string) => (field === '' || column === '' ? text : text.replaceAll(field, () => column));
  return { code, column, ...(OWN_WORDING[code] ?? { zh: renamed(zh), en: renamed(en) }) };
}

export const ownListProblem = (code: 'repeated-person', column: string): ListProblem => ({
  code,
  column,
  ...(OWN_WORDING[code] ?? { zh: code, en: code }),
});
