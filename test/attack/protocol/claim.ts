/** Claims that no context defines: in a token they are passed over (VC-JOSE-COSE §3.1.3), and what is none of them is not. */
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { Attack } from '../attack.ts';
import {
  type Changes,
  changed,
  credential1,
  credential2,
  credentialIn,
  enveloped,
  FUTURE,
  type JsonObject,
  type Maker,
  PAST,
  type ProtocolSubject,
  token,
  V1,
  V2,
} from './scene.ts';

const inClaims = credentialIn('claim');

/** Without a @vocab: no term is defined but those of the base context and these. */
const TERMS: JsonObject = { aside: '@included', Honour: 'urn:x:Honour' };
const plain = (changes: Changes = {}): JsonObject => credential2({ '@context': [V2, TERMS], ...changes });
const plain1 = (changes: Changes = {}): JsonObject =>
  credential1({ '@context': [V1, TERMS], credentialSubject: { id: 'did:example:subject' }, ...changes });
const claiming =
  (changes: Changes, document = plain()): Maker =>
  () =>
    enveloped(token({ payload: changed(document, changes) }));
const subject = (more: JsonObject): JsonObject => ({ id: 'did:example:subject', name: 'A', ...more });
const many = (count: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`honour${index}`, 'x']));
const type = (name: string): Json => ['VerifiableCredential', name];

const HONOUR = { honour: 'five stars' };
const ROWS: readonly (readonly [what: string, wrong: Changes, right: Changes])[] = [
  ['inside the subject', { credentialSubject: subject(HONOUR) }, HONOUR],
  ['too many', many(LIMITS.items), many(3)],
  ['an end by its name in 1.1', { expirationDate: PAST }, { expiryDate: PAST }],
  ['a start by its name in 1.1', { issuanceDate: FUTURE }, { issueDate: FUTURE }],
  ['beside a keyword under another name', { ...HONOUR, aside: { id: 'urn:x:1', name: 'A' } }, HONOUR],
  ['beside a type that no context defines', { ...HONOUR, type: type('Praise') }, { ...HONOUR, type: type('Honour') }],
];

export const claimRoom: readonly Attack<ProtocolSubject>[] = [
  ...ROWS.map(([what, wrong, right]) => inClaims(what, { forged: claiming(wrong), genuine: claiming(right) })),
  inClaims('1.1, which says nothing of them', {
    forged: claiming(HONOUR, plain1()),
    genuine: claiming({}, plain1()),
  }),
];
