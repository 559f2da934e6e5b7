/** The verb that turns points into milestones: evaluates the ladders that changed, reserves each level reached, once, and flags what was lost. */
import type { Deps } from '../deps.ts';
import type { LedgerEntry } from '../learning/ledger.ts';
import { standing } from '../learning/milestone.ts';
import { levelsOf, type Scheme, stagesMovedBy } from '../learning/scheme.ts';
import { type CredentialRow, type HeldMilestone, heldMilestones } from '../store/credentials.ts';
import { type Finding, type FlagCause, writeFindings } from '../store/flags.ts';
import {
  clearedLadders,
  entriesOf,
  idsOf,
  type Ladder,
  type Learner,
  learnersById,
  personEntries,
  unevaluatedLadders,
} from '../store/ledger.ts';
import { reserve } from '../store/reservations.ts';
import { type Due, propose } from './reservation.ts';

export type AwardedMilestone = {
  uuid: string;
  /** Of all learner records that are this person. */
  personHashes: readonly string[];
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
 * slots, whatever changed since; one that is no longer reached, and one that a person holds twice, is flagged for a person to
 * decide. An organisation that cannot award a scheme now, without a key for one, is logged; these
 * ladders stay marked and the others go on.
 */
export async function award(
  deps: Deps,
  ladders: readonly Ladder[],
): Promise<{ evaluated: number; awarded: AwardedMilestone[]; flagged: string[] }> {
  const awarded: AwardedMilestone[] = [];
  const flagged: string[] = [];
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
      const within = await awardWithin(deps, organisation, own);
      awarded.push(...within.awarded);
      flagged.push(...within.flagged);
      evaluated += own.length;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      deps.log({ event: 'award-failed', organisation, scheme, ladders: own.length, reason });
    }
  }
  return { evaluated, awarded, flagged };
}

const TRIES = 100;

/**
 * Other processes may be faster, may take a status entry that was free a moment ago, or change what a level stood on: then all is
 * looked at again. Whoever was erased is not found among the learners: nothing is due to them any more.
 */
async function awardWithin(deps: Deps, organisation: string, ladders: readonly Ladder[]) {
  const awarded: AwardedMilestone[] = [];
  let left = 0;
  for (let tries = 0; tries < TRIES; tries++) {
    const learners = await learnersById(deps.db, organisation, [...new Set(ladders.map(({ learner }) => learner))]);
    const ids = [...new Set(learners.values())].flatMap(idsOf);
    const entries = await entriesOf(deps.db, organisation, ids);
    const held = await heldMilestones(deps.db, organisation, ids);
    const climbs = climbsOf(deps, { ladders, entries, learners });
    const open = notHeld(climbs.flatMap(dueOn), held);
    const made = await reserveAll(deps, organisation, { open, newest: newestOf([...entries.values()].flat()) });
    for (const row of made) awarded.push(awardedMilestone(row, learners.get(row.learner)));
    left = open.length - made.length;
    if (left > 0) continue;
    const findings = findingsOf(deps, climbs, held);
    return { awarded, flagged: await settle(deps, organisation, { ladders, findings }) };
  }
  throw new Error(
    `${left} milestones of ${organisation} were not reserved in ${TRIES} tries: too few free status entries`,
  );
}

function awardedMilestone(row: CredentialRow, learner: Learner | undefined): AwardedMilestone {
  const personHashes = learner ? [learner.personHash, ...learner.others.map(({ personHash }) => personHash)] : [];
  return { uuid: row.fields.uuid, personHashes, scheme: row.scheme, stage: row.stage, level: row.level, row };
}

/** Where one person stands in one stage of a scheme. */
type Standpoint = {
  learner: Learner;
  scheme: Scheme;
  stage: string;
  reached: readonly string[];
  entries: LedgerEntry[];
};
type Evidence = {
  ladders: readonly Ladder[];
  entries: ReadonlyMap<number, LedgerEntry[]>;
  learners: ReadonlyMap<number, Learner>;
};

function climbsOf(deps: Deps, { ladders, entries, learners }: Evidence): Standpoint[] {
  return ladders.flatMap(({ learner: id, scheme: schemeId, stage }): Standpoint[] => {
    const scheme = deps.schemes.get(schemeId);
    const learner = learners.get(id);
    if (!scheme || !learner) return [];
    const own = personEntries(entries, learner);
    return stagesMovedBy(scheme, stage).map((moved) => {
      const { reached } = standing(own, scheme, moved);
      return { learner, scheme, stage: moved, reached, entries: own };
    });
  });
}

