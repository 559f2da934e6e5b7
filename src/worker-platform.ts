/** Workers' half of deps: WebCrypto, a libSQL server over http, the queue that wakes the jobs, the static assets' binding. */
import { createClient } from '@libsql/client/http';
import { readConfig } from './config.ts';
import { type Deps, makeDeps } from './deps.ts';
import { webPrimitives } from './vc/primitives.ts';
import { webSecretPrimitives } from './vc/secret-primitives.ts';

/** As wrangler.toml binds them; settings and secrets are the bindings that are text. */
export type Bindings = Record<string, unknown> & {
  ISSUE_QUEUE: { send(message: unknown): Promise<void> };
  ASSETS: { fetch(request: Request): Promise<Response> };
};

export async function workerDeps(bindings: Bindings): Promise<Deps> {
  const texts = Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const { config, secrets } = readConfig(Object.fromEntries(texts));
  return makeDeps(config, secrets, {
    createClient,
    primitives: webPrimitives,
    secretPrimitives: webSecretPrimitives,
    wake: () => bindings.ISSUE_QUEUE.send({}),
    issueInline: 0,
    assets: async (path) => {
      const response = await bindings.ASSETS.fetch(new Request(new URL(path, 'https://assets.invalid')));
      return response.ok ? new Response(response.body, response) : undefined; // a fetched answer's headers cannot be set
    },
  });
}
