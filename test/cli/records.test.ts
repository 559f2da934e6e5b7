/** `npm run records` as it ships: a file is tried, its refused rows are mended, and a source's mapping is set. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { setSourceMapping, sourceMapping } from '../../src/issuer/source-mapping.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

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
  expect(await run('check', file)).toMatchObject({ code: 1, stdout: expect.stringContaining('bad.csv.errors-2.csv') });
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

describe('a file is taken in', () => {
  let office: Office;
  beforeEach(async () => {
    office = await openOffice();
  });
  afterEach(() => office.close());
  const take = (file: string, ...more: string[]) =>
    runNode(
      [program('cli/records'), 'take', file, '--org', office.organisation.id, '--source', 'zjhj', ...more],
      office.env,
    );
  const learner = { learner: 'p-1', name: '王小明' };
  const lines = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n');
  const count = async (sql: string) => Number((await office.sql(`select count(*) as n from ${sql}`))[0]?.n);
  const counts = (stdout: string) => stdout.split('\n')[1]?.trim().split(/ +/).map(Number);

  test('certificates are issued, refused rows are beside it, and a second time nothing counts twice', async () => {
    const file = write('taken.ndjson', `${lines(recordsForStars(1, learner))}\n{"id":"a","id":"b"}\n`);
    const first = await take(file);
    expect(counts(first.stdout)).toEqual([18, 17, 0, 1, 1, 0]);
    expect(first.stdout).toMatch(/malformed-json +1\n/);
    expect(first.code).toBe(1);
    const [row] = await office.credentials();
    expect(row && (await office.verdict(row)).outcome).toBe('valid');
    const errors = `${file}.errors.csv`;
    const mended = readFileSync(errors, 'utf8').replace(/,"\{.*\}"/, () => ',half mended');
    writeFileSync(errors, mended);

    const second = await take(file);
    expect(counts(second.stdout)).toEqual([18, 0, 17, 1, 0, 0]);
    expect(second.stdout).toContain('taken.ndjson.errors-2.csv');
    expect(readFileSync(errors, 'utf8')).toBe(mended);
    expect([await count('ledger'), await count('credentials')]).toEqual([17, 1]);
  });

  test('by the mapping that is set for its source, or the one that is named', async () => {
    const file = write(
      'by-mapping.csv',
      '编号,家长,阶段,活动,学习方式,状态,日期\nr-1,p-1,4-6,lesson:1,线上,完成,2026-03-01\n',
    );
    expect((await take(file)).code).toBe(2);
    const mapping = write('own.json', JSON.stringify({ fields: { id: '编号', 'learner.id': '家长' } }));
    expect(await take(file, '--mapping', mapping)).toMatchObject({ code: 0 });
    await setSourceMapping(
      office.deps,
      operator(office.organisation.id, 'zjhj'),
      JSON.parse(readFileSync(mapping, 'utf8')),
    );
    expect(counts((await take(file)).stdout)).toEqual([1, 0, 1, 0, 0, 0]);
  });

  test('interrupted, it says so, and the same command goes on', async () => {
    const many = Array.from({ length: 40_000 }, (_, n) => row(`many-${n}`));
    const file = write('many.csv', [header, ...many].join('\n'));
    const child = spawn(
      process.execPath,
      [program('cli/records'), 'take', file, '--org', office.organisation.id, '--source', 'zjhj'],
      { env: { PATH: process.env.PATH, ...office.env }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    await expect.poll(() => count('ledger'), { timeout: 120_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(stdout).toContain('Not finished');
    const before = await count('ledger');
    expect(before).toBeLessThan(40_000);
    expect(counts((await take(file)).stdout)).toEqual([40_000, 40_000 - before, before, 0, 0, 0]);
    expect(await count('ledger')).toBe(40_000);
  }, 240_000);
});

test.each([
  [[]],
  [['check']],
  [['check', 'nowhere.csv']],
  [['map', 'nowhere.json']],
  [['take', 'a.csv']],
  [['send', 'a.csv']],
])('%j is wrong usage', async (args) => {
  expect((await run(...args)).code).toBe(2);
});
