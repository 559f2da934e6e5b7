/** A learner's standing, the link by which the holder reaches the certificates, and the operator's: one person in two records, and one who is to be forgotten. */
import { Hono } from 'hono';
import { erase } from '../../issuer/erase.ts';
import { makeHolderLink } from '../../issuer/holder-link.ts';
import { merge } from '../../issuer/merge.ts';
import { progressOf } from '../../issuer/progress.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';

export const learners = new Hono<AppEnv>()
  .get('/api/learners/:id{.{1,400}}', requireKey, async (c) =>
    c.json(await progressOf(c.get('deps'), c.get('actor'), c.req.param('id'))),
  )
  .post('/api/learners/:id{.{1,400}}/link', requireKey, (c) =>
    idempotently(c, '', () => makeHolderLink(c.get('deps'), c.get('actor'), c.req.param('id'))),
  )
  .post('/api/learners/:id{.{1,400}}/merge', requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['into', 'reason']);
    const [into, reason] = [textField(body, 'into', 128), textField(body, 'reason', 500)];
    const work = { personId: c.req.param('id'), into, reason };
    return idempotently(c, JSON.stringify(body), () => merge(c.get('deps'), c.get('actor'), work));
  })
  .post('/api/learners/:id{.{1,400}}/erase', requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['reason']);
    const work = { personId: c.req.param('id'), reason: textField(body, 'reason', 500) };
    return idempotently(c, JSON.stringify(body), () => erase(c.get('deps'), c.get('actor'), work));
  });
