/** A file of learning records on disk: opened by its name's ending, and read as it comes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/console/command.ts';
import { openRecordFile } from '../../src/cli/console/record-file.ts';
import { sampleRecords } from '../../src/cli/console/sample-records.ts';
import { rowsIn } from '../learning/formats/rows.ts';

let desk: string;
beforeAll(() => {
  desk = mkdtempSync(join(tmpdir(), 'xingzheng-records-'));
});
afterAll(() => rmSync(desk, { recursive: true, force: true }));

const write = (content: string, name = 'records.csv') => {
  const path = join(desk, name);
  writeFileSync(path, content);
  return path;
};

async function fileRows(path: string) {
  const rows = [];
  for await (const row of (await openRecordFile(path)).rows) rows.push(row);
  return rows;
}

test('the sample from a file is the sample, with its broken rows', async () => {
  for (const { csv } of sampleRecords()) expect(await fileRows(write(csv))).toEqual(await rowsIn(csv));
});

test.each(['records.ndjson', 'records.jsonl', 'Records.NDJSON'])('%s holds a record a line', async (name) => {
  expect(await fileRows(write('{"id":"a"}\n{"id":"b"}\n', name))).toMatchObject([{ line: 1 }, { line: 2 }]);
});

test.each([
  ['an empty file', ''],
  ['another table', 'a,b\n1,2\n'],
])('%s is wrong usage', async (_, content) => {
  await expect(openRecordFile(write(content))).rejects.toThrow(UsageError);
});

test('so is a file that is not there, and one of another kind', async () => {
  await expect(openRecordFile(join(desk, 'nowhere.csv'))).rejects.toThrow(UsageError);
  await expect(openRecordFile(desk)).rejects.toThrow(UsageError);
  await expect(openRecordFile(write('', 'records.pdf'))).rejects.toThrow(UsageError);
});
