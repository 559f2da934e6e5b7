/** Where a time stands in the ledger. */
import { afterEach, expect, test } from 'vitest';
import { lastEntryBefore } from '../../src/store/ledger-time.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const HOUR = 3_600;

test('before it is all that was recorded more than an hour earlier, and nothing else', async () => {
  office = await openOffice();
  expect(await lastEntryBefore(office.deps.db, 0)).toBe(0);
  await office.record(recordsForStars(1, { learner: 'p1' }));
  await office.deps.db.write([
    'drop trigger ledger_is_append_only_update',
    `update ledger set recorded_at = id * ${HOUR}`, // 17 entries, an hour after another
  ]);
  for (const hours of [0, 1, 2, 3, 9, 16, 17, 18, 19, 40])
    expect(await lastEntryBefore(office.deps.db, hours * HOUR), `${hours}`).toBe(Math.min(17, Math.max(0, hours - 2)));
});
