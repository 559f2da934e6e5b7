/** The kinds of slot a template may hold: which texts each admits and which prefix is certain, so that line order can be proven. */

import { isWellFormed } from '../json.ts';

export type SlotKind = {
  /** Source of a regular expression that matches exactly the admitted texts; no capturing groups. */
  readonly pattern: string;
  /** Every admitted text starts so. */
  readonly prefix: string;
  /** A text that stands for the slot while a template is compiled; admitted, and unlike anything else in a template. */
  readonly sentinel: string;
  /** Appears in JSON as a number. */
  readonly number?: true;
  /** Free text: escaped in N-Quads, and never part of an IRI. */
  readonly freeText?: true;
};

const dateTime = (sentinel: string): SlotKind => ({
  pattern: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ',
  prefix: '',
  sentinel,
});
const integer = (sentinel: string): SlotKind => ({ pattern: '(?:0|[1-9]\\d{0,14})', prefix: '', sentinel });
const base = (sentinel: string): SlotKind => ({
  pattern: 'https?://[A-Za-z0-9.:-]+/(?:[A-Za-z0-9._~-]+/)*',
  prefix: 'http',
  sentinel,
});
const did = 'did:web:[A-Za-z0-9.%:_-]+';

/** Every slot name that a template may use, besides its own enumerated ones. */
export const SLOTS = {
  issuerId: { pattern: did, prefix: 'did:', sentinel: 'did:web:sentinel-issuer.test' },
  verificationMethod: {
    pattern: `${did}#[A-Za-z0-9._-]+`,
    prefix: 'did:',
    sentinel: 'did:web:sentinel-method.test#key',
  },
  issuerName: { pattern: '[^]{1,400}', prefix: '', sentinel: 'sentinel issuer name', freeText: true },
  credentialBase: base('https://sentinel-credentials.test/c/'),
  statusBase: base('https://sentinel-status.test/s/'),
  uuid: {
    pattern: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    prefix: '',
    sentinel: '5e111111-5e11-4e11-8e11-5e1111111111',
  },
  validFrom: dateTime('2001-02-03T04:05:06Z'),
  validUntil: dateTime('2002-03-04T05:06:07Z'),
  created: dateTime('2003-04-05T06:07:08Z'),
  points: { ...integer('900719925474099'), number: true },
  statusBit: integer('900719925474088'),
  statusList: integer('900719925474077'),
  holder: { pattern: '[^]{1,400}', prefix: '', sentinel: 'sentinel holder', freeText: true },
  /** Open Badges 3.0 IdentifierTypeEnum: `name` for a full or masked name, `identifier` for a pseudonym. */
  holderType: { pattern: '(?:name|identifier)', prefix: '', sentinel: 'sentinel-holder-type' },
  encodedList: { pattern: 'u[A-Za-z0-9_-]*', prefix: 'u', sentinel: 'uSENTINELLIST' },
  proofValue: { pattern: 'z[1-9A-HJ-NP-Za-km-z]{80,90}', prefix: 'z', sentinel: `z${'S'.repeat(86)}` },
} as const satisfies Record<string, SlotKind>;

export type SlotName = keyof typeof SLOTS;

export const slotKind = (name: string): SlotKind | undefined =>
  Object.hasOwn(SLOTS, name) ? SLOTS[name as SlotName] : undefined;

const expressions = new Map(Object.entries(SLOTS).map(([name, { pattern }]) => [name, new RegExp(`^${pattern}$`)]));

/** Whether the slot admits the text. */
export const fitsSlot = (name: string, text: string): boolean =>
  expressions.get(name)?.test(text) === true && (slotKind(name)?.freeText !== true || isWellFormed(text));

/** Slots that may be absent: their JSON member and their N-Quads line go with them. */
export const OPTIONAL_SLOTS: ReadonlySet<string> = new Set(['validUntil']);

/** A value for every slot, as text; null for an absent optional one; for an enumerated slot its id. */
export type SlotTexts = Readonly<Record<string, string | null>>;
