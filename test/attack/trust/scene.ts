/** Where the attacks happen: a genuine authority, a genuine credential, today's bundle, and the forger's tools. All of it is made with the real code. */
import { encode as encodeCbor } from 'cborg';
import { nodePrimitives } from '../../../src/node-primitives.ts';
import {
  type CredentialFields,
  type IssuerTexts,
  type SignedFields,
  signedTexts,
  slotTexts,
} from '../../../src/vc/credential.ts';
import {
  type Bytes,
  base64url,
  concat,
  crc16,
  fromBase64url,
  fromUtf8,
  multibase58,
  utf8,
} from '../../../src/vc/encoding.ts';
import type { JsonObject } from '../../../src/vc/json.ts';
import { hashData } from '../../../src/vc/proof/data-integrity.ts';
import { codePrefix, toDigits } from '../../../src/vc/qr/payload.ts';
import { emptyBitstring, encodeBitstring, setBit } from '../../../src/vc/status/bitstring.ts';
import { artefactText } from '../../../src/vc/template/compiled.ts';
import { canonicalForms, fillCredential } from '../../../src/vc/template/fill.ts';
import { isoSeconds } from '../../../src/vc/time.ts';
import type { OpenContext, Trust } from '../../../src/vc/trust/bundle.ts';
import type { NamedSigner } from '../../../src/vc/trust/signed-document.ts';
import type { Presented } from '../../../src/vc/verify/read.ts';
import type { Reason, Verdict } from '../../../src/vc/verify/verdict.ts';
import type { VerifyContext } from '../../../src/vc/verify/verify.ts';
import {
  createAuthority,
  DAY,
  issuerTexts,
  type KeyName,
  type ListDraft,
  MILESTONE_TEMPLATE,
  NOW,
  PUBLIC_URL,
  type Publication,
  STATUS_TEMPLATE,
} from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';

export type TrustSubject = typeof import('./subject.ts');

export const primitives = nodePrimitives;
export const authority = await createAuthority(primitives);
export const genuine = await authority.issue();
export const statusLists = [await authority.statusList(1), await authority.statusList(3)];
export const [statusArtefact = '', milestoneArtefact = ''] = authority.templates.map(artefactText);

/** A small bundle, for what is only to be opened: no milestone template, one status list. */
export const publish = (publication: Publication = {}): Promise<string> =>
  authority.publish({ templates: [statusArtefact], statusLists: statusLists.slice(0, 1), ...publication });
export const listed = (list: (draft: ListDraft) => void, publication: Publication = {}): Promise<string> =>
  publish({ ...publication, list });
/** Opened by the real code, for a station that holds it already; with all templates and lists, so that credentials can be judged. */
export const held = async (publication: Publication = {}, previous?: Trust): Promise<Trust> =>
  authority.trust({ statusLists, ...publication }, previous);
export const today = await held();

export const bits = (...set: number[]): Bytes => {
  const all = emptyBitstring();
  for (const index of set) setBit(all, index);
  return all;
};

// The forger's tools

/** An edit that may say what the type does not. */
export type Loose = { readonly [name: string]: unknown };
export const put = (target: object, changes: Loose): void => void Object.assign(target, changes);

export type Forged = { readonly fields: SignedFields; readonly json: string; readonly code: string };

export const issuerOf = (list: ListDraft, index: number) => {
  const found = list.issuers[index];
  if (!found) throw new Error(`no issuer ${index}`);
  return found;
};
export const pinOf = (list: ListDraft, wanted: number) => {
  const found = list.templates.find(({ number }) => number === wanted);
  if (!found) throw new Error(`no template ${wanted}`);
  return found;
};
export const publisherOf = (list: ListDraft, wanted: string) => {
  const found = list.publishers.find(({ id }) => id === wanted);
  if (!found) throw new Error(`no publisher ${wanted}`);
  return found;
};

/** What an issuer's key would sign if its office were careless: fields and texts that the issuing code refuses. */
export async function signedAnyhow(
  fields: { readonly [Field in keyof CredentialFields]?: unknown },
  { by = 'a-milestone', signWith = by, says = {}, texts = {} }: SignOptions = {},
): Promise<Forged> {
  const whole = { ...genuine.fields, ...fields } as CredentialFields; // the forgery: not every field is what its type says
  const template = authority.template(MILESTONE_TEMPLATE);
  const issuer = { ...issuerTexts('a', by), ...says };
  const data = await hashData(
    canonicalForms(template, { ...slotTexts(template, issuer, whole), ...texts }),
    primitives,
  );
  const signed: SignedFields = { ...whole, proofValue: await authority.key(signWith).signer.sign(data) };
  const credential = fillCredential(template, { ...signedTexts(template, issuer, signed), ...texts });
  return { fields: signed, json: JSON.stringify(credential), code: codeOfItems(itemsOf(signed)) };
}
type SignOptions = {
  by?: KeyName;
  signWith?: string;
  says?: Partial<IssuerTexts>;
  texts?: Record<string, string | null>;
};

