/** Long files and hostile ones: while they are read everything else has its turn, counted in turns of the event loop. */
import { expect, test } from 'vitest';
import { FULL_WORKBOOK, XLSX } from '../../../src/learning/formats/sheet.ts';
import { type How, readings } from './rows.ts';
import { workbookParts, zipped } from './workbooks.ts';

/** How often others had their turn while it was read. */
async function turnsWhile(read: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false];
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await read();
  isOver = true;
  return turns;
}

const HEADER = 'id,learner.id,stage,activity,category,verb,occurredAt\n';
const MIB = 1 << 20;

test.each<[string, string, How]>([
  ['lines of numbers', '1\n'.repeat(MIB / 2), { mediaType: 'application/x-ndjson' }],
  ['empty lines', '\n'.repeat(MIB), { mediaType: 'application/x-ndjson' }],
  ['rows that are out of shape', HEADER + '1\n'.repeat(MIB / 2), {}],
  ['rows without anything in them', HEADER + ',,,,,,\n'.repeat(MIB / 7), {}],
])('a mebibyte of %s is read in sixteen turns or more', async (_, text, how) => {
  expect(await turnsWhile(() => readings(text, how))).toBeGreaterThanOrEqual(16);
});

test('so is a workbook: its archive when it is checked, its texts and its rows', async () => {
  const parts = workbookParts([HEADER.trim().split(',')]);
  const read = (more: Record<string, string>) =>
    turnsWhile(() => readings(zipped({ ...parts, ...more }), { mediaType: XLSX, workbook: FULL_WORKBOOK }));
  // Numbered, so that the ratio is a spreadsheet's.
  const numbered = (length: number, line: (n: number) => string) => Array.from({ length }, (_, n) => line(n)).join('');
  expect(await read({ 'docProps/padding.xml': numbered(600_000, (n) => `${n} `) })).toBeGreaterThanOrEqual(3);
  const texts = numbered(60_000, (n) => `<si><t>${n}</t></si>`);
  expect(
    await read({
      'xl/sharedStrings.xml': String(parts['xl/sharedStrings.xml']).replace('</sst>', () => `${texts}</sst>`),
    }),
  ).toBeGreaterThanOrEqual(8);
  const rows = numbered(60_000, (n) => `<row r="${n + 2}"/>`);
  const SHEET = 'xl/worksheets/sheet1.xml';
  expect(
    await read({ [SHEET]: String(parts[SHEET]).replace('</sheetData>', () => `${rows}</sheetData>`) }),
  ).toBeGreaterThanOrEqual(7);
});
