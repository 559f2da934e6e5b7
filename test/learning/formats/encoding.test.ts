/** Which encoding a file of records is in, and what happens to bytes that are no text. */
import { describe, expect, test } from 'vitest';
import { open, readings, rowsIn } from './rows.ts';

const header = 'id,learner.id,learner.name,stage,activity,category,verb,occurredAt';
const row = (n: number, name: string) => `r-${n},p-${n},${name},4-6,lesson:1,online,completed,2026-03-01`;
/** As Chinese spreadsheet programs save it: two bytes for a common character, four for a rare one. */
const GB18030: Readonly<Record<string, readonly number[]>> = {
  王: [0xcd, 0xf5],
  小: [0xd0, 0xa1],
  明: [0xc3, 0xf7],
  学: [0xd1, 0xa7],
  联: [0xc1, 0xaa],
  通: [0xcd, 0xa8],
  𠮷: [0x95, 0x34, 0xb2, 0x35],
  '·': [0xa1, 0xa4],
  '，': [0xa3, 0xac],
};
const gb18030 = (text: string) => Uint8Array.from([...text].flatMap((one) => GB18030[one] ?? [one.charCodeAt(0)]));
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
const names = async (content: string | Uint8Array, how = {}) =>
  (await readings(content, how)).map((one) =>
    typeof one === 'string' ? one : (one as { learner: { name: string } }).learner.name,
  ); // as `row` writes it

describe('the bytes say which it is', () => {
  const text = [header, row(1, '王小明'), row(2, '𠮷·小明')].join('\r\n');
  test.each([
    ['UTF-8', new TextEncoder().encode(text), 'utf-8'],
    ['UTF-8 with a byte order mark', new TextEncoder().encode(`\uFEFF${text}`), 'utf-8'],
    ['GB18030 as spreadsheet programs save it', gb18030(text), 'gb18030'],
    ['"Unicode text" of a spreadsheet program', utf16(text.replaceAll(',', '\t')), 'utf-16le'],
  ])('%s', async (_, bytes, encoding) => {
    for (const pieceBytes of [1, 3, 1000]) {
      expect(await names(bytes, { pieceBytes })).toEqual(['王小明', '𠮷·小明']);
      const read = await open(bytes, { pieceBytes });
      if (read.ok) for await (const { line } of read.rows) expect(line).toBeGreaterThan(1);
      expect(read.ok && read.encoding()).toBe(encoding);
    }
  });

  test('also where the first name comes after 200 kB of ASCII', async () => {
    const many = Array.from({ length: 4000 }, (_, n) => row(n, 'Anna'));
    const bytes = gb18030([header, ...many, row(1, '王小明')].join('\n'));
    expect(bytes.length).toBeGreaterThan(200_000);
    expect((await names(bytes, { pieceBytes: 4096 })).slice(-2)).toEqual(['Anna', '王小明']);
  });

  test('a short file of 联通, which has fooled text editors', async () => {
    expect(await names(gb18030([header, row(1, '联通')].join('\n')))).toEqual(['联通']);
  });

  test('a short file of 小学, whose bytes are Cyrillic letters of UTF-8', async () => {
    const table = [header, row(1, '小学')].join('\n');
    for (const pieceBytes of [1, 7, 1000]) expect(await names(gb18030(table), { pieceBytes })).toEqual(['小学']);
  });

  test.each(['José', 'Lǐ Nà', 'Ærø', '王é', 'Ñandú'])(
    'but %s alone is UTF-8, though its bytes would be Chinese',
    async (name) => {
      for (const pieceBytes of [1, 7, 1000])
        expect(await names([header, row(1, name)].join('\n'), { pieceBytes })).toEqual([name]);
    },
  );

  test('a header that is no text in the encoding which the sender says refuses the file by that reason', async () => {
    const bytes = gb18030(`${header},联通\n${row(1, '王小明')},`);
    expect(await readings(bytes, { encoding: 'utf-8' })).toEqual(['undecodable', '']);
  });

  test('the sender may say it', async () => {
    expect(await names(gb18030([header, row(1, '王小明')].join('\n')), { encoding: 'gb18030' })).toEqual(['王小明']);
    expect(await names(gb18030([header, row(1, '王小明')].join('\n')), { encoding: 'utf-8' })).toEqual(['undecodable']);
  });
});

describe('bytes that are no text cost their own row', () => {
  const whole = (...parts: (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

  test('a name cut within a character does not turn a UTF-8 file into Chinese that nobody wrote', async () => {
    const bytes = whole(
      `${header}\n${row(1, '王小明')}\n`,
      'r-2,p-2,王',
      [0xe5, 0xb0],
      ',4-6,lesson:1,online,completed,2026-03-01\n',
      row(3, '李'),
    );
    expect(await names(bytes)).toEqual(['王小明', 'undecodable', '李']);
  });

  test('a file that changes its encoding in the middle', async () => {
    const utf8 = Array.from({ length: 2000 }, (_, n) => row(n, '王小明')).join('\n');
    const read = await names(whole(`${header}\n${utf8}\n`, [...gb18030(`${row(1, '王小明')}\n`)], row(2, '李')));
    expect(read.slice(-3)).toEqual(['王小明', 'undecodable', '李']);
    expect(read.filter((name) => name === 'undecodable').length).toBe(1);
  });

  test('a character cut off by the end of the file', async () => {
    expect(await names(whole(`${header}\n${row(1, '王')}\n${row(2, '李')}`, [0xe7]))).toEqual(['王', 'undecodable']);
  });
});

test('private-use characters out of GB18030 are rejected, row by row', async () => {
  const bytes = Buffer.concat([
    gb18030(`${header}\n${row(1, '王小明')}\nr-2,p-2,`),
    Buffer.of(0xaa, 0xa1), // the first of the user-defined area: U+E000
    gb18030(`,4-6,lesson:1,online,completed,2026-03-01\n${row(3, '小明')}`),
  ]);
  expect(await names(bytes)).toEqual(['王小明', 'private-use-character', '小明']);
  const [, problem] = await rowsIn(bytes);
  expect(problem).toMatchObject({ line: 3, problem: { zh: expect.stringContaining('自造字') } });
});
