/** The Hono app: deps for each request, headers for every answer, the routes, and errors in one place. */
import { Hono } from 'hono';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type CredentialIssuers, productIssuers } from '../issuer/credential-issuers.ts';
import type { AppEnv } from './app-env.ts';
import { answerError } from './problem.ts';
import { credentials } from './routes/credentials.ts';
import { events } from './routes/events.ts';
import { health } from './routes/health.ts';
import { learners } from './routes/learners.ts';
import { site } from './routes/site.ts';
import { trust } from './routes/trust.ts';
import { vcIssuers } from './routes/vc-issuers.ts';
import { vcVerifiers } from './routes/vc-verifiers.ts';
import { verifyRoutes } from './routes/verify.ts';

/** `depsFor` is called once for each request with the platform's bindings. */
export function createApp(
  depsFor: (bindings: Record<string, unknown>) => Promise<Deps>,
  credentialIssuers: CredentialIssuers = productIssuers,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('deps', await depsFor(c.env));
    c.set('credentialIssuers', credentialIssuers);
    await next();
    const { headers } = c.res; // set on the answer itself: c.header() would wrap it anew and lose its encodeBody
    headers.set('referrer-policy', 'no-referrer');
    headers.set('x-content-type-options', 'nosniff');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  });
  for (const routes of [events, verifyRoutes, credentials, learners, trust, vcIssuers, vcVerifiers, health, site])
    app.route('/', routes);
  app.notFound((c) =>
    answerError(c, new AppError('not-found', { zh: '没有这个地址。', en: 'There is nothing at this address.' })),
  );
  app.onError((error, c) => answerError(c, error));
  return app;
}
