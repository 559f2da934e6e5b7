/** BCP 47: well-formed language tags, examples of RFC 5646 appendix A among them. */
import { expect, test } from 'vitest';
import { isLanguageTag } from '../../../src/vc/model/language-value.ts';

const WELL_FORMED = [
  'de',
  'zh-Hans',
  'zh-cmn-Hans-CN',
  'zh-yue-HK',
  'sr-Latn-RS',
  'sl-rozaj-biske-1994',
  'de-CH-1901',
  'hy-Latn-IT-arevela',
  'es-419',
  'de-CH-x-phonebk',
  'x-whatever',
  'qaa-Qaaa-QM-x-southern',
  'en-US-u-islamcal',
  'zh-CN-a-myext-x-private',
  'en-a-myext-b-another',
  'i-klingon',
  'en-GB-oed',
  'sgn-BE-FR',
  'zh-min-nan',
  'art-lojban',
  'und',
  'EN-us',
];

const ILL_FORMED = [
  '',
  'e',
  'en_US',
  'englishlanguage',
  'a-DE',
  'de-419-DE',
  'i-unknown',
  'x',
  'en-',
  'en--US',
  'en-x',
  'en-a',
  'en US',
  'de-DE-x-phonebooks',
  'zh-aaa-bbb-ccc-ddd',
  '中文',
  'en\n',
];

test.each(WELL_FORMED)('%s is well-formed', (tag) => {
  expect(isLanguageTag(tag)).toBe(true);
});

test.each(ILL_FORMED)('%j is not', (tag) => {
  expect(isLanguageTag(tag)).toBe(false);
});
