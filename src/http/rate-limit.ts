/** A fixed-window limit for each client address, in memory: it protects one process or isolate, no more. */
import type { MiddlewareHandler } from 'hono';
import { AppError } from '../errors.ts';
import type { AppEnv } from './app-env.ts';

const WINDOW_SECONDS = 60;
const MAX_ADDRESSES = 10_000;

let windowStart = 0;
const counts = new Map<string, number>();

export const limitRate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { config, clock } = c.get('deps');
  if (config.verifyLimitPerMinute > 0) {
    const now = clock.now();
    if (now - windowStart >= WINDOW_SECONDS || counts.size >= MAX_ADDRESSES) {
      windowStart = now;
      counts.clear();
    }
    // From the platform, never from a header that the client writes; where it does not say, one count for all.
    const address = c.env.incoming?.socket.remoteAddress ?? 'all';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    if (count > config.verifyLimitPerMinute) {
      c.header('retry-after', String(Math.max(1, windowStart + WINDOW_SECONDS - now)));
      throw new AppError('too-many-requests', {
        zh: '请求太多,请一分钟后再试。',
        en: 'Too many requests. Try again in a minute.',
      });
    }
  }
  await next();
};
