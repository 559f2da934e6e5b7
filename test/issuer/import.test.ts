/** What an import promises whatever happens to its processes, and what of a list is kept. */
import { afterEach, describe, expect, test } from 'vitest';
import { CERTIFICATE_HEADER, certificateLines, faultCount } from '../../src/cli/console/sample-certificates.ts';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { checkImport } from '../../src/issuer/check-import.ts';
import { importFor, reportOf } from '../../src/issuer/import-progress.ts';
import { openListFile } from '../../src/issuer/list-file.ts';
import { personHash } from '../../src/issuer/record-event.ts';
import { rollBackImport } from '../../src/issuer/roll-back-import.ts';
import { runImport } from '../../src/issuer/run-import.ts';
import { setSourceMapping } from '../../src/issuer/source-mapping.ts';
import { startUploaded, uploadImport } from '../../src/issuer/stage-import.ts';
import { continueImports } from '../../src/jobs/imports.ts';
import { XLSX } from '../../src/learning/formats/sheet.ts';
import { type Import, takeImport } from '../../src/store/imports.ts';
import { utf8 } from '../../src/vc/encoding.ts';
import { workbook } from '../learning/formats/workbooks.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';

let office: Office;
afterEach(() => office.close());

const me = () => operator(office.organisation.id, 'zjhj-certificates');
const sample = (rows: number) => `${CERTIFICATE_HEADER}\r\n${[...certificateLines(rows)].join('')}`;
const ROW = 'a-1,王小明,p-1,小学,2021-06-01,杭州市\r\n';

async function staged(text: string, deps = office.deps): Promise<Import> {
  const file = await openListFile(deps, me(), { bytes: [utf8(text)], type: 'text/csv' });
  const uploaded = await uploadImport(deps, me(), { fileName: 'list.csv', file });
  return (await startUploaded(deps, me(), uploaded)).one;
}
async function taken(deps: Deps, one: Import, runner: string): Promise<void> {
  const now = deps.clock.now();
  expect(await takeImport(deps.db, { id: one.id, runner, now, seenBefore: now + 1 })).toBe(true);
}
const report = async (id: string) => reportOf(office.deps, await importFor(office.deps, me(), id));
const count = async (sql: string) => Number((await office.sql(`select count(*) as n from ${sql}`))[0]?.n);

/** A process that dies at its first statement that fits. */
function mortal(deps: Deps, words: RegExp): Deps {
  let isDead = false;
  const write: Deps['db']['write'] = async (statements) => {
    isDead ||= statements.some((one) => words.test(typeof one === 'string' ? one : one.sql));
    if (isDead) throw new Error('killed');
    return deps.db.write(statements);
  };
  return { ...deps, log: () => undefined, db: { ...deps.db, write } };
}

describe('a process that dies', () => {
  test.each([
    ['before the records', /insert into ledger/],
    ['before the reservation', /insert into credentials/],
    ['before the signatures', /update credentials set packed/],
    ['before the part is finished', /update import_parts set finished_at/],
    ['before the import is closed', /update imports set state = 'done'/],
  ])('%s leaves what the next one makes whole', async (_, words) => {
    office = await openOffice();
    const one = await staged(sample(300));
    const dying = mortal(office.deps, words);
    await taken(office.deps, one, 'first');
    await runImport(dying, one, { runner: 'first', goOn: () => true }).catch(() => undefined);
    await taken(office.deps, one, 'second');
    expect(await runImport(office.deps, one, { runner: 'second', goOn: () => true })).toBe(true);
    const found = { accepted: 292, duplicates: 1, refused: 7, repeated: 1, issued: 291, waiting: 0 };
    expect(await report(one.id)).toMatchObject({ state: 'done', done: 300, ...found });
    expect(await count('ledger')).toBe(292);
    expect(await count(`credentials where state = 'issued'`)).toBe(291);
  });

  test.each([
    ['before the reversals', /insert into ledger/],
    ['before the flags', /insert into flags/],
    ['before the revocations', /set state = 'revoked'/],
    ['before the end', /set state = 'rolled-back'/],
  ])('%s while an import is taken back', async (_, words) => {
    office = await openOffice();
    const { id } = await staged(sample(300));
    await continueImports(office.deps);
    const one = await rollBackImport(office.deps, me(), { id, reason: '误' });
    expect(one.state).toBe('rolling-back');
    await continueImports(mortal(office.deps, words)).catch(() => undefined);
    await office.deps.db.write(['update imports set runner_seen = 0']);
    expect(await continueImports(office.deps)).toBe(true);
    expect(await report(id)).toMatchObject({ state: 'rolled-back', rolledBack: { reason: '误', revoked: 291 } });
    expect(await count(`ledger where kind = 'reversal'`)).toBe(292);

    const again = await staged(sample(300));
    expect(again.id).not.toBe(id);
    await continueImports(office.deps);
    expect(await report(again.id)).toMatchObject({ state: 'done', accepted: 292, issued: 291 });
  });
});

