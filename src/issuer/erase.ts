/** The verb that erases a learner, and its replay on a restored backup: the person goes, the ledger stays balanced. */
import type { Deps } from '../deps.ts';
import { credentialsOf } from '../store/credentials.ts';
import { findLearner, idsOf, type Learner, learnersById } from '../store/ledger.ts';
import { type ErasureRecord, eraseLearners, learnerSince } from '../store/people.ts';
import { base64url } from '../vc/encoding.ts';
import { type Actor, authorise, operator } from './actor.ts';
import { learnerOrThrow } from './holder-link.ts';
import { issuedTag } from './issued-set.ts';

export type ErasureOutcome = {
  erased: boolean;
  /**
   * As they stand now. What was issued stays valid in the holder's hand: its code needs nothing of ours, and whoever asks
   * to be forgotten has done nothing that a verifier should refuse. It can still be revoked by its id.
   */
  credentials: { credentialId: string; state: 'issued' | 'revoked' }[];
};

/** A person who comes again is a new learner. */
export async function erase(
  deps: Deps,
  actor: Actor,
  { personId, reason }: { personId: string; reason: string },
): Promise<ErasureOutcome> {
  authorise(actor, 'organisation:operate');
  const learner = await learnerOrThrow(deps, actor.organisation, personId);
  const by = { organisation: actor.organisation, actor: actor.name, reason, erasedAt: deps.clock.now() };
  return erasePerson(deps, { learner, ...by });
}

/** Whoever is in the list and in this database, recorded before the erasure. Returns how many persons went. */
export async function replayErasures(deps: Deps, list: readonly ErasureRecord[]): Promise<number> {
  let erased = 0;
  for (const { organisation, personHash, erasedAt, reason } of list) {
    const since = await learnerSince(deps.db, organisation, personHash);
    if (since === undefined || since > erasedAt) continue; // gone, or came again since
    const learner = await findLearner(deps.db, organisation, personHash);
    if (!learner) continue;
    const by = { organisation, actor: operator(organisation).name, reason, erasedAt };
    if ((await erasePerson(deps, { learner, ...by })).erased) erased++;
  }
  return erased;
}

type Erasing = { learner: Learner; organisation: string; actor: string; reason: string; erasedAt: number };

/** What is found of the person and what goes are the same, or it is looked for again. */
async function erasePerson(
  deps: Deps,
  { learner: first, organisation, actor, reason, erasedAt }: Erasing,
): Promise<ErasureOutcome> {
  let learner: Learner | undefined = first;
  for (let tries = 0; tries < TRIES; tries++) {
    const held = await credentialsOf(deps.db, organisation, idsOf(learner));
    const signed: Record<string, string | null> = {};
    for (const row of held) {
      const tag = await issuedTag(deps, row);
      if (row.packed) signed[row.fields.uuid] = tag ? base64url(tag) : null;
    }
    const ids = Object.fromEntries(idsOf(learner).map((id) => [id, deps.random.uuid()]));
    const by = { organisation, actor, reason, erasedAt, now: deps.clock.now(), auditId: deps.random.uuid() };
    const erased = await eraseLearners(deps.db, { learner: learner.id, ids, signed, ...by });
    learner = erased ? undefined : (await learnersById(deps.db, organisation, [first.id])).get(first.id);
    if (learner) continue;
    await deps.db.scrub();
    const credentials = held.map(({ fields, state }) => ({
      credentialId: fields.uuid,
      state: state === 'issued' ? ('issued' as const) : ('revoked' as const),
    }));
    return { erased, credentials };
  }
  throw new Error('the person changed again and again while being erased: nothing was erased, try again');
}

const TRIES = 20;
