/** JSON that is not exactly the pinned template: what is read must be what was signed, whatever a JSON-LD processor would make of it. */
import { base64url, concat, hex, utf8 } from '../../../src/vc/encoding.ts';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import { gzip } from '../../../src/vc/primitives.ts';
import { emptyBitstring } from '../../../src/vc/status/bitstring.ts';
import { DAY, NOW } from '../../support/authority.ts';
import type { Attack } from '../attack.ts';
import {
  accepted,
  asJson,
  authority,
  carrying,
  codeOfItems,
  deliveredIn,
  genuine,
  genuineItems,
  held,
  listAnyhow,
  milestoneArtefact,
  pinOf,
  presentedIn,
  primitives,
  put,
  says,
  statusArtefact,
  type TrustSubject,
  type Visit,
  type Wish,
} from './scene.ts';

const presented = presentedIn('template');
const delivered = deliveredIn('template');

const copy = (): JsonObject => structuredClone(genuine.credential);
/** The member at the path, which must be there. */
function inside(credential: JsonObject, ...path: (string | number)[]): JsonObject {
  let value: Json = credential;
  for (const step of path)
    value = (Array.isArray(value) ? value[Number(step)] : isObject(value) ? value[step] : null) ?? null;
  if (!isObject(value)) throw new Error(`no object at ${path.join('/')}`);
  return value;
}
const edited = (edit: (credential: JsonObject) => void) => {
  const credential = copy();
  edit(credential);
  return { credential: JSON.stringify(credential) };
};
const proofOf = (credential: JsonObject) => inside(credential, 'proof', 0);
const contexts = (...list: Json[]) => edited((c) => put(c, { '@context': list }));
const [V2 = '', BADGES = '', OWN = ''] = (genuine.credential['@context'] ?? []) as string[]; // the template's three URLs
const isOther = says('unknown-template');
const isMalformed = says('malformed');

const member = (name: string, value: Json, ...path: (string | number)[]) =>
  edited((c) => put(inside(c, ...path), { [name]: value }));
const without = (name: string, ...path: (string | number)[]) => edited((c) => delete inside(c, ...path)[name]);

/** Signed by the issuer's own key, in texts that no slot admits. */
const slot = (texts: Record<string, string>) => asJson({}, { texts });
const masked: Wish = (verdict) => accepted(verdict) && verdict.credential?.holderMatch === 'masked';
const named: Wish = (verdict) => accepted(verdict) && verdict.credential?.holderMatch === 'full';
const anonymous: Wish = (verdict) => accepted(verdict) && verdict.credential?.holderMatch === 'none';
const pseudonym = 'ab'.repeat(16);
const expired = await authority.issue({ validUntil: NOW - DAY });

/** Pinned by the root, and yet no credential of it can be read back into its slots. */
async function namingTextsAlone(): Promise<Visit> {
  const artefact = milestoneArtefact.replaceAll('{stage.id}', '{stage.zh}');
  const sha256 = hex(await primitives.sha256(utf8(artefact)));
  const trust = await held({
    templates: [statusArtefact, artefact],
    list: (list) => put(pinOf(list, 2), { sha256 }),
  });
  return { credential: genuine.json.replaceAll('4-6', '4–6岁'), context: { trust } };
}

/** An empty status list, packed by gzip with a comment. */
async function withComment(length: number): Promise<string> {
  const packed = await gzip(emptyBitstring());
  const head = packed.slice(0, 10);
  head[3] = 0x10; // FCOMMENT, RFC 1952 §2.3.1
  return `u${base64url(concat(head, new Uint8Array(length).fill(0x61), Uint8Array.of(0), packed.slice(10)))}`;
}

