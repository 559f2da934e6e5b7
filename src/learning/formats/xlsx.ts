/** XLSX (ECMA-376 Office Open XML): the first sheet of a workbook as the rows of a table. Whatever in it could run, or reach out, is refused. */
import { MAX_COLUMNS } from './cell.ts';
import type { RawRow, WorkbookSize } from './sheet.ts';
import { readXml, type XmlFault } from './xml.ts';
import { type Archive, type ArchiveFault, Fault, openArchive } from './zip.ts';

export type WorkbookFault = ArchiveFault | XmlFault | 'not-a-workbook' | 'external-link' | 'macro' | 'embedded-file';

/** Work in steps: what a step has brought, if anything. */
type Steps<T = undefined> = Generator<undefined, T, undefined>;

/** What a spreadsheet program can hold. */
const MAX_ROWS = 1_048_576;
const MAX_ROW_CHARACTERS = 64 << 10;
/** Texts that cells share; they alone are held in memory. */
const MAX_SHARED_CHARACTERS = 128 << 20;

/**
 * Yields after each step: the rows of the first sheet, part by part, and nothing before they begin. A fault of theirs is a
 * formula, an error such as #N/A, or more than a row may hold. Throws a Fault of a WorkbookFault: before the first row, but for
 * XML that breaks off.
 */
export function* sheetRows(bytes: Uint8Array, size: WorkbookSize): Generator<RawRow[] | undefined, void, undefined> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new Fault<WorkbookFault>('not-a-workbook');
  const archive = yield* openArchive(bytes, size.unpackedBytes);
  if (!archive.has('xl/workbook.xml')) throw new Fault<WorkbookFault>('not-a-workbook');
  yield* refuseActive(archive);
  const { sheet, date1904 } = yield* firstSheet(archive);
  const texts = yield* sharedTexts(archive, size.sharedTexts);
  const dates = yield* dateStyles(archive);
  yield* rowsOf(archive.read(sheet), { texts, dates, date1904 });
}

const ACTIVE: readonly (readonly [RegExp, WorkbookFault])[] = [
  [/(^|\/)vbaProject|\/macrosheets\/|\/dialogsheets\//i, 'macro'],
  [/\/externalLinks\/|\/connections\.xml$|\/queryTables\//i, 'external-link'],
  [/\/embeddings\/|\/activeX\/|\/ctrlProps\/|\.(?:zip|xls[xmb]?|docx?|pptx?|exe|dll|ole)$/i, 'embedded-file'],
];

function* refuseActive(archive: Archive): Steps<void> {
  for (const name of archive.names)
    for (const [pattern, fault] of ACTIVE) if (pattern.test(name)) throw new Fault<WorkbookFault>(fault);
  for (const name of archive.names.filter((one) => /\.rels$/i.test(one)))
    yield* readXml(archive.read(name), {
      open(element, { TargetMode, Target = '' }) {
        if (
          element === 'Relationship' &&
          (TargetMode === 'External' || /^[a-z][a-z0-9+.-]*:|^\\\\|^\/\//i.test(Target))
        )
          throw new Fault<WorkbookFault>('external-link');
      },
    });
}

/** The first sheet of the workbook that is not hidden. */
function* firstSheet(archive: Archive): Steps<{ sheet: string; date1904: boolean }> {
  const targets = new Map<string, string>();
  yield* readXml(archive.read('xl/_rels/workbook.xml.rels'), {
    open(_, { Id, Target }) {
      if (Id !== undefined && Target !== undefined) targets.set(Id, Target);
    },
  });
  let id: string | undefined;
  let date1904 = false;
  yield* readXml(archive.read('xl/workbook.xml'), {
    open(element, attributes) {
      if (element === 'workbookPr') date1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      else if (element === 'sheet' && (attributes.state ?? 'visible') === 'visible')
        id ??= Object.entries(attributes).find(([name]) => /:id$/.test(name))?.[1];
    },
  });
  const target = id === undefined ? undefined : targets.get(id);
  const sheet = target?.startsWith('/') ? target.slice(1) : `xl/${target}`;
  if (target === undefined || !archive.has(sheet)) throw new Fault<WorkbookFault>('not-a-workbook');
  return { sheet, date1904 };
}

/** Texts by their number; of rich text all runs, without the readings above them. */
function* sharedTexts(archive: Archive, maxTexts: number): Steps<string[]> {
  const texts: string[] = [];
  if (!archive.has('xl/sharedStrings.xml')) return texts;
  let [text, inside, reading, characters] = ['', false, false, 0];
  yield* readXml(archive.read('xl/sharedStrings.xml'), {
    open(element) {
      if (element === 'si') text = '';
      else if (element === 't') inside = true;
      else if (element === 'rPh') reading = true;
    },
    text(part) {
      if (inside && !reading && text.length <= MAX_ROW_CHARACTERS) text += part;
    },
    close(element) {
      if (element === 't') inside = false;
      else if (element === 'rPh') reading = false;
      else if (element === 'si') {
        characters += text.length + 1;
        if (characters > MAX_SHARED_CHARACTERS || texts.length === maxTexts)
          throw new Fault<WorkbookFault>('archive-too-large');
        texts.push(text);
      }
    },
  });
  return texts;
}

/** Which cell styles show a number as a date. */
function* dateStyles(archive: Archive): Steps<readonly boolean[]> {
  const styles: boolean[] = [];
  if (!archive.has('xl/styles.xml')) return styles;
  const codes = new Map<number, string>();
  let inside = false;
  yield* readXml(archive.read('xl/styles.xml'), {
    open(element, { numFmtId, formatCode }) {
      if (element === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '');
      else if (element === 'cellXfs') inside = true;
      else if (element === 'xf' && inside) styles.push(isDateFormat(Number(numFmtId ?? 0), codes));
    },
    close(element) {
      if (element === 'cellXfs') inside = false;
    },
  });
  return styles;
}

/** ECMA-376 Part 1 §18.8.30: 27–36 and 50–58 are the dates of East Asian languages. */
function isDateFormat(id: number, codes: ReadonlyMap<number, string>): boolean {
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)) return true;
  // Without quoted words, colours and locales, a format of numbers has no letter of a date.
  return /[ymdhs]/i.test((codes.get(id) ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]|General/gi, ''));
}

