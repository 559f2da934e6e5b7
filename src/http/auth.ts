/** API keys: `Authorization: Bearer xz_…` → the actor. xAPI clients know HTTP Basic only: there the key is the password. */
import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../errors.ts';
import type { Actor } from '../issuer/actor.ts';
import { tokenHash } from '../issuer/api-key.ts';
import { type ApiKey, findApiKey } from '../store/organisations.ts';
import type { AppEnv } from './app-env.ts';

export const requireKey: MiddlewareHandler<AppEnv> = async (c, next) => {
  const key = await presentedKey(c);
  if (!key) {
    throw new AppError('unauthenticated', {
      zh: '需要 API 密钥:Authorization: Bearer xz_…',
      en: 'An API key is needed: Authorization: Bearer xz_…',
    });
  }
  c.set('actor', actorOf(key));
  c.set('apiKeyId', key.id);
  await next();
};

/** The key behind the request, if it carries a good one. */
export async function presentedKey(c: Context<AppEnv>): Promise<ApiKey | undefined> {
  const said = c.req.header('authorization') ?? '';
  const token = /^(?:Bearer |.*:)(xz_[A-Za-z0-9_-]{43})$/i.exec(basicPair(said) ?? said)?.[1];
  if (token === undefined) return undefined;
  const deps = c.get('deps');
  return findApiKey(deps.db, await tokenHash(deps, token));
}

/** `user:password`, RFC 7617. */
function basicPair(header: string): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(header)?.[1];
  return encoded !== undefined && encoded.length % 4 === 0 ? atob(encoded) : undefined;
}

export const actorOf = (key: ApiKey): Actor => ({
  organisation: key.organisation,
  source: key.source,
  name: `key:${key.id}`,
  scopes: new Set(key.scopes),
  ...(key.categories ? { categories: new Set(key.categories) } : {}),
});
