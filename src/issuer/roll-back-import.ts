/** The verb that takes an import back: every record of it is reversed, and every certificate that stands on nothing else is revoked, for good. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { reverseEntries } from '../store/corrections.ts';
import { credentialsByUuid, heldMilestones, markRevoked } from '../store/credentials.ts';
import { areUnevaluated, entriesOfImport, markRolledBack } from '../store/imported-entries.ts';
import { closeRollback, type Import, isStillOurs, startRollback } from '../store/imports.ts';
import { idsOf, learnersById } from '../store/ledger.ts';
import { type Actor, authorise } from './actor.ts';
import { awardLeftBehind } from './award.ts';
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
  const reason = one.reason ?? '';
  const actor = one.rollbackActor ?? one.actor;
  await reverseEntries(deps.db, {
    organisation,
    entries: entries.map(({ entry }) => entry),
    actor,
    reason,
    now: deps.clock.now(),
    audit: { id: deps.random.uuid(), object: `import ${one.id}` },
  });
  while ((await awardLeftBehind(deps)) > 0); // those of an interrupted attempt among them
  const learners = [...new Set(entries.map(({ learner }) => learner))];
  if (await areUnevaluated(deps.db, learners)) throw notEvaluated();
  const unearned = await unearnedCredentials(deps, one, learners);
  const rows = await credentialsByUuid(deps.db, unearned);
  await issueCredentials(
    deps,
    rows.filter(({ state }) => state === 'pending'), // only what is issued can be revoked
  );
  await markRolledBack(deps.db, one, unearned);
  const revocations = unearned.map((uuid) => ({ uuid, reason, auditId: deps.random.uuid() }));
  await markRevoked(deps.db, { organisation, revocations, actor, now: deps.clock.now() });
}

/** Made since the import began, and flagged as no longer earned. Older ones, and those that other records earn too, are not the import's. */
async function unearnedCredentials(deps: Deps, one: Import, learners: readonly number[]): Promise<string[]> {
  const { organisation, createdAt } = one;
  const people = new Set((await learnersById(deps.db, organisation, learners)).values());
  const held = await heldMilestones(deps.db, organisation, [...people].flatMap(idsOf));
  return held
    .filter(
      ({ state, reservedAt, flags }) => state !== 'revoked' && reservedAt >= createdAt && flags.includes('level-lost'),
    )
    .map(({ uuid }) => uuid);
}

const notYet = () =>
  new AppError('not-found', { zh: '这次导入尚未上传完。', en: 'This import is still being uploaded.' });

const notEvaluated = () =>
  new AppError('not-established', {
    zh: '有学员阶段未能重新评定(见日志 award-failed),解决后重复同一命令。',
    en: 'Some ladders could not be evaluated: see award-failed in the log, mend that, and repeat the command.',
  });
