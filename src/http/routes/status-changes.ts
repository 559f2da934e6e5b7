/** POST /api/status-changes: many revocations in one; POST /api/credentials/{id}/reissue: what cures a wrong one. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { reissue } from '../../issuer/reissue.ts';
import { type RevokeRequest, revokeMany } from '../../issuer/revoke.ts';
import { isObject, type Json, type JsonObject } from '../../vc/json.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyObject, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { problemOf } from '../problem.ts';

const MAX_CHANGES = 1_000;
const MAX_BYTES = 4 * 1024 * 1024;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const statusChanges = new Hono<AppEnv>()
  .post('/api/status-changes', requireKey, async (c) => {
    const body = await bodyObject(c, MAX_BYTES);
    const changes = readChanges(body);
    return idempotently(c, JSON.stringify(body), async () => {
      const { results, bundle } = await revokeMany(c.get('deps'), c.get('actor'), changes);
      return {
        results: results.map(({ problem, ...rest }) => (problem ? { ...rest, problem: problemOf(problem) } : rest)),
        bundle,
      };
    });
  })
  .post(`/api/credentials/:uuid{${UUID}}/reissue`, requireKey, async (c) => {
    // A body may be left out: what is cured has its own reason.
    const body = c.req.header('content-type') === undefined ? {} : await bodyObject(c, 16_384);
    refuseOtherFields(body, ['reason']);
    const reason = body.reason === undefined ? undefined : textField(body, 'reason', 500);
    const work = { uuid: c.req.param('uuid'), ...(reason === undefined ? {} : { reason }) };
    return idempotently(c, JSON.stringify(body), () => reissue(c.get('deps'), c.get('actor'), work));
  });

/** A change without a reason of its own has that of the whole. */
function readChanges(body: JsonObject): RevokeRequest[] {
  refuseOtherFields(body, ['changes', 'reason']);
  const { changes } = body;
  if (!Array.isArray(changes) || changes.length === 0 || changes.length > MAX_CHANGES) {
    throw invalid('changes', {
      zh: `“changes” 应为 1 到 ${MAX_CHANGES} 项的列表。`,
      en: `changes must be a list of 1 to ${MAX_CHANGES}.`,
    });
  }
  return changes.map((change, at) => readChange(change, body, `changes[${at}]`));
}

function readChange(change: Json, whole: JsonObject, place: string): RevokeRequest {
  if (!isObject(change)) throw invalid(place, { zh: `“${place}” 应为对象。`, en: `${place} must be an object.` });
  refuseOtherFields(change, ['credentialId', 'status', 'reason']);
  if (change.status !== 'revoked') {
    throw invalid(`${place}.status`, {
      zh: '“status” 只能是 revoked:本服务的证书不作暂停,撤销不可撤回。',
      en: 'status must be revoked: certificates here are not suspended, and a revocation is final.',
    });
  }
  const reasons = change.reason === undefined ? whole : change;
  return { uuid: textField(change, 'credentialId', 64), reason: textField(reasons, 'reason', 500) };
}

const invalid = (field: string, sentence: { zh: string; en: string }) => new AppError('invalid-field', sentence, field);
