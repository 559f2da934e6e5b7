/** A province's list of existing certificates through the command: tried, taken in, killed, taken up again, taken back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CERTIFICATE_HEADER,
  certificateLines,
  type Fault,
  faultCount,
  faultNames,
} from '../../src/cli/console/sample-certificates.ts';
import { program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

function listFile(rows: number, name = 'list.csv'): string {
  return written(name, [...certificateLines(rows)].join(''));
}
function written(name: string, lines: string, header = CERTIFICATE_HEADER): string {
  const path = join(office.dataDir, name);
  writeFileSync(path, `${header}\r\n${lines}`);
  return path;
}
const run = (...args: string[]) => runNode([program('cli/import'), ...args], office.env);
const count = async (sql: string) => Number((await office.sql(`select count(*) as n from ${sql}`))[0]?.n);

/** What becomes of a sample of so many rows. */
function expected(rows: number) {
  const of = (fault: Fault) => faultCount(fault, rows);
  const sum = (faults: readonly Fault[]) => faults.reduce((total, fault) => total + of(fault), 0);
  const refused = sum(faultNames.filter((fault) => fault !== 'repeated-row' && fault !== 'repeated-person'));
  const accepted = rows - of('repeated-row') - refused;
  return { refused, accepted, duplicates: of('repeated-row'), issued: accepted - of('repeated-person') };
}

async function expectWhole(rows: number): Promise<void> {
  const { accepted, issued } = expected(rows);
  expect(await count('ledger')).toBe(accepted);
  expect(await count(`credentials where state = 'issued'`)).toBe(issued);
  expect(await count(`credentials where state = 'pending'`)).toBe(0);
  expect(await count('(select distinct learner, stage from credentials)')).toBe(issued);
  expect(await count('unevaluated')).toBe(0);
}

/** The numbers under the headings of the report. */
const counts = (stdout: string): number[] => {
  const lines = stdout.split('\n');
  const at = lines.findIndex((line) => line.includes('行 rows') && line.includes('accepted'));
  return (lines[at + 1] ?? '').trim().split(/ +/).map(Number);
};

describe('a trial', () => {
  test('reads everything and writes nothing', async () => {
    const tables = ['imports', 'import_parts', 'ledger', 'learners', 'credentials', 'audit', 'documents'];
    const before = await Promise.all(tables.map(count));
    const { code, stdout } = await run(listFile(600), '--dry-run');
    expect(code).toBe(0);
    const { accepted, duplicates, refused } = expected(600);
    expect(counts(stdout)).toEqual([600, accepted, duplicates, refused, 1]);
    expect(stdout).toMatch(/证书编号 +id\n/);
    for (const code of [
      'missing-name',
      'repeated-person',
      'record-conflict',
      'unknown-stage',
      'bad-date',
      'future-date',
    ])
      expect(stdout).toMatch(new RegExp(`^ +${code} +1$`, 'm'));
    expect(stdout).toMatch(/line \d+: 姓名 missing-name/);
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });

  test('knows what is in the database already', async () => {
    const list = listFile(600);
    await run(list);
    const { stdout } = await run(list, '--dry-run');
    const { accepted, duplicates, refused } = expected(600);
    expect(counts(stdout)).toEqual([600, 0, accepted + duplicates, refused, 0]);
  });
});

