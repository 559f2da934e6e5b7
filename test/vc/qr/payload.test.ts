import { encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignedFields } from '../../../src/vc/credential.ts';
import { type Bytes, concat, crc16, hex } from '../../../src/vc/encoding.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { emitPayload, fromDigits, packPayload, readCode, toDigits, unpackPayload } from '../../../src/vc/qr/payload.ts';
import { MAX_EPOCH } from '../../../src/vc/time.ts';

const SAMPLE: SignedFields = {
  template: 2,
  key: 1,
  uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
  validFrom: 1795507200,
  validUntil: 1890143999,
  created: 1795507200,
  points: 300,
  statusIndex: 135_783,
  holder: { name: '欧阳晓明月' },
  own: [1, 2],
  proofValue: Uint8Array.from({ length: 64 }, (_, i) => (i * 37) & 0xff),
};

const bytesOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes): Bytes => new Uint8Array(bytes));
const epoch = fc.nat({ max: MAX_EPOCH });
const fields: fc.Arbitrary<SignedFields> = fc.record({
  template: fc.maxSafeNat(),
  key: fc.nat(),
  uuid: fc.uuid(),
  validFrom: epoch,
  validUntil: fc.option(epoch),
  created: epoch,
  points: fc.maxSafeNat(),
  statusIndex: fc.maxSafeNat(),
  holder: fc.oneof(
    // no issuer lets a byte order mark into the start of a name
    fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 29 }),
    }),
    fc.record({ pseudonym: bytesOf(16) }),
  ),
  own: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
  proofValue: bytesOf(64),
});

test('property: reading undoes writing', () => {
  fc.assert(
    fc.property(fields, (one) => {
      const { bytes, digits } = emitPayload(one);
      expect(readCode(digits)).toEqual({ ok: true, fields: one, digits });
      expect(fromDigits(digits)).toEqual(bytes);
    }),
  );
});

test('property: digits hold any bytes, and what decodes re-encodes to the same digits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(fromDigits(toDigits(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 60 }), (digits) => {
      const bytes = fromDigits(digits);
      if (bytes) expect(toDigits(bytes)).toBe(digits);
    }),
    { numRuns: 1000 },
  );
});

test('digits of more bytes than any code holds', () => {
  const bytes = Uint8Array.from({ length: 3_000 }, (_, i) => (i * 37) & 0xff);
  expect(fromDigits(toDigits(bytes))).toEqual(bytes);
});

test('digits: CTAP 2.2 group lengths, little-endian', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => toDigits(new Uint8Array(n)).length)).toEqual([
    0, 3, 5, 8, 10, 13, 15, 17, 20,
  ]);
  expect(toDigits(Uint8Array.of(1, 2))).toBe('00513');
  for (const digits of ['1', '12', '1234', '256', '65536', '99999999999999999', '72057594037927936'])
    expect(fromDigits(digits)).toBeUndefined();
  expect(fromDigits('72057594037927935')).toEqual(new Uint8Array(7).fill(255));
});

test('every slip of one digit is a damaged scan: all positions, all nine other digits', () => {
  const { digits } = emitPayload(SAMPLE);
  for (let at = 0; at < digits.length; at++) {
    for (let digit = 0; digit <= 9; digit++) {
      if (digits[at] === String(digit)) continue;
      const read = readCode(`${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`);
      expect(read).toEqual({ ok: false, fault: { reason: 'damaged-scan' } });
    }
  }
});

test('a lost, doubled or swapped digit never reads', () => {
  const { digits } = emitPayload(SAMPLE);
  for (let at = 0; at < digits.length; at++) {
    expect(readCode(digits.slice(0, at) + digits.slice(at + 1)).ok).toBe(false);
    expect(readCode(digits.slice(0, at + 1) + digits.slice(at)).ok).toBe(false);
    const swapped =
      digits.slice(0, at) +
      digits
        .slice(at, at + 2)
        .split('')
        .reverse()
        .join('') +
      digits.slice(at + 2);
    if (swapped !== digits) expect(readCode(swapped).ok).toBe(false);
  }
});

/** What an attacker can always do: any bytes with the right check sum. */
const sealed = (body: Uint8Array): Bytes => {
  const crc = crc16(body);
  return concat(body, Uint8Array.of(crc >> 8, crc & 0xff));
};
const reasonOf = (bytes: Bytes): string => {
  const read = unpackPayload(bytes);
  return read.ok ? 'read' : read.fault.reason;
};