export const template: readonly Attack<TrustSubject>[] = [
  // Members that nobody signed
  presented('a member that nobody signed', { forged: member('teacher', '王老师') }),
  presented('an unsigned member deep inside', { forged: member('score', 100, 'credentialSubject', 'achievement') }),
  presented('a public key inside the proof', {
    forged: member('publicKeyMultibase', authority.key('stranger').multibase, 'proof', 0),
  }),
  presented('an expired credential with its end moved into an @included node', {
    forged: {
      credential: JSON.stringify(
        (({ validUntil, credentialStatus, ...rest }: JsonObject) => ({
          ...rest,
          '@included': [{ id: rest.id, validUntil, credentialStatus }],
        }))(JSON.parse(expired.json)),
      ),
    },
  }),
  presented('a second proof beside the genuine one', {
    forged: edited((c) =>
      put(c, { proof: [proofOf(c), { ...proofOf(c), verificationMethod: 'did:web:evil.test#k' }] }),
    ),
    genuine: edited((c) => put(c, { proof: proofOf(c) })),
  }),
  presented('the same proof twice', { forged: edited((c) => put(c, { proof: [proofOf(c), proofOf(c)] })) }),

  // Contexts
  presented('a context at an address of the attacker', { forged: contexts(V2, BADGES, OWN, 'https://evil.test/v1') }),
  presented('the contexts in another order', { forged: contexts(V2, OWN, BADGES) }),
  presented('a context twice', { forged: contexts(V2, BADGES, OWN, OWN) }),
  presented('terms redefined in a context of its own', {
    forged: contexts(V2, BADGES, OWN, { points: 'https://evil.test/nothing' }),
  }),
  presented('a context that unsets everything', { forged: contexts(V2, null, BADGES, OWN) }),
  presented('a scoped context in the subject', { forged: member('@context', { points: null }, 'credentialSubject') }),
  presented('a type that the template does not have', {
    forged: edited((c) => put(c, { type: ['VerifiableCredential', 'OpenBadgeCredential', 'Diploma'] })),
  }),

  // Forms that mean the same to a JSON-LD processor
  presented('points as text', { forged: member('points', '300', 'credentialSubject') }),
  presented('a status index as a number', { forged: member('statusListIndex', 4711, 'credentialStatus') }),
  presented('a name in an array of one', { forged: member('name', [genuine.credential.name ?? null]) }),
  presented('the subject in an array of one', {
    forged: edited((c) => put(c, { credentialSubject: [c.credentialSubject ?? null] })),
  }),
  presented('an array as an object with the same numbers', {
    forged: edited((c) => put(c, { type: { 0: 'VerifiableCredential', 1: 'OpenBadgeCredential', length: 2 } })),
  }),
  presented('null in place of an array', { forged: member('type', null) }),
  presented('null in place of an object', { forged: member('credentialSubject', null) }),
  presented('null for an end that is not there', { forged: member('validUntil', null) }),
  presented('an object in place of a text, which nothing can print', {
    forged: edited((c) => put(c, { name: { toString: 1, valueOf: 1 } })),
  }),
  presented('a constant that is no text', { forged: member('hashed', 0, 'credentialSubject', 'identifier', 0) }),
  presented('another word of the template', { forged: edited((c) => put(c, { name: `${c.name}（荣誉）` })) }),
  presented('the words of another level', {
    forged: edited((c) => put(c, { name: String(c.name).replace('三星', '五星') })),
  }),
  presented('a level that the template does not have', { forged: member('level', '6', 'credentialSubject') }),
  presented('one slot with two values', { forged: member('level', '5', 'credentialSubject') }),
  presented('a member left out', { forged: without('identityHash', 'credentialSubject', 'identifier', 0) }),
  presented('a constant member left out', { forged: without('type', 'credentialStatus') }),
  presented('no credentialStatus', { forged: edited((c) => delete c.credentialStatus) }),
  presented('no proof', { forged: edited((c) => delete c.proof) }),
  presented('a proof that is null', { forged: edited((c) => put(c, { proof: null })) }),
  presented('a proof of no members', { forged: edited((c) => put(c, { proof: {} })) }),

  // What is no credential
  presented('a pinned template that names a slot by its texts alone', {
    forged: namingTextsAlone(),
  }),
  presented('an array, to be a kind that is not known yet', {
    forged: { credential: `[${genuine.json}]` },
    genuine: { credential: '{}' },
    wish: isOther,
  }),
  presented('null', { forged: { credential: 'null' } }),
  presented('a parsed document that is null', {
    forged: { document: null },
    genuine: { document: genuine.credential },
  }),
  presented('a status list in place of a credential', {
    forged: authority.statusList(1).then((list) => ({ credential: JSON.stringify(list) })),
  }),
  presented('the status template in a code', {
    forged: { qr: codeOfItems(genuineItems({ template: 1 }).toSpliced(9, 2)) },
  }),
  presented('a status list, to be malformed', {
    forged: authority.statusList(1).then((list) => ({ credential: JSON.stringify(list) })),
    genuine: slot({ validUntil: '2999-01-01T00:00:00Z' }),
    wish: isMalformed,
  }),

  // Texts that no slot admits, signed all the same
  presented('a uuid that is an address', { forged: slot({ uuid: 'not-a-uuid' }) }),
  presented('a status index with a leading zero', { forged: slot({ statusBit: '04711' }) }),
  presented('more points than fifteen digits', { forged: slot({ points: '1000000000000000' }) }),
  presented('a name of 401 characters', {
    forged: slot({ holder: '王'.repeat(401) }),
    genuine: slot({ holder: '王'.repeat(400) }),
  }),
  presented('a kind of holder that Open Badges does not have', { forged: slot({ holderType: 'emailAddress' }) }),
  presented('a date in words, to be malformed', {
    forged: slot({ validUntil: 'next year' }),
    genuine: slot({ validUntil: '2999-01-01T00:00:00Z' }),
    wish: isMalformed,
  }),
  presented('a proof in hexadecimal, to be malformed', {
    forged: edited((c) => put(proofOf(c), { proofValue: 'f00' })),
    genuine: edited((c) => put(proofOf(c), { proofValue: `z${'2'.repeat(80)}` })),
    wish: isMalformed,
  }),
  presented('a pseudonym that is none, to be a name', {
    forged: slot({ holder: '王小明', holderType: 'identifier' }),
    wish: named,
  }),
  presented('a pseudonym in capitals', {
    forged: slot({ holder: pseudonym.toUpperCase(), holderType: 'identifier' }),
    genuine: slot({ holder: pseudonym, holderType: 'identifier' }),
    wish: anonymous,
  }),
  presented('a name that looks like a pseudonym, to be one', {
    forged: slot({ holder: pseudonym }),
    genuine: slot({ holder: pseudonym, holderType: 'identifier' }),
    wish: anonymous,
  }),
  presented('a masked name, to be a full one', {
    forged: slot({ holder: '王*明' }),
    genuine: slot({ holder: '王小明' }),
    wish: named,
  }),
  presented('a full name, to be a masked one', {
    forged: slot({ holder: '王小明' }),
    genuine: slot({ holder: '王*明' }),
    wish: masked,
  }),
  delivered('a status list in more than half a megabyte of text', {
    forged: withComment(400 * 1024).then((encodedList) => carrying(listAnyhow({ encodedList }))),
    genuine: withComment(300 * 1024).then((encodedList) => carrying(listAnyhow({ encodedList }))),
  }),
];
