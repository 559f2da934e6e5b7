/** The verb that cures a wrong revocation: another credential of the same milestone, with what it said, in place of the revoked one. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { auditStatement } from '../store/audit.ts';
import { type CredentialRow, credentialsOf, findCredential } from '../store/credentials.ts';
import { idsOf, type Learner, learnersById, markedLadder } from '../store/ledger.ts';
import { reserve } from '../store/reservations.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { issueCredentials } from './issue.ts';
import { propose } from './reservation.ts';

export type ReissueOutcome = {
  credentialId: string;
  inPlaceOf: string;
  state: 'issued' | 'pending';
  /** False when one stood there already: it was issued again before, or the person holds another one of the level. */
  isNew: boolean;
};

/**
 * Dates of validity and points stay as they were, the holder's name is today's. Whether the level is still reached is not
 * asked: that is for a person, and the next evaluation raises a flag where it is not.
 */
export async function reissue(
  deps: Deps,
  actor: Actor,
  { uuid, reason }: { uuid: string; reason?: string },
): Promise<ReissueOutcome> {
  authorise(actor, 'credentials:revoke');
  const revoked = await findCredential(deps.db, uuid, { organisation: actor.organisation });
  if (!revoked) throw new AppError('not-found', { zh: '没有这张证书。', en: 'There is no such credential.' });
  if (revoked.state !== 'revoked') {
    throw new AppError('not-revoked', {
      zh: '这张证书没有被撤销,无需重新签发;内容有误请先撤销。',
      en: 'This credential is not revoked. If what it says is wrong, revoke it first.',
    });
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const learner = (await learnersById(deps.db, actor.organisation, [revoked.learner])).get(revoked.learner);
    if (!learner) throw new AppError('erased', { zh: '该学员的资料已删除。', en: 'The learner’s data was erased.' });
    const rows = await milestoneRows(deps, learner, revoked);
    const standing = rows.find(({ state }) => state !== 'revoked');
    if (standing) return outcome(standing, { inPlaceOf: uuid, isNew: false });
    const { validUntil } = revoked.fields;
    if (validUntil !== null && validUntil < deps.clock.now()) throw expired(validUntil);
    const made = await reserveAgain(deps, actor, {
      learner,
      revoked,
      rows,
      ...(reason === undefined ? {} : { reason }),
    });
    if (!made) continue;
    const isIssued = deps.issueInline > 0 && (await issueCredentials(deps, [made])).size === 1;
    await deps.wake(); // evaluates the ladder, and issues what was not
    return outcome({ ...made, state: isIssued ? 'issued' : 'pending' }, { inPlaceOf: uuid, isNew: true });
  }
  throw new Error(
    `a credential of ${actor.organisation} was not reserved in ${TRIES} tries: too few free status entries`,
  );
}

const TRIES = 100;

const expired = (validUntil: number) =>
  new AppError('expired', {
    zh: `这张证书的有效期已于 ${isoSeconds(validUntil)} 结束;重新签发不改变有效期,因此无法签发。`,
    en: `The validity of this credential ended at ${isoSeconds(validUntil)}. One in its place would have the same, so none can be issued.`,
  });

const outcome = (
  { fields, state }: CredentialRow,
  about: Pick<ReissueOutcome, 'inPlaceOf' | 'isNew'>,
): ReissueOutcome => ({ credentialId: fields.uuid, state: state === 'issued' ? 'issued' : 'pending', ...about });

/** The same level, of all learner records that are the person. */
async function milestoneRows(deps: Deps, learner: Learner, like: CredentialRow): Promise<CredentialRow[]> {
  const rows = await credentialsOf(deps.db, like.organisation, idsOf(learner));
  return rows.filter(
    ({ scheme, stage, level }) => scheme === like.scheme && stage === like.stage && level === like.level,
  );
}

type Again = { learner: Learner; revoked: CredentialRow; rows: readonly CredentialRow[]; reason?: string };

/** Undefined when another process was faster, or took the status entry. */
async function reserveAgain(
  deps: Deps,
  { organisation, name }: Actor,
  { learner, revoked, rows, reason }: Again,
): Promise<CredentialRow | undefined> {
  const { stage, level, fields } = revoked;
  const scheme = deps.schemes.get(revoked.scheme);
  if (!scheme) throw new Error(`the scheme ${revoked.scheme} of credential ${fields.uuid} is not there`);
  const again = {
    revision: Math.max(...rows.map((row) => row.revision)) + 1,
    validFrom: fields.validFrom,
    validUntil: fields.validUntil,
  };
  const [reservation] = await propose(deps, organisation, [
    { learner, scheme, stage, level, points: fields.points, again },
  ]);
  if (!reservation) return undefined;
  const { uuid } = reservation.fields;
  const now = deps.clock.now();
  const audit = { id: deps.random.uuid(), at: now, organisation, actor: name };
  const isMade = { sql: 'exists (select 1 from credentials where uuid = ?)', args: [uuid] };
  const also = [
    auditStatement(
      {
        ...audit,
        action: 'reissue',
        object: uuid,
        detail: `in place of ${fields.uuid}${reason === undefined ? '' : `: ${reason}`}`,
      },
      isMade,
    ),
    markedLadder({ organisation, learner: learner.id, scheme: scheme.id, stage }),
  ];
  const made = await reserve(deps.db, organisation, [reservation], { now, also });
  return made.size === 1 ? { ...reservation, organisation, state: 'pending', packed: null } : undefined;
}
