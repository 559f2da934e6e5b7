/** What is drawn at random: numbers without bias. */
import { afterEach, expect, test } from 'vitest';
import { type Office, openOffice } from './support/office.ts';

let office: Office;
afterEach(() => office.close());

test('numbers are drawn below the limit, as many as are asked for, each as likely as the other', async () => {
  office = await openOffice();
  const drawn = office.deps.random.integers(3, 40_000);
  expect(drawn).toHaveLength(40_000);
  for (const value of [0, 1, 2]) {
    const share = drawn.filter((one) => one === value).length / drawn.length;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.02); // more than eight standard deviations
  }
  expect(office.deps.random.integers(131_072, 0)).toEqual([]);
});
