/** The trust list: which issuers there are, which key may sign which template, who may publish. Signed by the root. */
import * as z from 'zod/mini';
import type { IssuerTexts } from '../credential.ts';
import type { Bytes } from '../encoding.ts';
import type { Json } from '../json.ts';
import { count, date, number, publicKey, sha256Hex, slotText } from './field.ts';

const key = z.strictObject({
  number,
  id: slotText('verificationMethod'),
  publicKeyMultibase: publicKey,
  purpose: z.enum(['milestone', 'status', 'general', 'jwt']),
  templates: z.array(number),
  notBefore: date,
  notAfter: date,
  state: z.enum(['active', 'retired', 'compromised']),
  /** SHA-256 of the file of 80-bit tags, ordered by status index, of everything the key is known to have signed. */
  issuedSet: z.optional(z.strictObject({ sha256: sha256Hex, count })),
});

const issuer = z.strictObject({
  id: slotText('issuerId'),
  name: slotText('issuerName'),
  credentialBase: slotText('credentialBase'),
  statusBase: slotText('statusBase'),
  statusLists: z.array(number),
  keys: z.array(key),
});

const trustList = z.strictObject({
  number,
  issuedAt: date,
  nextUpdate: date,
  maxGraceSeconds: count,
  hosts: z.array(z.string()),
  issuers: z.array(issuer),
  publishers: z.array(
    z.strictObject({
      id: z.string(),
      publicKeyMultibase: publicKey,
      notAfter: date,
      issuers: z.array(slotText('issuerId')),
    }),
  ),
  templates: z.array(z.strictObject({ number, issuers: z.array(slotText('issuerId')), sha256: sha256Hex })),
});

export type TrustList = z.infer<typeof trustList>;
export type KeyPurpose = TrustList['issuers'][number]['keys'][number]['purpose'];

/** A key with all that its trust-list entry says, so that checks need no second look-up. */
export type TrustedKey = Omit<z.infer<typeof key>, 'publicKeyMultibase' | 'id'> & {
  readonly publicKey: Bytes;
  readonly issuer: IssuerTexts;
  readonly statusLists: readonly number[];
};

/** Undefined unless every field is right and every number, id and key stands once. */
export function readTrustList(payload: Json | undefined): TrustList | undefined {
  const read = trustList.safeParse(payload);
  if (!read.success) return undefined;
  const { issuers, templates, publishers } = read.data;
  const keys = issuers.flatMap((one) => one.keys);
  const once = [
    issuers.map(({ id }) => id),
    issuers.flatMap(({ statusLists }) => statusLists),
    keys.map((one) => one.number),
    keys.map(({ id }) => id),
    [...keys, ...publishers].map((one) => one.publicKeyMultibase.join()),
    publishers.map(({ id }) => id),
    templates.map((one) => one.number),
  ];
  const underIssuer = issuers.every((one) => one.keys.every(({ id }) => id.startsWith(`${one.id}#`)));
  return underIssuer && once.every((values) => new Set<unknown>(values).size === values.length) ? read.data : undefined;
}

export function trustedKeys(list: TrustList): TrustedKey[] {
  return list.issuers.flatMap((one) =>
    one.keys.map(({ id, publicKeyMultibase, ...rest }) => ({
      ...rest,
      publicKey: publicKeyMultibase,
      statusLists: one.statusLists,
      issuer: {
        issuerId: one.id,
        issuerName: one.name,
        credentialBase: one.credentialBase,
        statusBase: one.statusBase,
        verificationMethod: id,
      },
    })),
  );
}

/** Whether the key may make new signatures; old ones are judged by their own dates. */
export const mayStillSign = ({ state, notBefore, notAfter }: TrustedKey, now: number): boolean =>
  state === 'active' && notBefore <= now && now <= notAfter;

/** What each number and id of a list stands for. */
export type Meanings = ReadonlyMap<string, string>;

/**
 * Numbers and ids are never re-used, and a compromised key stays so: what one meant in any list seen `before` it must
 * mean in `list`. Returns the
 * meanings of both together, or undefined when one was changed.
 */
export function keepMeanings(before: Meanings, list: TrustList): Meanings | undefined {
  const current = meanings(list);
  const cured = list.issuers.some(({ keys }) =>
    keys.some(({ number, state }) => state !== 'compromised' && before.has(`compromised key ${number}`)),
  );
  const kept = !cured && [...current].every(([name, meaning]) => (before.get(name) ?? meaning) === meaning);
  return kept ? new Map([...before, ...current]) : undefined;
}

function meanings({ issuers, templates }: TrustList): Map<string, string> {
  const all = new Map<string, string>();
  for (const one of issuers) {
    all.set(`issuer ${one.id}`, [one.name, one.credentialBase, one.statusBase].join('\n'));
    for (const list of one.statusLists) all.set(`status list ${list}`, one.id);
    for (const k of one.keys) all.set(`key id ${k.id}`, String(k.number));
    for (const k of one.keys) if (k.state === 'compromised') all.set(`compromised key ${k.number}`, 'for good');
    for (const k of one.keys)
      all.set(`key ${k.number}`, [k.id, k.publicKeyMultibase.join(), k.purpose, k.notBefore].join('\n'));
  }
  for (const one of templates) all.set(`template ${one.number}`, one.sha256);
  return all;
}
