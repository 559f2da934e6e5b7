/** Refused rows go out as a table with reasons, are mended, and come in again: nothing is lost on the way, and nothing runs. */
import { parse as oracle } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guarded, unguarded } from '../../../src/learning/formats/cell.ts';
import { errorTableHead, errorTableLine } from '../../../src/learning/formats/error-table.ts';
import { parseMapping } from '../../../src/learning/formats/mapping.ts';
import { type How, open, readings, rowsIn } from './rows.ts';

const header = 'id,learner.id,learner.name,stage,activity,category,verb,occurredAt';
const row = (id: string, date = '2026-03-01') => `${id},p-1,王小明,4-6,lesson:1,online,completed,${date}`;

/** What the sender gets back. */
async function returned(text: string, how: How = {}): Promise<string> {
  const read = await open(text, how);
  if (!read.ok) throw new Error(read.problem.code);
  let table = errorTableHead(read.header);
  for await (const one of read.rows) if ('problem' in one) table += errorTableLine(one, one.problem);
  return table;
}

describe('the error table', () => {
  test('has the refused rows only, each with its line, code and reasons in Chinese and English in front', async () => {
    const text = await returned([header, row('r-1'), row('r-2', '6/1/2026'), 'r-3,p-1'].join('\n'));
    const [head, ...rows] = oracle(text, { bom: true, relax_column_count: true });
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(head).toEqual(['行号 line', '代码 code', '原因', 'reason', ...header.split(',')]);
    expect(rows).toEqual([
      [
        '3',
        'ambiguous-date',
        expect.stringContaining('两种读法'),
        expect.stringContaining('two ways'),
        ...row('r-2', '6/1/2026').split(','),
      ],
      ['4', 'malformed-row', expect.stringContaining('第 4 行'), expect.stringContaining('Line 4'), 'r-3', 'p-1'],
    ]);
  });

  test('is mended and sent again as it is', async () => {
    const text = await returned([header, row('r-2', '6/1/2026'), row('r-3').replace('王小明', '"王"明')].join('\n'));
    const mended = text.replaceAll('6/1/2026', '2026-06-01').replace('"""王""明"', '王小明');
    expect(await readings(mended)).toMatchObject([
      { id: 'r-2', occurredAt: '2026-06-01T00:00:00+08:00' },
      { id: 'r-3', learner: { name: '王小明' } },
    ]);
  });

  test('sent again unmended it is refused for the same reason, and given back without growing', async () => {
    const text = await returned([header, row('r-2', '6/1/2026'), 'r-3,p-1', `${row('r-4')},more`].join('\n'));
    const again = await returned(text);
    const codes = (table: string) =>
      oracle(table, { bom: true, relax_column_count: true }).map(([, code, , , ...cells]: string[]) => [
        code,
        ...cells,
      ]);
    expect(codes(again)).toEqual(codes(text));
  });

  test('needs no titles above its header, although the source’s tables have them', async () => {
    const parsed = parseMapping({ headerLine: 3 });
    const how = parsed.ok ? { mapping: parsed.mapping } : {};
    const text = await returned(['学习记录', '', header, row('r-2', '6/1/2026')].join('\n'), how);
    expect(await readings(text.replaceAll('6/1/2026', '2026-06-01'), how)).toMatchObject([{ id: 'r-2' }]);
  });

  test('of JSON has a column of whole records', async () => {
    const how: How = { mediaType: 'application/x-ndjson' };
    const text = await returned('{"id":"a"}\n{"id":"b", "learner":{"id":"=1+1"}\n', how);
    expect(await readings(text)).toEqual(['malformed-json']);
    expect(await readings(text.replace('""=1+1""}', '""=1+1""}}'))).toEqual([{ id: 'b', learner: { id: '=1+1' } }]);
  });
});

describe('a spreadsheet program runs nothing of it', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    "'=1",
    "''=1",
  ])('%j gets an apostrophe, which the importer takes off again', async (cell) => {
    expect(guarded(cell)).toBe(`'${cell}`);
    expect(unguarded(guarded(cell))).toBe(cell);
  });

  test.each(['', '王小明', "O'Brien", "'t Hart", "'", '1-1', '2026-03-01', ' =1'])('%j stays as it is', (cell) => {
    expect(guarded(cell)).toBe(cell);
    expect(unguarded(cell)).toBe(cell);
  });

  test('no cell of any table begins as a formula, and every one comes back as it was', async () => {
    const cell = fc
      .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+\-@'＝＋－＠\t\r\n",a王]{0,6}$/))
      .filter((text) => !/[\uFFFD\p{Co}\p{Cs}]/u.test(text));
    const columns = ['id', 'learner.id', 'stage', 'activity', 'category', 'verb', 'occurredAt'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { minLength: 7, maxLength: 7 }), { maxLength: 4 }), async (table) => {
        const problem = { code: 'bad-date' as const, zh: '日期', en: 'date' };
        const text =
          errorTableHead(columns) + table.map((cells, at) => errorTableLine({ line: at + 2, cells }, problem)).join('');
        for (const cells of oracle(text, { bom: true, record_delimiter: '\r\n' }))
          for (const one of cells) expect(one).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        const rows = await rowsIn(text, { encoding: 'utf-8' });
        // A row of empty cells is a row still: its reasons stand in it.
        expect(rows.map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });
});

test('an id that a spreadsheet program has rounded is another person’s id, and is refused', async () => {
  expect(await readings(`${header}\n${row('r-1').replace('p-1', '3.30102E+17')}`)).toEqual(['rounded-number']);
  expect(await readings(`${header}\n${row('5E+10')}`)).toEqual(['rounded-number']);
});
