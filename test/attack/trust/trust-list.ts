/** Trust lists that the root was made to sign in haste, and newer ones that say something else than the older: refused whole. */
import { ed25519Multibase } from '../../../src/vc/proof/key.ts';
import { isoSeconds } from '../../../src/vc/time.ts';
import { entryOf, issuerTexts, type ListDraft, NOW } from '../../support/authority.ts';
import type { Attack } from '../attack.ts';
import {
  authority,
  type Delivery,
  deliveredIn,
  issuerOf,
  type Loose,
  listed,
  pinOf,
  publish,
  publisherOf,
  put,
  type TrustSubject,
  today,
} from './scene.ts';

const delivered = deliveredIn('trust list');

const haste = (name: string, edit: (list: ListDraft) => void, genuineEdit?: (list: ListDraft) => void) =>
  delivered(name, { forged: listed(edit), ...(genuineEdit ? { genuine: listed(genuineEdit) } : {}) });

/** Another key, on no list. */
const freeKey = (fill: number): string => ed25519Multibase(new Uint8Array(32).fill(fill));
const A = issuerTexts('a', 'a-status');
const newIssuer = (changes: Loose = {}) => ({
  id: 'did:web:third.test',
  name: '第三区教育局',
  credentialBase: 'https://third.test/c/',
  statusBase: 'https://third.test/s/',
  statusLists: [],
  keys: [],
  ...changes,
});
const third = (name: string, changes: Loose) =>
  haste(
    name,
    (list) => void list.issuers.push(newIssuer(changes) as ListDraft['issuers'][number]), // not what its type says
    (list) => void list.issuers.push(newIssuer()),
  );
const newKey = (changes: Loose = {}) => ({
  ...{ number: 77, id: `${A.issuerId}#new`, publicKeyMultibase: freeKey(7), purpose: 'milestone', templates: [2] },
  ...{ notBefore: isoSeconds(NOW), notAfter: isoSeconds(NOW), state: 'active', ...changes },
});
const withKey = (name: string, changes: Loose, other: Loose = {}) =>
  haste(
    name,
    (list) => void issuerOf(list, 0).keys.push(newKey(changes) as ListDraft['issuers'][number]['keys'][number]), // the same
    (list) => void issuerOf(list, 0).keys.push(newKey(other)),
  );

const unchanged = (): void => undefined;
/** A newer list at a station that holds today's. */
const renewed =
  (edit: (list: ListDraft) => void = unchanged) =>
  async (publication: Parameters<typeof publish>[0] = {}): Promise<Delivery> => ({
    bundle: await publish({
      ...{ number: 42, issuedAt: NOW, statusLists: [], ...publication },
      list: (list) => {
        list.number = 8;
        edit(list);
      },
    }),
    previous: today,
  });
const changing = (name: string, edit: (list: ListDraft) => void, publication?: Parameters<typeof publish>[0]) =>
  delivered(`a newer list that ${name}`, { forged: renewed(edit)(publication), genuine: renewed()(publication) });
const stolen = (list: ListDraft): void => put(entryOf(list, 'a-milestone'), { state: 'compromised' });
const withoutGeneralKey = (list: ListDraft): void => {
  for (const issuer of list.issuers) issuer.keys = issuer.keys.filter(({ purpose }) => purpose !== 'general');
};
const withoutMilestoneKey = (list: ListDraft): void =>
  put(issuerOf(list, 0), { keys: issuerOf(list, 0).keys.filter(({ number }) => number !== 1) });
/** Lists of a month, each newer than the one before, at one station. */
const inTurn = async (...edits: ((list: ListDraft) => void)[]): Promise<Delivery> => {
  const bundles = edits.map((edit, turn) =>
    publish({
      ...{ number: 42 + turn, issuedAt: NOW, statusLists: [] },
      list: (list) => {
        list.number = 8 + turn;
        edit(list);
      },
    }),
  );
  const [bundle = '', ...before] = (await Promise.all(bundles)).toReversed();
  return { bundle, before: before.toReversed() };
};

