/** What the tables of Chinese learning platforms usually say, so that most need no mapping: names of columns, and values. */
import type { Scheme } from '../scheme.ts';
import type { Field } from './mapping.ts';

export const COLUMN_NAMES: Readonly<Record<Field, readonly string[]>> = {
  id: ['记录编号', '记录号', '记录ID', '学习记录编号', '流水号'],
  'learner.id': ['学员编号', '学员ID', '学号', '用户编号', '用户ID', '家长编号', '家长ID'],
  'learner.name': ['姓名', '学员姓名', '家长姓名', '用户姓名'],
  scheme: ['积分方案', '方案', '方案编号'],
  stage: ['阶段', '学段', '学习阶段'],
  activity: ['活动', '活动编号', '课程', '课程编号', '课程ID'],
  category: ['类别', '学习类别', '学习方式', '方式'],
  verb: ['行为', '学习行为', '完成情况', '学习状态', '状态'],
  occurredAt: ['时间', '日期', '学习时间', '学习日期', '完成时间', '完成日期', '参加时间', '活动时间', '活动日期'],
  minutes: ['时长', '分钟', '学习时长', '时长(分钟)', '学习时长(分钟)', '学习分钟数'],
  score: ['成绩', '分数', '得分', '测验成绩'],
};

const VALUES: Partial<Record<Field, Readonly<Record<string, string>>>> = {
  category: { 线上: 'online', 线下: 'offline' },
  verb: {
    完成: 'completed',
    已完成: 'completed',
    通过: 'passed',
    已通过: 'passed',
    合格: 'passed',
    参加: 'attended',
    已参加: 'attended',
    出席: 'attended',
    签到: 'attended',
    已签到: 'attended',
    体验: 'experienced',
    浏览: 'experienced',
  },
};

/** What a cell of a field means, by what it says. */
export type KnownValues = ReadonlyMap<Field, ReadonlyMap<string, string>>;

/** The values above, and the Chinese names that the schemes give their stages and categories; a name with two meanings has none. */
export function knownValues(schemes: ReadonlyMap<string, Scheme>): KnownValues {
  const all = [...schemes.values()];
  const named = {
    scheme: all,
    stage: all.flatMap(({ stages }) => stages),
    category: all.flatMap(({ categories }) => categories),
    verb: [],
  };
  return new Map(
    Object.entries(named).map(([field, things]) => {
      const meanings = new Map(Object.entries(VALUES[field as keyof typeof named] ?? {})); // its own keys
      const twice = new Set<string>();
      for (const { id, name } of things) {
        if ((meanings.get(name.zh) ?? id) !== id) twice.add(name.zh);
        meanings.set(name.zh, id);
      }
      for (const name of twice) meanings.delete(name);
      return [field as keyof typeof named, meanings];
    }),
  );
}
