/** Idempotency-Key on writes: scope key + route, another body is refused, the first answer is kept for 24 hours. */
import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { claimIdempotencyKey, settleIdempotencyKey } from '../store/idempotency.ts';
import { concat, hex, utf8 } from '../vc/encoding.ts';
import { openSealed, seal } from '../vc/seal.ts';
import type { AppEnv } from './app-env.ts';

/** Runs `work` at most once for a key; without the header, always. A failed run gives the key back: nothing was done. */
export async function idempotently(
  c: Context<AppEnv>,
  body: string | Uint8Array,
  work: () => Promise<unknown>,
): Promise<Response> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return c.json((await work()) as object);
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new AppError('malformed-request', {
      zh: 'Idempotency-Key 应为 1 到 255 个可见 ASCII 字符。',
      en: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    });
  }
  const deps = c.get('deps');
  // Paths hold person ids and answers hold links: the one is kept hashed, the other sealed.
  const route = await deps.keyedHash(`${c.req.method} ${new URL(c.req.url).pathname}`);
  const typed = concat(utf8(`${c.req.header('content-type') ?? ''}\n`), typeof body === 'string' ? utf8(body) : body);
  const bodyHash = hex(await deps.primitives.sha256(typed));
  const scope = { apiKey: c.get('apiKeyId'), route, key, bodyHash };
  const claim = await claimIdempotencyKey(deps.db, scope, deps.clock.now());
  switch (claim.state) {
    case 'answered':
      return c.body(await openSealed(claim.body, deps.sealingKey), 200, { 'content-type': 'application/json' });
    case 'other-body':
      throw new AppError('idempotency-conflict', {
        zh: '同一 Idempotency-Key 已用于另一请求。',
        en: 'This Idempotency-Key was used with another body.',
      });
    case 'running':
      throw new AppError('idempotency-in-progress', {
        zh: '同一请求正在处理,请稍后再试。',
        en: 'The same request is being worked on. Try again shortly.',
      });
    case 'first':
      return firstRun(c, scope, work);
  }
}

async function firstRun(
  c: Context<AppEnv>,
  scope: Parameters<typeof settleIdempotencyKey>[1],
  work: () => Promise<unknown>,
): Promise<Response> {
  const { db, sealingKey } = c.get('deps');
  try {
    const body = JSON.stringify(await work());
    await settleIdempotencyKey(db, scope, { status: 200, body: await seal(body, sealingKey) });
    return c.body(body, 200, { 'content-type': 'application/json' });
  } catch (error) {
    await settleIdempotencyKey(db, scope, undefined);
    throw error;
  }
}