describe('an import', () => {
  test('issues what is good, and says of everything else in which row it is, and why', async () => {
    const list = listFile(600);
    const { code, stdout } = await run(list);
    expect(code).toBe(0);
    const { accepted, duplicates, refused, issued } = expected(600);
    expect(counts(stdout)).toEqual([600, 600, accepted, duplicates, refused, 1, issued, 0]);
    await expectWhole(600);
    const [row] = await office.credentials();
    expect(row && (await office.verdict(row)).outcome).toBe('valid');

    const [header = '', ...problems] = readFileSync(join(office.dataDir, 'list.problems.csv'), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(header).toContain(CERTIFICATE_HEADER);
    expect(problems).toHaveLength(refused + 1);
    const lines = readFileSync(list, 'utf8').split('\r\n');
    for (const problem of problems) {
      const [, line = ''] = /^(\d+),/.exec(problem) ?? [];
      expect(problem.endsWith(`,${lines[Number(line) - 1]}`)).toBe(true);
    }
    expect(problems.filter((line) => /^\d+,repeated-person,/.test(line))).toHaveLength(1);

    // Nothing of the list is kept but what stands in the ledger, and what is to be mended is sealed.
    expect(await count('import_parts where content is not null')).toBe(0);
    const [part] = await office.sql('select findings from import_parts');
    expect(String(part?.findings)).toMatch(/^ey[\w-]+\.\.[\w.-]+$/);
  });

  test('of the same file again changes nothing, and says so', async () => {
    const list = listFile(600);
    await run(list);
    const before = await office.sql('select * from credentials order by uuid');
    const { code, stdout } = await run(list);
    expect(code).toBe(0);
    expect(stdout).toContain('This file was imported before');
    await expectWhole(600);
    expect(await office.sql('select * from credentials order by uuid')).toEqual(before);
    expect(await count('imports')).toBe(1);
  });

  test('that was finished elsewhere leaves its problems beside the list when it is asked again', async () => {
    const list = listFile(600);
    await run(list);
    const problems = join(office.dataDir, 'list.problems.csv');
    const found = readFileSync(problems, 'utf8');
    rmSync(problems);
    expect((await run(list)).stdout).toContain(problems);
    expect(readFileSync(problems, 'utf8')).toBe(found);
  });

  test('never writes over a file of problems, which may be half mended', async () => {
    const list = listFile(600);
    await run(list);
    const problems = join(office.dataDir, 'list.problems.csv');
    const found = readFileSync(problems, 'utf8');
    writeFileSync(problems, 'half mended');
    const again = await run(list);
    expect(readFileSync(problems, 'utf8')).toBe('half mended');
    const second = join(office.dataDir, 'list.problems-2.csv');
    expect(existsSync(second)).toBe(false);
    expect(again.stdout).toMatch(/import -- show [0-9a-f]+ --org [a-z-]+ --source [a-z-]+ --problems/);
    const { stdout } = await run(list, '--problems', problems);
    expect(readFileSync(problems, 'utf8')).toBe('half mended');
    expect(stdout).toContain(second);
    expect(readFileSync(second, 'utf8')).toBe(found);
  });

  test('of rows that were mended takes in just those', async () => {
    await run(listFile(600));
    const { accepted, issued } = expected(600);
    const problems = readFileSync(join(office.dataDir, 'list.problems.csv'), 'utf8').trimEnd().split('\r\n');
    const [header = '', ...rows] = problems;
    const mended = rows.map((line) => (line.includes('missing-name') ? line.replace(',,', ',王小明,') : line));
    const { stdout } = await run(written('mended.csv', mended.join('\r\n'), header));
    expect(counts(stdout).slice(2, 4)).toEqual([1, 1]); // the nameless one, and the repeated person as before
    expect(await count('ledger')).toBe(accepted + 1);
    expect(await count('credentials')).toBe(issued + 1);
  });

  test('reads columns by other names when it is told', async () => {
    const list = written('other.csv', 'a-1,王小明,p-1,小学,2021年6月1日\r\n', '号码,姓名,学员编号,学段,发证日期');
    const refused = await run(list);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('证书编号');
    expect((await run(list, '--column', 'id=号码')).code).toBe(0);
    expect(await office.sql('select record_id, stage, activity from ledger')).toMatchObject([
      { record_id: 'a-1', stage: 'primary', activity: 'certificate:existing' },
    ]);
  });

  test.each([
    { args: [] },
    { args: ['nowhere.csv', '--column', 'colour=红'] },
    { args: ['nowhere.csv', 'more.csv'] },
    { args: ['nowhere.csv'] },
    { args: ['rollback'] },
    { args: ['rollback', '0123456789ab'] },
  ])('wrong usage: $args', async ({ args }) => {
    expect(await run(...args)).toMatchObject({ code: 2, stdout: '' });
  });

  test('of a source that no scheme takes certificates from is refused before anything is read', async () => {
    const { code, stderr } = await run(listFile(60), '--source', 'somewhere');
    expect(code).toBe(1);
    expect(stderr).toContain('zjhj-certificates');
    expect(await count('imports')).toBe(0);
  });
});

describe('killed in the middle', () => {
  /** Starts the command and kills it as soon as so many parts are finished. */
  async function killedAfter(parts: number, list: string): Promise<void> {
    const child = spawn(process.execPath, [program('cli/import'), list], {
      env: { PATH: process.env.PATH, ...office.env },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    for (let finished = 0; finished < parts; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      finished = await count('import_parts where finished_at is not null');
    }
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
  }

  test('goes on from where it was: nothing lost, nothing doubled', { timeout: 180_000 }, async () => {
    const list = listFile(12_000);
    await killedAfter(1, list);
    const waiting = await count('import_parts where finished_at is null');
    expect(waiting).toBeGreaterThan(0);
    const { code, stdout } = await run(list);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Import [0-9a-f]{12} goes on/);
    const { accepted, duplicates, refused, issued } = expected(12_000);
    const repeated = faultCount('repeated-person', 12_000);
    expect(counts(stdout)).toEqual([12_000, 12_000, accepted, duplicates, refused, repeated, issued, 0]);
    await expectWhole(12_000);
    expect(await count('imports')).toBe(1);
  });
});

describe('a rollback', () => {
  const idOf = async () => String((await office.sql(`select id from imports order by created_at, rowid desc`))[0]?.id);

  test('reverses the records, revokes the certificates, and the mended list may come', async () => {
    const list = listFile(600);
    await run(list);
    const rows = await office.credentials();
    const id = await idOf();
    const { code, stdout } = await run('rollback', id, '--reason', '学段一列有误', '--yes');
    const { accepted, issued } = expected(600);
    expect(code).toBe(0);
    expect(stdout).toContain(`学段一列有误; 撤销 revoked: ${issued}`);
    expect(await count(`ledger where kind = 'reversal' and reason = '学段一列有误'`)).toBe(accepted);
    expect(await count(`credentials where state = 'revoked' and revocation_reason = '学段一列有误'`)).toBe(issued);
    expect(await count(`audit where action = 'revoke'`)).toBe(issued);
    expect(await count(`audit where action = 'roll-back-import' and object = '${id}'`)).toBe(1);
    const [first] = rows;
    expect(first && (await office.verdict(first)).checks).toContainEqual(
      expect.objectContaining({ check: 'status', result: 'failed', reason: 'revoked' }),
    );

    const again = await run(list);
    expect(again.code).toBe(0);
    expect(counts(again.stdout)).toEqual(counts(stdout));
    const standing = (await office.credentials()).filter(({ state }) => state === 'issued');
    expect(standing).toHaveLength(issued);
    const [anew] = standing;
    expect(anew && (await office.verdict(anew)).outcome).toBe('valid');
  });

  test('leaves alone what somebody has from elsewhere', async () => {
    const row = (serial: string, person: string) => `${serial},王小明,${person},小学,2021-06-01,杭州市\r\n`;
    await run(written('earlier.csv', row('e-1', 'p-1')));
    await run(written('wrong.csv', row('w-1', 'p-1') + row('w-2', 'p-2') + row('w-3', 'p-3')));
    await run(written('later.csv', row('l-1', 'p-3')));
    const [wrong] = await office.sql(`select id from imports where file_name = 'wrong.csv'`);
    const { stdout } = await run('rollback', String(wrong?.id), '--reason', '误', '--yes');
    expect(stdout).toContain('revoked: 1');
    const revoked = await office.sql(
      `select record_id from ledger join credentials using (learner) where state = 'revoked' and kind = 'record'`,
    );
    expect(revoked).toMatchObject([{ record_id: 'w-2' }]);
  });

  test('asks first', async () => {
    await run(listFile(60));
    const { code, stderr } = await run('rollback', await idOf(), '--reason', '误');
    expect(code).toBe(1);
    expect(stderr).toContain('certificates revoked, for good');
    expect(await count(`credentials where state = 'revoked'`)).toBe(0);
  });
});
