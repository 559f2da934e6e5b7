/** Workbooks for tests: as spreadsheet programs save them, and archives as nobody but an attacker makes them. */
import { deflateSync, zipSync } from 'fflate';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A cell: a text (shared), a number, or its own XML, with `@` for its reference. */
export type Cell = string | number | { xml: string } | null;
export type Parts = Record<string, string | Uint8Array>;

/** The parts of a workbook with one sheet. Style 1 is a date (number format 14), 2 one of our own (`yyyy"年"m"月"`), 3 a number with a unit. */
export function workbookParts(rows: readonly (readonly Cell[])[], { date1904 = false } = {}): Parts {
  const shared: string[] = [];
  const sheet = rows.map((cells, at) => rowXml(cells, at + 1, shared)).join('');
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': `${XML}<Relationships ${RELATIONS}><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook ${MAIN} xmlns:r="${OFFICE}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="隐藏" sheetId="1" state="hidden" r:id="rId9"/><sheet name="记录" sheetId="2" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships ${RELATIONS}><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet ${MAIN}><numFmts count="2"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="177" formatCode="0&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `${XML}<sst ${MAIN}>${shared.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `${XML}<worksheet ${MAIN}><sheetData>${sheet}</sheetData></worksheet>`,
  };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function rowXml(cells: readonly Cell[], line: number, shared: string[]): string {
  const xml = cells.map((cell, at) => {
    const reference = `${String.fromCharCode(65 + at)}${line}`;
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
    if (typeof cell === 'object') return cell.xml.replace('@', reference);
    return `<c r="${reference}" t="s"><v>${shared.push(cell) - 1}</v></c>`;
  });
  return `<row r="${line}">${xml.join('')}</row>`;
}

export const zipped = (parts: Parts): Uint8Array<ArrayBuffer> =>
  zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, content]) => [
        name,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    ),
  );

export const workbook = (
  rows: readonly (readonly Cell[])[],
  options?: { date1904?: boolean },
): Uint8Array<ArrayBuffer> => zipped(workbookParts(rows, options));

/** What an archive may say of an entry, true or not. */
export type Lie = Partial<{
  method: number;
  flags: number;
  crc: number;
  packed: number;
  size: number;
  from: number;
  localName: string;
  localSize: number;
  data: Uint8Array;
}>;

/** An archive byte by byte; `lies` by name. */
export function forged(
  parts: Parts,
  lies: Record<string, Lie> = {},
  { comment = '', gap = 0, entries }: { comment?: string; gap?: number; entries?: number } = {},
): Uint8Array {
  const body: Uint8Array[] = [new TextEncoder().encode('PK'.padEnd(gap).slice(0, gap))];
  const directory: Uint8Array[] = [];
  let offset = gap;
  for (const [name, content] of Object.entries(parts)) {
    const lie = lies[name] ?? {};
    const plain = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const method = lie.method ?? 8;
    const data = lie.data ?? (method === 8 ? deflateSync(plain) : plain);
    const [crc, packed, size] = [lie.crc ?? crc32(plain), lie.packed ?? data.length, lie.size ?? plain.length];
    const [flags, title, local] = [
      lie.flags ?? 0,
      new TextEncoder().encode(name),
      new TextEncoder().encode(lie.localName ?? name),
    ];
    const head = numbers(
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0],
      [4, crc],
      [4, packed],
      [4, lie.localSize ?? size],
      [2, local.length],
      [2, 0],
    );
    body.push(head, local, data);
    directory.push(
      numbers(
        [4, 0x02014b50],
        [2, 20],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, packed],
        [4, size],
        [2, title.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, lie.from ?? offset],
      ),
      title,
    );
    offset += head.length + local.length + data.length;
  }
  const length = directory.reduce((sum, piece) => sum + piece.length, 0);
  const count = entries ?? Object.keys(parts).length;
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, length],
    [4, offset],
    [2, comment.length],
  );
  return Uint8Array.from(Buffer.concat([...body, ...directory, end, Buffer.from(comment)]));
}

function numbers(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) & 0xff)),
  );
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
