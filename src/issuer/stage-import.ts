/** The verb that takes a list of certificates in: kept whole, in sealed parts, before any row of it is worked off. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { SheetRow } from '../learning/formats/sheet.ts';
import { addPart, createImport, dropUpload, type Import, importOfFile, startImport } from '../store/imports.ts';
import { hex } from '../vc/encoding.ts';
import { openSealed, seal } from '../vc/seal.ts';
import type { Actor } from './actor.ts';
import type { ListFile } from './list-file.ts';

/** Rows of one unit of work. */
export const PART_ROWS = 2_000;

export type Upload = {
  fileName: string;
  file: ListFile;
  progress?(rows: number): void;
};

/** `isNew` is false when this file was taken in before and not rolled back: that import is the answer. */
export type Staged = { one: Import; isNew: boolean };

export type Uploaded = { id: string; sha256: string; rows: number };

/** Nothing of an upload that fails half-way stays. */
export async function uploadImport(deps: Deps, actor: Actor, upload: Upload): Promise<Uploaded> {
  const { fileName, file } = upload;
  const { organisation, source } = actor;
  const id = hex(deps.random.bytes(6));
  const { header } = file.sheet;
  const mapping = file.list.mappingJson;
  await createImport(
    deps.db,
    { id, organisation, source, actor: actor.name, fileName, header, mapping },
    deps.clock.now(),
  );
  try {
    return { id, rows: await addParts(deps, id, upload), sha256: file.digest() };
  } catch (error) {
    await dropUpload(deps.db, id);
    throw error;
  }
}

/** An upload that is not started in the end is dropped by whoever made it. */
export async function startUploaded(deps: Deps, actor: Actor, { id, sha256, rows }: Uploaded): Promise<Staged> {
  const { organisation, source, name } = actor;
  const audit = {
    id: deps.random.uuid(),
    at: deps.clock.now(),
    organisation,
    actor: name,
    detail: `${source}: ${rows} rows`,
  };
  const isNew = await startImport(deps.db, { id, sha256, rows }, audit);
  const one = await importOfFile(deps.db, { organisation, source, sha256 });
  if (one) return { one, isNew };
  throw new Error(`import ${id} was started and is not found`);
}

async function addParts(deps: Deps, id: string, { file, progress }: Upload): Promise<number> {
  let count = 0;
  let rows: SheetRow[] = [];
  const add = async () => {
    const content = await seal(JSON.stringify(rows), deps.sealingKey);
    await addPart(deps.db, id, { number: Math.ceil(count / PART_ROWS), rows: rows.length, content });
    rows = [];
    progress?.(count);
  };
  for await (const row of file.sheet.rows) {
    rows.push(row);
    if (++count % PART_ROWS === 0) await add();
  }
  if (rows.length > 0) await add();
  if (count > 0) return count;
  throw new AppError('malformed-request', {
    zh: '文件只有表头,没有数据行。',
    en: 'The file has a header and no rows.',
  });
}

export async function openPart(deps: Deps, content: string): Promise<SheetRow[]> {
  return JSON.parse(await openSealed(content, deps.sealingKey)); // written by addParts
}