describe('with a right check sum', () => {
  const body = packPayload(SAMPLE).slice(0, -2);
  const proof = SAMPLE.proofValue;
  const uuid = new Uint8Array(16);
  const items: unknown[] = [2, 1, uuid, 100, 200, 150, 300, 135_783, '王小明', 1, 2, proof];
  const cbor = (...changed: unknown[]): Bytes => concat(Uint8Array.of(1), encodeCbor(changed));
  const swap = (index: number, value: unknown): Bytes => cbor(...items.map((item, i) => (i === index ? value : item)));
  /** The body with the bytes `from` (hex) replaced once by `to`. */
  const patch = (from: string, to: string): Bytes => {
    const text = hex(cbor(...items));
    expect(text.split(from).length).toBe(2);
    return Uint8Array.from(text.replace(from, to).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  };

  test('the plain body reads', () => {
    expect(reasonOf(sealed(body))).toBe('read');
    expect(reasonOf(sealed(cbor(...items)))).toBe('read');
  });

  test.each([
    ['an indefinite array', concat(body.slice(0, 1), Uint8Array.of(0x9f), body.slice(2), Uint8Array.of(0xff))],
    ['an array head in two bytes', patch('018c02', '01980c02')],
    ['template 2 in two bytes', patch('8c0201', '8c180201')],
    ['points in four bytes', patch('19012c', '1a0000012c')],
    ['points as a float', patch('19012c', 'f95cb0')],
    ['a negative number', swap(6, -1)],
    ['a fraction', swap(6, 1.5)],
    ['a number past 2^53', swap(6, 2n ** 60n)],
    ['a bignum tag', patch('19012c', 'c242012c')],
    ['a tagged date', patch('1864', 'c11864')],
    ['true for a date', swap(3, true)],
    ['undefined for validUntil', swap(4, undefined)],
    ['a date past 2105', swap(3, MAX_EPOCH + 1)],
    ['a short uuid', swap(2, new Uint8Array(15))],
    ['a uuid as text', swap(2, '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233')],
    ['an empty name', swap(8, '')],
    ['no holder', swap(8, null)],
    ['a pseudonym of 15 bytes', swap(8, new Uint8Array(15))],
    ['a name that is not UTF-8', patch('69e78e8b', '69e78eff')],
    ['a name that is a lone surrogate', patch('69e78e8b', '69eda080')],
    ['a name in an indefinite string', patch('69e78e8be5b08fe6988e', '7f69e78e8be5b08fe6988eff')],
    ['a nested slot', swap(9, [1])],
    ['a slot as text', swap(9, '1')],
    ['a short proof', cbor(...items.slice(0, -1), proof.slice(1))],
    ['no proof', cbor(...items.slice(0, -1))],
    ['a second proof', cbor(...items, proof)],
    ['twenty-one items', cbor(...items.slice(0, 9), ...new Array(11).fill(1), proof)],
    ['too few items', cbor(2, 1, proof)],
    ['a map', concat(Uint8Array.of(1), encodeCbor({ a: 1 }))],
    ['no CBOR', Uint8Array.of(1, 0xff, 0xff)],
    ['a byte after the array', concat(body, Uint8Array.of(0))],
    ['a second array after it', concat(body, body.slice(1))],
    ['deep nesting', concat(Uint8Array.of(1), new Uint8Array(700).fill(0x81), Uint8Array.of(0))],
  ])('%s is not canonical', (_, changed) => expect(reasonOf(sealed(changed))).toBe('not-canonical'));

  test('another format byte is for a newer reader', () => {
    for (const format of [0, 2, 0x80, 0xff])
      expect(reasonOf(sealed(concat(Uint8Array.of(format), body.slice(1))))).toBe('unknown-format');
  });

  test('property: whatever bytes read, they re-encode to themselves', () => {
    fc.assert(
      fc.property(fc.nat({ max: body.length - 2 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = sealed(body.map((old, i) => (i === at + 1 ? byte : old)));
        const read = unpackPayload(changed);
        if (!read.ok) return;
        expect(packPayload(read.fields)).toEqual(changed);
        expect(read.digits).toBe(toDigits(changed));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what a reader takes', () => {
  const { digits } = emitPayload(SAMPLE);
  const other = emitPayload({ ...SAMPLE, points: 500 }).digits;

  test.each([
    ['the URL', `https://xz.hzedu.gov.cn/c/#${digits}`],
    ['a URL with a port and a number', `http://localhost:8787/c2/#${digits}`],
    ['the digits', digits],
    ['a line end from a scanner gun', `${digits}\r\n`],
    ['text around it', `扫码核验：https://x.test/c/#${digits} 谢谢`],
  ])('%s', (_, text) => expect(readCode(text)).toMatchObject({ ok: true, digits }));

  test('of two codes with something between them, the last; run together, neither', () => {
    expect(readCode(`${digits} ${other}`)).toMatchObject({ ok: true, digits: other });
    expect(readCode(digits + other)).toMatchObject({ ok: false, fault: { reason: 'damaged-scan' } });
    expect(readCode(digits + digits)).toMatchObject({ ok: false, fault: { reason: 'damaged-scan' } });
  });

  test.each([
    ['nothing', ''],
    ['39 digits', '1'.repeat(39)],
    ['a page address', 'https://xz.hzedu.gov.cn/c/'],
    ['a phone number after the code', `${digits} 057112345678`],
    ['full-width digits', digits.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ['more digits than any code', '0'.repeat(LIMITS.codeDigitsMax + 1)],
    ['zeros', '0'.repeat(170)],
    ['a long text', 'x'.repeat(1_000_000)],
  ])('%s: scan again', (_, text) => expect(readCode(text)).toEqual({ ok: false, fault: { reason: 'damaged-scan' } }));

  test('hostile text costs little time', () => {
    const started = performance.now();
    for (const text of [
      `${'1'.repeat(7900)}a1`,
      `${'1'.repeat(41)}a`.repeat(190),
      `${`${'1'.repeat(60)} `.repeat(130)}1`,
    ])
      expect(readCode(text).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(100); // a backtracking pattern takes 250
  });
});

test.each([
  ['a lone surrogate in the name', { ...SAMPLE, holder: { name: '王\ud800明' } }],
  ['an upper-case uuid', { ...SAMPLE, uuid: SAMPLE.uuid.toUpperCase() }],
  ['a uuid that is none', { ...SAMPLE, uuid: 'zz90b7a2-6c1e-7f4a-9d3b-5e8f00112233' }],
  ['a fraction of a point', { ...SAMPLE, points: 0.5 }],
  ['an empty name', { ...SAMPLE, holder: { name: '' } }],
])('%s is never emitted', (_, broken) => expect(() => emitPayload(broken)).toThrow());
