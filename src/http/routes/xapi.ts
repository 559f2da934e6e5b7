/** POST /xapi/statements: what an LRS or a platform forwards, xAPI 1.0.3 and 2.0; and /xapi/about, which says so. */
import { Hono, type MiddlewareHandler } from 'hono';
import { AppError } from '../../errors.ts';
import { MAX_RECORDS } from '../../issuer/record-event.ts';
import { recordStatements } from '../../issuer/record-statements.ts';
import { recordProblem } from '../../learning/record-problem.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyText, malformed, mediaType, strictJson } from '../body.ts';
import { recordProblemDocument } from '../problem.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const VERSIONS = ['1.0.3', '2.0.0'];
const VERSION_HEADER = 'x-experience-api-version';

/** Part Three §3.3: every request says its version, and every answer ours of the same line. */
const sayVersion: MiddlewareHandler<AppEnv> = async (c, next) => {
  const asked = /^(\d\.0)(?:\.\d{1,3})?$/.exec(c.req.header(VERSION_HEADER) ?? '')?.[1];
  const version = VERSIONS.find((one) => one.slice(0, 3) === asked);
  c.header(VERSION_HEADER, version ?? VERSIONS[0]);
  if (version === undefined) {
    throw malformed({
      zh: `缺少 X-Experience-API-Version,或版本不受支持;应为 ${VERSIONS.join(' 或 ')}。`,
      en: `X-Experience-API-Version is missing or not supported: send ${VERSIONS.join(' or ')}.`,
    });
  }
  await next();
};

export const xapi = new Hono<AppEnv>()
  .get('/xapi/about', (c) => c.json({ version: VERSIONS }))
  .post('/xapi/statements', sayVersion, requireKey, async (c) => {
    mediaType(c, ['application/json']);
    const body = strictJson(await bodyText(c, MAX_BYTES), MAX_BYTES);
    const statements = Array.isArray(body) ? body : [body];
    if (statements.length > MAX_RECORDS) {
      throw new AppError('too-large', {
        zh: `一次最多 ${MAX_RECORDS} 条语句;请分批发送。`,
        en: `At most ${MAX_RECORDS} statements at a time. Send them in parts.`,
      });
    }
    const { ids, rejected, ...counts } = await recordStatements(c.get('deps'), c.get('actor'), statements);
    if (rejected.length === 0) return c.json(ids);
    const status = rejected.every(({ problem }) => problem.code === 'record-conflict') ? 409 : 400;
    const count = String(rejected.length);
    const problem = {
      ...recordProblemDocument(recordProblem('statements-refused', '', count)),
      status,
      ...counts,
      rejected: rejected.map(({ index, problem }) => ({
        index,
        id: ids[index],
        problem: recordProblemDocument(problem),
      })),
    };
    return c.body(JSON.stringify(problem), status, { 'content-type': 'application/problem+json' });
  });
