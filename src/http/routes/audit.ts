/** GET /api/audit: who did what to which object of the organisation, newest first. */
import { Hono } from 'hono';
import { readAudit } from '../../issuer/audit.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { pageOf } from '../paging.ts';

export const audit = new Hono<AppEnv>().get('/api/audit', requireKey, async (c) =>
  c.json(await readAudit(c.get('deps'), c.get('actor'), pageOf(c))),
);
