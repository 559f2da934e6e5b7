/** Learning records read as a test needs them: all rows at once, from a text or bytes, in pieces of any size. */
import { type ReadOptions, type Row, readRecords } from '../../../src/learning/formats/read-records.ts';

export type How = Partial<ReadOptions> & { pieceBytes?: number };

export function open(content: string | Uint8Array, { pieceBytes = 1 << 20, ...options }: How = {}) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readRecords(pieces(bytes, pieceBytes), { mediaType: 'text/csv', parseJson: JSON.parse, ...options });
}

/** Throws for a file that is refused as a whole. */
export async function rowsIn(content: string | Uint8Array, how?: How): Promise<Row[]> {
  const read = await open(content, how);
  if (!read.ok) throw new Error(`${read.problem.code} ${read.problem.field}`);
  const rows: Row[] = [];
  for await (const row of read.rows) rows.push(row);
  return rows;
}

/** Each row's value, or the code of its problem; of a refused file the code and the field. */
export async function readings(content: string | Uint8Array, how?: How): Promise<unknown[]> {
  const read = await open(content, how);
  if (!read.ok) return [read.problem.code, read.problem.field];
  const found: unknown[] = [];
  for await (const row of read.rows) found.push('value' in row ? row.value : row.problem.code);
  return found;
}

/** One buffer for all pieces, as a reader of files may have it: who keeps a piece must copy it. */
function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}
