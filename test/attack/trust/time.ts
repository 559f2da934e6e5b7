/** Validity, status and the age of what is known: dates, clocks and lists. */
import { STATUS_LIST_LENGTH } from '../../../src/vc/credential.ts';
import { base64url, equalBytes, utf8 } from '../../../src/vc/encoding.ts';
import { gzip } from '../../../src/vc/primitives.ts';
import { emptyBitstring, encodeBitstring } from '../../../src/vc/status/bitstring.ts';
import type { StatusList } from '../../../src/vc/status/status-list.ts';
import { CLOCK_TOLERANCE, type Trust } from '../../../src/vc/trust/bundle.ts';
import { DAY, NOW } from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  asCode,
  asJson,
  authority,
  bits,
  codeOfItems,
  genuine,
  genuineItems,
  held,
  presentedIn,
  primitives,
  says,
  type TrustSubject,
  today,
  type Visit,
} from './scene.ts';

const validity = presentedIn('validity');
const status = presentedIn('status');
const policy = presentedIn('policy');
const list = inRoom<TrustSubject>('status');

const ISSUED_AT = today.bundle.issuedAt;
/** Set back, but by less than two honest clocks may differ. */
const setBack = ISSUED_AT - 300;
const code: Visit = { qr: genuine.url };
const date = (texts: Record<string, string>) => asJson({}, { texts });

const revoked = await authority.issue({ statusIndex: STATUS_LIST_LENGTH + 99 });
const revoking = await held({ statusLists: [await authority.statusList(1, { bits: bits(99) })] });
const byLists =
  (...[number, given]: Parameters<typeof authority.statusList>) =>
  async (): Promise<Trust> =>
    held({ statusLists: [await authority.statusList(number, given)] });
const staleList = byLists(1, { validFrom: NOW - 10 * DAY, validUntil: NOW - 3 * DAY - 1 });
const lateList = byLists(1, { validFrom: NOW - 10 * DAY, validUntil: ISSUED_AT - 3 * DAY - 100 });
const longList = await authority.statusList(1, { validUntil: NOW + 100 * DAY });
const listOf = (number: number): StatusList => {
  const found = today.statusLists.get(number);
  if (!found) throw new Error(`today’s bundle has no list ${number}`);
  return found;
};
const holding = (held: StatusList): Trust => ({ ...today, statusLists: new Map([[1, held]]) });
const withSecond = await held({ statusLists: [await authority.statusList(1), await authority.statusList(2)] });
const { statusIndex } = genuine.fields;
const isUnavailable = says('passed', 'passed', 'passed', 'passed', 'status-list-unavailable', 'passed');
const isMismatch = says('passed', 'passed', 'passed', 'passed', 'status-list-mismatch', 'passed');

/** What an index reads as. */
const index = (name: string, at: number): Attack<TrustSubject> =>
  list(`a status index that is ${name}, to be clear`, {
    forged: async ({ bitAt }) => bitAt(emptyBitstring(), at) === 0,
    genuine: async ({ bitAt }) => bitAt(emptyBitstring(), STATUS_LIST_LENGTH - 1) === 0 && bitAt(bits(9), 9) === 1,
  });
/** What unpacks to a status list, on either platform. */
const unpacks = (name: string, encoded: Promise<string> | string): Attack<TrustSubject>[] =>
  (['node', 'web'] as const).map((platform) => {
    const unpacked = async ({ decodeBitstring, webPrimitives }: TrustSubject, text: string) =>
      decodeBitstring(text, platform === 'node' ? primitives : webPrimitives);
    const set = bits(1, STATUS_LIST_LENGTH - 1);
    return list(`${name} (${platform})`, {
      forged: async (subject) => (await unpacked(subject, await encoded)) !== undefined,
      genuine: async (subject) =>
        equalBytes((await unpacked(subject, await encodeBitstring(set))) ?? emptyBitstring(), set),
    });
  });

