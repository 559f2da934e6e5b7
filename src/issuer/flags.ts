/** The verbs around flags: what waits for a person's decision, and the decision: keep the certificate, or revoke it. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type Flag, findFlag, keepFlagged, openFlags } from '../store/flags.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { revoke } from './revoke.ts';

export type ShownFlag = {
  flagId: string;
  cause: Flag['cause'];
  state: Flag['state'];
  raisedAt: string;
  credentialId: string;
  scheme: string;
  stage: string;
  level: string;
  /** As the certificate shows it; absent for a pseudonym. */
  holder?: string;
  /** The certificate of the same level that the person holds besides. */
  heldBesides?: string;
};

/** Open flags, oldest first. `next` names the last one of a page that others follow. */
export async function listFlags(
  deps: Deps,
  actor: Actor,
  { after, limit }: { after?: string; limit: number },
): Promise<{ flags: ShownFlag[]; next?: string }> {
  authorise(actor, 'organisation:operate');
  const last = after === undefined ? undefined : await flagOrThrow(deps, actor, after);
  const flags = await openFlags(deps.db, actor.organisation, { ...(last ? { after: last } : {}), limit });
  const end = flags.length === limit ? flags.at(-1)?.id : undefined;
  return { flags: flags.map(shownFlag), ...(end === undefined ? {} : { next: end }) };
}

export type FlagDecision = { flagId: string; decision: 'keep' | 'revoke'; reason: string };

/** Repeated, it is answered as it was decided. A flag that was decided otherwise, or has lost its cause, is `already-decided`. */
export async function decideFlag(
  deps: Deps,
  actor: Actor,
  { flagId, decision, reason }: FlagDecision,
): Promise<ShownFlag> {
  authorise(actor, 'organisation:operate');
  const flag = await flagOrThrow(deps, actor, flagId);
  if (flag.state === 'open') {
    if (decision === 'revoke') await revoke(deps, actor, { uuid: flag.credential, reason, flag: flagId });
    else {
      const audit = { id: deps.random.uuid(), actor: actor.name };
      await keepFlagged(deps.db, {
        organisation: actor.organisation,
        id: flagId,
        reason,
        audit,
        now: deps.clock.now(),
      });
    }
  }
  const decided = await flagOrThrow(deps, actor, flagId);
  if (decided.state === DECIDED[decision]) return shownFlag(decided);
  throw new AppError('already-decided', {
    zh: `此事项已处理(${STATES[decided.state].zh})。`,
    en: `This flag is closed: ${STATES[decided.state].en}.`,
  });
}

const DECIDED = { keep: 'kept', revoke: 'revoked' } as const;
const STATES: Readonly<Record<Flag['state'], { zh: string; en: string }>> = {
  open: { zh: '待处理', en: 'open' },
  kept: { zh: '已决定保留', en: 'it was decided to keep the certificate' },
  revoked: { zh: '证书已撤销', en: 'the certificate is revoked' },
  settled: { zh: '原因已消除', en: 'its cause is gone' },
};

async function flagOrThrow(deps: Deps, { organisation }: Actor, id: string): Promise<Flag> {
  const flag = await findFlag(deps.db, organisation, id);
  if (flag) return flag;
  throw new AppError('not-found', { zh: '没有这个待处理事项。', en: 'There is no such flag.' });
}

const shownFlag = ({
  id,
  cause,
  state,
  raisedAt,
  credential,
  scheme,
  stage,
  level,
  holderName,
  other,
}: Flag): ShownFlag => ({
  flagId: id,
  cause,
  state,
  raisedAt: isoSeconds(raisedAt),
  credentialId: credential,
  scheme,
  stage,
  level,
  ...(holderName === null ? {} : { holder: holderName }),
  ...(other === null ? {} : { heldBesides: other }),
});
