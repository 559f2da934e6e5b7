/** The verbs around holder links: a link for a learner, its exchange for a session, and whose session it is. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type CredentialRow, credentialsOf } from '../store/credentials.ts';
import { addHolderToken, learnerOfToken, removeSession } from '../store/holder-tokens.ts';
import { findLearner, idsOf, type Learner } from '../store/ledger.ts';
import { base64url } from '../vc/encoding.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { tokenHash } from './api-key.ts';
import { personHash } from './record-event.ts';

const LINK_SECONDS = 15 * 60;
export const SESSION_SECONDS = 60 * 60;

/** A link to the learner's newest issued credential. The token is in the fragment: it reaches no log on the way. */
export async function makeHolderLink(
  deps: Deps,
  actor: Actor,
  personId: string,
): Promise<{ url: string; expiresAt: string }> {
  authorise(actor, 'learners:link');
  const learner = await learnerOrThrow(deps, actor.organisation, personId);
  const newest = (await credentialsOf(deps.db, actor.organisation, idsOf(learner)))
    .filter(({ state }) => state !== 'pending')
    .at(-1);
  if (!newest) throw new AppError('not-found', { zh: '该学员还没有证书。', en: 'The learner has no credential yet.' });
  return linkToCredential(deps, newest);
}

/** For those who hold the row already. */
export async function linkToCredential(
  deps: Deps,
  { fields, learner }: CredentialRow,
): Promise<{ url: string; expiresAt: string }> {
  const { token, expiresAt } = await newToken(deps, { kind: 'link', learner, seconds: LINK_SECONDS });
  return { url: `${deps.config.publicUrl}/credentials/${fields.uuid}#t=${token}`, expiresAt: isoSeconds(expiresAt) };
}

/** `field`: where the id stood, if not in the address. */
export async function learnerOrThrow(
  deps: Deps,
  organisation: string,
  personId: string,
  field?: string,
): Promise<Learner> {
  const learner = await findLearner(deps.db, organisation, await personHash(deps, organisation, personId));
  if (learner) return learner;
  throw new AppError('not-found', { zh: '没有这名学员的记录。', en: 'There is no record of this learner.' }, field);
}

/** A session token for the holder whom the link stands for; the link lasts until its time, for a tap that went wrong. */
export async function openSession(deps: Deps, linkToken: string): Promise<string> {
  const learner = await learnerOfToken(deps.db, await tokenHash(deps, linkToken), 'link', deps.clock.now());
  if (learner === undefined) {
    throw new AppError('link-expired', {
      zh: '链接已失效(有效期 15 分钟)。请向学校或学习平台索取新链接。',
      en: 'The link has ended (links last 15 minutes). Ask your school or learning platform for a new one.',
    });
  }
  return (await newToken(deps, { kind: 'session', learner, seconds: SESSION_SECONDS })).token;
}

/** From here on neither the session nor a link that its learner was given before opens anything; one that had ended already is no fault. */
export async function endSession(deps: Deps, sessionToken: string): Promise<void> {
  await removeSession(deps.db, await tokenHash(deps, sessionToken));
}

export const learnerOfSession = async (deps: Deps, sessionToken: string): Promise<number | undefined> =>
  learnerOfToken(deps.db, await tokenHash(deps, sessionToken), 'session', deps.clock.now());

async function newToken(
  deps: Deps,
  { kind, learner, seconds }: { kind: 'link' | 'session'; learner: number; seconds: number },
) {
  const token = base64url(deps.random.bytes(32));
  const now = deps.clock.now();
  const expiresAt = now + seconds;
  await addHolderToken(deps.db, { hash: await tokenHash(deps, token), kind, learner, expiresAt }, now);
  return { token, expiresAt };
}
