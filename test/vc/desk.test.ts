import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDesk, makeRoom, takeText, writeText } from '../../src/vc/desk.ts';

test('property: text is written as the encoder writes it, wherever the desk ends, and what lay before it stays', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'aé王😀\ud842\u007f\u0080'), maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.nat({ max: 40 }), text, (length, start, written) => {
      const desk = makeDesk(length);
      makeRoom(desk, start);
      desk.bytes.fill(7);
      const end = writeText(desk, written, start);
      expect(desk.bytes.slice(start, end)).toEqual(new Uint8Array(new TextEncoder().encode(written)));
      expect(desk.bytes.slice(0, start)).toEqual(new Uint8Array(start).fill(7));
    }),
    { numRuns: 2000 },
  );
});

test('text is taken away, and stays what it was', () => {
  const desk = makeDesk(8);
  writeText(desk, '01234567', 0);
  const taken = takeText(desk, 2, 5);
  writeText(desk, 'xxxxxxxx', 0);
  expect(taken).toBe('234');
});
