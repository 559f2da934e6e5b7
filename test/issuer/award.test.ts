/** Reserving what is due, where not everything can be reserved at once. */
import { afterEach, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { listFlags } from '../../src/issuer/flags.ts';
import { merge } from '../../src/issuer/merge.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { asRows, type Office, openOffice, reverseRecords } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

test('a proposal that fell short is made again, beside somebody who holds the level already', async () => {
  office = await openOffice();
  const holder = recordsForStars(1, { learner: 'holder' });
  await office.record(holder);
  let draws = 0;
  const { integers } = office.deps.random;
  const random: Deps['random'] = {
    ...office.deps.random,
    integers: (below, count) => integers(below, ++draws === 1 ? 1 : count), // as when a status list is nearly full
  };
  const more = holder.slice(0, 1).map((record) => ({ ...record, id: 'more', activity: 'lesson:99' }));
  const others = ['new', 'another'].flatMap((learner) => recordsForStars(1, { learner }));
  const sent = [...others, ...more];
  const { milestones } = await recordEvents(
    { ...office.deps, random },
    operator(office.organisation.id, 'zjhj'),
    asRows(sent),
  );
  expect(draws).toBe(2);
  expect(milestones.map(({ learner, state }) => `${learner} ${state}`).toSorted()).toEqual([
    'another issued',
    'new issued',
  ]);
  expect(await office.credentials()).toHaveLength(3);
});

/** A program that is overtaken between what it has found to be due and its reservation. */
function overtaken(deps: Deps, by: () => Promise<unknown>): Deps {
  let isLate = false;
  const write: Deps['db']['write'] = async (statements) => {
    const reserves = statements.some((one) => typeof one !== 'string' && /insert into credentials/.test(one.sql));
    if (reserves && !isLate) {
      isLate = true;
      await by();
    }
    return deps.db.write(statements);
  };
  return { ...deps, db: { ...deps.db, write } };
}
const boss = () => operator(office.organisation.id);
const causes = async () => (await listFlags(office.deps, boss(), { limit: 10 })).flags.map(({ cause }) => cause);

test('a star whose lesson is taken back while it is being reserved is not made', async () => {
  office = await openOffice();
  const records = recordsForStars(1, { learner: 'p1' });
  const late = overtaken(office.deps, () => reverseRecords(office, ['p1-lesson-0']));
  expect((await recordEvents(late, boss(), asRows(records))).milestones).toEqual([]);
  await resumePending(office.deps);
  expect(await office.credentials()).toEqual([]);
  expect(await office.sql('select * from unevaluated')).toEqual([]);
});

test('the other star that is being reserved with it is', async () => {
  office = await openOffice();
  const records = ['p1', 'p2'].flatMap((learner) => recordsForStars(1, { learner }));
  const late = overtaken(office.deps, () => reverseRecords(office, ['p1-lesson-0']));
  const { milestones } = await recordEvents(late, boss(), asRows(records));
  expect(milestones).toMatchObject([{ learner: 'p2', level: '1', state: 'issued' }]);
});

test('a star that its learner turns out, in that moment, to hold under another id is not made', async () => {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'account' }));
  const late = overtaken(office.deps, () =>
    merge(office.deps, boss(), { personId: 'account', into: 'phone', reason: '同一家长' }),
  );
  await recordEvents(late, boss(), asRows(recordsForStars(1, { learner: 'phone' })));
  await resumePending(office.deps);
  expect(await causes()).toEqual([]);
  expect(await office.credentials()).toHaveLength(1);
});

test('nor is one of a merged person whose other record loses a lesson in that moment', async () => {
  office = await openOffice();
  const [first = [], second = []] = [0, 8].map((from) =>
    recordsForStars(1, { learner: 'p1' }).slice(from, from + 8 + from),
  );
  const asOther = (records: typeof first) => records.map((one) => ({ ...one, learner: { id: 'account' } }));
  await office.record(asOther(first));
  await office.record(recordsForStars(1, { learner: 'phone', prefix: 'x' }).slice(0, 1));
  await merge(office.deps, boss(), { personId: 'account', into: 'phone', reason: '同一家长' });
  const late = overtaken(office.deps, () => reverseRecords(office, ['p1-lesson-1']));
  await recordEvents(late, boss(), asRows(second.map((one) => ({ ...one, learner: { id: 'phone' } }))));
  expect(await office.credentials()).toEqual([]);
});

test('whose learner is merged into another in that moment is awarded as that one, at once', async () => {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'phone' }).slice(0, 1));
  let proposals = 0;
  const late = overtaken(office.deps, () =>
    merge(office.deps, boss(), { personId: 'account', into: 'phone', reason: '同一家长' }),
  );
  const { integers } = late.random;
  const counted: typeof integers = (below, count) => {
    proposals++;
    return integers(below, count);
  };
  const random = { ...late.random, integers: counted };
  await recordEvents({ ...late, random }, boss(), asRows(recordsForStars(1, { learner: 'account' })));
  expect(proposals).toBeLessThan(4);
  expect((await office.credentials()).map(({ state }) => state)).toEqual(['issued']);
  expect(office.logs.filter(({ event }) => event === 'award-failed')).toEqual([]);
});
