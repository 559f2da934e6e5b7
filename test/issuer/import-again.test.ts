/** What a later list, or the rest of one, does not bring back: a record that was corrected, and a person who was erased. */
import { afterEach, describe, expect, test } from 'vitest';
import { CERTIFICATE_HEADER } from '../../src/cli/console/sample-certificates.ts';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { correctRecords } from '../../src/issuer/correct.ts';
import { erase } from '../../src/issuer/erase.ts';
import { findingsOf, importFor, reportOf } from '../../src/issuer/import-progress.ts';
import type { Finding } from '../../src/issuer/import-rows.ts';
import { openListFile } from '../../src/issuer/list-file.ts';
import { rollBackImport } from '../../src/issuer/roll-back-import.ts';
import { startUploaded, uploadImport } from '../../src/issuer/stage-import.ts';
import { continueImports } from '../../src/jobs/imports.ts';
import type { Import } from '../../src/store/imports.ts';
import { utf8 } from '../../src/vc/encoding.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const me = () => operator(office.organisation.id, 'zjhj-certificates');
const ROW = 'a-1,王小明,p-1,小学,2021-06-01,杭州市\r\n';

async function staged(text: string): Promise<Import> {
  const file = await openListFile(office.deps, me(), { bytes: [utf8(text)], type: 'text/csv' });
  const uploaded = await uploadImport(office.deps, me(), { fileName: 'list.csv', file });
  return (await startUploaded(office.deps, me(), uploaded)).one;
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

async function foundIn(one: Import): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of findingsOf(office.deps, one)) found.push(finding);
  return found;
}

describe('a record that was corrected', () => {
  const takeBack = (id: string) =>
    correctRecords(office.deps, me(), { source: me().source, recordIds: [id], reason: '伪造' });
  const list = (...more: string[]) => `${CERTIFICATE_HEADER}\r\n${ROW}${more.join('')}`;

  test('is not brought back by the next list, which is told so', async () => {
    office = await openOffice();
    await staged(list());
    await continueImports(office.deps);
    await takeBack('a-1');
    const next = await staged(list('a-2,李丽,p-2,小学,2021-06-01,杭州市\r\n'));
    await continueImports(office.deps);
    expect(await report(next.id)).toMatchObject({ accepted: 1, duplicates: 1, problems: { 'taken-back': 1 } });
    expect(await foundIn(next)).toMatchObject([{ line: 2, problem: { code: 'taken-back', column: '证书编号' } }]);
    expect(await count(`ledger where kind = 'record'`)).toBe(2);
  });

  test('nor when its import was taken back after it, though the other rows are', async () => {
    office = await openOffice();
    const both = list('a-2,李丽,p-2,小学,2021-06-01,杭州市\r\n');
    const { id } = await staged(both);
    await continueImports(office.deps);
    await takeBack('a-1');
    await rollBackImport(office.deps, me(), { id, reason: '误' });
    await continueImports(office.deps);
    const next = await staged(both);
    await continueImports(office.deps);
    expect(await report(next.id)).toMatchObject({ accepted: 1, duplicates: 1, issued: 1 });
    expect(await office.sql(`select record_id from ledger where kind = 'record' and id > 2`)).toMatchObject([
      { record_id: 'a-2~2' },
    ]);
  });

  test.each([
    ['before its certificate', /insert into credentials/],
    ['before the part was finished', /update import_parts set finished_at/],
  ])('nor by the import itself, killed %s', async (_, words) => {
    office = await openOffice();
    const one = await staged(list());
    await continueImports(mortal(office.deps, words)).catch(() => undefined);
    await takeBack('a-1');
    await office.deps.db.write(['update imports set runner_seen = 0']);
    expect(await continueImports(office.deps)).toBe(true);
    expect(await count(`ledger where kind = 'record'`)).toBe(1);
    expect(await report(one.id)).toMatchObject({ state: 'done', done: 1, waiting: 0, problems: { 'taken-back': 1 } });
  });
});

describe('a person who is erased while a list waits', () => {
  const everything = async () =>
    JSON.stringify(await Promise.all(['learners', 'credentials'].map((table) => office.sql(`select * from ${table}`))));
  const list = (...rows: string[]) => `${CERTIFICATE_HEADER}\r\n${rows.join('')}`;
  const forget = () => erase(office.deps, operator(office.organisation.id), { personId: 'p-1', reason: '本人申请' });
  const OTHER = 'a-2,李丽,p-2,小学,2021-06-01,杭州市\r\n';

  test('does not come back with it, nor with what is found in it', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'p-1', name: '王小明' }), 'zjhj');
    const again = ROW.replace('p-1', 'p-2'); // one serial number, two people
    const late = 'a-3,王小明,p-1,小学,2099-06-01,杭州市\r\n';
    const one = await staged(list(ROW, OTHER, again, late));
    await forget();
    expect(await continueImports(office.deps)).toBe(true);
    expect(await report(one.id)).toMatchObject({ done: 4, accepted: 1, refused: 3, issued: 1, waiting: 0 });
    expect(await count('learners')).toBe(2);
    expect(await everything()).not.toContain('王*明');
    const found = await foundIn(one);
    expect(JSON.stringify(found)).not.toContain('p-1');
  });

  test('nor in the moment in which the row is recorded, nor with a part that was finished before', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'p-1', name: '王小明' }), 'zjhj');
    const one = await staged(list(ROW, OTHER, 'a-3,王小明,p-1,小学,2099-06-01,杭州市\r\n'));
    let isLate = false;
    const write: Deps['db']['write'] = async (statements) => {
      const records = statements.some((each) => typeof each !== 'string' && /insert into ledger/.test(each.sql));
      if (records && !isLate) {
        isLate = true;
        await forget();
      }
      return office.deps.db.write(statements);
    };
    await continueImports({ ...office.deps, db: { ...office.deps.db, write } });
    expect(await report(one.id)).toMatchObject({ done: 3, accepted: 1, refused: 2, issued: 1 });
    expect(await count('learners')).toBe(2);
  });

  test('comes again with a list of later: a new learner', async () => {
    office = await openOffice();
    await office.record(recordsForStars(1, { learner: 'p-1', name: '王小明' }), 'zjhj');
    await forget();
    await office.deps.db.write(['update erasures set erased_at = erased_at - 1']);
    const one = await staged(list(ROW));
    await continueImports(office.deps);
    expect(await report(one.id)).toMatchObject({ accepted: 1, issued: 1 });
  });
});
