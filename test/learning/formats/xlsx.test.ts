/** XLSX: a sheet reads as the table that a person sees in it, and hostile workbooks are refused before anything of them is read. */
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { FULL_WORKBOOK, XLSX } from '../../../src/learning/formats/sheet.ts';
import { readings, rowsIn } from './rows.ts';
import { type Cell, forged, type Lie, type Parts, workbook, workbookParts, zipped } from './workbooks.ts';

const header = ['记录编号', '学员编号', '姓名', '阶段', '活动', '学习方式', '状态', '日期', '时长（分钟）', '成绩'];
const row = (id: string, date: Cell = '2026年6月1日'): Cell[] => [
  id,
  3301,
  '王小明',
  '4-6',
  'lesson:1',
  'online',
  'completed',
  date,
  45,
  90,
];
const read = (bytes: Uint8Array) => readings(bytes, { mediaType: XLSX });
const refused = async (bytes: Uint8Array) => {
  const [code, field] = await read(bytes);
  expect(field).toBe('');
  return code;
};
const date = async (cell: Cell, options?: { date1904?: boolean }) => {
  const [record] = await read(workbook([header, row('r', cell)], options));
  return (record as { occurredAt?: unknown }).occurredAt; // a row without problem
};

describe('a sheet', () => {
  test('reads as the table that it is: shared texts, numbers, rows with holes, lines as its margin shows them', async () => {
    const rows = await rowsIn(workbook([header, row('r-1'), [], ['r-2', null, '李']]), {
      mediaType: XLSX,
      pieceBytes: 100,
    });
    expect(rows).toEqual([
      {
        line: 2,
        cells: ['r-1', '3301', '王小明', '4-6', 'lesson:1', 'online', 'completed', '2026年6月1日', '45', '90'],
        value: {
          id: 'r-1',
          learner: { id: '3301', name: '王小明' },
          stage: '4-6',
          activity: 'lesson:1',
          category: 'online',
          verb: 'completed',
          occurredAt: '2026-06-01T00:00:00+08:00',
          minutes: 45,
          score: 90,
        },
      },
      { line: 4, cells: ['r-2', '', '李'], value: { id: 'r-2', learner: { name: '李' } } },
    ]);
  });

  test.each([
    ['a date', { xml: '<c r="@" s="1"><v>46174</v></c>' }, '2026-06-01T00:00:00+08:00'],
    ['a date and time', { xml: '<c r="@" s="1"><v>46174.395833333336</v></c>' }, '2026-06-01T09:30:00+08:00'],
    ['a format of one’s own', { xml: '<c r="@" s="2"><v>46174</v></c>' }, '2026-06-01T00:00:00+08:00'],
    ['a number in the column of dates', 46174.395833, '2026-06-01T09:30:00+08:00'],
    [
      'a text',
      { xml: '<c r="@" t="inlineStr"><is><t>2026年6月1日 </t><r><t>下午3:05</t></r></is></c>' },
      '2026-06-01T15:05:00+08:00',
    ],
  ])('%s is Beijing time', async (_, cell, expected) => {
    expect(await date(cell)).toBe(expected);
  });

  test('in the calendar that counts from 1904, dates are the same days', async () => {
    expect(await date({ xml: '<c r="@" s="1"><v>44712</v></c>' }, { date1904: true })).toBe(
      '2026-06-01T00:00:00+08:00',
    );
  });

  test('a number with a unit is no date, and one that was rounded is no id', async () => {
    const [first, second] = await read(
      workbook([
        header,
        row('r').with(8, { xml: '<c r="@" s="3"><v>45</v></c>' }),
        row('r-2').with(1, 330102199001011200),
      ]),
    );
    expect(first).toMatchObject({ minutes: 45 });
    expect(second).toBe('rounded-number');
  });

  test('rich text is all of its runs, without the readings above them', async () => {
    const parts = workbookParts([header, row('r')]);
    const texts = String(parts['xl/sharedStrings.xml']).replace(
      '<t xml:space="preserve">王小明</t>',
      '<r><t>王</t></r><r><t>小明</t></r><rPh sb="0" eb="1"><t>wang</t></rPh>',
    );
    const [record] = await read(zipped({ ...parts, 'xl/sharedStrings.xml': texts }));
    expect(record).toMatchObject({ learner: { name: '王小明' } });
  });

  test('a formula, or an error value, costs its own row', async () => {
    const formula = { xml: '<c r="@"><f>1+1</f><v>2</v></c>' };
    const error = { xml: '<c r="@" t="e"><v>#N/A</v></c>' };
    const rows = [header, row('r-1'), row('r-2').with(8, formula), row('r-3').with(1, error), row('r-4')];
    expect(await read(workbook(rows))).toMatchObject([{ id: 'r-1' }, 'formula-cell', 'cell-error', { id: 'r-4' }]);
  });

  test('a formula in the header refuses the file', async () => {
    expect(
      await refused(
        workbook([header.with(0, { xml: '<c r="@" t="str"><f>A9</f><v>记录编号</v></c>' } as never), row('r')]),
      ),
    ).toBe('formula-cell');
  });

  test('cells that have a style and no content, beside the table, are none', async () => {
    const styled = { xml: '<c r="@" s="1"/>' };
    expect(await read(workbook([header, [...row('r-1'), styled, styled]]))).toMatchObject([{ id: 'r-1' }]);
  });

  test('a column too many, where the header has none, costs its own row', async () => {
    expect(await read(workbook([header, [...row('r-1'), '多余'], row('r-2')]))).toMatchObject([
      'malformed-row',
      { id: 'r-2' },
    ]);
  });

  test('a sheet that breaks off after some rows says so, and keeps them', async () => {
    const parts = workbookParts([header, ...Array.from({ length: 3000 }, (_, n) => row(`r-${n}`))]);
    const sheet = String(parts['xl/worksheets/sheet1.xml']);
    const read = await rowsIn(zipped({ ...parts, 'xl/worksheets/sheet1.xml': sheet.slice(0, -1000) }), {
      mediaType: XLSX,
    });
    expect(read.length).toBeGreaterThan(1000);
    expect(read.at(-1)).toMatchObject({ problem: { code: 'xml-broken' } });
    expect(read.filter((one) => 'problem' in one).length).toBe(1);
  });
});

