/** Cloudflare Workers entry: bindings → deps for each invocation, then the same app and jobs as on Node. */
import { createClient } from '@libsql/client/web';
import { readConfig } from './config.ts';
import { type Deps, makeDeps, refuseDevelopmentKeys } from './deps.ts';
import { createApp } from './http/app.ts';
import { resumePending, tick } from './jobs/resume.ts';
import { migrate } from './store/migrate.ts';
import { webPrimitives } from './vc/primitives.ts';

type Bindings = Record<string, unknown> & {
  ISSUE_QUEUE: { send(message: unknown): Promise<void> };
  ASSETS: { fetch(request: Request): Promise<Response> };
};

/** The check of the keys is repeated in every isolate, not in every request. */
let checked = false;

async function depsFor(bindings: Bindings): Promise<Deps> {
  const { config, secrets } = readConfig(textBindings(bindings));
  const deps = await makeDeps(config, secrets, {
    createClient,
    primitives: webPrimitives,
    wake: () => bindings.ISSUE_QUEUE.send({}),
    issueInline: 0,
    assets: async (path) => {
      const response = await bindings.ASSETS.fetch(new Request(new URL(path, 'https://assets.invalid')));
      return response.ok ? response : undefined;
    },
  });
  if (!checked) {
    await migrate(deps.db);
    await refuseDevelopmentKeys(config, deps.db);
    checked = true;
  }
  return deps;
}

const textBindings = (bindings: Bindings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const app = createApp((bindings) => depsFor(bindings as Bindings)); // as wrangler.toml binds them

export default {
  fetch: app.fetch,
  /** A queue message only says that work is waiting; what it is stands in the database. */
  queue: async (_batch: unknown, bindings: Bindings) => {
    await resumePending(await depsFor(bindings));
  },
  scheduled: async (_event: unknown, bindings: Bindings) => {
    await tick(await depsFor(bindings));
  },
};
