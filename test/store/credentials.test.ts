/** Reservations race: the database says which of them were made. */
import { afterEach, expect, test } from 'vitest';
import { credentialsByUuid } from '../../src/store/credentials.ts';
import { type Reservation, reserve } from '../../src/store/reservations.ts';
import { type Office, openOffice } from '../support/office.ts';

let office: Office;
afterEach(() => office.close());

const STATUS_INDEX = 10_000_000;

function reservation(n: number, changes: Partial<Reservation['fields']> = {}): Reservation {
  return {
    learner: n,
    scheme: 'shangcheng-star-licence',
    stage: n % 2 === 0 ? '0-3' : '4-6',
    level: 'star-1',
    revision: 0,
    fields: {
      template: 2,
      key: 1,
      uuid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      validFrom: 1_700_000_000,
      validUntil: n % 3 === 0 ? null : 1_800_000_000,
      created: 1_700_000_000,
      points: 100 + (n % 2),
      statusIndex: STATUS_INDEX + n,
      holder: n % 5 === 0 ? { pseudonym: new Uint8Array(16).fill(n) } : { name: `王*${n}` },
      own: [n % 2, 0],
      ...changes,
    },
  };
}

test('rows come back as they were reserved, whatever they share', async () => {
  office = await openOffice();
  const reservations = Array.from({ length: 30 }, (_, n) => reservation(n));
  const uuids = reservations.map(({ fields }) => fields.uuid);
  const made = await reserve(office.deps.db, office.organisation.id, reservations, { now: 1_700_000_001 });
  expect([...made]).toEqual(uuids);
  const rows = await credentialsByUuid(office.deps.db, uuids);
  expect(rows.toSorted((a, b) => a.learner - b.learner)).toEqual(
    reservations.map((one) => ({
      ...one,
      organisation: office.organisation.id,
      state: 'pending',
      packed: null,
    })),
  );
});

test('a milestone that is held, and a status entry that is taken, are not made; the others are', async () => {
  office = await openOffice();
  const { db } = office.deps;
  await reserve(db, office.organisation.id, [reservation(1), reservation(2)], { now: 1_700_000_001 });
  const again = { ...reservation(1), fields: { ...reservation(3).fields } };
  const taken = reservation(4, { statusIndex: STATUS_INDEX + 2 });
  const made = await reserve(db, office.organisation.id, [again, reservation(5), taken], { now: 1_700_000_002 });
  expect([...made]).toEqual([reservation(5).fields.uuid]);
});
