/** GET /api/learners/{id}/code: what a parent shows at a station, as text or as a QR symbol. */
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { learnerCodeOf } from '../../issuer/learner-code.ts';
import { symbolSvg } from '../../vc/qr/symbol.ts';
import { LEARNER_CODE_PREFIX } from '../../vc/slip/learner-code.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';

export const learnerCode = new Hono<AppEnv>().get('/api/learners/:id{.{1,400}}/code', requireKey, async (c) => {
  const digits = await learnerCodeOf(c.get('deps'), c.get('actor'), c.req.param('id'));
  const type = accepts(c, { header: 'Accept', supports: ['text/plain', 'image/svg+xml'], default: 'text/plain' });
  c.header('cache-control', 'private, no-store');
  c.header('vary', 'Accept, Authorization');
  if (type === 'text/plain')
    return c.body(`${LEARNER_CODE_PREFIX}${digits}\n`, 200, { 'content-type': 'text/plain; charset=utf-8' });
  return c.body(symbolSvg(LEARNER_CODE_PREFIX, digits, '学员码 Learner code'), 200, { 'content-type': type });
});
