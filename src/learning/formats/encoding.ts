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
    let before = ''; // the character in front of what is held
    const settle = () => {
      const sample = joined(held, heldBytes);
      settled = likelyEncoding(sample, before);
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
          if (ascii > 0) {
            const text = new TextDecoder().decode(piece.subarray(0, ascii));
            before = text.slice(-1);
            yield text;
          }
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

/**
 * The encoding that loses least, so that one broken byte does not turn a UTF-8 file into Chinese that nobody wrote. When neither
 * loses anything it is UTF-8, but for the few Chinese words of GB18030 whose bytes are letters of UTF-8 too.
 */
function likelyEncoding(sample: Uint8Array, before: string): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8';
  const read = (encoding: Encoding) => new TextDecoder(encoding).decode(sample, { stream: true });
  const [utf8, gb] = [read('utf-8'), read('gb18030')];
  const [lostByUtf8, lostByGb] = [losses(utf8), losses(gb)];
  if (lostByUtf8 !== lostByGb) return lostByUtf8 < lostByGb ? 'utf-8' : 'gb18030';
  return lostByUtf8 === 0 && isOnlyHan(gb) && !HAN.test(utf8) && !ACCENTED_WORD.test(before + utf8)
    ? 'gb18030'
    : 'utf-8';
}

const losses = (text: string): number => text.match(/\uFFFD|\p{Co}/gu)?.length ?? 0;

const HAN = /\p{Script=Han}/u;
/** José, lǐ: a letter that is not ASCII beside one that is. */
const ACCENTED_WORD = /[a-z][^\0-\x7f]|[^\0-\x7f][a-z]/i;

const isOnlyHan = (text: string): boolean => /^[\0-\x7f\p{Script=Han}]*$/u.test(text);

/** U+FFFD, which stands for bytes that are no text. */
export const isDamaged = (text: string): boolean => text.includes('\uFFFD');

/** A character that every program draws as it likes: GB18030 has an area of them. (U+DB80–DBFF are the upper halves of planes 15 and 16.) */
export const hasPrivateUse = (text: string): boolean => /[\uDB80-\uDBFF\uE000-\uF8FF]/.test(text);
