/** The verbs that make and withdraw API keys: 256 random bits, shown once, kept hashed. */
import type { Deps } from '../deps.ts';
import { createApiKey, withdrawApiKeys } from '../store/organisations.ts';
import { base64url, hex, utf8 } from '../vc/encoding.ts';
import type { Scope } from './actor.ts';

export type ApiKeyRequest = {
  organisation: string;
  source: string;
  scopes: readonly Scope[];
  categories?: readonly string[];
  development: boolean;
};

/** Returns the token, `xz_…`. It cannot be shown again. */
export async function makeApiKey(deps: Deps, request: ApiKeyRequest): Promise<string> {
  const token = `xz_${base64url(deps.random.bytes(32))}`;
  await createApiKey(
    deps.db,
    {
      id: deps.random.uuid(),
      hash: await tokenHash(deps, token),
      organisation: request.organisation,
      source: request.source,
      scopes: request.scopes,
      categories: request.categories ?? null,
      development: request.development,
    },
    { id: deps.random.uuid(), actor: 'operator' },
    deps.clock.now(),
  );
  return token;
}

/** Every key of the source, from the next request on. Returns how many. */
export const dropApiKeys = (deps: Deps, of: { organisation: string; source: string }): Promise<number> =>
  withdrawApiKeys(deps.db, of, { id: deps.random.uuid(), actor: 'operator' }, deps.clock.now());

/** Tokens are random: a plain hash is enough, and survives a change of the keyed hash's key. */
export const tokenHash = async (deps: Deps, token: string): Promise<string> =>
  hex(await deps.primitives.sha256(utf8(token)));
