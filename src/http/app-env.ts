/** What the routes find in the Hono context. */
import type { IncomingMessage } from 'node:http';
import type { Deps } from '../deps.ts';
import type { Actor } from '../issuer/actor.ts';
import type { CredentialIssuers } from '../issuer/credential-issuers.ts';

export type AppEnv = {
  /** The platform's own; on Node @hono/node-server adds its request. */
  Bindings: Record<string, unknown> & { readonly incoming?: IncomingMessage };
  Variables: {
    deps: Deps;
    /** Who issues over the VC-API. */
    credentialIssuers: CredentialIssuers;
    /** Set by requireKey. */
    actor: Actor;
    apiKeyId: string;
  };
};
