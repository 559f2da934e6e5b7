/** The verb that tells its holder how a certificate stands today: what became of it, and which one is there in its place. */
import type { Deps } from '../deps.ts';
import { type CredentialRow, credentialsOf, revocationOf } from '../store/credentials.ts';
import { idsOf, learnersById } from '../store/ledger.ts';
import { isoSeconds } from '../vc/time.ts';
import { ageAt, successorOf } from './successor.ts';

export type CertificateStanding = {
  /** `current`: a check today says valid. A certificate with a successor is current all the same: both verify. */
  readonly state: 'current' | 'expired' | 'not-yet-valid' | 'revoked';
  readonly revocation?: { readonly at: string; readonly reason: string };
  /** Of the same holder, scheme and stage, current and of a higher level; in place of a revoked one also of its own. */
  readonly successor?: CredentialRow;
};

/** For those who hold the row already. */
export async function certificateStanding(deps: Deps, row: CredentialRow): Promise<CertificateStanding> {
  const now = deps.clock.now();
  const state = row.state === 'revoked' ? 'revoked' : ageAt(row, now);
  const revocation = state === 'revoked' ? await revocationOf(deps.db, row.fields.uuid) : undefined;
  const successor = await standsInPlace(deps, row, now);
  return {
    state,
    ...(revocation ? { revocation: { at: isoSeconds(revocation.at), reason: revocation.reason } } : {}),
    ...(successor ? { successor } : {}),
  };
}

async function standsInPlace(deps: Deps, row: CredentialRow, now: number): Promise<CredentialRow | undefined> {
  const { organisation, learner: id } = row;
  const scheme = deps.schemes.get(row.scheme);
  const learner = (await learnersById(deps.db, organisation, [id])).get(id);
  if (!scheme || !learner) return undefined;
  return successorOf(scheme, row, { held: await credentialsOf(deps.db, organisation, idsOf(learner)), now });
}
