/** Some seconds of `npm run torture`: the same code, the same count at the end. */
import { expect, test } from 'vitest';
import { endure, type Ordeal } from './ordeal.ts';

const ORDEALS: Ordeal[] = [
  { setting: 'file', feeders: 8, seconds: 6, seed: 1 },
  { setting: 'sqld', feeders: 4, seconds: 4, seed: 2 },
  { setting: 'workers', feeders: 2, seconds: 10, seed: 3 },
];

test.each(ORDEALS)(
  '$feeders feeders ($setting) with the same records, killed at random: nothing lost, nothing doubled',
  async (ordeal) => {
    const report = await endure(ordeal);
    expect(report.violations).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.credentials).toBe(2 * report.learners);
  },
  300_000,
);
