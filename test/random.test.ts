/** What is drawn at random: credential ids that tell no more than their second, and numbers without bias. */
import { afterEach, expect, test } from 'vitest';
import { type Office, openOffice } from './support/office.ts';

let office: Office;
afterEach(() => office.close());

test('a credential id is a version 7 uuid of its second, which is signed as the date anyway, and no finer', async () => {
  office = await openOffice();
  const { random } = office.deps;
  const ids = Array.from({ length: 200 }, () => random.uuidOf(1_645_557_742)); // the time of RFC 9562, appendix A.6
  for (const id of ids) expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids.map((id) => id.slice(15))).size).toBe(200);
  expect(ids).not.toEqual(ids.toSorted()); // nor do they tell in which order they were given
  expect(random.uuidOf(1_645_557_743) > random.uuidOf(1_645_557_742)).toBe(true);
});

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
