/** What the routes find in the Hono context. */
import type { Deps } from '../deps.ts';
import type { Actor } from '../issuer/actor.ts';

export type AppEnv = {
  Bindings: Record<string, unknown>;
  Variables: {
    deps: Deps;
    /** Set by requireKey. */
    actor: Actor;
    apiKeyId: string;
  };
};
