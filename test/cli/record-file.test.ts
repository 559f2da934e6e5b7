/** A file read part by part gives the rows that it gives as a whole. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/console/command.ts';
import { rowsIn } from '../../src/cli/console/record-file.ts';
import { sampleRecords } from '../../src/cli/sample.ts';
import { readRecords } from '../../src/learning/record-formats.ts';

let desk: string;
beforeAll(() => {
  desk = mkdtempSync(join(tmpdir(), 'xingzheng-records-'));
});
afterAll(() => rmSync(desk, { recursive: true, force: true }));

const write = (content: string | Uint8Array) => {
  const path = join(desk, 'records.csv');
  writeFileSync(path, content);
  return path;
};
const whole = (text: string) => {
  const read = readRecords(text, 'text/csv', JSON.parse);
  if (!read.ok) throw new Error(read.problem.en);
  return read.rows;
};

describe('the same rows', () => {
  const HEADER = 'id,learner.id,learner.name,stage,activity,category,verb,occurredAt';
  const line = (n: number, name: string) =>
    `r-${n},p-${n},${name},4-6,lesson:1,online,completed,2026-03-01T09:00:00+08:00`;

  test('of the sample, with its broken rows', () => {
    for (const { csv } of sampleRecords()) {
      const rows = [...rowsIn(write(csv))];
      expect(rows.map((row) => 'problem' in row)).toEqual(whole(csv).map((row) => 'problem' in row));
      expect(rows.filter((row) => 'value' in row)).toEqual(whole(csv).filter((row) => 'value' in row));
    }
  });

  test.each([
    ['line feeds', '\n'],
    ['carriage returns before them', '\r\n'],
  ])(
    'of several parts, with names that a part ends in, line feeds in quotation marks, a byte order mark, and %s',
    (_, end) => {
      const names = ['王小明', `"王\n小,明"`, 'Zoë', '𠮷田'];
      const lines = Array.from({ length: 110_000 }, (_, n) => line(n, names[n % names.length] ?? ''));
      const text = `\uFEFF${[HEADER, ...lines].join(end)}`;
      expect(Buffer.byteLength(text)).toBeGreaterThan(8 << 20);
      const expected = whole(text);
      let at = 0;
      for (const row of rowsIn(write(text))) {
        if (JSON.stringify(row) !== JSON.stringify(expected[at])) expect(row).toEqual(expected[at]);
        at++;
      }
      expect(at).toBe(lines.length);
    },
  );

  test('of a header alone, and with a line feed behind it', () => {
    expect([...rowsIn(write(HEADER))]).toEqual([]);
    expect([...rowsIn(write(`${HEADER}\n`))]).toEqual([]);
  });
});

test.each([
  ['an empty file', ''],
  ['another table', 'a,b\n1,2\n'],
  ['GB18030', new Uint8Array([0xcd, 0xf5, 0x0a])],
  ['a quotation mark that never closes', `id,learner.id,stage,activity,category,verb,occurredAt\n"r-1,p,4-6\n`],
])('%s is wrong usage', (_, content) => {
  expect(() => [...rowsIn(write(content))]).toThrow(UsageError);
});

test('so is a file that is not there', () => {
  expect(() => [...rowsIn(join(desk, 'nowhere.csv'))]).toThrow(UsageError);
  expect(() => [...rowsIn(desk)]).toThrow(UsageError);
});
