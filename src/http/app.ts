/** The Hono app: which file answers which paths, deps for each request, headers for every answer, and errors in one place. */
import { type Context, Hono } from 'hono';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type CredentialIssuers, productIssuers } from '../issuer/credential-issuers.ts';
import type { AppEnv } from './app-env.ts';
import { answerError } from './problem.ts';

type Routes = Hono<AppEnv>;

/** The first row that fits a path answers it. Its file loads with the first request: a fresh isolate pays for what it is asked only. */
const ROUTES: readonly { paths: readonly string[]; load(): Promise<Routes> }[] = [
  { paths: ['/verify', '/verify/batch'], load: async () => (await import('./routes/verify.ts')).verifyRoutes },
  { paths: ['/api/events', '/api/mapping'], load: async () => (await import('./routes/events.ts')).events },
  { paths: ['/xapi/*'], load: async () => (await import('./routes/xapi.ts')).xapi },
  { paths: ['/api/corrections'], load: async () => (await import('./routes/corrections.ts')).corrections },
  { paths: ['/api/flags', '/api/flags/*'], load: async () => (await import('./routes/flags.ts')).flags },
  { paths: ['/api/audit'], load: async () => (await import('./routes/audit.ts')).audit },
  {
    paths: ['/api/status-changes', '/api/credentials/:id/reissue'],
    load: async () => (await import('./routes/status-changes.ts')).statusChanges,
  },
  {
    paths: ['/credentials/*', '/api/credentials/*'],
    load: async () => (await import('./routes/credentials.ts')).credentials,
  },
  {
    paths: ['/api/imports', '/api/imports/*'],
    load: async () => (await import('./routes/imports.ts')).imports,
  },
  {
    paths: ['/api/learners/:id/code'],
    load: async () => (await import('./routes/learner-code.ts')).learnerCode,
  },
  {
    paths: ['/api/quotas', '/api/quotas/*', '/api/slips'],
    load: async () => (await import('./routes/quotas.ts')).quotas,
  },
  { paths: ['/api/learners/*'], load: async () => (await import('./routes/learners.ts')).learners },
  {
    paths: ['/trust/*', '/status-lists/*', '/issuers/:id/did.json', '/.well-known/*', '/contexts/*'],
    load: async () => (await import('./routes/trust.ts')).trust,
  },
  { paths: ['/issuers/*'], load: async () => (await import('./routes/vc-issuers.ts')).vcIssuers },
  { paths: ['/verifiers/*'], load: async () => (await import('./routes/vc-verifiers.ts')).vcVerifiers },
  { paths: ['/healthz', '/readyz'], load: async () => (await import('./routes/health.ts')).health },
  { paths: ['/station', '/station/*'], load: async () => (await import('./routes/station.ts')).station },
  { paths: ['/', '/c', '/c/', '/assets/*'], load: async () => (await import('./routes/site.ts')).site },
  { paths: ['*'], load: async () => new Hono<AppEnv>() },
];

/** `depsFor` is called once for each request with the platform's bindings. */
export function createApp(
  depsFor: (bindings: Record<string, unknown>) => Promise<Deps>,
  credentialIssuers: CredentialIssuers = productIssuers,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const { paths, load } of ROUTES) {
    let framed: Routes | undefined; // what was loaded, never the promise of it: on Workers that belongs to one request
    const answer = async (c: Context<AppEnv>) => {
      framed ??= framedRoutes(await load());
      return framed.fetch(c.req.raw, c.env);
    };
    for (const path of paths) app.all(path, answer);
  }
  return app;

  function framedRoutes(routes: Routes): Routes {
    const framed = new Hono<AppEnv>();
    framed.use(async (c, next) => {
      c.set('deps', await depsFor(c.env));
      c.set('credentialIssuers', credentialIssuers);
      await next();
      const { headers } = c.res; // set on the answer itself: c.header() would wrap it anew and lose its encodeBody
      headers.set('referrer-policy', 'no-referrer');
      headers.set('x-content-type-options', 'nosniff');
      if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    });
    framed.route('/', routes);
    framed.notFound((c) =>
      answerError(c, new AppError('not-found', { zh: '没有这个地址。', en: 'There is nothing at this address.' })),
    );
    framed.onError((error, c) => answerError(c, error));
    return framed;
  }
}