type SheetContext = { texts: readonly string[]; dates: readonly boolean[]; date1904: boolean };

function* rowsOf(
  pieces: Iterable<Uint8Array>,
  context: SheetContext,
): Generator<RawRow[] | undefined, void, undefined> {
  let rows: RawRow[] = [];
  let row: RawRow | undefined;
  let [line, characters] = [0, 0];
  let cell: { column: number; type: string; style: number; value: string } | undefined;
  let inside = false;
  const events = readXml(pieces, {
    open(element, attributes) {
      if (element === 'row') {
        const number = attributes.r === undefined ? line + 1 : Number(attributes.r);
        if (!(number > line && number <= MAX_ROWS)) throw new Fault<WorkbookFault>('xml-broken'); // so they are no more than these
        line = number;
        row = { line, cells: [] };
        characters = 0;
      } else if (element === 'c' && row) {
        const column = attributes.r === undefined ? row.cells.length : columnOf(attributes.r);
        cell = { column, type: attributes.t ?? 'n', style: Number(attributes.s ?? 0), value: '' };
      } else if (element === 'f' && row) row.fault = 'formula-cell';
      else if (element === 'v' || element === 't') inside = cell !== undefined;
    },
    text(part) {
      if (inside && cell && characters <= MAX_ROW_CHARACTERS) cell.value += part;
      if (inside) characters += part.length;
    },
    close(element) {
      if (element === 'v' || element === 't') inside = false;
      else if (element === 'c' && row && cell) {
        put(row, cell, context);
        cell = undefined;
      } else if (element === 'row' && row) {
        if (characters > MAX_ROW_CHARACTERS) row.fault ??= 'line-too-long';
        rows.push(row);
        row = undefined;
      }
    },
  });
  for (const _ of events) {
    yield rows;
    rows = [];
  }
}

/** `BC12` → 54. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function put(
  row: RawRow,
  { column, type, style, value }: { column: number; type: string; style: number; value: string },
  { texts, dates, date1904 }: SheetContext,
): void {
  if (column < 0 || column >= MAX_COLUMNS) {
    if (value !== '') row.fault ??= 'line-too-long';
    return;
  }
  while (row.cells.length < column) row.cells.push('');
  if (type === 'e') row.fault ??= 'cell-error';
  row.cells[column] =
    type === 's'
      ? (texts[Number(value)] ?? '')
      : type === 'n'
        ? numberText(value, dates[style] === true, date1904)
        : value;
}

/** A number as `readDateCell` and `numberOf` take it. One of more than 15 digits is shown as the program has rounded it. */
function numberText(value: string, isDate: boolean, date1904: boolean): string {
  if (value === '') return '';
  const number = Number(value);
  if (isDate && number >= 1 && number < 100_000) return dateText(number + (date1904 ? 1462 : 0));
  return Math.abs(number) >= 1e15 ? number.toExponential() : value.includes('E') ? String(number) : value;
}

/** 46174.395833 → 2026-06-01 09:30:00 */
function dateText(serial: number): string {
  const text = new Date(Math.round((serial - 25_569) * 86_400) * 1000).toISOString();
  return `${text.slice(0, 10)}${serial % 1 === 0 ? '' : ` ${text.slice(11, 19)}`}`;
}
