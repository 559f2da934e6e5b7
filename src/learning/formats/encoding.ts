/** Bytes to text: UTF-8 with or without a byte order mark, GB18030 as Chinese spreadsheet programs save it, UTF-16 as they save "Unicode text". */

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le';

/** A file or a request body, piece by piece; an array of one piece will do. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export type DecodedText = {
  /** What cannot be decoded becomes U+FFFD, never an exception: `isDamaged` finds it. */
  pieces: AsyncGenerator<string, void, undefined>;
  /** As far as it is known by now: a file that is ASCII up to here reads the same in both. */
  encoding(): Encoding;
};

/** From the first byte that is not ASCII, so many bytes decide. */
const SAMPLE_BYTES = 64 << 10;
/** One piece of text: what lies in memory at a time is a few of these. */
const PIECE_BYTES = 64 << 10;

/** `given` settles the encoding; without it the bytes do. */
export function decodeText(bytes: ByteStream, given?: Encoding): DecodedText {
  let settled = given;
  return { pieces: decoded(), encoding: () => settled ?? 'utf-8' };

  async function* decoded(): AsyncGenerator<string, void, undefined> {
    let decoder = settled && new TextDecoder(settled);
    let held: Uint8Array[] = [];
    let heldBytes = 0;
    const settle = () => {
      const sample = joined(held, heldBytes);
      settled = likelyEncoding(sample);
      decoder = new TextDecoder(settled);
      held = [];
      return decoder.decode(sample, { stream: true });
    };
    for await (const whole of bytes) {
      for (let piece of cut(whole)) {
        if (decoder) {
          yield decoder.decode(piece, { stream: true });
          continue;
        }
        if (heldBytes === 0) {
          const ascii = asciiPrefix(piece);
          if (ascii > 0) yield new TextDecoder().decode(piece.subarray(0, ascii));
          piece = piece.subarray(ascii);
        }
        if (piece.length === 0) continue;
        held.push(piece.slice()); // the sender may use its buffer again
        heldBytes += piece.length;
        if (heldBytes >= SAMPLE_BYTES) yield settle();
      }
    }
    if (!decoder && heldBytes > 0) yield settle();
    if (decoder) yield decoder.decode();
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

function asciiPrefix(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte >= 0x80);
  return at === -1 ? bytes.length : at;
}

export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The encoding that loses least; UTF-8 when neither loses anything. So one broken byte does not turn a UTF-8 file into Chinese that nobody wrote. */
function likelyEncoding(sample: Uint8Array): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8';
  return losses(sample, 'utf-8') <= losses(sample, 'gb18030') ? 'utf-8' : 'gb18030';
}

function losses(sample: Uint8Array, encoding: Encoding): number {
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  return text.match(/\uFFFD|\p{Co}/gu)?.length ?? 0;
}

/** U+FFFD, which stands for bytes that are no text. */
export const isDamaged = (text: string): boolean => text.includes('\uFFFD');

/** A character that every program draws as it likes: GB18030 has an area of them. (U+DB80–DBFF are the upper halves of planes 15 and 16.) */
export const hasPrivateUse = (text: string): boolean => /[\uDB80-\uDBFF\uE000-\uF8FF]/.test(text);
