/** Cost must not grow with the ledger: the plans of the hot statements start from the few rows that came. */
import { afterEach, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

test('taking records in and evaluating ladders scan no table', async () => {
  const seen: string[] = [];
  office = await openOffice();
  const { db } = office.deps;
  const watched: typeof db = {
    ...db,
    read: (sql, args) => {
      seen.push(sql);
      return db.read(sql, args);
    },
    write: (statements) => {
      for (const statement of statements) seen.push(typeof statement === 'string' ? statement : statement.sql);
      return db.write(statements);
    },
  };
  const rows = recordsForStars(1, { learner: 'p1', name: '王小明' }).map((value) => ({ value }));
  await recordEvents({ ...office.deps, db: watched }, operator(office.organisation.id, 'zjhj'), rows);
  const hot = seen.filter((sql) => /\b(ledger|learners|credentials|unevaluated)\b/.test(sql));
  expect(hot.length).toBeGreaterThan(8);
  for (const sql of hot) {
    const places = sql.match(/\?/g)?.length ?? 0;
    const plan = await db.read(`explain query plan ${sql}`, Array(places).fill('[]'));
    const steps = plan.map(({ detail }) => String(detail));
    expect(
      steps.filter((step) => /^SCAN (?!value|json_each|\()/.test(step)),
      sql,
    ).toEqual([]);
    expect(
      steps.filter((step) => /INDEX \S+ \(organisation=\?\)/.test(step)),
      sql,
    ).toEqual([]);
  }
});
