/** Reserving what is due, where not everything can be reserved at once. */
import { afterEach, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { asRows, type Office, openOffice } from '../support/office.ts';
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