/** Levels that the learner has reached, those that are held already among them. */
const dueOn = ({ learner, scheme, stage, reached }: Standpoint): Due[] =>
  levelsOf(scheme, stage)
    .filter((level) => reached.includes(level.id))
    .map((level) => ({ learner, scheme, stage, level: level.id, points: level.points }));

export const milestoneName = (
  learner: number,
  { scheme, stage, level }: { scheme: string; stage: string; level: string },
): string => [learner, scheme, stage, level].join('\n');

function notHeld(due: readonly Due[], held: readonly HeldMilestone[]): Due[] {
  const { taken, next } = milestonesIn(held);
  return due.flatMap((one) => {
    const { learner, scheme, stage, level } = one;
    const names = idsOf(learner).map((id) => milestoneName(id, { scheme: scheme.id, stage, level }));
    if (names.some((name) => taken.has(name))) return [];
    return [{ ...one, revision: next.get(names[0] ?? '') ?? 0 }]; // the first is that of the learner itself
  });
}

/** Returns the rows that were made. */
async function reserveAll(
  deps: Deps,
  organisation: string,
  { open, newest }: { open: readonly Due[]; newest: number },
): Promise<CredentialRow[]> {
  if (open.length === 0) return [];
  const reservations = await propose(deps, organisation, open);
  const others = new Map(
    open.flatMap(({ learner }) => (learner.others.length ? [[learner.id, learner.others.length]] : [])),
  );
  const uuids = await reserve(deps.db, organisation, reservations, {
    now: deps.clock.now(),
    evidence: { newest, others },
  });
  return reservations
    .filter(({ fields }) => uuids.has(fields.uuid))
    .map((one) => ({ ...one, organisation, state: 'pending', packed: null }));
}

/** What cannot be reached again, and of what can, because its import was rolled back, the next revision. */
function milestonesIn(held: readonly HeldMilestone[]): { taken: Set<string>; next: Map<string, number> } {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  for (const one of held) {
    const name = milestoneName(one.learner, one);
    if (one.rolledBack) next.set(name, Math.max(next.get(name) ?? 0, one.revision + 1));
    else taken.add(name);
  }
  return { taken, next };
}

/** Flags to raise, and flags to settle, for what is held on the ladders that were climbed. Usually none. */
function findingsOf(deps: Deps, climbs: readonly Standpoint[], held: readonly HeldMilestone[]): Finding[] {
  const ofLearner = new Map<number, HeldMilestone[]>();
  for (const one of held) {
    if (one.state === 'revoked') continue;
    const own = ofLearner.get(one.learner);
    if (own) own.push(one);
    else ofLearner.set(one.learner, [one]);
  }
  if (ofLearner.size === 0) return [];
  return climbs.flatMap(({ learner, scheme, stage, reached, entries }): Finding[] => {
    const live = idsOf(learner)
      .flatMap((id) => ofLearner.get(id) ?? [])
      .filter((one) => one.scheme === scheme.id && one.stage === stage);
    const findings: Finding[] = [];
    const earlier = new Map<string, string>();
    for (const { uuid, level, flags } of live.sort(inReservation)) {
      const other = earlier.get(level);
      earlier.set(level, uuid);
      const found: Record<FlagCause, boolean> = {
        'level-lost': !reached.includes(level),
        'held-twice': other !== undefined,
      };
      for (const cause of ['level-lost', 'held-twice'] as const) {
        if (found[cause] === flags.includes(cause)) continue;
        const [about, seen] = [{ credential: uuid, cause, found: found[cause] }, newestOf(entries)];
        const looked = { learners: idsOf(learner), scheme: scheme.id, seen };
        findings.push({
          id: deps.random.uuid(),
          ...about,
          ...(cause === 'held-twice' && other ? { other } : {}),
          ...looked,
        });
      }
    }
    return findings;
  });
}

const inReservation = (a: HeldMilestone, b: HeldMilestone): number =>
  a.reservedAt - b.reservedAt || (a.uuid < b.uuid ? -1 : 1);

const newestOf = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((newest, { id }) => Math.max(newest, Number(id)), 0);

/** Nearly always there is nothing to flag, and the ladders are cleared by the mark alone. */
async function settle(
  deps: Deps,
  organisation: string,
  { ladders, findings }: { ladders: readonly Ladder[]; findings: readonly Finding[] },
): Promise<string[]> {
  if (findings.length > 0)
    return [...(await writeFindings(deps.db, { organisation, findings, ladders, now: deps.clock.now() }))];
  await deps.db.write([clearedLadders(ladders)]);
  return [];
}
