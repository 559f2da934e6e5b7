/** Imports that were begun over HTTP, or whose process died: they go on here, part after part. */
import type { Deps } from '../deps.ts';
import { workOffRollback } from '../issuer/roll-back-import.ts';
import { runImport } from '../issuer/run-import.ts';
import { forgetImportRemains, leaveImport, openImports, takeImport } from '../store/imports.ts';

/** An invocation on Workers ends some time: after so many seconds the rest is for the next one. */
const SECONDS_AT_ONCE = 20;
/** A process that has not been seen for so long has died: one part takes a few seconds. */
const ABANDONED_SECONDS = 120;

const DAY = 86_400;
const KEEP_UPLOADS = DAY;
const KEEP_FINDINGS = 60 * DAY;

/** False when work is left that should be asked for again. One that fails does not stop the others. */
export async function continueImports(deps: Deps): Promise<boolean> {
  const until = deps.clock.now() + SECONDS_AT_ONCE;
  const runner = deps.random.uuid();
  const goOn = () => deps.clock.now() < until;
  let isDone = true;
  for (const one of await openImports(deps.db)) {
    const now = deps.clock.now();
    if (!(await takeImport(deps.db, { id: one.id, runner, now, seenBefore: now - ABANDONED_SECONDS }))) continue;
    try {
      const work = one.state === 'running' ? runImport : workOffRollback;
      const isFinished = await work(deps, one, { runner, goOn });
      isDone &&= isFinished;
    } catch (error) {
      deps.log({ event: 'import-failed', import: one.id, reason: error instanceof Error ? error.message : 'unknown' });
    }
    await leaveImport(deps.db, { id: one.id, runner });
  }
  return isDone;
}

export const forgetImports = (deps: Deps): Promise<void> =>
  forgetImportRemains(deps.db, {
    uploadsBefore: deps.clock.now() - KEEP_UPLOADS,
    findingsBefore: deps.clock.now() - KEEP_FINDINGS,
  });
