/** A learner's standing, and the link by which the holder reaches the certificates. */
import { Hono } from 'hono';
import { makeHolderLink } from '../../issuer/holder-link.ts';
import { progressOf } from '../../issuer/progress.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { idempotently } from '../idempotent.ts';

export const learners = new Hono<AppEnv>()
  .get('/api/learners/:id{.{1,400}}', requireKey, async (c) =>
    c.json(await progressOf(c.get('deps'), c.get('actor'), c.req.param('id'))),
  )
  .post('/api/learners/:id{.{1,400}}/link', requireKey, (c) =>
    idempotently(c, '', () => makeHolderLink(c.get('deps'), c.get('actor'), c.req.param('id'))),
  );
