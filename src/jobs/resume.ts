/** What queue, cron and timer do: evaluate ladders left behind, issue pending rows, publish when it is due. They call the verbs, never our own HTTP. */
import type { Deps } from '../deps.ts';
import { awardLeftBehind } from '../issuer/award.ts';
import { warnOfEndingKeys } from '../issuer/ending-keys.ts';
import { issuePending } from '../issuer/issue.ts';
import { publish } from '../issuer/publish.ts';
import { revokedSince } from '../store/credentials.ts';
import { latestDocument } from '../store/documents.ts';

/** They load when they are asked for: what reads lists is of use to nothing else here. */
const imports = () => import('./imports.ts');

const ROWS_A_PAGE = 1_000;
/** Seconds by which the clocks of two processes may differ. */
const CLOCK_SLACK = 600;

/** Until nothing is left that can be done, but for imports: they take long, and ask to be woken again. Safe to run beside itself and beside requests. */
export async function resumePending(deps: Deps): Promise<number> {
  if (!(await (await imports()).continueImports(deps))) await deps.wake();
  let issued = 0;
  for (;;) {
    const evaluated = await awardLeftBehind(deps);
    const now = await issuePending(deps, ROWS_A_PAGE);
    issued += now;
    if (evaluated === 0 && now === 0) return issued;
  }
}

/**
 * Publishes a fresh bundle when half of the current one's time is over, or when a revocation has not been published yet
 * (its process died in between); nothing before anything is established.
 */
export async function publishWhenDue(deps: Deps): Promise<number | undefined> {
  const current = await latestDocument(deps.db, 'bundle');
  if (!current) return undefined;
  const now = deps.clock.now();
  const age = now - current.publishedAt;
  const late = age < -CLOCK_SLACK || age * 2 >= deps.config.bundleHours * 3600; // a date far ahead was a wrong clock's
  const due = late || (await revokedSince(deps.db, { from: current.publishedAt - CLOCK_SLACK, to: now }));
  return due ? publish(deps) : undefined;
}

/** The periodic round of all; none of its parts stops the others. */
export async function tick(deps: Deps): Promise<void> {
  const published = await attempt(deps, 'publish', () => publishWhenDue(deps));
  const issued = await attempt(deps, 'resume', () => resumePending(deps));
  await attempt(deps, 'forget', async () => (await imports()).forgetImports(deps));
  await attempt(deps, 'warn', () => warnOfEndingKeys(deps));
  if (published !== undefined || issued)
    deps.log({ event: 'tick', issued: issued ?? 0, ...(published === undefined ? {} : { published }) });
}

async function attempt<T>(deps: Deps, part: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    deps.log({ event: 'job-failed', part, reason: error instanceof Error ? error.message : 'unknown' });
    return undefined;
  }
}
