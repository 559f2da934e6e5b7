/** Tables as Chinese platforms export them: what their columns are called, what stands in their cells, and a mapping where that is not enough. */
import { describe, expect, test } from 'vitest';
import { shippedSchemes } from '../../../src/cli/console/scheme-file.ts';
import { errorTableHead, errorTableLine } from '../../../src/learning/formats/error-table.ts';
import { knownValues } from '../../../src/learning/formats/known-words.ts';
import { type Mapping, parseMapping } from '../../../src/learning/formats/mapping.ts';
import { type How, open, readings } from './rows.ts';

const values = knownValues(shippedSchemes);
const table = (how: How, ...lines: string[]) => readings(lines.join('\n'), { values, ...how });
function mapped(value: unknown): Mapping {
  const parsed = parseMapping(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.mapping;
}

describe('without a mapping', () => {
  test('a typical export of a platform is understood', async () => {
    const header = '记录编号,学员编号,姓名,学段,课程编号,学习方式,完成情况,学习时间,时长（分钟）,成绩';
    expect(
      await table(
        {},
        header,
        'Ｒ－１,３３０１,王小明,小学阶段,course：１２,线上,已完成,2026年6月1日 上午9时30分,４５,９０分',
      ),
    ).toEqual([
      {
        id: 'R-1',
        learner: { id: '3301', name: '王小明' },
        stage: 'primary',
        activity: 'course:12',
        category: 'online',
        verb: 'completed',
        occurredAt: '2026-06-01T09:30:00+08:00',
        minutes: 45,
        score: 90,
      },
    ]);
  });

  test('the Chinese names of stages and categories are those of the schemes', () => {
    expect(values.get('stage')?.get('4–6岁阶段')).toBe('4-6');
    expect(values.get('category')?.get('面授课')).toBe('offline');
    expect(values.get('scheme')?.get('浙江数字家长学校学习积分')).toBe('zhejiang-parent-points');
  });

  test('a name that two schemes give different things has no meaning', () => {
    // 0–3岁阶段 is `0-3` in one scheme and `infant` in another.
    expect(values.get('stage')?.has('0–3岁阶段')).toBe(false);
  });

  test('what a value means is not guessed: unknown ones stay as they are', async () => {
    const [record] = await table(
      {},
      'id,learner.id,stage,activity,category,verb,occurredAt',
      'r,p,幼儿,a,混合,看过,2026-06-01',
    );
    expect(record).toMatchObject({ stage: '幼儿', category: '混合', verb: '看过' });
  });

  test('columns without a name, and rows of nothing but commas, are what spreadsheet programs leave behind', async () => {
    expect(
      await table(
        {},
        'id,learner.id,stage,activity,category,verb,occurredAt,,',
        'r,p,s,a,c,v,2026-06-01,,',
        ',,,,,,,,',
        ' ,　,,,,,,,',
      ),
    ).toMatchObject([{ id: 'r' }]);
  });
});

describe('numbers', () => {
  const minutes = async (cell: string) => {
    const [record] = await table(
      {},
      'id,learner.id,stage,activity,category,verb,occurredAt,时长',
      `r,p,s,a,c,v,2026-06-01,"${cell}"`,
    );
    return (record as { minutes?: unknown }).minutes; // a row without problem
  };
  test.each([
    ['４５', 45],
    ['１，２００', 1200],
    ['1,200', 1200],
    [' 45 分钟 ', 45],
    ['45分', 45],
    ['1小时30分', 90],
    ['２小时', 120],
    ['－5', -5],
    ['45.5', 45.5],
    ['', undefined],
    ['1,2', '1,2'],
    ['四十五', '四十五'],
    ['1e3', '1e3'],
  ])('minutes %j are %j', async (cell, expected) => {
    expect(await minutes(cell)).toBe(expected);
  });
});

describe('dates are Beijing time', () => {
  const date = async (cell: string) => {
    const [record] = await table({}, 'id,learner.id,stage,activity,category,verb,日期', `r,p,s,a,c,v,"${cell}"`);
    return typeof record === 'string' ? record : (record as { occurredAt?: unknown }).occurredAt; // a row without problem
  };
  test.each([
    ['2026年6月1日', '2026-06-01T00:00:00+08:00'],
    ['2026年6月1日 上午9时30分', '2026-06-01T09:30:00+08:00'],
    ['２０２６年６月１日９时', '2026-06-01T09:00:00+08:00'],
    ['2026年06月01日 星期一 下午3:05', '2026-06-01T15:05:00+08:00'],
    ['2026-06-01 下午3:05', '2026-06-01T15:05:00+08:00'],
    ['2026-6-1 3:05 PM', '2026-06-01T15:05:00+08:00'],
    ['2026/6/1 9:30', '2026-06-01T09:30:00+08:00'],
    ['2026/6/1　9：30：05', '2026-06-01T09:30:05+08:00'],
    ['2026.6.1', '2026-06-01T00:00:00+08:00'],
    ['2026-06-01', '2026-06-01T00:00:00+08:00'],
    ['2026-06-01T09:30:00', '2026-06-01T09:30:00+08:00'],
    ['2026-06-01 09:30:00.123', '2026-06-01T09:30:00+08:00'],
    ['2026-06-01 晚上8点', '2026-06-01T20:00:00+08:00'],
    ['2026-06-01 中午12:10', '2026-06-01T12:10:00+08:00'],
    ['2026-06-01 中午1:10', '2026-06-01T13:10:00+08:00'],
    ['2026-06-01 下午12:05', '2026-06-01T12:05:00+08:00'],
    ['2026-06-01 凌晨0:05', '2026-06-01T00:05:00+08:00'],
    ['20260601', '2026-06-01T00:00:00+08:00'],
    ['20260601093005', '2026-06-01T09:30:05+08:00'],
    ['46174', '2026-06-01T00:00:00+08:00'],
    ['46174.395833', '2026-06-01T09:30:00+08:00'],
    ['46174.3958333333', '2026-06-01T09:30:00+08:00'],
    ['2026-06-01T09:30:00Z', '2026-06-01T09:30:00Z'],
    ['2026-06-01 09:30:00+08:00', '2026-06-01T09:30:00+08:00'],
  ])('%s is %s', async (cell, expected) => {
    expect(await date(cell)).toBe(expected);
  });

  test.each([
    '6/1/2026',
    '1.6.2026 9:30',
    '26-6-1',
    '26年6月1日',
    '2026-06-01 上午12:30',
    '2026-06-01 晚上12点',
    '2026-06-01 12:30 AM',
    '2026-06-01 上午13:00',
  ])('%s can be read in two ways, and is refused', async (cell) => {
    expect(await date(cell)).toBe('ambiguous-date');
  });

  test.each(['昨天', '2026年6月', '2026-06-01 9', '2026-06-01 9:5', '1780277400', '6月1日', '46174.5.1'])(
    '%s is no date: parseRecord refuses it as it came',
    async (cell) => {
      expect(await date(cell)).toBe(cell);
    },
  );

  test('a serial number is a date only where the column is one', async () => {
    const [record] = await table(
      {},
      'id,learner.id,stage,activity,category,verb,日期',
      '46174,46174,s,46174,c,v,46174',
    );
    expect(record).toMatchObject({
      id: '46174',
      learner: { id: '46174' },
      activity: '46174',
      occurredAt: '2026-06-01T00:00:00+08:00',
    });
  });
});

describe('with the mapping of its source', () => {
  const mapping = mapped({
    headerLine: 3,
    fields: {
      id: ['学员', '课号', '日期'],
      'learner.id': '学员',
      'learner.name': { columns: ['姓', '名'] },
      stage: { constant: 'primary' },
      activity: { column: '课号', prefix: 'course:' },
      category: { column: '形式', values: { 网课: 'online', 沙龙: 'offline' } },
      verb: { constant: 'completed' },
      occurredAt: ['日期', '钟点'],
      minutes: { constant: '45分钟' },
    },
    ignore: ['学校'],
  });
  const header = '学员,姓,名,课号,形式,日期,钟点,学校';

  test('columns, joined columns, constants, prefixes and values come together', async () => {
    const rows = await table(
      { mapping },
      '"2026年春季,\n学习记录"',
      header,
      'Ｐ1,王,小明,12,网课,2026-06-01,下午3:05,采荷二小',
    );
    expect(rows).toEqual([
      {
        id: 'P1-12-2026-06-01',
        learner: { id: 'P1', name: '王小明' },
        stage: 'primary',
        activity: 'course:12',
        category: 'online',
        verb: 'completed',
        occurredAt: '2026-06-01T15:05:00+08:00',
        minutes: 45,
      },
    ]);
  });

  test('an id is not made of half its parts', async () => {
    const [record] = await table({ mapping }, '', '', header, 'P1,王,小明,,网课,2026-06-01,,采荷二小');
    expect(record).not.toHaveProperty('id');
  });

  test('it is shown: which column fills which fields, and what is the same for all rows', async () => {
    const read = await open(['', '', header].join('\n'), { mapping });
    expect(read.ok && read.columns).toMatchObject({
      shown: [
        { column: '学员', fields: ['id', 'learner.id'] },
        { column: '姓', fields: ['learner.name'] },
        { column: '名', fields: ['learner.name'] },
        { column: '课号', fields: ['id', 'activity'] },
        { column: '形式', fields: ['category'] },
        { column: '日期', fields: ['id', 'occurredAt'] },
        { column: '钟点', fields: ['occurredAt'] },
        { column: '学校', fields: [] },
      ],
      constants: [
        { field: 'stage', value: 'primary' },
        { field: 'verb', value: 'completed' },
        { field: 'minutes', value: '45分钟' },
      ],
    });
  });

  test('a column that it does not know is refused, so that nothing about a child slips in; or others are ignored on request', async () => {
    expect(await table({ mapping }, '', '', `${header},孩子姓名`)).toEqual(['unknown-column', '孩子姓名']);
    expect(await table({ mapping: { ...mapping, ignore: 'others' } }, '', '', `${header},孩子姓名`)).toEqual([]);
  });

  test('a column that it names and the table lacks', async () => {
    expect(await table({ mapping }, '', '', header.replace('课号', '编号'))).toEqual(['missing-column', '课号']);
  });

  test.each([
    ['not an object', 7, ['']],
    ['a field that no record has', { fields: { birthDate: '出生日期' } }, ['fields.birthDate']],
    ['a key that is not known', { column: {} }, ['column']],
    ['neither column nor constant', { fields: { stage: {} } }, ['fields.stage']],
    ['both', { fields: { stage: { column: 'a', constant: 'b' } } }, ['fields.stage']],
    ['values of a constant', { fields: { stage: { constant: 'b', values: {} } } }, ['fields.stage.values']],
    [
      'a meaning that is no text',
      { fields: { stage: { column: 'a', values: { 小学: 1 } } } },
      ['fields.stage.values.小学'],
    ],
    ['an empty list', { fields: { id: [] }, ignore: [] }, ['fields.id', 'ignore']],
    ['a header far below', { headerLine: 100 }, ['headerLine']],
  ])('%s is an error that names its place', (_, value, paths) => {
    const parsed = parseMapping(value);
    expect(!parsed.ok && parsed.errors.map(({ path }) => path)).toEqual(paths);
  });
});

describe('a header', () => {
  const named = (count: number) => Array.from({ length: count }, (_, n) => `其他${n}`);
  const usual = ['id', 'learner.id', 'stage', 'activity', 'category', 'verb', 'occurredAt'];
  const mapping = mapped({ ignore: 'others' });

  test('has at most 256 columns with a name', async () => {
    const table = (more: number) => `${[...usual, ...named(more)].join(',')},,\n`;
    expect(await readings(table(249), { mapping })).toEqual([]);
    expect(await readings(table(250), { mapping })).toEqual(['too-many-columns', '']);
  });
});

describe('refused rows of JSON that we gave back', () => {
  const refused = `${errorTableHead(['record'])}${errorTableLine({ line: 1, cells: ['{"id":"a"}'] }, { code: 'c', zh: '', en: '' })}`;

  test('are JSON, though the source has a mapping for its tables', async () => {
    const mapping = mapped({ fields: { id: '编号', 'learner.id': '编号' }, headerLine: 2 });
    expect(await readings(refused, { mapping })).toEqual([{ id: 'a' }]);
    expect(await readings(refused.replace('record', 'record,,').replace(/\r\n$/, ',,\r\n'), { mapping })).toEqual([
      { id: 'a' },
    ]);
  });

  test('a column that a mapping calls record is its own, in such a table as well', async () => {
    const own = mapped({
      fields: {
        id: 'record',
        'learner.id': '家长',
        stage: { constant: 's' },
        activity: { constant: 'a' },
        category: { constant: 'c' },
        verb: { constant: 'v' },
        occurredAt: { constant: '2026-03-01' },
      },
    });
    const table = `${errorTableHead(['record', '家长'])}${errorTableLine({ line: 1, cells: ['r-1', 'p-1'] }, { code: 'c', zh: '', en: '' })}`;
    expect(await readings(table, { mapping: own })).toMatchObject([{ id: 'r-1', learner: { id: 'p-1' } }]);
  });
});
