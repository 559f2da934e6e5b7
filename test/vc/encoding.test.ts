import { base58 } from '@scure/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  base64url,
  concat,
  crc16,
  equalBytes,
  fromBase64url,
  fromHex,
  fromMultibase58,
  fromUtf8,
  hex,
  multibase58,
  utf8,
} from '../../src/vc/encoding.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

test('CRC-16/IBM-3740: the catalogue’s check value, and the empty message', () => {
  expect(crc16(utf8('123456789'))).toBe(0x29b1);
  expect(crc16(new Uint8Array())).toBe(0xffff);
});

test('property: decoding undoes encoding', () => {
  fc.assert(
    fc.property(bytes, (input) => {
      expect(fromBase64url(base64url(input))).toEqual(new Uint8Array(input));
      expect(fromHex(hex(input))).toEqual(new Uint8Array(input));
      expect(fromMultibase58(multibase58(input), 200)).toEqual(new Uint8Array(input));
    }),
  );
});

test('property: base58 by hand is what the library writes, at every length and at the ends of its range', () => {
  const lengths = Array.from({ length: 81 }, (_, length) => length);
  for (const length of lengths) {
    for (const byte of [0x00, 0x01, 0x7f, 0xff]) {
      const input = new Uint8Array(length).fill(byte);
      expect(multibase58(input)).toBe(`z${base58.encode(input)}`);
    }
  }
  const padded = fc.tuple(fc.nat({ max: 4 }), bytes).map(([zeros, rest]) => concat(new Uint8Array(zeros), rest));
  fc.assert(
    fc.property(padded, (input) => {
      expect(multibase58(input)).toBe(`z${base58.encode(input)}`);
    }),
    { numRuns: 2000 },
  );
});

test('property: a base64url or base58 text has one spelling', () => {
  const text = fc.string({ unit: fc.constantFrom(...'AQgwx_-019zZ=+/ l'), maxLength: 12 });
  fc.assert(
    fc.property(text, (input) => {
      const decoded = fromBase64url(input);
      if (decoded) expect(base64url(decoded)).toBe(input);
      const point = fromMultibase58(input, 200);
      if (point) expect(multibase58(point)).toBe(input);
    }),
    { numRuns: 2000 },
  );
});

test.each(['AB', 'AQ==', 'A', 'AA+A', 'AA/A', 'AA A', 'AAA\n'])('base64url refuses %j', (text) =>
  expect(fromBase64url(text)).toBeUndefined(),
);

test.each(['', '2g', 'uAA', 'z0', 'zO', 'zI', 'zl', 'z2g ', `z${'2'.repeat(90)}`])('multibase58 refuses %j', (text) =>
  expect(fromMultibase58(text, 90)).toBeUndefined(),
);

test('UTF-8 is strict and keeps a byte order mark', () => {
  expect(fromUtf8(Uint8Array.of(0xc3, 0x28))).toBeUndefined();
  expect(fromUtf8(utf8('\ufeff星'))).toBe('\ufeff星');
});

test('concat and equalBytes', () => {
  expect(concat(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
});
