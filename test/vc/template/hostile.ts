/** Arbitrary slot texts: everything a slot admits, with the strings that break escaping, sorting and normalisation well represented. */
import fc from 'fast-check';
import { hex } from '../../../src/vc/encoding.ts';
import type { CompiledTemplate } from '../../../src/vc/template/compiled.ts';
import type { SlotTexts } from '../../../src/vc/template/slot.ts';
import { isoSeconds, MAX_EPOCH } from '../../../src/vc/time.ts';

const HOSTILE = [
  ...[
    '"',
    '\\',
    '\\u0041',
    "'",
    '<',
    '>',
    '{',
    '}',
    '{uuid}',
    '^^',
    '@en',
    '_:c14n0',
    ' .\n',
    '\n<a> <b> "c" .\n',
    '$&',
    '$1',
  ],
  ...['\0', '\b', '\t', '\n', '\v', '\f', '\r', '\u001b', '\u007f', '\u0080', '\u0085', '\u00a0', '\u2028', '\u2029'],
  ...['\ufeff', '\ufffd', '\ufffe', '\uffff', '\u200b', '\u202e', '\ue000', '𠮷', '😀', '\u{10ffff}', '𪚥'],
  ...['e\u0301', 'é', 'A\u030a', 'Å', '⼩', '小', '王', '·', '*', 'ﬁ', '__proto__', 'null', 'https://a.test/'],
];
const plainName = fc.string({ unit: fc.constantFrom(...'王李欧阳晓明月·小芳 Anna-é'), minLength: 1, maxLength: 12 });
const hostileText = fc.string({ unit: fc.constantFrom(...HOSTILE), minLength: 1, maxLength: 14 });
const freeText = fc.oneof(plainName, hostileText);

const word = fc.string({ unit: fc.constantFrom(...'abcxyz019AZ_-.'), minLength: 1, maxLength: 8 });
const host = fc.oneof(
  fc.constantFrom('edu.shangcheng.gov.cn', 'localhost:8787', 'A.B', '..', '127.0.0.1:80', 'xn--fiq.cn', '-:-'),
  word.map((name) => name.replaceAll('_', '-')),
);
const did = fc
  .tuple(host, fc.array(word, { maxLength: 3 }))
  .map(([name, path]) => `did:web:${[name.replaceAll(':', '%3A'), ...path].join(':')}`);
const base = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    host,
    fc.array(fc.oneof(word, fc.constantFrom('.', '..', '~', 'c')), { maxLength: 4 }),
  )
  .map(([scheme, name, path]) => `${scheme}://${[name, ...path].join('/')}/`);
const date = fc.nat({ max: MAX_EPOCH }).map(isoSeconds);
const count = (max: number) => fc.oneof(fc.nat({ max }), fc.constantFrom(0, 1, max)).map(String);
const pseudonym = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hex);
const holder = fc.oneof(
  { weight: 4, arbitrary: fc.record({ holder: freeText, holderType: fc.constant('name') }) },
  { weight: 1, arbitrary: fc.record({ holder: pseudonym, holderType: fc.constant('identifier') }) },
);

/** Every common slot and the template's own ones. */
export function slotTextsOf(template: CompiledTemplate): fc.Arbitrary<SlotTexts> {
  const own: Record<string, fc.Arbitrary<string>> = {};
  for (const { slot, entries } of template.enums) own[slot] = fc.constantFrom(...entries.map(({ id }) => id));
  const common = fc.record({
    issuerId: did,
    fragment: word,
    issuerName: freeText,
    credentialBase: base,
    statusBase: base,
    uuid: fc.uuid(),
    validFrom: date,
    validUntil: template.purpose === 'status' ? date : fc.option(date),
    created: date,
    points: count(999_999_999_999_999),
    statusBit: count(131_071),
    statusList: count(68_000_000_000),
    encodedList: fc.base64String({ maxLength: 40 }).map((text) => `u${text.replaceAll(/[+/=]/g, '_')}`),
    proofValue: fc
      .string({ unit: fc.constantFrom(...'123ABCxyz'), minLength: 86, maxLength: 88 })
      .map((text) => `z${text}`),
  });
  return fc.tuple(common, holder, fc.record(own)).map(([{ fragment, ...one }, who, enumerated]) => ({
    ...one,
    ...who,
    ...enumerated,
    verificationMethod: `${one.issuerId}#${fragment}`,
  }));
}
