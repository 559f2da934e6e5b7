/** What the routes find in the Hono context. */
import type { Deps } from '../deps.ts';
import type { Actor } from '../issuer/actor.ts';
import type { CredentialIssuers } from '../issuer/credential-issuers.ts';

export type AppEnv = {
  Bindings: Record<string, unknown>;
  Variables: {
    deps: Deps;
    /** Who issues over the VC-API. */
    credentialIssuers: CredentialIssuers;
    /** Set by requireKey. */
    actor: Actor;
    apiKeyId: string;
  };
};
