/** What is said in the end, and shown: one certain no is a no, and nothing is shown that is not so. */
import { LIMITS } from '../../../src/vc/limits.ts';
import { passed, skipped } from '../../../src/vc/verify/verdict.ts';
import { DAY, NOW, PUBLIC_URL } from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  asJson,
  authority,
  codeOfItems,
  genuine,
  genuineItems,
  held,
  notRefused,
  presentedIn,
  put,
  says,
  type TrustSubject,
  type Wish,
} from './scene.ts';

const presented = presentedIn('verdict');
const judged = inRoom<TrustSubject>('verdict');

const link = (text: string) => ({ qr: `${text}${genuine.digits}` });
const tampered = { qr: codeOfItems(genuineItems({ points: 500 })) };
const unknownKey = { qr: codeOfItems(genuineItems({ key: 99 })) };
const endless = authority.issue({ validUntil: null });
const isCertain: Wish = ({ checks }) => checks.some(({ result }) => result === 'failed');
const isStationsFault: Wish = ({ checks }) =>
  checks.some((one) => 'reason' in one && one.reason === 'trust-unavailable');
const isOtherKind = says('unknown-template');
const hasNoEnd: Wish = ({ credential }) => credential !== null && credential.validUntil === null;
const hasAnEnd: Wish = ({ credential }) => credential !== null && credential.validUntil !== null;

export const verdict: readonly Attack<TrustSubject>[] = [
  presented('malformed JSON, not to be refused', {
    forged: { credential: '{' },
    genuine: { credential: '{}' },
    wish: notRefused,
  }),
  presented('a forged signature, not to be refused', { forged: tampered, genuine: unknownKey, wish: notRefused }),
  presented('the texts of another issuer, not to be refused', {
    forged: asJson({}, { says: { issuerName: '杭州市拱墅区教育局' } }),
    genuine: unknownKey,
    wish: notRefused,
  }),
  presented('malformed JSON, to be a fault of the station’s', {
    forged: { credential: '{' },
    genuine: { credential: '{}', context: { trust: undefined } },
    wish: says('passed', 'trust-unavailable'),
  }),
  presented('a credential of another kind, at a station that holds a bundle, to be the station’s fault', {
    forged: { credential: '{}' },
    genuine: { credential: '{}', context: { trust: undefined } },
    wish: isStationsFault,
  }),
  presented('what is not known, to be a certain no', { forged: unknownKey, genuine: tampered, wish: isCertain }),
  presented('a key that is not known, at a station that holds a bundle, to be the station’s fault', {
    forged: unknownKey,
    genuine: { credential: '{}', context: { trust: undefined } },
    wish: isStationsFault,
  }),
  presented('too much, to be called malformed', {
    forged: { credential: genuine.json.padEnd(LIMITS.credentialBytes + 1) },
    genuine: { credential: '{' },
    wish: says('malformed'),
  }),
  presented('a date after the key, to be another date than was judged', {
    forged: asJson({ created: NOW + 33 * DAY }),
    genuine: authority.issueJwt({ validFrom: NOW + 33 * DAY }).then(({ token }) => ({ jwt: token })),
    wish: ({ checks }) => checks.some((one) => 'detail' in one && one.detail?.validFrom !== undefined),
  }),
  presented('a key that is not known, to be a kind that is not', {
    forged: unknownKey,
    genuine: { credential: '{}' },
    wish: isOtherKind,
  }),
  presented('a certificate with an end, to be shown without', {
    forged: { qr: genuine.url },
    genuine: endless.then(({ json }) => ({ credential: json })),
    wish: hasNoEnd,
  }),
  presented('a certificate without an end, to be shown with one', {
    forged: endless.then(({ url }) => ({ qr: url })),
    genuine: { credential: genuine.json },
    wish: hasAnEnd,
  }),
  judged('a check that nobody made', {
    forged: async ({ outcomeOf }) => outcomeOf([...Array(5).fill(passed('format')), skipped('status')]) === 'valid',
    genuine: async ({ outcomeOf }) => outcomeOf(Array(6).fill(passed('format'))) === 'valid',
  }),
  judged('no check at all', {
    forged: async ({ outcomeOf }) => outcomeOf([]) === 'valid',
    genuine: async ({ outcomeOf }) => outcomeOf([passed('format')]) === 'valid',
  }),

  // The link is not signed; a foreign one is named
  presented('a link to another host', { forged: link('https://evil.test/c/#'), genuine: link('') }),
  presented('a link that only begins like ours', { forged: link(`${PUBLIC_URL}.evil.test/c/#`), genuine: link(' ') }),
  presented('a link with our host as the user’s name', { forged: link(`${PUBLIC_URL}@evil.test/c/#`) }),
  presented('a link of another scheme', { forged: link('javascript://xz.hzedu.gov.cn/c/#') }),
  presented('a number sign alone before the digits', { forged: link('#') }),
  presented('letters alone before the digits', { forged: link('ABC') }),
  presented('a link after which hosts were taken off the list', {
    forged: held({ list: (list) => put(list, { hosts: [] }) }).then((trust) => ({
      qr: genuine.url,
      context: { trust },
    })),
    genuine: held({ list: (list) => void list.hosts.push('other.test') }).then((trust) => ({
      qr: genuine.url,
      context: { trust },
    })),
  }),
];
