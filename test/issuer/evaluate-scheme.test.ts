/** A new version of a scheme is in force: what it changes for learners who sent nothing since. */
import { afterEach, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { evaluateScheme } from '../../src/issuer/evaluate-scheme.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { unevaluatedLadders } from '../../src/store/ledger.ts';
import { program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

const ID = 'shangcheng-star-licence';
let office: Office;
afterEach(() => office.close());

/** The office with its next version: a star takes so many points. */
function withPoints(each: number): Deps {
  const scheme = office.deps.schemes.get(ID);
  if (!scheme) throw new Error('the licence ships');
  const levels = (scheme.levels ?? []).map((level, at) => ({ ...level, points: each * (at + 1) }));
  const next = { ...scheme, version: 2, levels };
  return { ...office.deps, schemes: new Map([...office.deps.schemes, [ID, next]]) };
}
const stars = async () => (await office.credentials()).map(({ level }) => level);

test('what the new rules reach is issued once, in order, and what was issued stays', async () => {
  office = await openOffice();
  await office.record([
    ...recordsForStars(1, { learner: 'one' }),
    ...recordsForStars(2, { learner: 'two' }).slice(1), // one lesson short of the second
  ]);
  expect(await stars()).toEqual(['1', '1']);

  const easier = withPoints(95);
  expect(await resumePending(easier)).toBe(0); // nobody has asked for it
  expect(await evaluateScheme(easier, ID)).toBe(2);
  expect(await evaluateScheme(easier, ID)).toBe(2);
  expect(await resumePending(easier)).toBe(1);
  expect((await stars()).toSorted()).toEqual(['1', '1', '2']);

  const harder = withPoints(500);
  await evaluateScheme(harder, ID);
  expect(await resumePending(harder)).toBe(0);
  expect(await office.sql(`select state, count(*) as count from credentials group by state`)).toMatchObject([
    { state: 'issued', count: 3 },
  ]);
  expect(await office.sql('select count(*) as waiting from unevaluated')).toMatchObject([{ waiting: 0 }]);
  const audit = await office.sql(`select object, detail from audit where action = 'evaluate-scheme'`);
  expect(audit).toMatchObject(Array(3).fill({ object: ID, detail: 'version 2' }));
});

test('only the ladders of that scheme, and by the command that ships', async () => {
  office = await openOffice();
  await office.record([
    ...recordsForStars(1, { learner: 'one' }),
    ...recordsForStars(1, { learner: 'one', stage: '7-9', prefix: 'older' }),
    ...recordsForStars(1, { learner: 'other', prefix: 'z' }).map((record) => ({
      ...record,
      scheme: 'zhejiang-parent-points',
      stage: 'primary',
      activity: record.activity.replace('lesson', 'course').replace('station', 'meeting'),
    })),
  ]);
  const { code, stdout } = await runNode([program('cli/scheme'), 'evaluate', ID], { ...office.env });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 ladders wait') });
  expect(await office.sql('select distinct scheme from unevaluated')).toMatchObject([{ scheme: ID }]);
  expect((await runNode([program('cli/scheme'), 'evaluate', 'nowhere'], { ...office.env })).code).toBe(2);
  await expect(evaluateScheme(office.deps, 'nowhere')).rejects.toThrow();
});

test('ladders that cannot be awarded do not hide those of another scheme behind them', async () => {
  office = await openOffice();
  await office.deps.db.write([
    `insert into unevaluated (learner, scheme, stage, organisation, mark)
     values (1, 'no-key', 'x', 'shangcheng', 0), (2, 'no-key', 'x', 'shangcheng', 0), (3, '${ID}', '4-6', 'shangcheng', 0)`,
  ]);
  const page = await unevaluatedLadders(office.deps.db, 1);
  expect(page.map(({ scheme }) => scheme).toSorted()).toEqual(['no-key', ID]);
});
