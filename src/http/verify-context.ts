/** What the trust verifier judges with, whichever route asks: what this service has published, and its clock. */
import type { Deps } from '../deps.ts';
import type { VerifyContext } from '../vc/verify/verify.ts';

export type VerifyDeps = Pick<Deps, 'trust' | 'issuedSets' | 'clock' | 'primitives'>;

export const verifyContext = async (deps: VerifyDeps): Promise<VerifyContext> => ({
  trust: await deps.trust(),
  issuedSets: await deps.issuedSets(),
  now: deps.clock.now(),
  primitives: deps.primitives,
});
