/** Offline attendance: a bureau's quotas, and the slips that stations bring. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { createQuota, quotasOf, resume } from '../../issuer/quota.ts';
import { redeemSlips } from '../../issuer/redeem-slips.ts';
import { SLIP_REFUSALS } from '../../vc/slip/refusal.ts';
import { MAX_SLIP_LENGTH } from '../../vc/slip/slip.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, bodyText, malformed, mediaType, refuseOtherFields, strictJson, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { limitRate } from '../rate-limit.ts';

const MAX_SLIPS = 1_000;
const MAX_BYTES = MAX_SLIPS * (MAX_SLIP_LENGTH + 16);
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const quotas = new Hono<AppEnv>()
  .post('/api/quotas', requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    return idempotently(c, JSON.stringify(body), () => createQuota(c.get('deps'), c.get('actor'), body));
  })
  .get('/api/quotas', requireKey, async (c) => {
    const state = c.req.query('state');
    if (state !== undefined && state !== 'open' && state !== 'suspended')
      throw new AppError(
        'invalid-field',
        { zh: 'state 应为 open 或 suspended。', en: 'state is open or suspended.' },
        'state',
      );
    return c.json({ quotas: await quotasOf(c.get('deps'), c.get('actor'), state) });
  })
  .post(`/api/quotas/:id{${UUID}}/resume`, requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['reason']);
    const [id, reason] = [c.req.param('id'), textField(body, 'reason', 500)];
    return idempotently(c, JSON.stringify(body), async () => {
      await resume(c.get('deps'), c.get('actor'), { id, reason });
      return { id, state: 'open' };
    });
  })
  // No key: docs/decisions/0011. A station that is served from elsewhere sends text/plain, which needs no preflight.
  .post('/api/slips', limitRate, async (c) => {
    const type = mediaType(c, ['application/json', 'text/plain']);
    const text = await bodyText(c, MAX_BYTES);
    const slips = type === 'text/plain' ? linesOf(text) : listed(text);
    if (slips.length > MAX_SLIPS) {
      throw new AppError('too-large', {
        zh: `一次最多 ${MAX_SLIPS} 张凭条,收到 ${slips.length} 张;请分批发送。`,
        en: `At most ${MAX_SLIPS} slips at a time; ${slips.length} came. Send them in parts.`,
      });
    }
    const outcomes = await redeemSlips(c.get('deps'), slips);
    c.header('access-control-allow-origin', '*');
    return c.json({
      redeemed: outcomes.filter(({ redeemed }) => redeemed).length,
      results: outcomes.map((outcome, index) =>
        outcome.redeemed ? { index, redeemed: true } : { index, ...outcome, ...SLIP_REFUSALS[outcome.reason] },
      ),
    });
  });

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function listed(text: string): string[] {
  const value = strictJson(text, MAX_BYTES);
  const slips = typeof value === 'object' && value !== null && 'slips' in value ? value.slips : undefined;
  if (Array.isArray(slips) && slips.every((slip) => typeof slip === 'string')) return slips;
  throw malformed({
    zh: '请求体应为 {"slips": ["…"]},或每行一张凭条的文本。',
    en: 'The body must be {"slips": ["…"]}, or text with one slip a line.',
  });
}
