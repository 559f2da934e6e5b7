/** What taking an import back revokes: what stands on its records and on nothing else, and nothing that a person decided to keep. */
import { afterEach, describe, expect, test } from 'vitest';
import { CERTIFICATE_HEADER } from '../../src/cli/console/sample-certificates.ts';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { correctRecords } from '../../src/issuer/correct.ts';
import { erase } from '../../src/issuer/erase.ts';
import { decideFlag, listFlags } from '../../src/issuer/flags.ts';
import { importFor, reportOf } from '../../src/issuer/import-progress.ts';
import { openListFile } from '../../src/issuer/list-file.ts';
import { merge } from '../../src/issuer/merge.ts';
import { rollBackImport } from '../../src/issuer/roll-back-import.ts';
import { runImport } from '../../src/issuer/run-import.ts';
import { startUploaded, uploadImport } from '../../src/issuer/stage-import.ts';
import { continueImports } from '../../src/jobs/imports.ts';
import { type Import, takeImport } from '../../src/store/imports.ts';
import { utf8 } from '../../src/vc/encoding.ts';
import { type Office, openOffice, reverseRecords } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const boss = () => operator(office.organisation.id);
const me = () => operator(office.organisation.id, 'zjhj-certificates');
const row = (id: string, person: string) => `${id},王小明,${person},小学,2021-06-01,杭州市\r\n`;

async function staged(...rows: string[]): Promise<Import> {
  const bytes = [utf8(`${CERTIFICATE_HEADER}\r\n${rows.join('')}`)];
  const file = await openListFile(office.deps, me(), { bytes, type: 'text/csv' });
  const uploaded = await uploadImport(office.deps, me(), { fileName: 'list.csv', file });
  return (await startUploaded(office.deps, me(), uploaded)).one;
}
async function imported(...rows: string[]): Promise<Import> {
  const one = await staged(...rows);
  await continueImports(office.deps);
  return one;
}
async function takenBack({ id }: Import): Promise<void> {
  await rollBackImport(office.deps, me(), { id, reason: '名单有误' });
  await office.deps.db.write(['update imports set runner_seen = 0']);
  expect(await continueImports(office.deps)).toBe(true);
}
const report = async (id: string) => reportOf(office.deps, await importFor(office.deps, me(), id));
const standing = async () => (await office.credentials()).map(({ scheme, state }) => `${scheme} ${state}`).sort();
const openFlags = async () => (await listFlags(office.deps, boss(), { limit: 10 })).flags;
const star = (learner = 'p-1') => recordsForStars(1, { learner, name: '王小明' });
/** As many courses of the platform as one certificate of the stage takes. */
const courses = (learner = 'p-1'): SentRecord[] =>
  Array.from({ length: 20 }, (_, n) => ({
    id: `${learner}-c-${n}`,
    learner: { id: learner, name: '王小明' },
    scheme: 'zhejiang-parent-points',
    stage: 'primary',
    activity: `course:${n}`,
    category: 'online',
    verb: 'completed',
    occurredAt: `2026-01-${String(n + 1).padStart(2, '0')}T10:00:00+08:00`,
  }));

