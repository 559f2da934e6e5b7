import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  CERTIFICATE_HEADER,
  certificateLines,
  FEWEST,
  faultCount,
  faultNames,
} from '../../src/cli/console/sample-certificates.ts';
import { program, runNode } from '../support/child-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'xingzheng-sample-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const cellsOf = (rows: number) => [...certificateLines(rows)].map((line) => line.trimEnd().split(','));
/** Names that occur more than once, each as often as it repeats. */
const repeats = (names: readonly string[]) => names.length - new Set(names).size;

test('the same for the same seed, and another for another', () => {
  const all = (seed?: number) => sha256([...certificateLines(1_000, seed)].join(''));
  expect(all(7)).toBe(all(7));
  expect(all(7)).not.toBe(all(8));
});

test.each([FEWEST, 997, 20_000])('%i rows hold every fault as often as they say', (rows) => {
  const cells = cellsOf(rows);
  expect(cells).toHaveLength(rows);
  const count = (fits: (cells: string[]) => boolean) => cells.filter(fits).length;
  expect(count(([, name]) => name === '')).toBe(faultCount('missing-name', rows));
  expect(count(([, , person]) => person === '')).toBe(faultCount('missing-person', rows));
  expect(count(([, , , stage]) => stage === '大学')).toBe(faultCount('unknown-stage', rows));
  expect(count(([, , , , day]) => day === '2021-02-30')).toBe(faultCount('impossible-day', rows));
  expect(count(([, , , , day]) => day === '2091-06-01')).toBe(faultCount('day-to-come', rows));
  expect(repeats(cells.map((row) => row.join()))).toBe(faultCount('repeated-row', rows));
  expect(repeats(cells.map(([serial = '']) => serial))).toBe(
    faultCount('repeated-row', rows) + faultCount('reused-serial', rows),
  );
  const persons = cells.filter(([, , person]) => person !== '').map(([, , person, stage]) => `${person} ${stage}`);
  expect(repeats(persons)).toBe(faultCount('repeated-row', rows) + faultCount('repeated-person', rows));
});

test('the command writes the file and says what is in it', async () => {
  const out = join(folder, 'list.csv');
  const ended = await runNode([program('cli/sample'), 'certificates', '2500', '--out', out]);
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  for (const fault of faultNames) expect(ended.stderr).toMatch(new RegExp(`${fault} +${faultCount(fault, 2_500)} `));
  const text = readFileSync(out, 'utf8');
  expect(text).toBe(`\uFEFF${CERTIFICATE_HEADER}\r\n${[...certificateLines(2_500)].join('')}`);
  const { stdout } = await runNode([program('cli/sample'), 'certificates', '60', '--seed', '5']);
  expect(stdout.split('\r\n')).toHaveLength(62);
});

test.each([
  { args: ['certificates'] },
  { args: ['certificates', '10'] },
  { args: ['certificates', 'many'] },
  { args: ['people', '100'] },
  { args: ['certificates', '100', '--seed', 'x'] },
])('refused: $args', async ({ args }) => {
  expect(await runNode([program('cli/sample'), ...args])).toMatchObject({ code: 2, stdout: '' });
});
