/** What a credential is reserved with: its key, dates, holder and a free status entry, so that nothing is decided when it is signed. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { endOfSchoolYear } from '../learning/calendar.ts';
import { maskHolderName } from '../learning/name.ts';
import { calendarOf, type Scheme } from '../learning/scheme.ts';
import { OPEN_UNTIL } from '../store/keys.ts';
import type { Learner } from '../store/ledger.ts';
import { findOrganisation } from '../store/organisations.ts';
import type { Reservation } from '../store/reservations.ts';
import { freeStatusIndexes, type StatusListRow, statusLists } from '../store/status-lists.ts';
import { type CredentialFields, type Holder, STATUS_LIST_LENGTH } from '../vc/credential.ts';
import { fromHex } from '../vc/encoding.ts';
import { codePrefix } from '../vc/qr/payload.ts';
import { fitsSymbol } from '../vc/qr/version.ts';
import { validUntilAfterYears } from '../vc/time.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import { mayStillSign, type TrustedKey } from '../vc/trust/trust-list.ts';

/** A level of a learner's ladder for which a credential is to be made. */
export type Due = {
  learner: Learner;
  scheme: Scheme;
  stage: string;
  level: string;
  points: number;
  /** The next after one whose import was rolled back; otherwise 0. */
  revision?: number;
  /** In place of a revoked one: what stays as it was. */
  again?: { revision: number; validFrom: number; validUntil: number | null };
};

/** Throws where every award of the template would fail: before a province's records are taken in is the time to say so. */
export async function readyToAward(deps: Deps, organisation: string, template: number): Promise<void> {
  const { trust, issuerId } = await publishedIssuer(deps, organisation);
  milestoneKey(trust, { issuerId, template, now: deps.clock.now() });
  await openStatusList(deps, organisation);
}

async function publishedIssuer(deps: Deps, organisation: string): Promise<{ trust: Trust; issuerId: string }> {
  const trust = await deps.trust();
  const issuerId = (await findOrganisation(deps.db, organisation))?.issuerId;
  if (trust && issuerId) return { trust, issuerId };
  throw notEstablished(organisation);
}

/** Every slot of the credential: nothing is decided later. Fewer than what is due where status entries are scarce. */
export async function propose(deps: Deps, organisation: string, due: readonly Due[]): Promise<Reservation[]> {
  const { trust, issuerId } = await publishedIssuer(deps, organisation);
  const now = deps.clock.now();
  const keys = new Map<number, number>();
  const keyFor = (template: number): number => {
    const key = keys.get(template) ?? milestoneKey(trust, { issuerId, template, now }).number;
    keys.set(template, key);
    return key;
  };
  const indexes = await freeIndexes(deps, organisation, due.length);
  const reservations: Reservation[] = [];
  for (const [at, statusIndex] of indexes.entries()) {
    const one = due[at];
    if (!one) break;
    const { scheme, stage, level, points, again, revision = 0 } = one;
    const fields = {
      template: scheme.template,
      key: keyFor(scheme.template),
      uuid: deps.random.uuidOf(now),
      validFrom: again ? again.validFrom : now,
      validUntil: again ? again.validUntil : validUntilOf(scheme, now),
      created: now,
      points,
      statusIndex,
      own: ownSlots(deps, scheme, { stage, level }),
    };
    reservations.push({
      learner: one.learner.id,
      scheme: scheme.id,
      stage,
      level,
      revision: again?.revision ?? revision,
      fields: { ...fields, holder: await holderFor(deps, one.learner, fields) },
    });
  }
  return reservations;
}

function validUntilOf(scheme: Scheme, now: number): number | null {
  const { validity } = scheme;
  if (validity === undefined) return null;
  if ('years' in validity) return validUntilAfterYears(now, validity.years);
  return endOfSchoolYear(now, calendarOf(scheme), validity.schoolYears);
}

/**
 * So many status entries or fewer, drawn at random from those that are free in the organisation's open list: where an entry
 * stands says nothing about when it was given.
 */
