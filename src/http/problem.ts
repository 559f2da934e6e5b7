/** AppError → problem document (RFC 9457); the one place that knows which code is which status. */
import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { AppError, type ErrorCode } from '../errors.ts';
import type { RecordProblem } from '../learning/record-problem.ts';
import type { AppEnv } from './app-env.ts';
import { htmlPage } from './page.ts';

type Status = 400 | 401 | 403 | 404 | 406 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

const STATUSES: Readonly<Record<ErrorCode, Status>> = {
  'malformed-request': 400,
  'invalid-field': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'not-acceptable': 406,
  'idempotency-in-progress': 409,
  'not-issued-yet': 409,
  'status-is-final': 409,
  'not-revoked': 409,
  expired: 409,
  'already-decided': 409,
  'link-expired': 410,
  erased: 410,
  revoked: 410,
  'too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-conflict': 422,
  'too-many-requests': 429,
  'self-check-failed': 500,
  'not-established': 503,
};

const TYPE = 'https://w3id.org/xingzheng/problems#';

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  zh: string;
  en: string;
};

export function problemOf(error: AppError): Problem {
  const { code, sentence, field } = error;
  return {
    type: `${TYPE}${code}`,
    title: code,
    status: STATUSES[code],
    detail: `${sentence.zh} ${sentence.en}`,
    code,
    ...(field === undefined ? {} : { field }),
    ...sentence,
  };
}

/** A refused record as a problem of its own inside a batch's answer. */
export function recordProblemDocument({ code, field, zh, en }: RecordProblem): Omit<Problem, 'status'> {
  return { type: `${TYPE}${code}`, title: code, detail: `${zh} ${en}`, code, field, zh, en };
}

/** Rich in the log, quiet outside: what is no AppError becomes "internal" and a request id. */
export async function answerError(c: Context<AppEnv>, error: Error): Promise<Response> {
  if (error instanceof AppError) return problemResponse(c, problemOf(error));
  const requestId = crypto.randomUUID();
  const deps = c.get('deps') as AppEnv['Variables']['deps'] | undefined; // absent when the deps themselves failed
  const entry = {
    event: 'internal-error',
    requestId,
    route: `${c.req.method} ${routePath(c, -1)}`, // the pattern: the path itself may hold a person's id
    reason: error.message,
    stack: error.stack ?? '',
  };
  if (deps) deps.log(entry);
  else console.error(JSON.stringify(entry));
  return problemResponse(c, {
    type: `${TYPE}internal`,
    title: 'internal',
    status: 500,
    detail: `服务内部出错,请把编号 ${requestId} 告诉管理员。 Something failed on our side. Tell the operator this id: ${requestId}`,
    code: 'internal',
    zh: `服务内部出错,请把编号 ${requestId} 告诉管理员。`,
    en: `Something failed on our side. Tell the operator this id: ${requestId}`,
  });
}

/** A page for people who opened an address, a problem document for programs. */
async function problemResponse(c: Context<AppEnv>, problem: Problem): Promise<Response> {
  const forPeople = c.req.method === 'GET' && /^text\/html\b/.test(c.req.header('accept') ?? '');
  const { title, zh, en, status } = problem;
  if (forPeople) {
    const { ProblemPage } = await import('../pages/problem.tsx'); // brings the JSX runtime
    return htmlPage(c, ProblemPage({ title, zh, en, status }), status as Status); // from STATUSES
  }
  if (status === 401) c.header('www-authenticate', 'Bearer');
  return c.body(JSON.stringify(problem), problem.status as Status, { 'content-type': 'application/problem+json' }); // from STATUSES
}