export const asJson = async (...args: Parameters<typeof signedAnyhow>): Promise<Visit> => ({
  credential: (await signedAnyhow(...args)).json,
});
export const asCode = async (...args: Parameters<typeof signedAnyhow>): Promise<Visit> => ({
  qr: linkTo((await signedAnyhow(...args)).code),
});

/** A status list as its issuer's key would sign it if its office were careless. */
export async function listAnyhow(
  changes: Record<string, string>,
  { by = 'a-status', says = {} }: Pick<SignOptions, 'by' | 'says'> = {},
): Promise<JsonObject> {
  const template = authority.template(STATUS_TEMPLATE);
  const texts = {
    ...issuerTexts('a', by),
    ...says,
    statusList: '1',
    validFrom: isoSeconds(NOW - 3600),
    validUntil: isoSeconds(NOW + DAY),
    created: isoSeconds(NOW - 3600),
    encodedList: await encodeBitstring(emptyBitstring()),
    ...changes,
  };
  const proofValue = multibase58(
    await authority.key(by).signer.sign(await hashData(canonicalForms(template, texts), primitives)),
  );
  return fillCredential(template, { proofValue, ...texts });
}
/** A bundle with these status lists alone. */
export const carrying = async (...lists: Maybe<JsonObject>[]): Promise<string> =>
  publish({ statusLists: await Promise.all(lists) });

/** What anybody can do: any bytes with the right check sum. */
export const sealed = (body: Uint8Array): Bytes => {
  const crc = crc16(body);
  return concat(body, Uint8Array.of(crc >> 8, crc & 0xff));
};
export const codeOfBytes = (body: Uint8Array): string => toDigits(sealed(body));

