/** A list of certificates that were given before this service (已有证书名单): what its columns mean, and what is wrong with a row, in the list's own words. */
import { plain } from './formats/cell.ts';
import type { Field, Mapping } from './formats/mapping.ts';
import type { RecordProblem, RecordProblemCode } from './record-problem.ts';
import type { Activity, Scheme } from './scheme.ts';

/** What a source's certificates count as. */
export type CertificateRule = { readonly scheme: Scheme; readonly activity: Activity };

const VERB = 'earned';

/** Sources whose lists of certificates a scheme takes, with the rule for each. */
export function certificateRules(schemes: ReadonlyMap<string, Scheme>): Map<string, CertificateRule> {
  const rules = new Map<string, CertificateRule>();
  for (const scheme of schemes.values())
    for (const activity of scheme.activities)
      if (activity.verbs.includes(VERB))
        for (const source of activity.providers ?? []) rules.set(source, { scheme, activity });
  return rules;
}

/** Fields of a record that a column of the list fills, and how lists call it; the rest is the rule's. */
const COLUMN_NAMES = {
  id: ['证书编号', '证书号', '编号'],
  'learner.id': ['学员编号', '家长编号', '用户编号'],
  'learner.name': ['姓名', '家长姓名', '学员姓名'],
  stage: ['学段', '阶段'],
  occurredAt: ['发证日期', '颁发日期', '发证时间', '日期'],
  activity: ['发证单位', '颁发单位'],
} as const satisfies Partial<Record<Field, readonly string[]>>;
type ListField = keyof typeof COLUMN_NAMES;
export const listFields = Object.keys(COLUMN_NAMES) as ListField[]; // of a literal

/** As `parseMapping` reads it. */
export type MappingJson = { fields?: Record<string, unknown>; ignore?: unknown; headerLine?: unknown };

/** Usual names, where `own` says nothing else. */
export function certificateMapping(
  header: readonly string[],
  { scheme, activity }: CertificateRule,
  own: MappingJson = {},
): MappingJson {
  const titles = header.map(plain);
  const prefix = (activity.activity ?? '*').slice(0, -1);
  const origins = listFields.flatMap((field): [string, unknown][] => {
    const said = own.fields?.[field];
    const usual = COLUMN_NAMES[field].find((name) => titles.includes(name));
    const column = typeof said === 'string' ? said : usual;
    if (said !== undefined && typeof said !== 'string') return [[field, said]];
    if (field === 'activity')
      return [[field, column === undefined ? { constant: `${prefix}existing` } : { column, prefix }]];
    if (column === undefined) return [];
    return [[field, field === 'stage' ? { column, values: stageValues(scheme) } : column]];
  });
  const constants = { scheme: scheme.id, category: activity.category, verb: VERB };
  return {
    ...own,
    fields: {
      ...Object.fromEntries(origins),
      ...Object.fromEntries(Object.entries(constants).map(([field, constant]) => [field, { constant }])),
    },
  };
}

/** 小学 and 小学阶段 are one stage; so are 0-3岁 and 0–3岁. */
const stageValues = ({ stages }: Scheme): Record<string, string> =>
  Object.fromEntries(
    stages.flatMap(({ id, name: { zh } }) =>
      [zh, zh.replace(/阶段$/, '')].flatMap((name) => [
        [name, id],
        [name.replaceAll('–', '-'), id],
      ]),
    ),
  );

export type ListProblemCode = RecordProblemCode | 'missing-name' | 'repeated-person' | 'taken-back';

/** For whoever keeps the list. `column` as the file names it; '' for the whole row. */
export type ListProblem = { code: ListProblemCode; column: string; zh: string; en: string };

const OWN_WORDING: Readonly<Partial<Record<ListProblemCode, { zh: string; en: string }>>> = {
  'missing-name': {
    zh: '缺少姓名。已签发的证书不能再改,请补上姓名后重新导入此行。',
    en: 'The name is missing. A signed certificate never changes: add the name, then import this row again.',
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

const REPEATED_PERSON = {
  zh: '该学员在此学段已有证书:本行已记录,不再签发第二张。',
  en: 'This person has a certificate of this stage already: the row is recorded, no second one is issued.',
};

const TAKEN_BACK = {
  zh: '此证书编号的记录已被更正撤回:本行不再记录。如证书属实,请用新编号重新导入此行。',
  en: 'The record of this serial number was taken back by a correction: the row is not recorded again. If the certificate is genuine, import the row under a new number.',
};

/** In the words of the list: its columns instead of a record's fields. */
export function listProblem({ code: recordCode, field, zh, en }: RecordProblem, mapping?: Mapping): ListProblem {
  const code = recordCode === 'missing-field' && field === 'learner.name' ? 'missing-name' : recordCode;
  const column = columnOf(field, mapping);
  const renamed = (text: string) => (column === '' ? text : text.replaceAll(field, () => column));
  return { code, column, ...(OWN_WORDING[code] ?? { zh: renamed(zh), en: renamed(en) }) };
}

export const repeatedPerson = (mapping: Mapping): ListProblem => ({
  code: 'repeated-person',
  column: columnOf('learner.id', mapping),
  ...REPEATED_PERSON,
});

export const takenBackRecord = (mapping: Mapping): ListProblem => ({
  code: 'taken-back',
  column: columnOf('id', mapping),
  ...TAKEN_BACK,
});

function columnOf(field: string, mapping: Mapping | undefined): string {
  const origin = mapping?.fields.get(field as Field); // another string is not found
  if (origin && 'columns' in origin) return origin.columns.join(' ');
  const usual: readonly string[] | undefined = COLUMN_NAMES[field as ListField]; // likewise
  return usual?.[0] ?? '';
}
