/** POST /api/events: learning records as JSON, NDJSON or CSV. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { MAX_RECORDS, recordEvents } from '../../issuer/record-event.ts';
import { readRecords } from '../../learning/record-formats.ts';
import { parseJson } from '../../vc/json.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyText, JSON_DEPTH, mediaType } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { recordProblemDocument } from '../problem.ts';

const MAX_BYTES = 8 * 1024 * 1024;

export const events = new Hono<AppEnv>().post('/api/events', requireKey, async (c) => {
  const type = mediaType(c, ['application/json', 'application/x-ndjson', 'text/csv']);
  const text = await bodyText(c, MAX_BYTES);
  const read = readRecords(text, type, strictOrThrow);
  if (!read.ok) throw new AppError('malformed-request', read.problem, read.problem.field);
  if (read.rows.length > MAX_RECORDS) {
    throw new AppError('too-large', {
      zh: `一次最多 ${MAX_RECORDS} 条记录,收到 ${read.rows.length} 条;请分批发送。`,
      en: `At most ${MAX_RECORDS} records at a time; ${read.rows.length} came. Send them in parts.`,
    });
  }
  return idempotently(c, text, async () => {
    const { rejected, ...outcome } = await recordEvents(c.get('deps'), c.get('actor'), read.rows);
    return {
      ...outcome,
      rejected: rejected.map(({ index, problem }) => ({ index, problem: recordProblemDocument(problem) })),
    };
  });
});

function strictOrThrow(text: string): unknown {
  const parsed = parseJson(text, { maxBytes: MAX_BYTES, maxDepth: JSON_DEPTH });
  if (!parsed.ok) throw new SyntaxError(parsed.fault.reason);
  return parsed.value;
}
