/** Whether the key may sign this for this issuer: the trust list alone says so. */
import { concat } from '../../../src/vc/encoding.ts';
import { createAuthority, DAY, entryOf, issuerTexts, type ListDraft, NOW } from '../../support/authority.ts';
import type { Attack } from '../attack.ts';
import {
  asCode,
  asJson,
  authority,
  genuine,
  held,
  presentedIn,
  primitives,
  put,
  says,
  type TrustSubject,
} from './scene.ts';

const presented = presentedIn('issuer');

const B = issuerTexts('b', 'b-milestone');
const { verificationMethod: _, ...allOfB } = B;
const A_METHOD = `"${issuerTexts('a', 'a-milestone').verificationMethod}"`;
const B_METHOD = `"${B.issuerId}#a-milestone"`;
const isMismatch = says('passed', 'passed', 'issuer-mismatch');
const code = { qr: genuine.url };
const under = async (list: (draft: ListDraft) => void) => ({ ...code, context: { trust: await held({ list }) } });

// An authority of its own: one of its keys was stolen after it had signed three credentials.
const robbed = await createAuthority(primitives);
const issued = [100, 300, 500].map((points) => robbed.issue({ points }, { by: 'a-compromised' }));
const signedBefore = await Promise.all(issued);
robbed.issuedByCompromisedKey.push(...signedBefore.map(({ tag }) => tag));
const set = robbed.issuedSet();
const theft = { trust: await robbed.trust(), issuedSets: new Map([[6, set]]) };
const withoutPin = await robbed.trust({ list: (list) => delete entryOf(list, 'a-compromised').issuedSet });
const third = { qr: signedBefore[2]?.url ?? '' };
const inSet = { ...third, context: theft };

export const issuer: readonly Attack<TrustSubject>[] = [
  presented('an issuer of nobody under a trusted key, to be a mix-up of two offices', {
    forged: asJson({}, { says: { issuerId: 'did:web:evil.test' } }),
    genuine: asJson({}, { says: allOfB }),
    wish: isMismatch,
  }),
  presented('a did:web that the key does not belong to', { forged: asJson({}, { says: { issuerId: B.issuerId } }) }),
  presented('a name that looks like the issuer’s', {
    forged: asJson({}, { says: { issuerName: '杭州市上城区教育局\u200b' } }),
  }),
  presented('the credential address of another district', {
    forged: asJson({}, { says: { credentialBase: B.credentialBase } }),
  }),
  presented('the status list of another district’s address', {
    forged: asJson({}, { says: { statusBase: B.statusBase } }),
  }),
  presented('district A’s key on all of district B’s texts', { forged: asJson({}, { says: allOfB }) }),
  ...(['issuerId', 'issuerName', 'credentialBase', 'statusBase'] as const).map((text) =>
    presented(`${text} written over after it was signed`, {
      forged: {
        credential: genuine.json.replaceAll(issuerTexts('a', 'a-milestone')[text], B[text]).replace(B_METHOD, A_METHOD),
      },
    }),
  ),
  presented('a milestone by a general key that was given the template', {
    forged: asCode({ key: 7 }, { by: 'a-general' }),
  }),
  presented('a milestone by a key for tokens', { forged: asJson({}, { by: 'a-jwt' }) }),
  presented('a milestone by a status key that was given the template', {
    forged: asCode({ key: 2 }, { by: 'a-status' }).then(async (visit) => ({
      ...visit,
      context: { trust: await held({ list: (list) => void entryOf(list, 'a-status').templates.push(2) }) },
    })),
  }),
  presented('a key on a template that it was not given', {
    forged: under((list) => put(entryOf(list, 'a-milestone'), { templates: [1] })),
  }),
  presented('district A’s key on district B’s template', {
    forged: under((list) => {
      for (const pin of list.templates) if (pin.number === 2) pin.issuers = [B.issuerId];
    }),
  }),
  presented('a date before the key', { forged: asCode({ created: NOW - 61 * DAY }) }),
  presented('a date after the key', { forged: asJson({ created: NOW + 33 * DAY }) }),
  presented('a credential of a stolen key, back-dated', {
    forged: asCode({ key: 6, created: NOW - 59 * DAY }, { by: 'a-compromised' }).then((visit) => ({
      ...visit,
      context: theft,
    })),
    genuine: inSet,
  }),
  presented('a credential of a stolen key, back-dated, without any issued set', {
    forged: asCode({ key: 6, created: NOW - 59 * DAY }, { by: 'a-compromised' }).then((visit) => ({
      ...visit,
      context: { trust: theft.trust },
    })),
    genuine: inSet,
  }),
  presented('an issued set with one more tag in it', {
    forged: authority.issue({ points: 900 }, { by: 'a-compromised' }).then(({ tag, url }) => ({
      qr: url,
      context: { ...theft, issuedSets: new Map([[6, concat(set, tag)]]) },
    })),
    genuine: inSet,
  }),
  presented('an issued set that nothing pins', {
    forged: { ...third, context: { ...theft, trust: withoutPin } },
    genuine: inSet,
  }),
];