export const trustList: readonly Attack<TrustSubject>[] = [
  third('an issuer whose name holds half a character', { name: '第\ud800区' }),
  // Every field is what it should be
  haste('an unknown member of the list', (list) => put(list, { minimumVersion: 9 })),
  haste('an unknown member of an issuer', (list) => put(issuerOf(list, 0), { parent: A.issuerId })),
  haste('an unknown member of a key', (list) => put(entryOf(list, 'a-milestone'), { crit: true })),
  haste('an unknown member of a publisher', (list) => put(publisherOf(list, 'publisher'), { root: true })),
  haste('an unknown member of a template’s pin', (list) => put(pinOf(list, 2), { url: 'https://evil.test' })),
  withKey(
    'an unknown member of an issued set',
    { issuedSet: { sha256: '0'.repeat(64), count: 1, url: 'https://evil.test' } },
    { issuedSet: { sha256: '0'.repeat(64), count: 1 } },
  ),
  withKey('a purpose that is none', { purpose: 'everything' }, { purpose: 'jwt' }),
  withKey('a state that is none', { state: 'fine' }, { state: 'compromised' }),
  withKey('templates that are no list', { templates: '2' }),
  third('status lists that are no list', { statusLists: '9' }),
  third('keys that are no list', { keys: {} }),
  third('a name that is no text', { name: ['第三区教育局'] }),
  third('an empty name', { name: '' }),
  third('an identifier of a thousand characters', { id: `did:web:${'a'.repeat(1000)}` }),
  third('a did:key', { id: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' }),
  third('an address that an IRI can not hold', { credentialBase: 'https://a.test/"> <b> <c/' }),
  third('an address without its final solidus', { statusBase: 'https://a.test/s' }),
  withKey('a key id with a space', { id: `${A.issuerId}#a b` }),
  haste('issuers that are no list', (list) => put(list, { issuers: {} })),
  haste('publishers that are no list', (list) => put(list, { publishers: {} })),
  haste('templates without order', (list) => put(list, { templates: {} })),
  haste('hosts that are one text', (list) => put(list, { hosts: 'evil.test' })),
  haste('a host that is a number', (list) => put(list, { hosts: [7] })),
  haste('a publisher whose id is a number', (list) => put(publisherOf(list, 'publisher-b'), { id: 7 })),
  haste('a publisher for issuers that are one text', (list) =>
    put(publisherOf(list, 'publisher-b'), { issuers: A.issuerId }),
  ),
  haste('a template for issuers that are one text', (list) => put(pinOf(list, 2), { issuers: A.issuerId })),
  haste('a pin in capitals', (list) => put(pinOf(list, 2), { sha256: 'A'.repeat(64) })),
  haste('a pin that is a list of one', (list) => put(pinOf(list, 2), { sha256: ['0'.repeat(64)] })),
  haste('a list number of one and a half', (list) => put(list, { number: 7.5 })),
  haste('list number 0', (list) => put(list, { number: 0 })),
  withKey('a key number past 2^32', { number: 2 ** 32 }, { number: 2 ** 32 - 1 }),
  haste('a list number as text', (list) => put(list, { number: '7' })),
  haste('a grace of half a second', (list) => put(list, { maxGraceSeconds: 0.5 })),
  haste('a negative grace', (list) => put(list, { maxGraceSeconds: -1 })),
  haste('a grace as text', (list) => put(list, { maxGraceSeconds: '60' })),
  withKey('a key’s end in words', { notAfter: 'never' }),
  withKey('a key’s end in a year past 2105', { notAfter: '9999-12-31T23:59:59Z' }),
  withKey('a key’s end without a zone', { notAfter: '2027-01-01T00:00:00' }),
  withKey('a public key in hexadecimal', { publicKeyMultibase: 'f'.repeat(66) }),
  withKey('a public key that is no text', { publicKeyMultibase: 7 }),

  // Every number, id and key stands once
  withKey('a key number twice', { number: 1 }),
  withKey('a key id twice', { id: `${A.issuerId}#a-milestone` }),
  withKey('one key under two numbers', { publicKeyMultibase: authority.key('a-milestone').multibase }),
  haste('an issuer’s key as a publisher’s', (list) =>
    put(publisherOf(list, 'publisher-b'), { publicKeyMultibase: authority.key('a-general').multibase }),
  ),
  haste('one key for two publishers', (list) =>
    put(publisherOf(list, 'publisher-b'), { publicKeyMultibase: authority.key('publisher').multibase }),
  ),
  haste('two publishers of one name', (list) => put(publisherOf(list, 'publisher-b'), { id: 'publisher' })),
  haste('a status list of two issuers', (list) => void issuerOf(list, 1).statusLists.push(1)),
  third('an issuer twice', { id: A.issuerId }),
  haste(
    'a template number twice',
    (list) => void list.templates.push({ number: 2, issuers: [], sha256: '0'.repeat(64) }),
  ),
  withKey('a key under another’s DID', { id: `${issuerTexts('b', 'b-status').issuerId}#new` }),
  withKey('a key id that only begins like the DID', { id: `${A.issuerId}.evil.test#new` }),

  // What a number or id meant, it means
  changing('gives a key number to another key', (list) =>
    put(entryOf(list, 'a-milestone'), { publicKeyMultibase: freeKey(9) }),
  ),
  changing('gives a key number another id', (list) => put(entryOf(list, 'a-milestone'), { id: `${A.issuerId}#other` })),
  changing('gives a key id another number', (list) => put(entryOf(list, 'a-milestone'), { number: 77 })),
  changing('gives a key another purpose', (list) => put(entryOf(list, 'a-general'), { purpose: 'milestone' })),
  changing('lets a key reach further back', (list) =>
    put(entryOf(list, 'a-milestone'), { notBefore: '2020-01-01T00:00:00Z' }),
  ),
  changing('gives a status list to another issuer', (list) => {
    issuerOf(list, 0).statusLists = [1];
    issuerOf(list, 1).statusLists.push(2);
  }),
  changing('pins another text under a template’s number', (list) => put(pinOf(list, 2), { sha256: '0'.repeat(64) })),
  changing('changes an issuer’s name', (list) => put(issuerOf(list, 0), { name: '杭州市上城区教育局（新）' })),
  changing('changes an issuer’s credential address', (list) =>
    put(issuerOf(list, 0), { credentialBase: 'https://evil.test/c/' }),
  ),
  changing('changes an issuer’s status address', (list) =>
    put(issuerOf(list, 0), { statusBase: 'https://evil.test/s/' }),
  ),
  delivered('a newer list that cures a stolen key', {
    forged: inTurn(stolen, unchanged),
    genuine: inTurn(stolen, stolen),
  }),
  delivered('a list that cures a stolen key, with another in between', {
    forged: inTurn(stolen, withoutMilestoneKey, unchanged),
    genuine: inTurn(stolen, withoutMilestoneKey, stolen),
  }),
  delivered('a number that an older list gave, a newer one left out, and this one gives to another', {
    forged: inTurn(unchanged, withoutGeneralKey, (list) =>
      put(entryOf(list, 'a-general'), { publicKeyMultibase: freeKey(9) }),
    ),
    genuine: inTurn(unchanged, withoutGeneralKey, unchanged),
  }),
  delivered('a number that only a newer list gave, and this one gives to another', {
    forged: inTurn(withoutGeneralKey, unchanged, (list) =>
      put(entryOf(list, 'a-general'), { publicKeyMultibase: freeKey(9) }),
    ),
    genuine: inTurn(withoutGeneralKey, unchanged, unchanged),
  }),
  delivered('an older trust list in a newer bundle', {
    forged: renewed((list) => put(list, { number: 6 }))(),
    genuine: renewed()(),
  }),
  delivered('another list under the same number', {
    forged: renewed((list) => {
      list.number = 7;
      list.hosts.push('evil.test');
    })(),
    genuine: renewed((list) => put(list, { number: 7 }))(),
  }),
  delivered('a list whose numbers jump', {
    forged: renewed((list) => put(list, { number: 2 ** 32 }))(),
    genuine: renewed((list) => put(list, { number: 2 ** 32 - 1 }))(),
  }),

  // Who may sign it
  delivered('a list that the publisher signed', { forged: publish({ rootSigners: ['publisher'] }) }),
  delivered('a list that nobody signed', { forged: publish({ rootSigners: [] }) }),
];
