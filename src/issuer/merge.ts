/** The verb for two learner records that turn out to be one person: from here on they are evaluated, and shown, as one. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { mergeLearners, waitingLadders } from '../store/people.ts';
import { type Actor, authorise } from './actor.ts';
import { learnerOrThrow } from './holder-link.ts';
import { awardAndIssue } from './record-event.ts';

export type MergeOutcome = {
  /** False when they were one person already. */
  merged: boolean;
  /** Levels that only the records of both reach. */
  milestones: { scheme: string; stage: string; level: string; credentialId: string; state: 'issued' | 'pending' }[];
  /** Certificates of one level that the person now holds twice, and those that the joint records no longer reach. */
  flagged: string[];
};

/** `personId` becomes `into`: later records under either id are one person's. There is no way back. */
export async function merge(
  deps: Deps,
  actor: Actor,
  { personId, into, reason }: { personId: string; into: string; reason: string },
): Promise<MergeOutcome> {
  authorise(actor, 'organisation:operate');
  const { organisation } = actor;
  const from = await learnerOrThrow(deps, organisation, personId);
  const target = await learnerOrThrow(deps, organisation, into, 'into');
  if (from.id === target.id) return { merged: false, milestones: [], flagged: [] };
  const by = { organisation, actor: actor.name, reason, now: deps.clock.now(), auditId: deps.random.uuid() };
  if (!(await mergeLearners(deps.db, { from: from.id, into: target.id, ...by }))) {
    throw new AppError('already-decided', {
      zh: '同时有另一项合并或删除在处理这两名学员,请查看后再试。',
      en: 'Another merge or erasure of these learners came first. Look at them and try again.',
    });
  }
  const ladders = await waitingLadders(deps.db, organisation, target.id);
  const { awarded, issued, flagged } = await awardAndIssue(deps, ladders, ladders.length);
  const milestones = awarded.map(({ uuid, scheme, stage, level }) => {
    const state = issued.has(uuid) ? ('issued' as const) : ('pending' as const);
    return { scheme, stage, level, credentialId: uuid, state };
  });
  return { merged: true, milestones, flagged };
}
