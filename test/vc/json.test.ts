import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { utf8 } from '../../src/vc/encoding.ts';
import { equalJson } from '../../src/vc/equal-json.ts';
import { type Json, parseJson } from '../../src/vc/json.ts';
import { LIMITS as OURS } from '../../src/vc/limits.ts';

const LIMITS = { maxBytes: 1000, maxDepth: 4 };
const parse = (input: string | Uint8Array) => parseJson(input, LIMITS);
const reason = (input: string | Uint8Array): string => {
  const result = parse(input);
  return result.ok ? 'accepted' : result.fault.reason;
};

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['white space only', ' \n'],
    ['a duplicate name', '{"a":1,"a":1}'],
    ['a duplicate name behind an escape', '{"a":1,"\\u0061":2}'],
    ['__proto__', '{"__proto__":{"points":9}}'],
    ['__proto__ behind an escape', '{"__pro\\u0074o__":1}'],
    ['__proto__ inside', '[{"a":{"__proto__":null}}]'],
    ['nesting past the limit', '[[[[[]]]]]'],
    ['a lone high surrogate', '"\\ud83d"'],
    ['a lone low surrogate', '"\\ude00"'],
    ['surrogates in the wrong order', '"\\ude00\\ud83d"'],
    ['a raw lone surrogate', '"\ud83d"'],
    ['a lone surrogate in a name', '{"\\ud83d":1}'],
    ['an unsafe integer', '9007199254740993'],
    ['a long integer', '1'.repeat(400)],
    ['a number that overflows', '1e400'],
    ['minus zero', '-0'],
    ['minus zero in another form', '-0.0e5'],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['a bare point', '1.'],
    ['a point without a digit before it', '.5'],
    ['hexadecimal', '0x10'],
    ['NaN', 'NaN'],
    ['a byte order mark', '\ufeff{}'],
    ['text after the value', '{}x'],
    ['a second value', '{}{}'],
    ['a trailing comma', '[1,]'],
    ['a trailing comma in an object', '{"a":1,}'],
    ['a missing comma', '[1 2]'],
    ['single quotes', "{'a':1}"],
    ['a bare name', '{a:1}'],
    ['a comment', '{}/**/'],
    ['a raw control character', '"\u0001"'],
    ['a raw line feed', '"\n"'],
    ['an unknown escape', '"\\x41"'],
    ['a short escape', '"\\u41"'],
    ['an open string', '"abc'],
    ['an open escape', '"abc\\'],
    ['no-break space between tokens', '[1,\u00a02]'],
    ['half a word', 'tru'],
    ['an open array', '[1'],
    ['an open object', '{"a"'],
  ])('%s', (_, text) => expect(reason(text)).toBe('malformed'));

  test('bytes that are not UTF-8, overlong forms and encoded surrogates among them', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xe4, 0xb8],
    ])
      expect(reason(Uint8Array.from(bytes))).toBe('malformed');
  });

  test('a byte order mark as bytes', () => expect(reason(utf8('\ufeff1'))).toBe('malformed'));
});

