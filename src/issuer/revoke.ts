/** The verbs that revoke, one or many: final, audited, and published before it is answered. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { credentialStates, markRevoked } from '../store/credentials.ts';
import { type Actor, authorise } from './actor.ts';
import { publish } from './publish.ts';

/** With a flag it is a decision, and changes nothing once that is closed. */
export type RevokeRequest = { uuid: string; reason: string; flag?: string };
export type RevokeOutcome = { credentialId: string; state: 'revoked'; bundle: number };

/** A second revocation is answered like the first: the wish is fulfilled. Another organisation's credential is not found. */
export async function revoke(deps: Deps, actor: Actor, request: RevokeRequest): Promise<RevokeOutcome> {
  authorise(actor, 'credentials:revoke');
  const [problem] = await revokeRows(deps, actor, [request]);
  if (problem) throw problem;
  return { credentialId: request.uuid, state: 'revoked', bundle: await publish(deps) };
}

export type RevokeManyOutcome = {
  /** In the order of the requests. */
  results: { credentialId: string; state?: 'revoked'; problem?: AppError }[];
  bundle: number;
};

/** One write and one publication for all of them; one that cannot be revoked stops no other. */
export async function revokeMany(
  deps: Deps,
  actor: Actor,
  requests: readonly RevokeRequest[],
): Promise<RevokeManyOutcome> {
  authorise(actor, 'credentials:revoke');
  const problems = await revokeRows(deps, actor, requests);
  return {
    results: requests.map(({ uuid }, at) => {
      const problem = problems[at];
      return { credentialId: uuid, ...(problem ? { problem } : { state: 'revoked' as const }) };
    }),
    bundle: await publish(deps),
  };
}

/** What stood in the way of each, in their order. */
async function revokeRows(
  deps: Deps,
  actor: Actor,
  requests: readonly RevokeRequest[],
): Promise<(AppError | undefined)[]> {
  const { organisation, name } = actor;
  const revocations = [...new Map(requests.map((one) => [one.uuid, one])).values()].map((one) => ({
    ...one,
    auditId: deps.random.uuid(),
  }));
  const reevaluate = await markRevoked(deps.db, { organisation, revocations, actor: name, now: deps.clock.now() });
  if (reevaluate) await deps.wake();
  const uuids = revocations.map(({ uuid }) => uuid);
  const states = await credentialStates(deps.db, organisation, uuids);
  return requests.map(({ uuid }) => {
    const state = states.get(uuid);
    if (state === undefined)
      return new AppError('not-found', { zh: '没有这张证书。', en: 'There is no such credential.' });
    if (state === 'pending') {
      return new AppError('not-issued-yet', {
        zh: '证书尚在签发,请稍后再试。',
        en: 'The credential is still being issued. Try again shortly.',
      });
    }
    return undefined;
  });
}
