/** POST /api/corrections: one record, a list of them, or all that a source sent within a time. */
import { Hono } from 'hono';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { Actor } from '../../issuer/actor.ts';
import { type CorrectionTerms, correctRecord, correctRecords, correctWindow } from '../../issuer/correct.ts';
import { MAX_RECORDS } from '../../issuer/record-event.ts';
import type { JsonObject } from '../../vc/json.ts';
import { fromIsoSeconds } from '../../vc/time.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, malformed, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';

/** Ids of 128 characters, written at their longest. */
const MAX_BYTES = 8 * 1024 * 1024;

export const corrections = new Hono<AppEnv>().post('/api/corrections', requireKey, async (c) => {
  const body = await bodyObject(c, MAX_BYTES);
  const work = readCorrection(body);
  return idempotently(c, JSON.stringify(body), () => work(c.get('deps'), c.get('actor')));
});

type Work = (deps: Deps, actor: Actor) => Promise<unknown>;

function readCorrection(body: JsonObject): Work {
  refuseOtherFields(body, ['recordId', 'recordIds', 'from', 'to', 'source', 'reason']);
  const terms: CorrectionTerms = {
    reason: textField(body, 'reason', 500),
    ...(body.source === undefined ? {} : { source: textField(body, 'source', 200) }),
  };
  const { recordId, recordIds, from, to } = body;
  const ways = [recordId, recordIds, from ?? to].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw malformed({
      zh: '请给出 recordId、recordIds、from 与 to 三者之一。',
      en: 'Give exactly one of recordId, recordIds, and from with to.',
    });
  }
  if (recordId !== undefined) {
    const one = { ...terms, recordId: textField(body, 'recordId', 128) };
    return (deps, actor) => correctRecord(deps, actor, one);
  }
  if (recordIds !== undefined) {
    const some = { ...terms, recordIds: idList(recordIds) };
    return (deps, actor) => correctRecords(deps, actor, some);
  }
  const window = { ...terms, from: dateField(body, 'from'), to: dateField(body, 'to') };
  if (window.from >= window.to) throw invalid('to', { zh: '“to” 应晚于 “from”。', en: 'to must be later than from.' });
  return (deps, actor) => correctWindow(deps, actor, window);
}

function idList(value: unknown): string[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_RECORDS) {
    const ids = value.filter((id): id is string => typeof id === 'string' && id !== '' && id.length <= 128);
    if (ids.length === value.length) return ids;
  }
  throw invalid('recordIds', {
    zh: `“recordIds” 应为 1 到 ${MAX_RECORDS} 个记录编号。`,
    en: `recordIds must be a list of 1 to ${MAX_RECORDS} record ids.`,
  });
}

function dateField(body: JsonObject, name: string): number {
  const value = body[name];
  const seconds = typeof value === 'string' ? fromIsoSeconds(value) : undefined;
  if (seconds !== undefined) return seconds;
  throw invalid(name, {
    zh: `“${name}” 应写作 2026-03-01T01:00:00Z(世界时,秒)。`,
    en: `${name} must be written like 2026-03-01T01:00:00Z.`,
  });
}

const invalid = (field: string, sentence: { zh: string; en: string }) => new AppError('invalid-field', sentence, field);
