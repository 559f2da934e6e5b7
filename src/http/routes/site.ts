/** The pages without a credential in them, and the built files. */
import { Hono } from 'hono';
import { CheckPage } from '../../pages/check.tsx';
import { HomePage } from '../../pages/home.tsx';
import type { AppEnv } from '../app-env.ts';
import { htmlPage, SCAN_WORKER_POLICY } from '../page.ts';

export const site = new Hono<AppEnv>()
  .get('/', async (c) => {
    const published = await c.get('deps').trust();
    return htmlPage(c, HomePage({ issuers: (published?.list.issuers ?? []).map(({ id, name }) => ({ id, name })) }));
  })
  .get('/c/', async (c) => {
    const published = await c.get('deps').trust();
    return htmlPage(c, CheckPage({ officialHosts: (published?.list.hosts ?? []).join('、') }));
  })
  .get('/c', (c) => c.redirect('/c/', 301))
  .get('/assets/*', async (c, next) => {
    const path = new URL(c.req.url).pathname;
    const file = await c.get('deps').assets(path);
    if (path === '/assets/scan-worker.js') file?.headers.set('content-security-policy', SCAN_WORKER_POLICY);
    return file ?? next();
  });
