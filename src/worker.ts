/** Cloudflare Workers entry: bindings → deps for each invocation, then the same app and jobs as on Node. */
import { type Deps, prepareDatabase } from './deps.ts';
import { createApp } from './http/app.ts';
import { type Bindings, workerDeps } from './worker-platform.ts';

/** The database is looked at once in every isolate, not in every request. */
let prepared = false;

async function depsFor(bindings: Bindings): Promise<Deps> {
  const deps = await workerDeps(bindings);
  if (!prepared) await prepareDatabase(deps);
  prepared = true;
  return deps;
}

const app = createApp((bindings) => depsFor(bindings as Bindings)); // as wrangler.toml binds them

export default {
  fetch: app.fetch,
  /** A queue message only says that work is waiting; what it is stands in the database. */
  queue: async (_batch: unknown, bindings: Bindings) => {
    const { resumePending } = await import('./jobs/resume.ts');
    await resumePending(await depsFor(bindings));
  },
  scheduled: async (_event: unknown, bindings: Bindings) => {
    const { tick } = await import('./jobs/resume.ts');
    await tick(await depsFor(bindings));
  },
};
