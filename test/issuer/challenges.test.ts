/** A verifier's challenges: good once, for ten minutes, and known as ours for ever. */
import { afterEach, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { createChallenge, useChallenge } from '../../src/issuer/challenges.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';

let office: Office;
afterEach(() => office.close());

const later = (seconds: number): Deps => {
  const now = office.deps.clock.now() + seconds;
  return { ...office.deps, clock: { now: () => now } };
};

test('a challenge is random, long, and kept as its hash alone', async () => {
  office = await openOffice();
  const made = await Promise.all(Array.from({ length: 20 }, () => createChallenge(office.deps, 'protocol')));
  expect(new Set(made.map((challenge) => challenge.slice(0, 22))).size).toBe(20);
  for (const challenge of made) expect(challenge).toMatch(/^[\w-]{64}$/);
  const rows = JSON.stringify(await office.sql('select * from vc_challenges'));
  for (const challenge of made) expect(rows).not.toContain(challenge);
});

test('it is fresh once, by whichever of two programs is asked, and spent ever after', async () => {
  office = await openOffice();
  const second = await anotherProgram(office);
  const challenge = await createChallenge(office.deps, 'protocol');
  const uses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => useChallenge(n % 2 ? office.deps : second, 'protocol', challenge)),
  );
  second.db.close();
  expect(uses.filter((use) => use === 'fresh')).toHaveLength(1);
  expect(uses.filter((use) => use === 'spent')).toHaveLength(19);
  expect(await useChallenge(office.deps, 'protocol', challenge)).toBe('spent');
});

test('it lasts ten minutes, and stays spent when its row is gone', async () => {
  office = await openOffice();
  const [early, late] = [await createChallenge(later(0), 'trust'), await createChallenge(later(0), 'trust')];
  expect(await useChallenge(later(598), 'trust', early)).toBe('fresh');
  expect(await useChallenge(later(603), 'trust', late)).toBe('spent');
  await createChallenge(later(700), 'protocol');
  expect(await office.sql('select verifier from vc_challenges')).toMatchObject([{ verifier: 'protocol' }]);
  for (const challenge of [early, late]) expect(await useChallenge(later(700), 'trust', challenge)).toBe('spent');
});

test('another verifier can neither use it nor use it up', async () => {
  office = await openOffice();
  const challenge = await createChallenge(office.deps, 'protocol');
  expect(await useChallenge(office.deps, 'trust', challenge)).toBe('spent');
  expect(await useChallenge(office.deps, 'protocol', challenge)).toBe('fresh');
});

test('what was not made here is foreign, however like ours it looks', async () => {
  office = await openOffice();
  const challenge = await createChallenge(office.deps, 'protocol');
  const swapped = challenge.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  for (const text of [
    '',
    'x',
    '3182bdea-63d9-11ea-b6de-3b7c1404d57f',
    swapped,
    challenge.slice(0, -1),
    `${challenge}0`,
    challenge.toUpperCase(),
    '\ud800'.repeat(64),
  ])
    expect(await useChallenge(office.deps, 'protocol', text), text).toBe('foreign');
  expect(await useChallenge(office.deps, 'protocol', challenge)).toBe('fresh');
});
