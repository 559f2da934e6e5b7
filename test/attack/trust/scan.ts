/** What the camera, the scanner gun or the keyboard brings: digits, groups, check sum, CBOR, and one code for one credential. */
import { encode as encodeCbor } from 'cborg';
import { concat, hex } from '../../../src/vc/encoding.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { fromDigits, packPayload, toDigits } from '../../../src/vc/qr/payload.ts';
import { DAY, NOW } from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  asCode,
  authority,
  bytesOfItems,
  codeOfBytes,
  codeOfItems,
  type Forged,
  genuine,
  genuineItems,
  linkTo,
  presentedIn,
  says,
  sealed,
  signedAnyhow,
  type TrustSubject,
  type Wish,
} from './scene.ts';

const presented = presentedIn('scan');
const unpacked = inRoom<TrustSubject>('scan');

const body = packPayload(genuine.fields).slice(0, -2);
const isNewer = says('unknown-format');
const isNotCanonical = says('not-canonical');
const isOtherTemplate = says('unknown-template');
const isOtherKey = says('passed', 'unknown-key');
/** Whatever it says, it is not "scan again". */
const isNoSlip: Wish = (verdict) => !says('damaged-scan')(verdict);

/** The body with bytes (hex) replaced once. */
function patched(from: string, to: string): string {
  const text = hex(bytesOfItems(genuineItems()));
  if (text.split(from).length !== 2) throw new Error(`${from} does not stand once in ${text}`);
  return codeOfBytes(Uint8Array.from(text.replace(from, to).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** A genuine code with so many bytes in its last group. */
async function withTail(bytesInTail: number): Promise<string> {
  for (let length = 1; length < 9; length++) {
    const { bytes, digits } = await authority.issue({ holder: { name: 'Annabella'.slice(0, length) } });
    if (bytes.length % 7 === bytesInTail) return digits;
  }
  throw new Error(`no name gives a payload with a tail of ${bytesInTail}`);
}
const inWholeGroups = await withTail(0);
const [tailOf1, tailOf2, tailOf6] = [await withTail(1), await withTail(2), await withTail(6)];

/** The last group, of so many bytes, with more in it than they hold. */
function inflatedTail(digits: string, bytes: number): string {
  const width = digits.length % 17;
  const value = BigInt(digits.slice(-width)) + 2n ** BigInt(8 * bytes);
  return digits.slice(0, -width) + String(value).padStart(width, '0');
}

/** The same bytes in digits that say more than they hold. */
function inflated(digits: string): string {
  for (let at = 0; at + 17 <= digits.length; at += 17) {
    const value = BigInt(digits.slice(at, at + 17)) + 2n ** 56n;
    if (value < 10n ** 17n) return digits.slice(0, at) + String(value).padStart(17, '0') + digits.slice(at + 17);
  }
  throw new Error('no group has room');
}

const slip = genuine.digits.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
const short = toDigits(sealed(Uint8Array.of(0x80, 1, 2, 3)));
const other = await authority.issue({ points: 500 });
const longName = (length: number): Promise<Forged> => signedAnyhow({ holder: { name: '王'.repeat(length) } });
const [fits, tooLong] = [await longName(100), await longName(400)];
/** An array whose first item is as long as the largest safe integer. */
const endless = (head: number) =>
  concat(Uint8Array.of(1, 0x82, head, 0, 0x1f), new Uint8Array(6).fill(0xff), new Uint8Array(30));
const proofStart = hex(genuine.fields.proofValue.slice(0, 8));
const [PROOF_HEAD, LONGER_HEAD] = [`5840${proofStart}`, `5841${proofStart}`];
const half = Math.floor(body.length / 2);
const code = (digits: string) => ({ qr: linkTo(digits) });
const item = (changes: Parameters<typeof genuineItems>[0]) => code(codeOfItems(genuineItems(changes)));

export const scan: readonly Attack<TrustSubject>[] = [
  presented('10 MB before a genuine code', { forged: { qr: `${' '.repeat(10_000_000)}${genuine.digits}` } }),
  presented('a code of more digits than any issuer writes', { forged: code(tooLong.code), genuine: code(fits.code) }),
  presented('a telephone number that looks like a newer format', {
    forged: { qr: short },
    genuine: { qr: codeOfBytes(concat(Uint8Array.of(0x80), body.slice(1))) },
    wish: isNewer,
  }),
  presented('no digits at all', { forged: { qr: 'https://xz.hzedu.gov.cn/c/#' } }),
  presented('a slip of one digit, to be called a forgery', { forged: code(slip), wish: isNoSlip }),
  presented('a newer format, to be called a forgery', {
    forged: code(codeOfBytes(concat(Uint8Array.of(0x02), body.slice(1)))),
    genuine: code(codeOfBytes(concat(body, Uint8Array.of(0)))),
    wish: isNotCanonical,
  }),
  presented('a genuine code in groups that hold more than their bytes', { forged: code(inflated(genuine.digits)) }),
  presented('a genuine code with a digit behind it', {
    forged: code(`${inWholeGroups}0`),
    genuine: code(inWholeGroups),
  }),
  presented('a tail of one byte that holds more', { forged: code(inflatedTail(tailOf1, 1)), genuine: code(tailOf1) }),
  presented('a tail of two bytes that holds more', { forged: code(inflatedTail(tailOf2, 2)), genuine: code(tailOf2) }),
  presented('a tail as wide as a whole group, and a digit behind it', {
    forged: code(`${tailOf6.slice(0, -15)}${tailOf6.slice(-15).padStart(17, '0')}0`),
    genuine: code(tailOf6),
  }),
  presented('a group that no bytes give', { forged: code(`${'9'.repeat(17)}${genuine.digits.slice(17)}`) }),
  presented('a second code run together with the first', { forged: code(inWholeGroups + other.digits) }),
  presented('a byte behind the array', { forged: code(codeOfBytes(concat(body, Uint8Array.of(0)))) }),
  presented('a second array behind the first', { forged: code(codeOfBytes(concat(body, body.slice(1)))) }),
  presented('half a code under a right check sum', { forged: code(codeOfBytes(body.slice(0, half))) }),
  presented('a map in place of the array', {
    forged: code(codeOfBytes(concat(Uint8Array.of(1), encodeCbor({ points: 'x'.repeat(40) })))),
  }),
  presented('no CBOR', { forged: code(codeOfBytes(concat(Uint8Array.of(1), new Uint8Array(40).fill(0xff)))) }),
  presented('nesting without end', {
    forged: code(codeOfBytes(concat(Uint8Array.of(1), new Uint8Array(700).fill(0x81)))),
  }),
  presented('points as a half-precision float', { forged: code(patched('19012c', 'f95cb0')) }),
  presented('points in five bytes', { forged: code(patched('19012c', '1a0000012c')) }),
  presented('an array of more items than memory holds', {
    forged: code(codeOfBytes(concat(body.slice(0, 1), Uint8Array.of(0x9b, 0, 1, 0, 0, 0, 0, 0, 0), body.slice(2)))),
  }),
  presented('bytes of a length that no counting reaches', { forged: code(codeOfBytes(endless(0x5b))) }),
  presented('a text of a length that no counting reaches', { forged: code(codeOfBytes(endless(0x7b))) }),
  presented('a proof that gives itself a byte more than it has', { forged: code(patched(PROOF_HEAD, LONGER_HEAD)) }),
  presented('a count above all numbers', { forged: code(patched('19012c', '1bffffffffffffffff')) }),
  presented('an array of indefinite length', {
    forged: code(codeOfBytes(concat(body.slice(0, 1), Uint8Array.of(0x9f), body.slice(2), Uint8Array.of(0xff)))),
  }),
  presented('an array head in two bytes', { forged: code(patched('018c0201', '01980c0201')) }),
  presented('twenty-one items, to be a template of tomorrow', {
    forged: code(codeOfItems(genuineItems().toSpliced(10, 0, ...new Array(9).fill(1)))),
    genuine: code(codeOfItems(genuineItems().toSpliced(10, 0, 1))),
    wish: isOtherTemplate,
  }),
  presented('a template that the station does not hold', { forged: item({ template: 9 }) }),
  presented('a level that the template does not have', { forged: item({ level: 5 }) }),
  presented('a slot too many', { forged: code(codeOfItems(genuineItems().toSpliced(11, 0, 0))) }),
  presented('nine items', { forged: code(codeOfItems(genuineItems().toSpliced(8, 3))) }),

  // One credential, one code: what the issuer signed, in items that print the same
  presented('a template number as text, to be a template of tomorrow', {
    forged: item({ template: '2' }),
    genuine: item({ template: 9 }),
    wish: isOtherTemplate,
  }),
  presented('a key number as text, to be a key of tomorrow', {
    forged: item({ key: '1' }),
    genuine: item({ key: 99 }),
    wish: isOtherKey,
  }),
  presented('a fraction of a second in validFrom', { forged: item({ validFrom: genuine.fields.validFrom + 0.5 }) }),
  presented('a fraction of a second in validUntil', { forged: item({ validUntil: NOW + 1000 * DAY + 0.5 }) }),
  presented('a fraction of a second in created', { forged: item({ created: genuine.fields.created + 0.5 }) }),
  presented('validFrom as text', { forged: item({ validFrom: 'now' }) }),
  presented('validUntil as text', { forged: item({ validUntil: 'never' }) }),
  presented('created as text', { forged: item({ created: 'then' }) }),
  presented('a uuid as text', { forged: item({ uuid: genuine.fields.uuid.slice(0, 16) }) }),
  presented('points as text', { forged: item({ points: '300' }) }),
  presented('a status index as text', { forged: item({ statusIndex: String(genuine.fields.statusIndex) }) }),
  presented('an enumerated slot as text', { forged: item({ stage: '1' }) }),
  presented('a proof as text', { forged: item({ proofValue: 'x'.repeat(64) }) }),
  presented('a proof of 63 bytes', { forged: item({ proofValue: genuine.fields.proofValue.slice(1) }) }),
  presented('no holder', { forged: item({ holder: null }) }),
  presented('a holder as a number', { forged: item({ holder: 7 }) }),

  // What a careless office signed
  presented('a uuid of 15 bytes', { forged: asCode({ uuid: genuine.fields.uuid.replaceAll('-', '').slice(2) }) }),
  presented('a date before 1970', { forged: asCode({ validFrom: -1 }) }),
  presented('negative points', { forged: asCode({ points: -300 }) }),
  presented('half a point', { forged: asCode({ points: 300.5 }) }),
  presented('an empty name', { forged: asCode({ holder: { name: '' } }) }),
  presented('a pseudonym of 15 bytes', {
    forged: asCode({ holder: { pseudonym: new Uint8Array(15) } }),
    genuine: asCode({ holder: { pseudonym: new Uint8Array(16) } }),
  }),

  unpacked('no bytes at all, to be a newer format', {
    forged: async ({ unpackPayload }) => isUnknownFormat(unpackPayload(Uint8Array.of(0xff, 0xff))),
    genuine: async ({ unpackPayload }) => isUnknownFormat(unpackPayload(sealed(Uint8Array.of(2, 0, 0, 0)))),
  }),
];

const isUnknownFormat = (read: ReturnType<TrustSubject['unpackPayload']>): boolean =>
  !read.ok && read.fault.reason === 'unknown-format';

if (fits.code.length > LIMITS.codeDigitsMax || tooLong.code.length <= LIMITS.codeDigitsMax || !fromDigits(fits.code))
  throw new Error('the long names do not stand on either side of the limit');
