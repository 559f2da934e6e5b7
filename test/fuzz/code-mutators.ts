/** Edits of QR codes: of the digits and what stands around them, of the bytes, and of the CBOR array, re-encoded in every way that RFC 8949 knows. */
import { encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { type Bytes, concat, crc16, utf8 } from '../../src/vc/encoding.ts';
import {
  byteEdits,
  type Edit,
  edit,
  HOSTILE,
  type Mutation,
  mutations,
  place,
  type Seed,
  textEdits,
  within,
} from './mutators.ts';

/** A scanned text in three parts; the digits are what is read. */
export type Scanned = { readonly before: string; readonly digits: string; readonly after: string };

const onDigits = <Choice>(
  how: string,
  choice: fc.Arbitrary<Choice>,
  change: (digits: string, chosen: Choice) => string,
) => edit(how, choice, (scanned: Scanned, chosen) => ({ ...scanned, digits: change(scanned.digits, chosen) }));

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const splice = (text: string, at: number, remove: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + remove);

const OTHER_DIGITS = [...'０１２３４５６７８９', ...'٠١٢٣٤٥٦٧٨٩', ...'०१२३४५६७८९', '𝟙', '①', '一', 'O', 'l', 'I'];

const digitEdits = (others: readonly string[]): fc.Arbitrary<Edit<Scanned>> =>
  fc.oneof(
    onDigits('change a digit', fc.tuple(place, digit), (digits, [at, other]) =>
      splice(digits, within(at, digits.length), 1, other),
    ),
    onDigits('insert digits', fc.tuple(place, fc.array(digit, { minLength: 1, maxLength: 17 })), (digits, [at, more]) =>
      splice(digits, within(at, digits.length + 1), 0, more.join('')),
    ),
    onDigits('delete digits', fc.tuple(place, fc.integer({ min: 1, max: 40 })), (digits, [at, size]) =>
      splice(digits, within(at, digits.length), size, ''),
    ),
    onDigits('swap two digits', fc.tuple(place, place), (digits, [one, two]) => {
      const [a, b] = [within(one, digits.length), within(two, digits.length)];
      return [...digits].map((char, i) => digits[i === a ? b : i === b ? a : i] ?? char).join('');
    }),
    onDigits('swap two groups', fc.tuple(place, place), (digits, [one, two]) => {
      const groups = digits.match(/.{1,17}/g) ?? [];
      const [a, b] = [within(one, groups.length), within(two, groups.length)];
      return groups.map((group, i) => groups[i === a ? b : i === b ? a : i] ?? group).join('');
    }),
    onDigits('a group beyond its bytes', place, (digits, chosen) => {
      const at = 17 * within(chosen, Math.floor(digits.length / 17));
      const group = /^\d{17}$/.exec(digits.slice(at, at + 17))?.[0];
      return group ? splice(digits, at, 17, String(BigInt(group) + 2n ** 56n)) : digits;
    }),
    onDigits('truncate', place, (digits, at) => digits.slice(0, within(at, digits.length))),
    onDigits('cut the front off', place, (digits, at) => digits.slice(within(at, digits.length))),
    onDigits('another code, run together', fc.constantFrom(...others), (digits, other) => digits + other),
    onDigits('the tail of another code', fc.tuple(fc.constantFrom(...others), place), (digits, [other, chosen]) => {
      const at = within(chosen, digits.length);
      return digits.slice(0, at) + other.slice(at);
    }),
    onDigits('leading zeros', fc.integer({ min: 1, max: 40 }), (digits, zeros) => '0'.repeat(zeros) + digits),
    onDigits('something between the digits', fc.tuple(place, fc.constantFrom(...HOSTILE)), (digits, [at, what]) =>
      splice(digits, within(at, digits.length), 0, what),
    ),
    onDigits('a digit of another script', fc.tuple(place, fc.constantFrom(...OTHER_DIGITS)), (digits, [at, other]) =>
      splice(digits, within(at, digits.length), 1, other),
    ),
    edit('another code behind it', fc.constantFrom(...others), (scanned: Scanned, other) => ({
      ...scanned,
      after: `${scanned.after} ${other}`,
    })),
    edit('something behind it', fc.array(fc.constantFrom(...HOSTILE), { maxLength: 5 }), (scanned: Scanned, more) => ({
      ...scanned,
      after: scanned.after + more.join(''),
    })),
    edit('a long text around it', fc.nat({ max: 9_000 }), (scanned: Scanned, length) => ({
      ...scanned,
      before: `${'1'.repeat(length)} ${scanned.before}`,
    })),
    edit(
      'another address',
      fc.constantFrom('', 'https://evil.test/c/#', 'javascript:', 'https://xz.hzedu.gov.cn/c/?', 'http://[::1]/c/#0'),
      (scanned: Scanned, before) => ({ ...scanned, before }),
    ),
    textEdits.map(
      ({ how, apply }): Edit<Scanned> => ({
        how: `${how}, in the address`,
        apply: (scanned) => ({ ...scanned, before: apply(scanned.before) }),
      }),
    ),
  );

export const codeMutations = (seeds: readonly Seed<Scanned>[]): fc.Arbitrary<Mutation> =>
  mutations(
    seeds,
    digitEdits(seeds.map(({ value }) => value.digits)),
    ({ before, digits, after }) => before + digits + after,
  );

/** The payload taken apart: each item of the array is its own encoding. */
type Payload = {
  readonly format: number;
  readonly head: Bytes;
  readonly items: readonly Bytes[];
  readonly tail: Bytes;
};

const sealed = (body: Bytes): Bytes => concat(body, Uint8Array.of(crc16(body) >> 8, crc16(body) & 0xff));
const payloadBytes = ({ format, head, items, tail }: Payload): Bytes =>
  sealed(concat(Uint8Array.of(format), head, ...items, tail));

/** Major type and argument of an encoded item, in the shortest form that our own packer writes. */
function headOf(item: Uint8Array): { major: number; argument: number; size: number } {
  const first = item[0] ?? 0;
  const size = { 24: 2, 25: 3, 26: 5, 27: 9 }[first & 0x1f] ?? 1;
  const argument = size === 1 ? first & 0x1f : item.subarray(1, size).reduce((sum, byte) => sum * 256 + byte, 0);
  return { major: first >> 5, argument, size };
}

/** The argument in 1, 2, 4 or 8 bytes, whether or not it needs them. */
function wideHead(major: number, argument: number, width: 1 | 2 | 4 | 8): Bytes {
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) | { 1: 24, 2: 25, 4: 26, 8: 27 }[width];
  for (let i = 0; i < width; i++) bytes[width - i] = Math.floor(argument / 256 ** i) & 0xff;
  return bytes;
}

