/** `npm run records` as it ships: a file is tried, its refused rows are mended, and a source's mapping is set. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { sourceMapping } from '../../src/issuer/source-mapping.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';
import { openOffice } from '../support/office.ts';

const run = (...args: string[]) => runNode([program('cli/records'), ...args], NO_NETWORK);
const header = '记录编号,学员编号,姓名,阶段,活动,学习方式,状态,日期';
const row = (id: string, date = '2026年3月1日') => `${id},p-${id},王小明,4-6,lesson:1,线上,完成,${date}`;

let desk: string;
beforeAll(() => {
  desk = mkdtempSync(join(tmpdir(), 'xingzheng-records-'));
});
afterAll(() => rmSync(desk, { recursive: true, force: true }));
const write = (name: string, content: string) => {
  writeFileSync(join(desk, name), content);
  return join(desk, name);
};

test('a good file: the mapping and the counts, exit code 0, no file of errors', async () => {
  const file = write('good.csv', [header, row('r-1'), row('r-2')].join('\r\n'));
  const { code, stdout } = await run('check', file);
  expect(stdout).toMatch(/学员编号 +learner\.id/);
  expect(stdout).toContain('rows: 2; 可用 good: 2; 拒绝 refused: 0');
  expect(code).toBe(0);
  expect(existsSync(`${file}.errors.csv`)).toBe(false);
});

test('refused rows are written beside the file, are mended there, and then it is a good file', async () => {
  const file = write(
    'bad.csv',
    [header, row('r-1'), row('r-2', '6/1/2026'), row('r-3').replace('线上', '混合')].join('\r\n'),
  );
  const { code, stdout } = await run('check', file);
  expect(code).toBe(1);
  expect(stdout).toMatch(/ambiguous-date +1/);
  expect(stdout).toMatch(/3 +ambiguous-date .*两种读法/);
  const errors = `${file}.errors.csv`;
  writeFileSync(errors, readFileSync(errors, 'utf8').replaceAll('6/1/2026', '2026-06-01').replace('混合', '线上'));
  expect(await run('check', errors)).toMatchObject({ code: 0, stdout: expect.stringContaining('good: 2') });
  // Run again, it does not overwrite what was mended.
  expect(await run('check', file)).toMatchObject({ code: 2, stderr: expect.stringContaining('已存在') });
  expect(readFileSync(errors, 'utf8')).toContain('2026-06-01');
});

test('a mapping from a file, and one with errors', async () => {
  const file = write('mapped.csv', '编号,家长,阶段,活动,学习方式,状态,日期\nr-1,p-1,4-6,1,线上,完成,2026-03-01\n');
  expect((await run('check', file)).code).toBe(2);
  const mapping = write(
    'mapping.json',
    JSON.stringify({ fields: { id: '编号', 'learner.id': '家长', activity: { column: '活动', prefix: 'lesson:' } } }),
  );
  const { code, stdout } = await run('check', file, '--mapping', mapping);
  expect(stdout).toContain('good: 1');
  expect(code).toBe(0);
  const wrong = write('wrong.json', '{"fields": {"birthDate": "生日"}}');
  expect(await run('check', file, '--mapping', wrong)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('fields.birthDate'),
  });
});

test('a source’s mapping is set at the console', async () => {
  const office = await openOffice();
  const mapping = write('map.json', '{"fields": {"id": "编号"}}');
  const args = [program('cli/records'), 'map', mapping, '--org', office.organisation.id, '--source', 'zjhj'];
  expect(await runNode(args, office.env)).toMatchObject({ code: 0 });
  const found = await sourceMapping(office.deps, operator(office.organisation.id, 'zjhj'));
  expect(found?.json).toEqual({ fields: { id: '编号' } });
  office.close();
});

test.each([[[]], [['check']], [['check', 'nowhere.csv']], [['map', 'nowhere.json']], [['send', 'a.csv']]])(
  '%j is wrong usage',
  async (args) => {
    expect((await run(...args)).code).toBe(2);
  },
);