/** The genuine payload with other items, in CBOR. */
export const PLACES = {
  template: 0,
  key: 1,
  uuid: 2,
  validFrom: 3,
  validUntil: 4,
  created: 5,
  points: 6,
  statusIndex: 7,
  holder: 8,
  stage: 9,
  level: 10,
  proofValue: 11,
} as const;
function itemsOf(fields: SignedFields): unknown[] {
  const uuid = Uint8Array.from(fields.uuid.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const { template, key, validFrom, validUntil, created, points, statusIndex, holder, own, proofValue } = fields;
  const items: unknown[] = [template, key, uuid, validFrom, validUntil, created, points, statusIndex];
  items.push('name' in holder ? holder.name : holder.pseudonym, ...own, proofValue);
  return items;
}
export function genuineItems(changes: { readonly [Place in keyof typeof PLACES]?: unknown } = {}): unknown[] {
  const items = itemsOf(genuine.fields);
  for (const [place, index] of Object.entries(PLACES))
    if (place in changes) items[index] = changes[place as keyof typeof PLACES]; // the names of PLACES
  return items;
}
export const codeOfItems = (items: readonly unknown[]): string =>
  codeOfBytes(concat(Uint8Array.of(1), encodeCbor(items)));
export const bytesOfItems = (items: readonly unknown[]): Bytes => concat(Uint8Array.of(1), encodeCbor(items));

/** Signs any header over any payload, both as text. */
export async function compact(header: string | Bytes, payload: string, { signer }: NamedSigner): Promise<string> {
  const encoded = base64url(typeof header === 'string' ? utf8(header) : header);
  return `${encoded}.${payload}.${base64url(await signer.sign(utf8(`${encoded}.${payload}`)))}`;
}
export const HEADER = { alg: 'EdDSA', typ: 'xz-bundle+jws', kid: 'publisher' };
export const underHeader = async (header: object | string | Bytes, bundle?: string): Promise<string> => {
  const text = header instanceof Uint8Array || typeof header === 'string' ? header : JSON.stringify(header);
  return compact(text, payloadOf(bundle ?? (await publish())), authority.named('publisher'));
};
export const payloadOf = (bundle: string): string => bundle.split('.')[1] ?? '';
export const jsonOf = (bundle: string): string => fromUtf8(fromBase64url(payloadOf(bundle)) ?? utf8('')) ?? '';
/** The publisher signs any bytes. */
export const resigned = (json: string | Bytes): Promise<string> =>
  compact(
    JSON.stringify(HEADER),
    base64url(typeof json === 'string' ? utf8(json) : json),
    authority.named('publisher'),
  );
/** The publisher signs a bundle with other members. */
export const withMembers = async (changes: JsonObject, publication: Publication = {}): Promise<string> =>
  resigned(JSON.stringify({ ...JSON.parse(jsonOf(await publish(publication))), ...changes }));

// The doors

export type Visit = Presented & { readonly context?: Partial<VerifyContext> };
export type Wish = (verdict: Verdict) => boolean;

/** Everything passed, everything is shown, nothing is noted. */
export const accepted: Wish = ({ outcome, checks, credential, asOf, notes }) =>
  outcome === 'valid' &&
  checks.length === 6 &&
  credential !== null &&
  asOf.bundle !== null &&
  asOf.bundleIssuedAt !== null &&
  asOf.statusAsOf !== null &&
  notes.length === 0;

/** The six checks in their order say exactly this: `passed`, `skipped` or a reason; the rest is skipped. */
export const says =
  (...results: ('passed' | 'skipped' | Reason)[]): Wish =>
  ({ checks, problemDetails }) =>
    checks.length === 6 &&
    problemDetails.length === checks.filter((one) => 'reason' in one).length &&
    checks.every((one, index) => ('reason' in one ? one.reason : one.result) === (results[index] ?? 'skipped'));

/** Anything but a certain no. */
export const notRefused: Wish = ({ outcome }) => outcome !== 'invalid';

async function presentedTo({ verify }: TrustSubject, { context, ...presented }: Visit, wish: Wish): Promise<boolean> {
  return wish(await verify(presented, { trust: today, now: NOW, primitives, ...context }));
}

/** One code, one answer: the usual genuine visitor comes with many attacks, and need not ask each time. */
const answers = new WeakMap<TrustSubject, Map<string, Promise<boolean>>>();
function once(subject: TrustSubject, visitor: string, visit: () => Promise<boolean>): Promise<boolean> {
  const known = answers.get(subject) ?? new Map<string, Promise<boolean>>();
  answers.set(subject, known);
  const answer = known.get(visitor) ?? visit();
  known.set(visitor, answer);
  return answer;
}

type Maybe<T> = T | Promise<T>;
type Visits = { forged: Maybe<Visit>; genuine?: Maybe<Visit>; wish?: Wish };

/** Attacks on `verify`. Without another wish, the forger wants `valid`; without another genuine visitor, it is the genuine credential, which is valid. */
export const presentedIn =
  (room: string) =>
  (name: string, { forged, genuine: other, wish = accepted }: Visits): Attack<TrustSubject> => {
    const usual = async (subject: TrustSubject): Promise<boolean> => {
      const isCode = 'qr' in (await forged);
      return once(subject, isCode ? 'code' : 'credential', () =>
        presentedTo(subject, isCode ? { qr: genuine.url } : { credential: genuine.json }, accepted),
      );
    };
    return inRoom<TrustSubject>(room)(name, {
      forged: async (subject) => presentedTo(subject, await forged, wish),
      genuine: async (subject) => (other ? presentedTo(subject, await other, wish) : usual(subject)),
    });
  };

export type Delivery = {
  readonly bundle: string;
  readonly previous?: Trust;
  /** Bundles that the same code opens first, one on top of the other. */
  readonly before?: readonly string[];
  readonly context?: Partial<OpenContext>;
};
type Opened = Awaited<ReturnType<TrustSubject['openBundle']>>;
export type BundleWish = (opened: Opened, subject: TrustSubject) => Maybe<boolean>;

export const opens: BundleWish = ({ ok }) => ok;
/** The bundle opens, and the credential is then judged as the wish says. */
export const opensAnd =
  (visit: Visit, wish: Wish = accepted): BundleWish =>
  async (opened, subject) =>
    opened.ok && presentedTo(subject, { ...visit, context: { trust: opened.trust, ...visit.context } }, wish);
export const refusedAs =
  (refusal: string): BundleWish =>
  (opened) =>
    !opened.ok && opened.refusal === refusal;

type Deliveries = { forged: Maybe<Delivery | string>; genuine?: Maybe<Delivery | string>; wish?: BundleWish };
const todaysBundle = publish();

/** Attacks on `openBundle`. Without another wish, the forger wants it opened; without another genuine visitor, it is today's bundle, which opens. */
export const deliveredIn =
  (room: string) =>
  (name: string, { forged, genuine: other, wish = opens }: Deliveries): Attack<TrustSubject> => {
    const deliver = async (subject: TrustSubject, delivery: Delivery | string, wish: BundleWish): Promise<boolean> => {
      const {
        bundle,
        before = [],
        context,
        ...given
      }: Delivery = typeof delivery === 'string' ? { bundle: delivery } : delivery;
      let previous: Trust | undefined = given.previous;
      const open = (text: string): Promise<Opened> =>
        subject.openBundle(text, { pinnedRoot: authority.pinnedRoot, now: NOW, primitives, previous, ...context });
      for (const text of before) {
        const opened = await open(text);
        if (!opened.ok) return false;
        previous = opened.trust;
      }
      return wish(await open(bundle), subject);
    };
    return inRoom<TrustSubject>(room)(name, {
      forged: async (subject) => deliver(subject, await forged, wish),
      genuine: async (subject) =>
        other
          ? deliver(subject, await other, wish)
          : once(subject, 'bundle', async () => deliver(subject, await todaysBundle, opens)),
    });
  };

export const linkTo = (digits: string): string => codePrefix(PUBLIC_URL) + digits;