async function freeIndexes(deps: Deps, organisation: string, count: number): Promise<number[]> {
  const { number, allocated } = await openStatusList(deps, organisation);
  const wanted = Math.min(count, OPEN_UNTIL - allocated);
  const share = 1 - allocated / STATUS_LIST_LENGTH;
  const draws = Math.min(STATUS_LIST_LENGTH, Math.ceil((wanted / share) * 1.2) + 4);
  const places = new Set(deps.random.integers(STATUS_LIST_LENGTH, draws));
  const indexes = Array.from(places, (place) => number * STATUS_LIST_LENGTH + place);
  return (await freeStatusIndexes(deps.db, indexes)).slice(0, wanted);
}

const notEstablished = (organisation: string) =>
  new AppError('not-established', {
    zh: `单位 ${organisation} 尚无已发布的签发密钥。`,
    en: `The organisation ${organisation} has no published signing key yet.`,
  });

/** The newest active key of the issuer that may sign the template now. */
function milestoneKey(
  trust: Trust,
  { issuerId, template, now }: { issuerId: string; template: number; now: number },
): TrustedKey {
  const fitting = [...trust.keysByNumber.values()].filter(
    (key) =>
      key.issuer.issuerId === issuerId &&
      key.purpose === 'milestone' &&
      key.templates.includes(template) &&
      mayStillSign(key, now),
  );
  const newest = fitting.sort((a, b) => b.notBefore - a.notBefore || b.number - a.number)[0];
  if (newest) return newest;
  throw new AppError('not-established', {
    zh: `${issuerId} 没有可签发模板 ${template} 的有效密钥。`,
    en: `${issuerId} has no active key for template ${template}.`,
  });
}

async function openStatusList(deps: Deps, organisation: string): Promise<StatusListRow> {
  const lists = await statusLists(deps.db, organisation);
  const open = lists.find(({ allocated }) => allocated < OPEN_UNTIL);
  if (open) return open;
  throw new AppError('not-established', {
    zh: '状态名单已用完,请在信任名单中增加新的名单号。',
    en: 'The status lists are used up: add new list numbers to the trust list.',
  });
}

/**
 * By the issuer's policy, and within the QR budget: a name too long for the symbol gives way to its masked form, and that
 * to a pseudonym, which tells nothing and always fits. Without a name there is only the pseudonym.
 */
async function holderFor(deps: Deps, learner: Learner, fields: Omit<CredentialFields, 'holder'>): Promise<Holder> {
  const { name } = learner;
  const byPolicy: Readonly<Record<Deps['config']['holderPolicy'], string[]>> = {
    full: name === null ? [] : [name, maskHolderName(name)],
    masked: name === null ? [] : [maskHolderName(name)],
    pseudonym: [],
  };
  const prefix = codePrefix(deps.config.publicUrl);
  const fitting = byPolicy[deps.config.holderPolicy].find((text) =>
    fitsSymbol(prefix, { ...fields, holder: { name: text } }),
  );
  return fitting === undefined ? pseudonymOf(deps, learner) : { name: fitting };
}

async function pseudonymOf(deps: Deps, { personHash }: Learner): Promise<Holder> {
  const pseudonym = fromHex((await deps.keyedHash(`pseudonym\n${personHash}`)).slice(0, 32));
  if (!pseudonym) throw new TypeError('a keyed hash is hex');
  return { pseudonym };
}

/** Indexes into the template's enumerated slots: those that milestones know are stage and level. */
function ownSlots(deps: Deps, scheme: Scheme, values: Readonly<Record<string, string>>): number[] {
  const template = deps.templates.get(scheme.template);
  if (!template) throw new Error(`template ${scheme.template} of scheme ${scheme.id} is not compiled`);
  return template.enums.map(({ slot, entries }) => {
    const index = entries.findIndex(({ id }) => id === values[slot]);
    if (index < 0) throw new Error(`template ${template.number} has no ${slot} ${values[slot]}`);
    return index;
  });
}