describe('a hostile workbook is refused whole', () => {
  const parts = workbookParts([header, row('r-1')]);
  const SHEET = 'xl/worksheets/sheet1.xml';
  const lied = (lie: Lie, name = SHEET) => forged(parts, { [name]: lie });
  const relation = (attributes: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="t" ${attributes}/></Relationships>`;
  const withPart = (name: string, content: string | Uint8Array = 'x') => zipped({ ...parts, [name]: content });

  test('first of all, the forger’s honest archive is read', async () => {
    expect(await read(forged(parts))).toMatchObject([{ id: 'r-1' }]);
    expect(await read(forged(parts, {}, { comment: 'a comment' }))).toMatchObject([{ id: 'r-1' }]);
  });

  const bomb = (megabytes: number) => {
    const sheet = new Uint8Array(megabytes << 20).fill(0x20);
    sheet.set(new TextEncoder().encode('<worksheet>'));
    return sheet;
  };

  test.each<[string, () => Uint8Array, string]>([
    ['no archive', () => new TextEncoder().encode('id,learner.id'), 'not-a-workbook'],
    ['an old .xls', () => Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), 'not-a-workbook'],
    ['an archive of something else', () => zipped({ 'a.txt': 'a' }), 'not-a-workbook'],
    ['an archive cut short', () => forged(parts).subarray(0, -30), 'archive-broken'],
    ['bytes after its end', () => Uint8Array.from([...forged(parts), 0]), 'archive-broken'],
    ['bytes before its beginning', () => forged(parts, {}, { gap: 100 }), 'archive-broken'],
    ['a directory that counts more than it has', () => forged(parts, {}, { entries: 9 }), 'archive-broken'],
    ['a bomb: an absurd ratio', () => withPart(SHEET, bomb(8)), 'archive-too-large'],
    [
      'a bomb whose size in the directory is a lie',
      () => forged({ ...parts, [SHEET]: bomb(8) }, { [SHEET]: { size: 1000 } }),
      'archive-lies',
    ],
    [
      'a bomb whose size is a lie in both places',
      () => forged({ ...parts, [SHEET]: bomb(8) }, { [SHEET]: { size: 1000, localSize: 1000 } }),
      'archive-lies',
    ],
    [
      'sizes that add up to more than a sheet can hold',
      () => forged(parts, { [SHEET]: { size: 0x7fffffff } }),
      'archive-too-large',
    ],
    [
      'more entries than any workbook has',
      () => zipped(Object.fromEntries(Array.from({ length: 600 }, (_, n): [string, string] => [`${n}`, '']))),
      'archive-too-large',
    ],
    ['two entries over the same bytes', () => lied({ from: 0, localName: SHEET }), 'archive-lies'],
    ['an entry that reaches into the next', () => overlapping(parts), 'archive-overlap'],
    ['an entry that reaches into the directory', () => lied({ packed: 100_000 }), 'archive-overlap'],
    ['another name than in the directory', () => lied({ localName: 'xl/worksheets/sheet2.xml' }), 'archive-lies'],
    ['another check sum', () => lied({ crc: 7 }), 'archive-lies'],
    ['data that is not deflated', () => lied({ data: new Uint8Array(50).fill(0xff) }), 'archive-broken'],
    ['a password', () => lied({ flags: 1 }), 'archive-unsupported'],
    ['another compression', () => lied({ method: 99 }), 'archive-unsupported'],
    ['ZIP64', () => lied({ size: 0xffffffff }), 'archive-unsupported'],
    ['macros', () => withPart('xl/vbaProject.bin'), 'macro'],
    ['a macro sheet', () => withPart('xl/macrosheets/sheet1.xml'), 'macro'],
    ['a link to another workbook', () => withPart('xl/externalLinks/externalLink1.xml'), 'external-link'],
    ['a connection to a database', () => withPart('xl/connections.xml'), 'external-link'],
    [
      'a hyperlink',
      () =>
        withPart('xl/worksheets/_rels/sheet1.xml.rels', relation('Target="https://a.example/" TargetMode="External"')),
      'external-link',
    ],
    [
      'a target on a share, whatever its mode says',
      () => withPart('xl/worksheets/_rels/sheet1.xml.rels', relation('Target="\\\\host\\share"')),
      'external-link',
    ],
    ['a file in it', () => withPart('xl/embeddings/oleObject1.bin'), 'embedded-file'],
    ['an archive in it', () => withPart('xl/media/inner.zip', zipped(parts)), 'embedded-file'],
    [
      'a document type with entities',
      () => withPart('xl/workbook.xml', '<!DOCTYPE workbook [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'),
      'xml-doctype',
    ],
    ['an entity that is not declared', () => withPart('xl/workbook.xml', '<workbook>&a;</workbook>'), 'xml-broken'],
    ['XML in another encoding', () => withPart('xl/workbook.xml', Uint8Array.of(0x3c, 0xcd, 0xf5)), 'xml-broken'],
    ['elements without end', () => withPart('xl/workbook.xml', '<a>'.repeat(1000)), 'xml-broken'],
    ['a text without end', () => withPart('xl/workbook.xml', noise(3 << 20)), 'xml-broken'],
    [
      'a sheet that is not there',
      () => zipped(Object.fromEntries(Object.entries(parts).filter(([name]) => name !== SHEET))),
      'not-a-workbook',
    ],
  ])('%s', async (_, build, code) => {
    expect(await refused(build())).toBe(code);
  });

  test('a lying bomb is unpacked no further than to the lie', async () => {
    const data = deflateSync(bomb(64));
    data.fill(0xff, -1000); // who comes so far finds that it is broken
    expect(data.length).toBeGreaterThan(60_000);
    expect(await refused(lied({ data, size: 1000, localSize: 1000 }))).toBe('archive-lies');
  });

  test('rows whose numbers do not grow: a small archive would hold any number of them', async () => {
    const again = String(parts[SHEET]).replace(/<row r="2">.*?<\/row>/, (second) => second.repeat(3));
    expect(await refused(withPart(SHEET, again))).toBe('xml-broken');
    const back = String(parts[SHEET]).replace('<row r="2">', '<row r="1">');
    expect(await refused(withPart(SHEET, back))).toBe('xml-broken');
  });

  test('more than there may be here: bytes, unpacked bytes, shared texts', async () => {
    const whole = zipped(parts);
    const texts = String(parts['xl/sharedStrings.xml']).split('<si>').length - 1;
    const unpackedBytes = Object.values(parts).reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    const most = { bytes: whole.length, unpackedBytes, sharedTexts: texts };
    const under = (less: Partial<typeof most>) => readings(whole, { mediaType: XLSX, workbook: { ...most, ...less } });
    expect(await under({})).toMatchObject([{ id: 'r-1' }]);
    expect(await under({ bytes: whole.length - 1 })).toEqual(['workbook-too-large', '']);
    expect(await under({ unpackedBytes: unpackedBytes - 1 })).toEqual(['archive-too-large', '']);
    expect(await under({ sharedTexts: texts - 1 })).toEqual(['archive-too-large', '']);
  });

  test('what a request may bring is far less than a full sheet', async () => {
    const padding = Array.from({ length: 700_000 }, (_, n) => String(n).padStart(50)).join('');
    expect(await refused(withPart('docProps/padding.xml', padding))).toBe('archive-too-large');
    const read = await readings(withPart('docProps/padding.xml', padding), {
      mediaType: XLSX,
      workbook: FULL_WORKBOOK,
    });
    expect(read).toMatchObject([{ id: 'r-1' }]);
  });

  test('a document type in the sheet itself', async () => {
    const sheet = `<!DOCTYPE worksheet SYSTEM "https://a.example/a.dtd">${String(parts[SHEET]).replace(/^<\?xml.*\n/, '')}`;
    expect(await refused(withPart(SHEET, sheet))).toBe('xml-doctype');
  });

  test('a row without end costs itself only', async () => {
    const long = { xml: `<c r="@" t="inlineStr"><is>${`<t>${'x'.repeat(1000)}</t>`.repeat(200)}</is></c>` };
    expect(await read(workbook([header, row('r-1').with(4, long), row('r-2')]))).toMatchObject([
      'line-too-long',
      { id: 'r-2' },
    ]);
  });
});

/** Every entry but the last says that its data go on into the next. */
function overlapping(parts: Parts): Uint8Array {
  const [first = ''] = Object.keys(parts);
  return forged(parts, { [first]: { packed: 400 } });
}

/** XML text that packs badly, so that no ratio gives it away. */
function noise(length: number): string {
  let [seed, text] = [7, '<workbook>'];
  while (text.length < length) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    text += seed.toString(36);
  }
  return text;
}
