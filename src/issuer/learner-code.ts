/** The verb that gives a parent the code to show at stations: always the same one for a person in an organisation. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { holdersOfCodes, keepLearnerCode } from '../store/learner-codes.ts';
import { fromHex } from '../vc/encoding.ts';
import { LEARNER_CODE_BYTES, learnerCode } from '../vc/slip/learner-code.ts';
import { type Actor, authorise } from './actor.ts';
import { personHash } from './record-event.ts';

/** Its digits. Also for a person of whom nothing is recorded yet: the first thing may happen at a station. */
export async function learnerCodeOf(deps: Deps, actor: Actor, personId: string): Promise<string> {
  authorise(actor, 'learners:link');
  const { organisation } = actor;
  if (personId.length > 128)
    throw new AppError('not-found', { zh: '没有这样的学员编号。', en: 'No learner has such an id.' });
  const hash = await personHash(deps, organisation, personId);
  const keyed = (await deps.keyedHash(`learner-code\n${organisation}\n${hash}`)).slice(0, 2 * LEARNER_CODE_BYTES);
  const code = learnerCode(fromHex(keyed) ?? new Uint8Array());
  await keepLearnerCode(deps.db, { code, organisation, personHash: hash, now: deps.clock.now() });
  const holder = (await holdersOfCodes(deps.db, [code])).get(code);
  if (holder?.personHash === hash && holder.organisation === organisation) return code;
  throw new Error('two people have the same learner code');
}
