/** The whole cycle in bulk: a file of records in, ledger, certificates and status lists in the database; each size in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BulkResult } from './bulk-run.ts';
import type { BenchOptions, Group, Row } from './row.ts';
import { statusRows } from './status.ts';

const CERTIFICATES = 220_000;
/** V8 takes what it is given before it tidies up: this is what the work needs. */
const HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8'];

export const run: Group = async ({ long, progress }) => {
  const one = await measured(CERTIFICATES, progress);
  const twice = await measured(2 * CERTIFICATES, progress);
  const rows: Row[] = [
    {
      key: 'bulk_seconds',
      what: '220,000 certificates: file in; ledger, credentials and status lists in the database',
      value: one.seconds,
      goal: { atMost: 30 },
    },
    { key: 'bulk_db_mb', what: 'its database, MB', value: one.databaseMb, goal: { atMost: 160 } },
    { key: 'bulk_peak_mb', what: 'its largest memory, MB', value: one.peakMb, goal: { atMost: 400 } },
    {
      key: 'bulk_growth',
      what: 'time of 440,000 against time of 220,000',
      value: twice.seconds / one.seconds,
      goal: { atMost: 2.2 },
    },
  ];
  rows.push(...(await statusRows()));
  if (!long) return rows;
  for (const [key, factor] of [
    ['bulk_seconds_1100k', 5],
    ['bulk_seconds_2200k', 10],
  ] as const) {
    const more = await measured(factor * CERTIFICATES, progress);
    rows.push({ key, what: `${(factor * CERTIFICATES).toLocaleString('en')} certificates`, value: more.seconds });
  }
  return rows;
};

async function measured(certificates: number, progress: BenchOptions['progress']): Promise<BulkResult> {
  const child = spawn(process.execPath, [...HEAP, join(import.meta.dirname, 'bulk-run.ts'), String(certificates)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the run of ${certificates} ended with ${code}`);
  const result: BulkResult = JSON.parse(out);
  progress(`  ${certificates}: ${JSON.stringify(result)}`);
  return result;
}
