import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkHolderName, maskHolderName } from '../../src/learning/name.ts';

const accepted: [string, string, string][] = [
  ['three Han characters', '王小明', '王小明'],
  ['a compound surname', '欧阳小明', '欧阳小明'],
  ['the middle dot', '阿依古丽·买买提', '阿依古丽·买买提'],
  ['〇 and 々', '王〇々', '王〇々'],
  ['a rare ideograph beyond the BMP', '𬀩𠮷', '𬀩𠮷'],
  ['Latin letters with marks', 'Zoë Nguyễn-Krüger', 'Zoë Nguyễn-Krüger'],
  ['marks that NFC composes', 'Zoe\u0308', 'Zoë'],
  ['a mark that does not compose', 'M\u0308ax', 'M\u0308ax'],
  ['an apostrophe', "O'Brien", "O'Brien"],
  ['a compatibility ideograph that NFC maps', '\uF9E1明', '李明'],
  ['spaces around, also full-width', ' \u3000王小明 ', '王小明'],
  ['29 characters', '明'.repeat(29), '明'.repeat(29)],
];

const refused: [string, string, string][] = [
  ['nothing', '', 'empty'],
  ['only spaces', ' \u3000', 'empty'],
  ['30 characters', '明'.repeat(30), 'too-long'],
  ['a million characters', '明'.repeat(1_000_000), 'too-long'],
  ['⼩ (U+2F29) for 小', '王⼩明', 'bad-characters'],
  ['a lone surrogate', '王\uD83D', 'bad-characters'],
  ['zero width space', '王\u200B明', 'bad-characters'],
  ['bidi override', '王\u202E明', 'bad-characters'],
  ['variation selector', '王\uFE00明', 'bad-characters'],
  ['ideographic variation selector', '王\u{E0100}明', 'bad-characters'],
  ['private use', '王\uE000', 'bad-characters'],
  ['control character', '王\u0007明', 'bad-characters'],
  ['a trailing line feed', '王明\n', 'bad-characters'],
  ['full-width Latin', 'Ａnna', 'bad-characters'],
  ['Cyrillic А for A', '\u0410nna', 'bad-characters'],
  ['a digit', '王2', 'bad-characters'],
  ['an emoji', '王😀', 'bad-characters'],
  ['a star, which marks a masked name', '王*明', 'bad-characters'],
  ['a Latin letter that looks like ·', '王\uA78F明', 'bad-characters'],
  ['two spaces', 'Anna  Li', 'bad-characters'],
  ['a separator at the end', '王明·', 'bad-characters'],
  ['a mark alone', '\u0301', 'bad-characters'],
  ['a pile of marks', 'Z\u0300\u0301\u0302\u0303', 'bad-characters'],
  ['no-break space', 'Anna\u00A0Li', 'bad-characters'],
];

describe('holder names', () => {
  test.each(accepted)('accepts %s', (_, text, name) => {
    expect(checkHolderName(text)).toEqual({ ok: true, name });
  });

  test.each(refused)('refuses %s', (_, text, reason) => {
    expect(checkHolderName(text)).toEqual({ ok: false, reason });
  });

  test('what is accepted is accepted again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6 }), (text) => {
        const first = checkHolderName(text);
        if (first.ok) expect(checkHolderName(first.name)).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('masked names', () => {
  test.each([
    ['王小明', '王*明'],
    ['王明', '王*'],
    ['王', '*'],
    ['欧阳小明', '欧**明'],
    ['𠮷野家', '𠮷*家'],
    ['阿依古丽·买买提', '阿***·**提'],
    ['Maria Schmidt', 'M**** S******'],
    ["O'Brien", "O'*****"],
    ['Zoë M\u0308ax', 'Z** M\u0308**'],
    ['J B', 'J *'],
    ['J', '*'],
  ])('%s becomes %s', (name, masked) => {
    expect(maskHolderName(name)).toBe(masked);
  });

  test('a masked name always has a star and is never a full name', () => {
    const letter = fc.constantFrom('王', '明', '々', 'A', 'é', 'x');
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('·', '-', "'", ' '),
        (words, separator) => {
          const name = words.join(separator);
          expect(checkHolderName(name)).toEqual({ ok: true, name });
          const masked = maskHolderName(name);
          expect(masked).toContain('*');
          expect(checkHolderName(masked).ok).toBe(false);
        },
      ),
    );
  });
});
