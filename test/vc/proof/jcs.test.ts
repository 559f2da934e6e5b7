/** RFC 8785: its own examples, and that the form is one for all orders of members. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/vc/json.ts';
import { jcs } from '../../../src/vc/proof/jcs.ts';

test('§3.2.2 and §3.2.3: texts, numbers, literals', () => {
  const input: Json = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  expect(jcs(input)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('§3.2.3: members in the order of their UTF-16 units', () => {
  const input: Json = JSON.parse(String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  }`);
  const values: Json = JSON.parse(jcs(input));
  // JavaScript would put "1" first in any object: the text itself is compared.
  expect([...jcs(input).matchAll(/:"([^"]*)"/g)].map(([, value]) => value)).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
  expect(values).toEqual(input);
});

test.each([
  [0, '0'],
  [-0, '0'],
  [5e-324, '5e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [9007199254740992, '9007199254740992'],
  [1e21, '1e+21'],
  [999999999999999900000, '999999999999999900000'],
  [0.000001, '0.000001'],
  [1e-7, '1e-7'],
  [333333333.3333332, '333333333.3333332'],
])('Appendix B: %d', (value, text) => {
  expect(jcs(value)).toBe(text);
});

test('what it writes is JSON for the same value, whatever the order was', () => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, reversed(member)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), (generated) => {
      const value: Json = JSON.parse(JSON.stringify(generated));
      expect(JSON.parse(jcs(value))).toEqual(value);
      expect(jcs(reversed(value))).toBe(jcs(value));
    }),
  );
});
