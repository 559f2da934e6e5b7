/** A ZIP archive (PKWARE APPNOTE 6.3) as spreadsheet programs write it, read with distrust: nothing of it counts before all of it was unpacked once, within limits, and found to be what it says. */
import { Inflate } from 'fflate';

/** Why an archive is refused; `Fault` is thrown with one of these and caught where the file is opened. */
export type ArchiveFault =
  | 'archive-broken'
  | 'archive-unsupported'
  | 'archive-overlap'
  | 'archive-lies'
  | 'archive-too-large';

export class Fault<Code extends string> extends Error {
  readonly code: Code;
  constructor(code: Code) {
    super(code);
    this.code = code;
  }
}

export type Archive = {
  names: readonly string[];
  has(name: string): boolean;
  /** What it unpacks to, piece by piece. */
  read(name: string): Generator<Uint8Array, void, undefined>;
};

const MAX_ENTRIES = 500;
/** Sheets pack to a tenth or a thirtieth. Of little ones nothing can be said. */
const MAX_RATIO = 200;
const SMALL_BYTES = 1 << 20;
/** So much of a packed entry is unpacked at a time: a thousandfold, it is 4 MB. */
const PACKED_BYTES = 4 << 10;
/** One piece of what comes out. */
const PIECE_BYTES = 64 << 10;
/** So much is unpacked in one step of the check. */
const STEP_BYTES = 1 << 20;

type Entry = { name: string; method: number; crc: number; packed: number; size: number; from: number; start: number };

/** Yields after each step; throws a Fault of an ArchiveFault. All entries together may say that they unpack to `maxBytes`. */
export function* openArchive(bytes: Uint8Array, maxBytes: number): Generator<undefined, Archive, undefined> {
  const entries = readDirectory(bytes);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes || entries.some(({ packed, size }) => size > SMALL_BYTES && size > packed * MAX_RATIO))
    throw new Fault('archive-too-large');
  refuseOverlaps(entries);
  for (const entry of entries) yield* verify(bytes, entry);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    names: [...byName.keys()],
    has: (name) => byName.has(name),
    *read(name) {
      const entry = byName.get(name);
      if (entry) yield* unpack(bytes, entry);
    },
  };
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const ENCRYPTED = 0x2041; // traditional, strong, and of the directory

function readDirectory(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const [disk, firstDisk, here, count] = [4, 6, 8, 10].map((at) => view.getUint16(end + at, true));
  const [size = 0, offset = 0] = [12, 16].map((at) => view.getUint32(end + at, true));
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) throw new Fault('archive-unsupported'); // ZIP64
  if (disk !== 0 || firstDisk !== 0 || here !== count || offset + size !== end) throw new Fault('archive-broken');
  if (count === undefined || count > MAX_ENTRIES) throw new Fault('archive-too-large');
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = offset;
  for (let read = 0; read < count; read++) {
    const entry = readEntry(bytes, view, at, end);
    if (names.has(entry.name)) throw new Fault('archive-broken');
    names.add(entry.name);
    entries.push(entry);
    at = entry.next;
  }
  if (at !== end || Math.min(...entries.map(({ from }) => from)) !== 0) throw new Fault('archive-broken');
  if (entries.some(({ start, packed }) => start + packed > offset)) throw new Fault('archive-overlap');
  return entries;
}

/** It is the last thing in the file but for its comment, whose length it says. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= 0 && view.byteLength - at <= END_BYTES + 0xffff; at--)
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  throw new Fault('archive-broken');
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, end: number): Entry & { next: number } {
  if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw new Fault('archive-broken');
  const [flags = 0, method = 0] = [8, 10].map((offset) => view.getUint16(at + offset, true));
  const [crc = 0, packed = 0, size = 0] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
  const [nameLength = 0, extra = 0, comment = 0] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const from = view.getUint32(at + 42, true);
  const next = at + 46 + nameLength + extra + comment;
  if ((flags & ENCRYPTED) !== 0 || (method !== 0 && method !== 8)) throw new Fault('archive-unsupported');
  if ([packed, size, from].includes(0xffffffff)) throw new Fault('archive-unsupported');
  if (next > end || from + 30 > end || view.getUint32(from, true) !== LOCAL) throw new Fault('archive-broken');
  const name = bytes.subarray(at + 46, at + 46 + nameLength);
  const [localFlags, localMethod, localName = 0, localExtra = 0] = [6, 8, 26, 28].map((o) =>
    view.getUint16(from + o, true),
  );
  const start = from + 30 + localName + localExtra;
  const twin = bytes.subarray(from + 30, from + 30 + localName);
  const same = localName === nameLength && name.every((byte, place) => byte === twin[place]);
  if (!same || localMethod !== method || localFlags !== flags) throw new Fault('archive-lies');
  // With this flag the sizes stand behind the data, and here are zeros.
  const described = (flags & 8) !== 0;
  const [localCrc, localPacked, localSize] = [14, 18, 22].map((offset) => view.getUint32(from + offset, true));
  if (!described && (localCrc !== crc || localPacked !== packed || localSize !== size)) throw new Fault('archive-lies');
  return { name: new TextDecoder().decode(name), method, crc, packed, size, from, start, next };
}

function refuseOverlaps(entries: readonly Entry[]): void {
  const sorted = entries.toSorted((a, b) => a.from - b.from);
  for (const [at, { start, packed }] of sorted.entries())
    if (start + packed > (sorted[at + 1]?.from ?? Number.POSITIVE_INFINITY)) throw new Fault('archive-overlap');
}

/** Unpacks it once and throws it away. */
function* verify(bytes: Uint8Array, entry: Entry): Generator<undefined, void, undefined> {
  let [size, crc, stepped] = [0, 0xffffffff, 0];
  for (const piece of unpack(bytes, entry)) {
    size += piece.length;
    if (size > entry.size) throw new Fault('archive-lies');
    crc = crcOf(piece, crc);
    if (size - stepped < STEP_BYTES) continue;
    stepped = size;
    yield;
  }
  if (size !== entry.size || (crc ^ 0xffffffff) >>> 0 !== entry.crc) throw new Fault('archive-lies');
}

function* unpack(bytes: Uint8Array, { method, start, packed }: Entry): Generator<Uint8Array, void, undefined> {
  const pieces: Uint8Array[] = [];
  const inflate = new Inflate((piece) => pieces.push(piece));
  if (method === 0) yield* cut(bytes.subarray(start, start + packed));
  else
    for (let at = start; at < start + packed; at += PACKED_BYTES) {
      const part = bytes.subarray(at, Math.min(at + PACKED_BYTES, start + packed));
      try {
        inflate.push(part, at + PACKED_BYTES >= start + packed);
      } catch {
        throw new Fault('archive-broken');
      }
      for (const piece of pieces.splice(0)) yield* cut(piece);
    }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

function crcOf(bytes: Uint8Array, before: number): number {
  let crc = before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}