export const time: readonly Attack<TrustSubject>[] = [
  validity('a credential that expired a second ago', { forged: asJson({ validUntil: NOW - 1 }) }),
  validity('an expired credential before a clock that was set back', {
    forged: asCode({ validUntil: ISSUED_AT - 100 }).then((visit) => ({ ...visit, context: { now: setBack } })),
    genuine: { ...code, context: { now: setBack } },
  }),
  validity('a credential that is valid in eleven minutes', {
    forged: asJson({ validFrom: NOW + CLOCK_TOLERANCE + 1 }),
    genuine: asJson({ validFrom: NOW + CLOCK_TOLERANCE }),
  }),
  validity('a clock that was set back before the bundle', {
    forged: { ...code, context: { now: ISSUED_AT - CLOCK_TOLERANCE - 1 } },
    genuine: { ...code, context: { now: ISSUED_AT - CLOCK_TOLERANCE } },
  }),
  validity('an end that the code leaves out and the signature does not', {
    forged: asCode({ validUntil: 0 }).then(async () => {
      const { fields } = await authority.issue({ validUntil: 0 });
      return { qr: codeOfItems(genuineItems({ validUntil: null, proofValue: fields.proofValue })) };
    }),
    genuine: asCode({ validUntil: null }),
  }),
  validity('a date without a zone', { forged: date({ validUntil: '2027-11-24T08:00:00' }) }),
  validity('a date with another zone', { forged: date({ validUntil: '2027-11-24T08:00:00+08:00' }) }),
  validity('a date with fractions of a second', { forged: date({ validUntil: '2027-11-24T08:00:00.9Z' }) }),
  validity('a leap second', { forged: date({ validUntil: '2027-06-30T23:59:60Z' }) }),
  validity('the year 10000', { forged: date({ validUntil: '10000-01-01T00:00:00Z' }) }),
  validity('the year 2999', { forged: date({ validUntil: '2999-01-01T00:00:00Z' }) }),
  validity('a date before 1970', { forged: date({ validFrom: '1969-12-31T23:59:59Z' }) }),
  validity('the twenty-fourth hour', { forged: date({ created: '2026-11-13T24:00:00Z' }) }),
  validity('the thirtieth of February', { forged: date({ validUntil: '2027-02-30T00:00:00Z' }) }),
  validity('a thirteenth month in validFrom', { forged: date({ validFrom: '2026-13-01T00:00:00Z' }) }),
  validity('a thirteenth month in validUntil', { forged: date({ validUntil: '2026-13-01T00:00:00Z' }) }),
  validity('a thirteenth month in created', { forged: date({ created: '2026-13-01T00:00:00Z' }) }),

  status('a revoked credential', { forged: { credential: revoked.json, context: { trust: revoking } } }),
  status('a revoked credential, as a code, with data of last month', {
    forged: { qr: revoked.url, context: { trust: revoking, now: NOW + 40 * DAY } },
    genuine: { ...code, context: { trust: revoking, now: NOW + 40 * DAY } },
    wish: ({ outcome }) => outcome === 'stale',
  }),
  status('a list number of nobody, to be only missing', {
    forged: asCode({ statusIndex: 9 * STATUS_LIST_LENGTH }),
    genuine: asCode({ statusIndex: 2 * STATUS_LIST_LENGTH }),
    wish: isUnavailable,
  }),
  status('the list of another district', { forged: asCode({ statusIndex: 3 * STATUS_LIST_LENGTH }) }),
  status('a list that is not there', { forged: asCode({ statusIndex: 2 * STATUS_LIST_LENGTH }) }),
  status('another district’s list in the place of this one', {
    forged: { ...code, context: { trust: holding(listOf(3)) } },
  }),
  status('a list that was cut short', {
    forged: { ...code, context: { trust: holding({ ...listOf(1), bits: new Uint8Array(8) }) } },
  }),
  status('an index that runs into the next list', {
    forged: asJson({}, { texts: { statusBit: String(STATUS_LIST_LENGTH) } }).then((visit) => ({
      ...visit,
      context: { trust: withSecond },
    })),
    genuine: asJson({ statusIndex: 2 * STATUS_LIST_LENGTH }).then((visit) => ({
      ...visit,
      context: { trust: withSecond },
    })),
  }),
  status('a list number too large to count with, to be somebody’s', {
    forged: asJson({}, { texts: { statusList: '999999999999999' } }),
    genuine: asCode({ statusIndex: 9 * STATUS_LIST_LENGTH }),
    wish: isMismatch,
  }),
  status('a list past its time in a bundle that is fresh', {
    forged: staleList().then((trust) => ({ ...code, context: { trust } })),
  }),
  status('a list past its time before a clock that was set back', {
    forged: lateList().then((trust) => ({ ...code, context: { trust, now: setBack } })),
    genuine: { ...code, context: { now: setBack } },
  }),
  index('negative', -1),
  index('past the end', STATUS_LIST_LENGTH),
  index('past 2^32', 2 ** 32 + statusIndex),
  index('a fraction', 1.5),
  ...unpacks(
    'a list in another base',
    encodeBitstring(emptyBitstring()).then((text) => text.replace('u', 'z')),
  ),
  ...unpacks('a list of half the length', encodeBitstring(new Uint8Array(STATUS_LIST_LENGTH / 16))),
  ...unpacks('a list of one byte more', encodeBitstring(new Uint8Array(STATUS_LIST_LENGTH / 8 + 1))),
  ...unpacks('a list of a gigabyte, packed', bomb()),
  ...unpacks('a list that is not packed', `u${base64url(utf8('no gzip'))}`),
  ...unpacks('a list that is no base64url', 'u***'),

  policy('a key under investigation', {
    forged: held({ suspect: [1] }).then((trust) => ({ ...code, context: { trust } })),
    genuine: held({ suspect: [3] }).then((trust) => ({ ...code, context: { trust } })),
  }),
  policy('a bundle past its time', {
    forged: held({ statusLists: [longList] }).then((trust) => ({
      ...code,
      context: { trust, now: NOW + 4 * DAY + 1 },
    })),
    genuine: held({ statusLists: [longList] }).then((trust) => ({ ...code, context: { trust, now: NOW + 4 * DAY } })),
  }),
  policy('a bundle past its time when it was made, before a clock that was set back', {
    forged: held({ graceSeconds: 0, nextUpdate: ISSUED_AT - 100 }).then((trust) => ({
      ...code,
      context: { trust, now: setBack },
    })),
    genuine: { ...code, context: { now: setBack } },
  }),
];

/** 64 MiB of zeros in about 64 KiB. */
async function bomb(): Promise<string> {
  return `u${base64url(await gzip(new Uint8Array(64 * 1024 * 1024)))}`;
}