describe('two processes', () => {
  test('one that is taken over stops, and everything is counted once', { timeout: 60_000 }, async () => {
    office = await openOffice();
    const rows = 9_000;
    const one = await staged(sample(rows));
    const other = await anotherProgram(office);
    await taken(office.deps, one, 'first');
    let second: Promise<boolean> | undefined;
    const first = runImport(office.deps, one, {
      runner: 'first',
      goOn: () => true,
      partDone: () => {
        second ??= taken(other, one, 'second').then(() =>
          runImport(other, one, { runner: 'second', goOn: () => true }),
        );
      },
    });
    expect(await first).toBe(false);
    expect(await second).toBe(true);
    other.db.close();
    const { accepted, duplicates, refused, issued, waiting, done } = await report(one.id);
    expect({ done, waiting, sum: accepted + duplicates + refused }).toEqual({ done: rows, waiting: 0, sum: rows });
    expect(issued).toBe(accepted - faultCount('repeated-person', rows));
    expect(await count('ledger')).toBe(accepted);
    expect(await count('credentials')).toBe(issued);
  });

  test('one that was taken over begins no further part', async () => {
    office = await openOffice();
    const one = await staged(`${CERTIFICATE_HEADER}\r\n${ROW}`);
    await taken(office.deps, one, 'first');
    await taken(office.deps, one, 'second');
    expect(await runImport(office.deps, one, { runner: 'first', goOn: () => true })).toBe(false);
    expect(await report(one.id)).toMatchObject({ state: 'running', done: 0 });
  });

  test('of two rows with one serial number the first counts, whichever part is faster', {
    timeout: 60_000,
  }, async () => {
    office = await openOffice();
    const row = (n: number, person: string) => `s-${n},王小明,${person},小学,2021-06-01,杭州市\r\n`;
    const rows = [...Array(2_000).keys()].map((n) => row(n, `first-${n}`));
    const again = [...Array(50).keys()].map((n) => row(1_950 + n, `second-${n}`));
    const one = await staged(`${CERTIFICATE_HEADER}\r\n${rows.join('')}${again.join('')}`);
    const keyedHash: Deps['keyedHash'] = async (text) => {
      if (text.endsWith('\nfirst-0')) await new Promise((resolve) => setTimeout(resolve, 500)); // so the next part is ready sooner
      return office.deps.keyedHash(text);
    };
    await continueImports({ ...office.deps, keyedHash });
    expect(await report(one.id)).toMatchObject({ accepted: 2_000, refused: 50, problems: { 'record-conflict': 50 } });
    const [last] = await office.sql('select lower(hex(person_hash)) as person from learners order by id desc limit 1');
    expect(last?.person).toBe(await personHash(office.deps, office.organisation.id, 'first-1999'));
  });

  test('the jobs leave alone what a living process has in hand', async () => {
    office = await openOffice();
    const one = await staged(`${CERTIFICATE_HEADER}\r\n${ROW}`);
    await taken(office.deps, one, 'living');
    await continueImports(office.deps);
    expect(await report(one.id)).toMatchObject({ state: 'running', done: 0 });
  });
});

describe('of a list', () => {
  const WITH_CHILD = `${CERTIFICATE_HEADER},孩子姓名\r\n${ROW.trimEnd()},王小宝\r\n`;

  test('a column about a child is refused, and not kept when it is to be ignored', async () => {
    office = await openOffice();
    await expect(staged(WITH_CHILD)).rejects.toMatchObject({ code: 'malformed-request', field: '' });
    await setSourceMapping(office.deps, me(), { ignore: ['孩子姓名'] });
    const { id, header } = await staged(WITH_CHILD);
    expect(header.join()).toBe(CERTIFICATE_HEADER);
    await continueImports(office.deps);
    expect(await report(id)).toMatchObject({ accepted: 1, issued: 1 });
  });

  test('the parts are sealed, and gone when they are done with', async () => {
    office = await openOffice();
    await staged(`${CERTIFICATE_HEADER}\r\n${ROW}`);
    const [part] = await office.sql('select content from import_parts');
    expect(String(part?.content)).toMatch(/^ey[\w-]+\.\.[\w.-]+$/);
    await continueImports(office.deps);
    expect(await count('import_parts where content is not null')).toBe(0);
  });

  test('a spreadsheet says the same as a table of text', async () => {
    office = await openOffice();
    const rows = [...certificateLines(60)].map((line) => line.trimEnd().split(','));
    const bytes = workbook([CERTIFICATE_HEADER.split(','), ...rows]);
    const file = await openListFile(office.deps, me(), { bytes: [bytes], type: XLSX });
    const tried = await checkImport(office.deps, me(), { file });
    expect(tried).toMatchObject({ rows: 60, accepted: 52, duplicates: 1, refused: 7, repeated: 1 });
    expect(tried.findings.map(({ line, problem }) => [rows[line - 2]?.[1], problem.code])).toContainEqual([
      '',
      'missing-name',
    ]);
  });

  test('a name is not asked for where certificates carry a pseudonym', async () => {
    office = await openOffice({ env: { HOLDER_POLICY: 'pseudonym' } });
    const { id } = await staged('证书编号,学员编号,学段,发证日期\r\na-1,p-1,0-3岁,2021年6月1日\r\n');
    await continueImports(office.deps);
    expect(await report(id)).toMatchObject({ accepted: 1, issued: 1 });
  });

  test('a certificate of a stage that the person reached by courses is not issued again', async () => {
    office = await openOffice();
    const courses = Array.from({ length: 20 }, (_, n) => ({
      id: `c-${n}`,
      learner: { id: 'p-1', name: '王小明' },
      scheme: 'zhejiang-parent-points',
      stage: 'primary',
      activity: `course:${n}`,
      category: 'online',
      verb: 'completed',
      occurredAt: `2026-01-${String(n + 1).padStart(2, '0')}T10:00:00+08:00`,
    }));
    await office.record(courses, 'zjhj');
    await office.deps.db.write(['update credentials set reserved_at = reserved_at - 60']); // a minute ago
    const { id } = await staged(`${CERTIFICATE_HEADER}\r\n${ROW}`);
    await continueImports(office.deps);
    expect(await report(id)).toMatchObject({ accepted: 1, repeated: 1, issued: 0, problems: { 'repeated-person': 1 } });
    expect(await count('credentials')).toBe(1);
  });
});
