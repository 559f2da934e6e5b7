/** The verb for a scheme whose rules changed: every ladder of it is evaluated again. What was issued before stays. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { markLadders } from '../store/ledger.ts';

/** Marks the ladders and asks for the work to be taken up; returns how many there are. Repeated, it changes nothing more. */
export async function evaluateScheme(deps: Deps, schemeId: string): Promise<number> {
  const scheme = deps.schemes.get(schemeId);
  if (!scheme) throw new AppError('not-found', { zh: `没有方案 ${schemeId}。`, en: `There is no scheme ${schemeId}.` });
  const marked = await markLadders(deps.db, scheme.id, {
    id: deps.random.uuid(),
    at: deps.clock.now(),
    organisation: null,
    actor: 'operator',
    detail: `version ${scheme.version}`,
  });
  await deps.wake();
  return marked;
}
