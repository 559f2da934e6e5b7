/** A file of certificates, opened: what its columns mean, its rows without the columns that nobody reads, and its SHA-256. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { ByteStream } from '../learning/formats/encoding.ts';
import {
  readSheet,
  type Sheet,
  type SheetMediaType,
  type SheetRow,
  type WorkbookSize,
} from '../learning/formats/sheet.ts';
import { hex } from '../vc/encoding.ts';
import type { Actor } from './actor.ts';
import { type List, openList, ownMapping } from './import-rows.ts';
import { readyToAward } from './reservation.ts';

export type ListFile = {
  list: List;
  sheet: ReadSheet;
  /** As the file has it, with the columns that are passed over. */
  shown: List['columns']['shown'];
  /** Of the whole file, once its rows were read. */
  digest(): string;
};

type Opening = {
  bytes: ByteStream;
  type: SheetMediaType;
  named?: Readonly<Record<string, string>>;
  /** Without it, what a request may bring. */
  workbook?: WorkbookSize;
};

/** Throws when no row of the file could be taken in, or no certificate issued for one. */
export async function openListFile(
  deps: Deps,
  actor: Actor,
  { bytes, type, named, workbook }: Opening,
): Promise<ListFile> {
  const own = await ownMapping(deps, actor, named);
  const { passing, digest } = digested(bytes);
  try {
    const headerLine = typeof own.headerLine === 'number' ? own.headerLine : 1;
    const read = await readSheet(passing, { mediaType: type, headerLine, workbook });
    if (!read.ok) throw new AppError('malformed-request', read.problem, read.problem.field);
    const whole = openList(deps, { header: read.sheet.header, source: actor.source, own });
    await readyToAward(deps, actor.organisation, whole.rule.scheme.template);
    const { shown } = whole.columns;
    const sheet = onlyRead(
      read.sheet,
      shown.map(({ fields }) => fields.length > 0),
    );
    return { list: openList(deps, { header: sheet.header, source: actor.source, own }), sheet, shown, digest };
  } catch (error) {
    await passing.return(); // nobody will ask for the rows, and whoever sends them waits for an answer
    throw error;
  }
}

/** Without the columns that nobody reads. */
type ReadSheet = Pick<Sheet, 'header' | 'rows'>;

/** What is said of a child in a column of its own goes no further than here. */
function onlyRead({ header, rows }: Sheet, isRead: readonly boolean[]): ReadSheet {
  async function* readCells(): AsyncGenerator<SheetRow, void, undefined> {
    for await (const row of rows) yield { ...row, cells: row.cells.filter((_, at) => isRead[at]) };
  }
  return { header: header.filter((_, at) => isRead[at]), rows: readCells() };
}

/** What `digest` of an opened file says in the end. */
export async function digestOf(bytes: ByteStream): Promise<string> {
  const { passing, digest } = digested(bytes);
  for await (const _ of passing);
  return digest();
}

/** The bytes as they pass, and the SHA-256 of those that have. */
function digested(bytes: ByteStream): { passing: AsyncGenerator<Uint8Array, void, undefined>; digest(): string } {
  const hash = sha256.create();
  async function* pass(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of bytes) {
      hash.update(piece);
      yield piece;
    }
  }
  return { passing: pass(), digest: () => hex(hash.clone().digest()) };
}
