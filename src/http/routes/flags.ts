/** What waits for a person of the bureau: GET /api/flags lists it, POST /api/flags/{id} decides. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { decideFlag, listFlags } from '../../issuer/flags.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { pageOf } from '../paging.ts';

export const flags = new Hono<AppEnv>()
  .get('/api/flags', requireKey, async (c) => c.json(await listFlags(c.get('deps'), c.get('actor'), pageOf(c))))
  .post('/api/flags/:id{[0-9a-f-]{36}}', requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['decision', 'reason']);
    const { decision } = body;
    if (decision !== 'keep' && decision !== 'revoke') {
      throw new AppError(
        'invalid-field',
        { zh: '“decision” 应为 keep(保留)或 revoke(撤销)。', en: 'decision must be keep or revoke.' },
        'decision',
      );
    }
    const work = { flagId: c.req.param('id'), decision, reason: textField(body, 'reason', 500) } as const;
    return idempotently(c, JSON.stringify(body), () => decideFlag(c.get('deps'), c.get('actor'), work));
  });
