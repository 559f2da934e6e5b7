/** The verb that revokes: final, audited, and published before it is answered. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { findCredential, markRevoked } from '../store/credentials.ts';
import { type Actor, authorise } from './actor.ts';
import { publish } from './publish.ts';

export type RevokeOutcome = { credentialId: string; state: 'revoked'; bundle: number };

/** A second revocation is answered like the first: the wish is fulfilled. Another organisation's credential is not found. */
export async function revoke(
  deps: Deps,
  actor: Actor,
  { uuid, reason }: { uuid: string; reason: string },
): Promise<RevokeOutcome> {
  authorise(actor, 'credentials:revoke');
  const changed = await markRevoked(deps.db, {
    organisation: actor.organisation,
    uuid,
    reason,
    audit: { id: deps.random.uuid(), actor: actor.name },
    now: deps.clock.now(),
  });
  if (!changed) await refuseUnlessRevoked(deps, actor, uuid);
  return { credentialId: uuid, state: 'revoked', bundle: await publish(deps) };
}

async function refuseUnlessRevoked(deps: Deps, actor: Actor, uuid: string): Promise<void> {
  const row = await findCredential(deps.db, uuid, { organisation: actor.organisation });
  if (!row) {
    throw new AppError('not-found', { zh: '没有这张证书。', en: 'There is no such credential.' });
  }
  if (row.state === 'pending') {
    throw new AppError('not-issued-yet', {
      zh: '证书尚在签发,请稍后再试。',
      en: 'The credential is still being issued. Try again shortly.',
    });
  }
}