describe('taking an import back', () => {
  test('leaves a star of another scheme that waits for a decision, and one that was decided to be kept', async () => {
    office = await openOffice();
    const one = await imported(row('a-1', 'p-1'), row('a-2', 'p-2'));
    await office.record([...star('p-1'), ...star('p-2')], 'zjhj');
    await reverseRecords(office, ['p-1-lesson-0', 'p-2-lesson-0']);
    const [flag] = await openFlags();
    await decideFlag(office.deps, boss(), { flagId: flag?.flagId ?? '', decision: 'keep', reason: '家长无过错' });
    await takenBack(one);
    expect(await standing()).toEqual([
      'shangcheng-star-licence issued',
      'shangcheng-star-licence issued',
      'zhejiang-parent-points revoked',
      'zhejiang-parent-points revoked',
    ]);
    expect(await openFlags()).toHaveLength(1);
  });

  test('leaves the certificate of the same stage that courses earned, though they were taken back since', async () => {
    office = await openOffice();
    await office.record(courses(), 'zjhj');
    const one = await imported(row('a-1', 'p-2'), row('a-2', 'p-1'));
    await office.deps.db.write(['update credentials set reserved_at = reserved_at + 1']); // since the import began
    await takenBack(one);
    expect(await standing()).toEqual(['zhejiang-parent-points issued', 'zhejiang-parent-points revoked']);
    await reverseRecords(office, ['p-1-c-0']);
    expect(await openFlags()).toHaveLength(1);
  });

  test('leaves its own certificate whose record a person took back and which was kept', async () => {
    office = await openOffice();
    const one = await imported(row('a-1', 'p-1'), row('a-2', 'p-2'));
    await correctRecords(office.deps, me(), { source: me().source, recordIds: ['a-1'], reason: '查证中' });
    const [flag] = await openFlags();
    await decideFlag(office.deps, boss(), { flagId: flag?.flagId ?? '', decision: 'keep', reason: '已查实' });
    await takenBack(one);
    expect(await standing()).toEqual(['zhejiang-parent-points issued', 'zhejiang-parent-points revoked']);
  });

  test('a certificate that a person decides to keep meanwhile is kept', async () => {
    office = await openOffice();
    const one = await imported(row('a-1', 'p-1'));
    await rollBackImport(office.deps, me(), { id: one.id, reason: '名单有误' });
    const { db } = office.deps;
    const write: typeof db.write = async (statements) => {
      const isRevocation = statements.some(
        (each) => typeof each !== 'string' && /set state = 'revoked'/.test(each.sql),
      );
      const [flag] = isRevocation ? await openFlags() : [];
      if (flag) await decideFlag(office.deps, boss(), { flagId: flag.flagId, decision: 'keep', reason: '已查实' });
      return db.write(statements);
    };
    expect(await continueImports({ ...office.deps, db: { ...db, write } })).toBe(true);
    expect(await standing()).toEqual(['zhejiang-parent-points issued']);
    expect(await openFlags()).toEqual([]);
    expect(await office.sql('select rolled_back_by from credentials')).toMatchObject([{ rolled_back_by: null }]);
  });

  test('revokes what two records of one person hold of it', async () => {
    office = await openOffice();
    const one = await imported(row('a-1', 'p-1'), row('a-2', 'p-2'));
    await merge(office.deps, boss(), { personId: 'p-2', into: 'p-1', reason: '同一家长' });
    await takenBack(one);
    expect(await standing()).toEqual(['zhejiang-parent-points revoked', 'zhejiang-parent-points revoked']);
  });

  test('revokes that of a learner who was erased since, and none that other records earned', async () => {
    office = await openOffice();
    const one = await imported(row('a-1', 'p-1'));
    await office.record(star('p-1'), 'zjhj');
    await erase(office.deps, boss(), { personId: 'p-1', reason: '本人申请' });
    await takenBack(one);
    expect(await standing()).toEqual(['shangcheng-star-licence issued', 'zhejiang-parent-points revoked']);
    const [held] = await office.sql(`select name, erased from learners`);
    expect(held).toMatchObject({ name: null, erased: 1 });
  });
});

/** A program that is overtaken before its first statement that fits. */
function overtaken(deps: Deps, words: RegExp, by: () => Promise<unknown>): Deps {
  let isLate = false;
  const write: Deps['db']['write'] = async (statements) => {
    if (!isLate && statements.some((one) => typeof one !== 'string' && words.test(one.sql))) {
      isLate = true;
      await by();
    }
    return deps.db.write(statements);
  };
  return { ...deps, db: { ...deps.db, write } };
}
const count = async (of: string) => Number((await office.sql(`select count(*) as n from ${of}`))[0]?.n);

describe('an import that is taken back while a part of it is in hand', () => {
  test.each([
    ['before its records', /insert into ledger/, 0],
    ['before its certificates', /insert into credentials/, 1],
    ['before they are signed', /update credentials set packed/, 1],
    ['before the part is finished', /update import_parts set finished_at/, 1],
  ])('%s stays taken back: nothing of it arrives afterwards', async (_, words, records) => {
    office = await openOffice();
    const one = await staged(row('a-1', 'p-1'));
    const now = office.deps.clock.now();
    expect(await takeImport(office.deps.db, { id: one.id, runner: 'slow', now, seenBefore: now + 1 })).toBe(true);
    const slow = overtaken(office.deps, words, () => takenBack(one));
    expect(await runImport(slow, one, { runner: 'slow', goOn: () => true })).toBe(false);
    expect(await count(`ledger where kind = 'record'`)).toBe(records);
    expect(await count(`ledger where kind = 'reversal'`)).toBe(records);
    expect(await count(`credentials where state <> 'revoked'`)).toBe(0);
    expect(await count('learners')).toBe(records);
    expect(await count('unevaluated')).toBe(0);
    expect(await report(one.id)).toMatchObject({ state: 'rolled-back', refused: 0 });

    const again = await imported(row('a-1', 'p-1'));
    expect(await report(again.id)).toMatchObject({ accepted: 1, issued: 1 });
  });
});