function asFloat(value: number, width: 4 | 8): Bytes {
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return concat(Uint8Array.of(width === 4 ? 0xfa : 0xfb), new Uint8Array(view.buffer));
}

/** Half precision (RFC 8949 §3.9) of a whole number below 2048, which it holds exactly. */
function asHalf(value: number): Bytes {
  if (value === 0 || value >= 2048) return asFloat(value, 8);
  const exponent = Math.floor(Math.log2(value));
  const bits = ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
  return Uint8Array.of(0xf9, bits >> 8, bits & 0xff);
}

function asBignum(value: number): Bytes {
  const digits = value.toString(16);
  const bytes = Uint8Array.from(digits.padStart(digits.length + (digits.length % 2), '0').match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  return concat(Uint8Array.of(0xc2, 0x40 | bytes.length), bytes);
}

const isInteger = (item: Uint8Array): boolean => headOf(item).major === 0;
const isString = (item: Uint8Array): boolean => [2, 3].includes(headOf(item).major);
const content = (item: Bytes): Bytes => item.slice(headOf(item).size);

const onItem = <Choice>(
  how: string,
  wanted: (item: Bytes) => boolean,
  choice: fc.Arbitrary<Choice>,
  change: (item: Bytes, chosen: Choice) => Bytes,
) =>
  edit(how, fc.tuple(place, choice), (payload: Payload, [at, chosen]) => {
    const which = payload.items.flatMap((item, i) => (wanted(item) ? [i] : []));
    const index = which[within(at, which.length)];
    return { ...payload, items: payload.items.map((item, i) => (i === index ? change(item, chosen) : item)) };
  });

const onItems = <Choice>(
  how: string,
  choice: fc.Arbitrary<Choice>,
  change: (items: readonly Bytes[], chosen: Choice) => readonly Bytes[],
  /** Whether the head says the new number of items. */
  counted = true,
) =>
  edit(how, choice, (payload: Payload, chosen) => {
    const items = change(payload.items, chosen);
    return { ...payload, items, head: counted ? Uint8Array.of(0x80 | Math.min(items.length, 23)) : payload.head };
  });

const anything = () => true;
const width = fc.constantFrom<(1 | 2 | 4 | 8)[]>(1, 2, 4, 8);
const TAGS = ['c0', 'c1', 'c2', 'c3', 'c4', 'd818', 'd820', 'd825', 'd9d9f7', 'dbffffffffffffffff'];
const fromHexText = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const OTHER_ITEMS: readonly Bytes[] = [
  ...[null, true, false, 0, 1, 23, 24, 255, 4711, 2 ** 32, 2 ** 53, -1, 1.5, '', 'x', [], {}, [1], { a: 1 }].map(
    (value) => new Uint8Array(encodeCbor(value)),
  ),
  ...[
    'f7',
    'f816',
    'f820',
    'f97e00',
    'f97c00',
    'fb7ff0000000000000',
    '5f40ff',
    '7f60ff',
    '9fff',
    'bfff',
    '40',
    'ff',
  ].map(fromHexText),
];

const cborEdits = (seeds: readonly Payload[]): fc.Arbitrary<Edit<Payload>> =>
  fc.oneof(
    onItem(
      'a longer head',
      (item) => headOf(item).size === 1 || headOf(item).major < 4,
      width,
      (item, bytes) => {
        const { major, argument } = headOf(item);
        return concat(wideHead(major, argument, bytes), content(item));
      },
    ),
    onItem('an integer as a float', isInteger, fc.constantFrom<(2 | 4 | 8)[]>(2, 4, 8), (item, bytes) =>
      bytes === 2 ? asHalf(headOf(item).argument) : asFloat(headOf(item).argument, bytes),
    ),
    onItem('an integer as a bignum', isInteger, fc.constant(null), (item) => asBignum(headOf(item).argument)),
    onItem('a string in parts', isString, place, (item, chosen) => {
      const { major } = headOf(item);
      const [whole, at] = [content(item), within(chosen, content(item).length)];
      const part = (bytes: Bytes): Bytes => concat(wideHead(major, bytes.length, 1), bytes);
      return concat(
        Uint8Array.of((major << 5) | 31),
        part(whole.slice(0, at)),
        part(whole.slice(at)),
        Uint8Array.of(0xff),
      );
    }),
    onItem('text as bytes, bytes as text', isString, fc.constant(null), (item) =>
      concat(Uint8Array.of((item[0] ?? 0) ^ 0x20), item.slice(1)),
    ),
    onItem('a tag', anything, fc.constantFrom(...TAGS), (item, tag) => concat(fromHexText(tag), item)),
    onItem('in an array', anything, fc.integer({ min: 1, max: 400 }), (item, depth) =>
      concat(new Uint8Array(depth).fill(0x81), item),
    ),
    onItem('another value', anything, fc.constantFrom(...OTHER_ITEMS), (_, other) => other),
    onItem(
      'another number',
      isInteger,
      fc.oneof(fc.nat(), fc.maxSafeNat()),
      (_, value) => new Uint8Array(encodeCbor(value)),
    ),
    onItem(
      'the next number',
      isInteger,
      fc.constantFrom(-1, 1, 131_072),
      (item, step) => new Uint8Array(encodeCbor(headOf(item).argument + step)),
    ),
    onItem('inside a string', isString, byteEdits, (item, { apply }) => {
      const changed = apply(content(item));
      const head = new Uint8Array(encodeCbor(new Uint8Array(changed.length))).slice(0, -changed.length || undefined);
      head[0] = (head[0] ?? 0) | ((item[0] ?? 0) & 0x20);
      return concat(head, changed);
    }),
    onItem(
      'another name',
      (item) => headOf(item).major === 3,
      textEdits,
      (item, { apply }) => {
        const text = apply(new TextDecoder().decode(content(item)));
        return concat(wideHead(3, utf8(text).length, 2), utf8(text));
      },
    ),
    onItems('swap two items', fc.tuple(place, place), (items, [one, two]) => {
      const [a, b] = [within(one, items.length), within(two, items.length)];
      return items.map((item, i) => items[i === a ? b : i === b ? a : i] ?? item);
    }),
    onItems('remove an item', fc.tuple(place), (items, [which]) =>
      items.filter((_, i) => i !== within(which, items.length)),
    ),
    onItems('duplicate an item', fc.tuple(place), (items, [which]) =>
      items.flatMap((item, i) => (i === within(which, items.length) ? [item, item] : [item])),
    ),
    onItems(
      'more items than the head says',
      fc.constantFrom(...OTHER_ITEMS),
      (items, other) => [...items, other],
      false,
    ),
    onItems('an item of another code', fc.tuple(fc.constantFrom(...seeds), place), (items, [other, chosen]) => {
      const at = within(chosen, items.length);
      return items.map((item, i) => (i === at ? (other.items[i] ?? item) : item));
    }),
    edit('a longer array head', width, (payload: Payload, bytes) => ({
      ...payload,
      head: wideHead(4, payload.items.length, bytes),
    })),
    edit('an array without a length', fc.boolean(), (payload: Payload, closed) => ({
      ...payload,
      head: Uint8Array.of(0x9f),
      tail: closed ? Uint8Array.of(0xff) : payload.tail,
    })),
    edit('a map for the array', fc.integer({ min: 0, max: 31 }), (payload: Payload, count) => ({
      ...payload,
      head: Uint8Array.of(0xa0 | count),
    })),
    edit('another number of items', fc.integer({ min: 0, max: 31 }), (payload: Payload, count) => ({
      ...payload,
      head: Uint8Array.of(0x80 | count),
    })),
    edit('a tagged array', fc.constantFrom(...TAGS), (payload: Payload, tag) => ({
      ...payload,
      head: concat(fromHexText(tag), payload.head),
    })),
    edit('bytes behind the array', fc.constantFrom(...OTHER_ITEMS), (payload: Payload, tail) => ({ ...payload, tail })),
    edit('another format', fc.nat({ max: 255 }), (payload: Payload, format) => ({ ...payload, format })),
  );

/** Takes a payload of our own packer apart. */
function takenApart(bytes: Bytes): Payload {
  const body = bytes.slice(1, -2);
  const items: Bytes[] = [];
  for (let at = 1; at < body.length; ) {
    const { major, argument, size } = headOf(body.subarray(at));
    const length = size + (major === 2 || major === 3 ? argument : 0);
    items.push(body.slice(at, at + length));
    at += length;
  }
  return { format: bytes[0] ?? 0, head: body.slice(0, 1), items, tail: new Uint8Array() };
}

/** Payload bytes after edits of the array or of the bytes; the check sum is right in all but the last kind. */
export function payloadMutations(seeds: readonly Seed<Bytes>[]): fc.Arbitrary<Mutation> {
  const payloads = seeds.map(({ name, value }) => ({ name, value: takenApart(value) }));
  const bodies = seeds.map(({ name, value }) => ({ name, value: value.slice(0, -2) }));
  return fc.oneof(
    { weight: 6, arbitrary: mutations(payloads, cborEdits(payloads.map(({ value }) => value)), payloadBytes) },
    { weight: 3, arbitrary: mutations(bodies, byteEdits, sealed) },
    { weight: 1, arbitrary: mutations(seeds, byteEdits, (bytes) => bytes) },
  );
}