describe('limits', () => {
  test('depth: the last one that fits, and one more', () => {
    expect(reason('[{"a":[{}]}]')).toBe('accepted');
    expect(reason('[{"a":[{"a":[]}]}]')).toBe('malformed');
  });

  test('size counts bytes, in text too', () => {
    const quoted = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`;
    expect(reason(quoted(1000))).toBe('accepted');
    expect(reason(quoted(1001))).toBe('too-large');
    const chinese = `"${'星'.repeat(333)}"`; // 1,001 bytes
    expect(reason(utf8(chinese))).toBe('too-large');
    expect(reason(chinese)).toBe('too-large');
    expect(reason(`"${'星'.repeat(332)}aa"`)).toBe('accepted');
  });

  test('values: the last one that fits, and one more; of any kind, and names are none', () => {
    const limits = { maxBytes: 1000, maxDepth: 4, maxValues: 9 };
    const exactly = '[0,"a",true,null,{"b":{},"c":[]},""]';
    expect(parseJson(exactly, limits).ok).toBe(true);
    expect(parseJson(exactly, { ...limits, maxValues: 8 })).toMatchObject({
      ok: false,
      fault: { reason: 'too-large' },
    });
  });

  test('values are limited where nobody says how many', () => {
    const zeros = (count: number) => `[${'0,'.repeat(count - 1)}0]`;
    const limits = { maxBytes: 1_000_001, maxDepth: 1 };
    expect(parseJson(zeros(OURS.jsonValues - 1), limits).ok).toBe(true);
    expect(parseJson(zeros(OURS.jsonValues), limits).ok).toBe(false);
  });

  test('as many xAPI statements as one request may bring are not too many', () => {
    const party = { objectType: 'Agent', name: '王小明', account: { homePage: 'https://lrs.example', name: 'x-1' } };
    const statement = {
      ...{ id: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233', timestamp: '2026-03-01T09:00:00Z', version: '1.0.3' },
      actor: party,
      authority: party,
      verb: { id: 'http://adlnet.gov/expapi/verbs/completed', display: { 'zh-CN': '完成', en: 'completed' } },
      object: { objectType: 'Activity', id: 'lesson:1', definition: { type: 'a:b', name: { zh: '课', en: 'lesson' } } },
      result: { completion: true, success: true, duration: 'PT45M', score: { raw: 9, min: 0, max: 10, scaled: 0.9 } },
      context: { platform: 'zjhj', language: 'zh-CN', extensions: { 'a:scheme': 's', 'a:stage': '4-6' } },
    };
    const batch = JSON.stringify(Array(10_000).fill(statement));
    expect(batch.length).toBeGreaterThan(6_500_000);
    expect(parseJson(batch, { maxBytes: 16 << 20, maxDepth: 40 }).ok).toBe(true);
  });

  test('a million brackets are refused, not a stack overflow', () => {
    const deep = '['.repeat(1_000_000);
    expect(parseJson(deep, { maxBytes: 2_000_000, maxDepth: 32 }).ok).toBe(false);
  });
});

/** Whole numbers outside the safe range are refused on purpose. */
const fits = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) <= Number.MAX_SAFE_INTEGER || !/^-?\d+$/.test(String(value))
    : typeof value !== 'object' || value === null || Object.values(value).every(fits);

test('property: parseJson(JSON.stringify(v)) = v', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5, stringUnit: 'binary' }), fc.boolean(), (text, asBytes) => {
      const value: Json = JSON.parse(text);
      fc.pre(fits(value) && !text.includes('"__proto__"'));
      const again = JSON.stringify(value, undefined, asBytes ? undefined : '\t');
      const result = parseJson(asBytes ? utf8(again) : again, { maxBytes: 1e6, maxDepth: 12 });
      expect(result).toEqual({ ok: true, value: JSON.parse(again) });
      expect(result.ok && equalJson(result.value, value)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('property: what parseJson accepts, JSON.parse reads the same', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    'u0041',
    'a',
    '1',
    '-',
    '.',
    'e',
    ' ',
    'null',
    '\u0000',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const result = parse(text);
      if (result.ok) expect(result.value).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

describe('a fault says whether RFC 8259 allows it, and inside which member of the outermost object', () => {
  test.each([
    ['{"a":{"b":1,"b":2}}', true, 'a'],
    ['{"a":1,"c":[-0]}', true, 'c'],
    ['{"a":{"b":x}}', false, 'a'],
    ['{"a":1,"a":2}', true, undefined],
    ['{"a":1,"__proto__":2}', true, undefined],
    ['{"a":1,"\\ud83d":2}', true, undefined],
    ['{"a":{}}x', false, undefined],
    ['[{"a":-0}]', true, undefined],
  ])('%s', (text, beyondGrammar, member) => {
    const result = parse(text);
    if (result.ok || result.fault.reason !== 'malformed') throw new Error('expected a fault');
    expect([result.fault.beyondGrammar, result.fault.member]).toEqual([beyondGrammar, member]);
  });
});

test('equalJson: member order is free, everything else counts', () => {
  expect(equalJson({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  for (const [a, b] of [
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 1]],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: null }, { b: null }],
    [{ toString: 1 }, {}],
    [317, '317'],
    [[], {}],
    [null, {}],
    [[null], []],
  ] satisfies [Json, Json][]) {
    expect(equalJson(a, b)).toBe(false);
    expect(equalJson(b, a)).toBe(false);
  }
});

test.each(['100', '100.0', '1e2', '87.5', '0.1', '3.50', '-7', '0', '0.0', '1E+2', '-1e+21'])(
  '%s is the number that it says',
  (literal) => {
    expect(parseJson(literal, { maxBytes: 100, maxDepth: 1 })).toEqual({ ok: true, value: Number(literal) });
  },
);
test.each([
  '100.00000000000000001',
  '0.1000000000000000000001',
  '9007199254740993',
  '1e400',
  '-0',
  '1e-400',
  '-0.0',
  `1.${'0'.repeat(60_000)}`,
])('%s would be read as another number, so it is refused', (literal) => {
  expect(parseJson(literal, { maxBytes: 100_000, maxDepth: 1 }).ok).toBe(false);
});

test('only a number in an unusual spelling is taken apart', () => {
  const takenApart = (text: string): number => {
    const split = vi.spyOn(String.prototype, 'split');
    parseJson(text, { maxBytes: 100, maxDepth: 1 });
    const times = split.mock.calls.length;
    split.mockRestore();
    return times;
  };
  expect(takenApart('[1,-2,3.5,100]')).toBe(0);
  expect(takenApart('[1.0]')).toBeGreaterThan(0);
});
