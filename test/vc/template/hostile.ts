/** Arbitrary slot texts: everything a slot admits, with the strings that break escaping, sorting and normalisation well represented. */
import fc from 'fast-check';
import { hex } from '../../../src/vc/encoding.ts';
import type { CompiledTemplate } from '../../../src/vc/template/compiled.ts';
import type { SlotTexts } from '../../../src/vc/template/slot.ts';
import { isoSeconds, MAX_EPOCH } from '../../../src/vc/time.ts';

/** Units that break escaping, sorting, patterns and normalisation. */
const UNITS = [
  ...['\\u0041', "'", '<', '>', '{', '}', '{uuid}', '^^', '@en', '_:c14n0', ' .\n', '\n<a> <b> "c" .\n', '$&', '$1'],
  ...['\u0080', '\u0085', '\u00a0', '\u2029', '\ufeff', '\ufffd', '\ufffe', '\uffff', '\u200b', '\u202e', '\ue000'],
  ...['é', 'Å', '⼩', '小', '王', '·', '*', 'ﬁ', '😀', '\u{10ffff}', '__proto__', 'null', 'https://a.test/'],
];
const oneOf = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((point) => String.fromCodePoint(point));
/** Quotes, backslashes, controls, U+007F, U+2028, astral CJK, combining marks: each hostile text has one of these at least. */
const hostileMark = fc.oneof(
  fc.constantFrom('"', '\\', '\b', '\t', '\n', '\f', '\r', '\0', '\v', '\u007f', '\u2028'),
  oneOf(0x00, 0x1f),
  oneOf(0x20000, 0x323af),
  oneOf(0x0300, 0x036f),
);
const anyUnits = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: fc.oneof(fc.constantFrom(...UNITS), hostileMark), maxLength: 7 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 7 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 90, size: 'max' }) },
);
const plainName = fc.string({ unit: fc.constantFrom(...'王李欧阳晓明月·小芳 Anna-é'), minLength: 1, maxLength: 12 });
const hostileText = fc.tuple(anyUnits, hostileMark, anyUnits).map((parts) => parts.join(''));

/** Whether the issuer's name or the holder's is of that kind. */
export const isHostile = ({ issuerName, holder }: SlotTexts): boolean =>
  /["\\\p{Cc}\p{M}\u2028]|[\u{20000}-\u{323af}]/u.test(`${issuerName}${holder}`);

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
    fc.oneof(
      { weight: 100, arbitrary: fc.array(fc.oneof(word, fc.constantFrom('.', '..', '~', 'c')), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.nat({ max: 500 }).map((times) => Array.from({ length: times }, () => 'a-long-one')) },
    ),
  )
  .map(([scheme, name, path]) => `${scheme}://${[name, ...path].join('/')}/`);
const date = fc.nat({ max: MAX_EPOCH }).map(isoSeconds);
const count = (max: number) => fc.oneof(fc.nat({ max }), fc.constantFrom(0, 1, max)).map(String);
const pseudonym = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hex);
const holderOf = (freeText: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ holder: freeText, holderType: fc.constant('name') }) },
    { weight: 1, arbitrary: fc.record({ holder: pseudonym, holderType: fc.constant('identifier') }) },
  );

/** Every common slot and the template's own ones. Half of them are hostile. */
export const slotTextsOf = (template: CompiledTemplate): fc.Arbitrary<SlotTexts> =>
  fc.oneof(slotTexts(template, plainName), slotTexts(template, hostileText));

function slotTexts(template: CompiledTemplate, freeText: fc.Arbitrary<string>): fc.Arbitrary<SlotTexts> {
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
  return fc.tuple(common, holderOf(freeText), fc.record(own)).map(([{ fragment, ...one }, who, enumerated]) => ({
    ...one,
    ...who,
    ...enumerated,
    verificationMethod: `${one.issuerId}#${fragment}`,
  }));
}
