/** What queue, cron and timer do: evaluate ladders left behind, issue pending rows, publish when it is due. They call the verbs, never our own HTTP. */
import type { Deps } from '../deps.ts';
import { award } from '../issuer/award.ts';
import { warnOfEndingKeys } from '../issuer/ending-keys.ts';
import { issuePending } from '../issuer/issue.ts';
import { publish } from '../issuer/publish.ts';
import { revokedSince } from '../store/credentials.ts';
import { latestDocument } from '../store/documents.ts';

const ROWS_A_PAGE = 1_000;

/** Until nothing is left that can be done. Safe to run beside itself and beside requests. */
export async function resumePending(deps: Deps): Promise<number> {
  let issued = 0;
  for (;;) {
    const { evaluated } = await award(deps, {});
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
  const age = deps.clock.now() - current.publishedAt;
  const due = age * 2 >= deps.config.bundleHours * 3600 || (await revokedSince(deps.db, current.publishedAt));
  return due ? publish(deps) : undefined;
}

/** The periodic round of all. */
export async function tick(deps: Deps): Promise<void> {
  await warnOfEndingKeys(deps);
  const published = await publishWhenDue(deps);
  const issued = await resumePending(deps);
  if (published !== undefined || issued > 0)
    deps.log({ event: 'tick', issued, ...(published === undefined ? {} : { published }) });
}
