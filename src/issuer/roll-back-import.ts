/** The verb that takes an import back: every record of it is reversed, and every certificate that stands on nothing else is revoked, for good. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { standing } from '../learning/milestone.ts';
import { reverseEntries } from '../store/corrections.ts';
import { type CredentialRow, credentialsOf } from '../store/credentials.ts';
import { entriesOfImport, revokeForRollback } from '../store/imported-entries.ts';
import { closeRollback, type Import, isStillOurs, startRollback } from '../store/imports.ts';
import { entriesOf } from '../store/ledger.ts';
import { type Actor, authorise } from './actor.ts';
import { award } from './award.ts';
import { importFor } from './import-progress.ts';
import { issueCredentials } from './issue.ts';
import { publish } from './publish.ts';
import type { Run } from './run-import.ts';

const ENTRIES_AT_ONCE = 2_000;

/** From here on no part of it is worked off, and whoever takes it up takes it back. A second wish is fulfilled already. */
export async function rollBackImport(
  deps: Deps,
  actor: Actor,
  { id, reason }: { id: string; reason: string },
): Promise<Import> {
  authorise(actor, 'credentials:revoke');
  const one = await importFor(deps, actor, id);
  if (one.state === 'uploading') throw notYet();
  const audit = { id: deps.random.uuid(), at: deps.clock.now(), organisation: actor.organisation, actor: actor.name };
  await startRollback(deps.db, { id, reason }, audit);
  return importFor(deps, actor, id);
}

/** True when all of it is taken back and published. Interrupted, it begins anew: what was done is passed over. */
export async function workOffRollback(deps: Deps, one: Import, { runner, goOn, partDone }: Run): Promise<boolean> {
  for (let after = 0; ; ) {
    const isOurs = await isStillOurs(deps.db, { id: one.id, runner, state: 'rolling-back', now: deps.clock.now() });
    if (!isOurs || !goOn()) return false;
    const entries = await entriesOfImport(deps.db, one, { after, limit: ENTRIES_AT_ONCE });
    const last = entries.at(-1);
    if (!last) break;
    await takeBack(deps, one, entries);
    partDone?.(entries.length);
    after = last.entry;
  }
  await publish(deps);
  await closeRollback(deps.db, one.id, deps.clock.now());
  return true;
}

async function takeBack(
  deps: Deps,
  one: Import,
  entries: readonly { entry: number; learner: number }[],
): Promise<void> {
  const { organisation } = one;
  const now = deps.clock.now();
  const reason = one.reason ?? '';
  const actor = one.rollbackActor ?? one.actor;
  const { ladders } = await reverseEntries(deps.db, {
    organisation,
    entries: entries.map(({ entry }) => entry),
    actor,
    reason,
    now,
    audit: { id: deps.random.uuid(), object: `import ${one.id}` },
  });
  await award(deps, ladders);
  const learners = [...new Set(entries.map(({ learner }) => learner))];
  const unearned = await unearnedCredentials(deps, one, learners);
  await issueCredentials(
    deps,
    unearned.filter(({ state }) => state === 'pending'),
  ); // only what is issued can be revoked
  await revokeForRollback(
    deps.db,
    one,
    unearned.map(({ fields }) => fields.uuid),
    { reason, actor, batch: deps.random.uuid(), now },
  );
}

/** Made since the import began, and no longer earned. Older ones, and those that other records earn too, are not the import's. */
async function unearnedCredentials(deps: Deps, one: Import, learners: readonly number[]): Promise<CredentialRow[]> {
  const made = (await credentialsOf(deps.db, one.organisation, learners)).filter(
    ({ state, fields }) => state !== 'revoked' && fields.created >= one.createdAt,
  );
  const entries = await entriesOf(deps.db, one.organisation, learners);
  return made.filter(({ learner, scheme: id, stage, level }) => {
    const scheme = deps.schemes.get(id);
    return scheme !== undefined && !standing(entries.get(learner) ?? [], scheme, stage).reached.includes(level);
  });
}

const notYet = () =>
  new AppError('not-found', { zh: '这次导入尚未上传完。', en: 'This import is still being uploaded.' });
