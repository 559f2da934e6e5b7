/** The verb that turns points into milestones: evaluates the ladders that changed and reserves each level reached, once. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { endOfSchoolYear } from '../learning/calendar.ts';
import type { LedgerEntry } from '../learning/ledger.ts';
import { standing } from '../learning/milestone.ts';
import { maskHolderName } from '../learning/name.ts';
import { calendarOf, levelsOf, type Scheme, stagesMovedBy } from '../learning/scheme.ts';
import {
  type CredentialRow,
  freeStatusIndexes,
  heldMilestones,
  type Reservation,
  reserve,
  type StatusListRow,
  statusLists,
} from '../store/credentials.ts';
import { OPEN_UNTIL } from '../store/keys.ts';
import {
  clearedLadders,
  entriesOf,
  type Ladder,
  type Learner,
  learnersById,
  unevaluatedLadders,
} from '../store/ledger.ts';
import { findOrganisation } from '../store/organisations.ts';
import { type CredentialFields, type Holder, STATUS_LIST_LENGTH } from '../vc/credential.ts';
import { fromHex } from '../vc/encoding.ts';
import { codePrefix } from '../vc/qr/payload.ts';
import { fitsSymbol } from '../vc/qr/version.ts';
import { validUntilAfterYears } from '../vc/time.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import { mayStillSign, type TrustedKey } from '../vc/trust/trust-list.ts';

export type AwardedMilestone = {
  uuid: string;
  personHash: string;
  scheme: string;
  stage: string;
  level: string;
  row: CredentialRow;
};

const LADDERS_AT_ONCE = 5_000;

/** Evaluates any ladders that were left behind; returns how many, so that the caller knows whether to ask again. */
export async function awardLeftBehind(deps: Deps): Promise<number> {
  const { evaluated } = await award(deps, await unevaluatedLadders(deps.db, LADDERS_AT_ONCE));
  return evaluated;
}

/**
 * Evaluates ladders that changed. Every level reached is reserved in order; a level that was reserved before keeps its
 * slots, whatever changed since. An organisation that cannot award a scheme now, without a key for one, is logged; these
 * ladders stay marked and the others go on.
 */
export async function award(
  deps: Deps,
  ladders: readonly Ladder[],
): Promise<{ evaluated: number; awarded: AwardedMilestone[] }> {
  const awarded: AwardedMilestone[] = [];
  let evaluated = 0;
  const groups = new Map<string, { organisation: string; scheme: string; own: Ladder[] }>();
  for (const ladder of ladders) {
    const { organisation, scheme } = ladder;
    const group = groups.get(`${organisation}\n${scheme}`);
    if (group) group.own.push(ladder);
    else groups.set(`${organisation}\n${scheme}`, { organisation, scheme, own: [ladder] });
  }
  for (const { organisation, scheme, own } of groups.values()) {
    try {
      awarded.push(...(await awardWithin(deps, organisation, own)));
      evaluated += own.length;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      deps.log({ event: 'award-failed', organisation, scheme, ladders: own.length, reason });
    }
  }
  return { evaluated, awarded };
}

async function awardWithin(deps: Deps, organisation: string, ladders: readonly Ladder[]): Promise<AwardedMilestone[]> {
  const learnerIds = [...new Set(ladders.map(({ learner }) => learner))];
  const entries = await entriesOf(deps.db, organisation, learnerIds);
  const learners = await learnersById(deps.db, organisation, learnerIds);
  const due = dueMilestones(deps, { ladders, entries, learners });
  const reserved = await reserveAll(deps, organisation, due);
  await deps.db.write([clearedLadders(ladders)]);
  return reserved.map((row) => ({
    uuid: row.fields.uuid,
    personHash: learners.get(row.learner)?.personHash ?? '',
    scheme: row.scheme,
    stage: row.stage,
    level: row.level,
    row,
  }));
}

type Due = { learner: Learner; scheme: Scheme; stage: string; level: string; points: number };
type Evidence = {
  ladders: readonly Ladder[];
  entries: ReadonlyMap<number, LedgerEntry[]>;
  learners: ReadonlyMap<number, Learner>;
};

/** Levels that the learners have reached, those that they hold already among them. */
function dueMilestones(deps: Deps, { ladders, entries, learners }: Evidence): Due[] {
  return ladders.flatMap(({ learner: id, scheme: schemeId, stage }): Due[] => {
    const scheme = deps.schemes.get(schemeId);
    const learner = learners.get(id);
    if (!scheme || !learner) return [];
    return stagesMovedBy(scheme, stage).flatMap((moved) => {
      const { reached } = standing(entries.get(id) ?? [], scheme, moved);
      return levelsOf(scheme, moved)
        .filter((level) => reached.includes(level.id))
        .map((level) => ({ learner, scheme, stage: moved, level: level.id, points: level.points }));
    });
  });
}

type Milestone = Pick<CredentialRow, 'learner' | 'scheme' | 'stage' | 'level'>;

const milestoneName = ({ learner, scheme, stage, level }: Milestone): string =>
  [learner, scheme, stage, level].join('\n');

const milestoneOf = ({ learner, scheme, stage, level }: Due): Milestone => ({
  learner: learner.id,
  scheme: scheme.id,
  stage,
  level,
});

/**
 * Reserves what is due and not held. Other processes may be faster, and may take a status entry that was free a moment ago:
 * what was not made is proposed again. Returns the rows that were made here.
 */
async function reserveAll(deps: Deps, organisation: string, due: readonly Due[]): Promise<CredentialRow[]> {
  const made: CredentialRow[] = [];
  for (let tries = 0; tries < 100; tries++) {
    const learners = [...new Set(due.map(({ learner }) => learner.id))];
    const held = new Set((await heldMilestones(deps.db, organisation, learners)).map(milestoneName));
    const open = due.filter((one) => !held.has(milestoneName(milestoneOf(one))));
    if (open.length === 0) return made;
    const reservations = await propose(deps, organisation, open);
    const uuids = await reserve(deps.db, organisation, reservations, deps.clock.now());
    for (const one of reservations)
      if (uuids.has(one.fields.uuid)) made.push({ ...one, organisation, state: 'pending', packed: null });
    if (uuids.size === open.length) return made;
  }
  throw new Error(`no free status entry was found for credentials of ${organisation}`);
}

/** Every slot of the credential: nothing is decided later. */
async function propose(deps: Deps, organisation: string, due: readonly Due[]): Promise<Reservation[]> {
  const trust = await deps.trust();
  const issuerId = (await findOrganisation(deps.db, organisation))?.issuerId;
  if (!trust || !issuerId) throw notEstablished(organisation);
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
    const { scheme, stage, level, points } = one;
    const fields = {
      template: scheme.template,
      key: keyFor(scheme.template),
      uuid: deps.random.uuidOf(now),
      validFrom: now,
      validUntil: validUntilOf(scheme, now),
      created: now,
      points,
      statusIndex,
      own: ownSlots(deps, scheme, { stage, level }),
    };
    reservations.push({
      ...milestoneOf(one),
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
