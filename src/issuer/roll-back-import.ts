/** The verb that takes an import back: every record of it is reversed, and every certificate that stands on nothing else is revoked, for good. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { standing } from '../learning/milestone.ts';
import { stagesMovedBy } from '../learning/scheme.ts';
import { reverseEntries } from '../store/corrections.ts';
import { credentialsByUuid, heldMilestones, markRevoked } from '../store/credentials.ts';
import { standingFlags } from '../store/flags.ts';
import {
  areUnevaluated,
  entriesOfImport,
  type ImportedEntry,
  personsBehind,
  rollbackActor,
  rollbackReversals,
} from '../store/imported-entries.ts';
import { closeRollback, type Import, isStillOurs, startRollback } from '../store/imports.ts';
import { entriesOf } from '../store/ledger.ts';
import { type Actor, authorise } from './actor.ts';
import { awardLeftBehind, milestoneName } from './award.ts';
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

async function takeBack(deps: Deps, one: Import, entries: readonly ImportedEntry[]): Promise<void> {
  const { organisation } = one;
  const reason = one.reason ?? '';
  const actor = one.rollbackActor ?? one.actor;
  await reverseEntries(deps.db, {
    organisation,
    entries: entries.map(({ entry }) => entry),
    actor: rollbackActor(one.id),
    reason,
    now: deps.clock.now(),
    audit: { id: deps.random.uuid(), object: `import ${one.id}`, actor },
  });
  while ((await awardLeftBehind(deps)) > 0); // those of an interrupted attempt among them
  if (await areUnevaluated(deps.db, [...new Set(entries.map(({ learner }) => learner))])) throw notEvaluated();
  const unearned = await unearnedCredentials(deps, one, entries);
  const rows = await credentialsByUuid(
    deps.db,
    unearned.map(({ uuid }) => uuid),
  );
  await issueCredentials(
    deps,
    rows.filter(({ state }) => state === 'pending'), // only what is issued can be revoked
  );
  const revocations = unearned.map((each) => ({ ...each, reason, auditId: deps.random.uuid() }));
  await markRevoked(deps.db, { organisation, revocations, actor, now: deps.clock.now(), rolledBackBy: one.id });
}

/**
 * Made since the import began, of a level that was reached with its entries and is not without them: whatever else was taken
 * back, before or meanwhile, is not the import's, nor is a certificate that a person decided to keep. What is left waits
 * behind its flag. An erased learner has no flags: the ledger alone says it.
 */
async function unearnedCredentials(
  deps: Deps,
  one: Import,
  changed: readonly ImportedEntry[],
): Promise<{ uuid: string; flag?: string }[]> {
  const { organisation, createdAt } = one;
  const persons = await personsBehind(
    deps.db,
    organisation,
    changed.map(({ learner }) => learner),
  );
  const ids = [...persons.keys()];
  const entries = await entriesOf(deps.db, organisation, ids);
  const reversals = await rollbackReversals(deps.db, one, ids);
  const lost = new Set<string>();
  for (const { learner, scheme: schemeId, stage } of distinctLadders(changed)) {
    const scheme = deps.schemes.get(schemeId);
    const person = persons.get(learner);
    if (!scheme || !person) continue;
    const without = person.ids.flatMap((id) => entries.get(id) ?? []);
    const withAll = without.filter(({ id }) => !reversals.has(id));
    for (const moved of stagesMovedBy(scheme, stage)) {
      const { reached } = standing(without, scheme, moved);
      for (const level of standing(withAll, scheme, moved).reached)
        if (!reached.includes(level))
          for (const id of person.ids) lost.add(milestoneName(id, { scheme: schemeId, stage: moved, level }));
    }
  }
  const held = (await heldMilestones(deps.db, organisation, ids)).filter(
    (each) => each.state !== 'revoked' && each.reservedAt >= createdAt && lost.has(milestoneName(each.learner, each)),
  );
  const uuids = held.map(({ uuid }) => uuid);
  const flags = await standingFlags(deps.db, uuids);
  const kept = new Set(flags.filter(({ state }) => state === 'kept').map(({ credential }) => credential));
  const open = new Map(
    flags.filter(({ cause }) => cause === 'level-lost').map(({ id, credential }) => [credential, id]),
  );
  return held.flatMap(({ uuid, learner }) => {
    if (persons.get(learner)?.isErased) return [{ uuid }];
    const flag = open.get(uuid);
    return flag === undefined || kept.has(uuid) ? [] : [{ uuid, flag }];
  });
}

const distinctLadders = (entries: readonly ImportedEntry[]): ImportedEntry[] => [
  ...new Map(entries.map((one) => [`${one.learner} ${one.scheme} ${one.stage}`, one])).values(),
];

const notYet = () =>
  new AppError('not-found', { zh: '这次导入尚未上传完。', en: 'This import is still being uploaded.' });

const notEvaluated = () =>
  new AppError('not-established', {
    zh: '有学员阶段未能重新评定(见日志 award-failed),解决后重复同一命令。',
    en: 'Some ladders could not be evaluated: see award-failed in the log, mend that, and repeat the command.',
  });
