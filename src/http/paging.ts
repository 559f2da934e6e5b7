/** Pages of a list: `limit` of 1 to 1,000, `after` from the answer before. */
import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import type { AppEnv } from './app-env.ts';

const MOST = 1_000;

export function pageOf(c: Context<AppEnv>): { limit: number; after?: string } {
  const { limit = '100', after } = c.req.query();
  if (/^[1-9]\d{0,3}$/.test(limit) && Number(limit) <= MOST)
    return { limit: Number(limit), ...(after === undefined ? {} : { after }) };
  throw new AppError(
    'invalid-field',
    { zh: `“limit” 应为 1 到 ${MOST} 的整数。`, en: `limit must be a whole number from 1 to ${MOST}.` },
    'limit',
  );
}
