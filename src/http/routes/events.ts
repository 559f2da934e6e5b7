/** POST /api/events: learning records as JSON, NDJSON or CSV. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { MAX_RECORDS, recordEvents } from '../../issuer/record-event.ts';
import { knownValues } from '../../learning/formats/known-words.ts';
import { type Row, readRecords } from '../../learning/formats/read-records.ts';
import { parseJson } from '../../vc/json.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyBytes, JSON_DEPTH, mediaType } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { recordProblemDocument } from '../problem.ts';

const MAX_BYTES = 8 * 1024 * 1024;

export const events = new Hono<AppEnv>().post('/api/events', requireKey, async (c) => {
  const type = mediaType(c, ['application/json', 'application/x-ndjson', 'text/csv']);
  const body = await bodyBytes(c, MAX_BYTES);
  const read = await readRecords([body], {
    mediaType: type,
    parseJson: strictOrThrow,
    values: knownValues(c.get('deps').schemes),
  });
  if (!read.ok) throw new AppError('malformed-request', read.problem, read.problem.field);
  const rows: Row[] = [];
  for await (const row of read.rows) rows.push(row);
  if (rows.length > MAX_RECORDS) {
    throw new AppError('too-large', {
      zh: `一次最多 ${MAX_RECORDS} 条记录,收到 ${rows.length} 条;请分批发送。`,
      en: `At most ${MAX_RECORDS} records at a time; ${rows.length} came. Send them in parts.`,
    });
  }
  return idempotently(c, body, async () => {
    const { rejected, ...outcome } = await recordEvents(c.get('deps'), c.get('actor'), rows);
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
