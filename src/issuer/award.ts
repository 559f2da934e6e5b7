/** The verb that turns points into milestones: evaluates the ladders that changed and reserves each level reached, once. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { LedgerEntry } from '../learning/ledger.ts';
import { standing } from '../learning/milestone.ts';
import { maskHolderName } from '../learning/name.ts';
import type { Scheme } from '../learning/scheme.ts';
import { type CredentialRow, credentialsOf, type Reservation, reserve, statusLists } from '../store/credentials.ts';
import { OPEN_UNTIL } from '../store/keys.ts';
import {
  clearEvaluated,
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

/**
 * Evaluates the ladders of one write, or (without a mark) any that were left behind. Every level reached is reserved in
 * order; a level that was reserved before keeps its slots, whatever changed since. An organisation that cannot award
 * now, without a key for one, is logged; its ladders stay marked and the others go on.
 */
export async function award(
  deps: Deps,
  { mark }: { mark?: string },
): Promise<{ evaluated: number; awarded: AwardedMilestone[] }> {
  const ladders = await unevaluatedLadders(deps.db, {
    ...(mark === undefined ? {} : { mark }),
    limit: LADDERS_AT_ONCE,
  });
  const awarded: AwardedMilestone[] = [];
  let evaluated = 0;
  for (const organisation of new Set(ladders.map((ladder) => ladder.organisation))) {
    const own = ladders.filter((ladder) => ladder.organisation === organisation);
    try {
      awarded.push(...(await awardWithin(deps, organisation, own)));
      evaluated += own.length;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      deps.log({ event: 'award-failed', organisation, ladders: own.length, reason });
    }
  }
  return { evaluated, awarded };
}

async function awardWithin(deps: Deps, organisation: string, ladders: readonly Ladder[]): Promise<AwardedMilestone[]> {
  const learnerIds = [...new Set(ladders.map(({ learner }) => learner))];
  const entries = await entriesOf(deps.db, organisation, learnerIds);
  const learners = await learnersById(deps.db, organisation, learnerIds);
  const due = (await dueMilestones(deps, organisation, learnerIds, { ladders, entries, learners })) ?? [];
  const made = due.length > 0 ? await reserveAll(deps, organisation, due) : new Set<string>();
  await clearEvaluated(deps.db, ladders);
  if (made.size === 0) return [];
  const rows = await credentialsOf(deps.db, organisation, learnerIds);
  return rows
    .filter((row) => made.has(row.fields.uuid))
    .map((row) => ({
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
  entries: ReadonlyMap<string, LedgerEntry[]>;
  learners: ReadonlyMap<string, Learner>;
};

async function dueMilestones(
  deps: Deps,
  organisation: string,
  learnerIds: readonly string[],
  { ladders, entries, learners }: Evidence,
): Promise<Due[]> {
  const held = new Set((await credentialsOf(deps.db, organisation, learnerIds)).map(milestoneName));
  const due: Due[] = [];
  for (const { learner: id, scheme: schemeId, stage } of ladders) {
    const scheme = deps.schemes.get(schemeId);
    const learner = learners.get(id);
    if (!scheme || !learner) continue;
    const { reached } = standing(entries.get(id) ?? [], scheme, stage);
    for (const level of scheme.levels) {
      if (
        !reached.includes(level.id) ||
        held.has(milestoneName({ learner: id, scheme: schemeId, stage, level: level.id }))
      )
        continue;
      due.push({ learner, scheme, stage, level: level.id, points: level.points });
    }
  }
  return due;
}

const milestoneName = (one: { learner: string; scheme: string; stage: string; level: string }): string =>
  [one.learner, one.scheme, one.stage, one.level].join('\n');

/** Random indexes may meet taken ones, and other processes may be faster: what was not made is proposed again with a new index. */
async function reserveAll(deps: Deps, organisation: string, due: readonly Due[]): Promise<Set<string>> {
  const made = new Set<string>();
  let open = due;
  for (let tries = 0; open.length > 0 && tries < 100; tries++) {
    const reservations = await propose(deps, organisation, open);
    for (const uuid of await reserve(deps.db, organisation, reservations, deps.clock.now())) made.add(uuid);
    const held = new Set(
      (await credentialsOf(deps.db, organisation, [...new Set(open.map(({ learner }) => learner.id))])).map(
        milestoneName,
      ),
    );
    open = open.filter(
      ({ learner, scheme, stage, level }) =>
        !held.has(milestoneName({ learner: learner.id, scheme: scheme.id, stage, level })),
    );
  }
  if (open.length > 0)
    throw new Error(`no free status entry was found for ${open.length} credentials of ${organisation}`);
  return made;
}

/** Every slot of the credential: nothing is decided later. */
async function propose(deps: Deps, organisation: string, due: readonly Due[]): Promise<Reservation[]> {
  const trust = await deps.trust();
  const issuerId = (await findOrganisation(deps.db, organisation))?.issuerId;
  if (!trust || !issuerId) throw notEstablished(organisation);
  const now = deps.clock.now();
  const list = await openStatusList(deps, organisation);
  return Promise.all(
    due.map(async ({ learner, scheme, stage, level, points }) => {
      const fields = {
        template: scheme.template,
        key: milestoneKey(trust, { issuerId, template: scheme.template, now }).number,
        uuid: deps.random.uuid(),
        validFrom: now,
        validUntil: scheme.validity ? validUntilAfterYears(now, scheme.validity.years) : null,
        created: now,
        points,
        statusIndex: list * STATUS_LIST_LENGTH + deps.random.integer(STATUS_LIST_LENGTH),
        own: ownSlots(deps, scheme, { stage, level }),
      };
      const holder = await holderFor(deps, learner, fields);
      return { learner: learner.id, scheme: scheme.id, stage, level, fields: { ...fields, holder } };
    }),
  );
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

async function openStatusList(deps: Deps, organisation: string): Promise<number> {
  const lists = await statusLists(deps.db, organisation);
  const open = lists.find(({ allocated }) => allocated < OPEN_UNTIL);
  if (open) return open.number;
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
  const pseudonym = fromHex((await deps.keyedHash(`pseudonym\n${learner.id}`)).slice(0, 32));
  if (!pseudonym) throw new TypeError('a keyed hash is hex');
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
  return fitting === undefined ? { pseudonym } : { name: fitting };
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
