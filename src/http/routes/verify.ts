/** POST /verify and /verify/batch: what a partner agency asks; a verdict for whatever is wrong inside the credential. */
import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { authorise } from '../../issuer/actor.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../vc/json.ts';
import { LIMITS } from '../../vc/limits.ts';
import type { Presented } from '../../vc/verify/read.ts';
import type { Verdict } from '../../vc/verify/verdict.ts';
import { verify, verifyWritten } from '../../vc/verify/verify.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyText, malformed, mediaType, strictJson } from '../body.ts';
import { limitRate } from '../rate-limit.ts';
import { type VerifyDeps, verifyContext } from '../verify-context.ts';

export const verifyRoutes = new Hono<AppEnv>()
  .post('/verify', limitRate, async (c) => {
    mediaType(c, ['application/json']);
    return c.json(await judgeBody(c.get('deps'), await bodyText(c, LIMITS.verifyBodyBytes)));
  })
  .post('/verify/batch', requireKey, async (c) => {
    authorise(c.get('actor'), 'verify:batch');
    mediaType(c, ['application/json']);
    const body = strictJson(await bodyText(c, LIMITS.batchBodyBytes), LIMITS.batchBodyBytes);
    const items = isObject(body) && Object.keys(body).length === 1 ? body.items : undefined;
    if (!Array.isArray(items) || items.length > LIMITS.batchItems) {
      throw malformed({
        zh: `应为 {"items": […]},最多 ${LIMITS.batchItems} 项。`,
        en: `Expected {"items": […]} with at most ${LIMITS.batchItems} items.`,
      });
    }
    const presented = items.map((item, index) => onePresented(item, `items[${index}]`));
    const context = await verifyContext(c.get('deps'));
    const verdicts: Verdict[] = [];
    for (const one of presented) verdicts.push(await verify(one, context));
    return c.json({ verdicts });
  });

/** The body of POST /verify to its verdict, without HTTP around it. Throws an AppError for a body that is a bad request. */
export async function judgeBody(deps: VerifyDeps, text: string): Promise<Verdict> {
  const context = await verifyContext(deps);
  return (await verifyWritten(withinBody(text), context)) ?? verify(presentedBody(text), context);
}

const [START, END] = ['{"credential":', '}'] as const;

/** What stands alone under `credential`, if it is a credential: whatever else the body holds would stand inside it, and spoil it. */
const withinBody = (text: string): string =>
  text.startsWith(START) && text.endsWith(END) ? text.slice(START.length, -END.length) : '';

/** Duplicate names, depth and the like inside the credential are the credential's fault: they get a verdict, not a 400. */
function presentedBody(text: string): Presented {
  const parsed = parseJson(text, { maxBytes: LIMITS.verifyBodyBytes, maxDepth: LIMITS.bodyDepth });
  if (parsed.ok) return onePresented(parsed.value);
  const { fault } = parsed;
  const inside = fault.reason === 'malformed' && fault.beyondGrammar && fault.member === 'credential';
  return inside && isOneMember(text) ? { credential: '' } : onePresented(strictJson(text, LIMITS.verifyBodyBytes));
}

/** Only for a body that the strict parser has refused already: is `credential` all that it holds? Its value is not looked at. */
function isOneMember(text: string): boolean {
  try {
    return Object.keys(JSON.parse(text)).length === 1;
  } catch {
    return false;
  }
}

function onePresented(body: Json, field?: string): Presented {
  const forms = isObject(body) ? Object.keys(body) : [];
  const [form] = forms;
  if (isObject(body) && forms.length === 1) {
    if (form === 'credential') return { document: body.credential ?? null };
    if (form === 'qr') return { qr: textMember(body, 'qr', field) };
    if (form === 'jwt') return { jwt: textMember(body, 'jwt', field) };
  }
  throw new AppError(
    'malformed-request',
    { zh: '应恰有 credential、jwt、qr 三者之一。', en: 'Expected exactly one of credential, jwt, qr.' },
    field,
  );
}

function textMember(body: JsonObject, name: string, field?: string): string {
  const value = body[name];
  if (typeof value === 'string') return value;
  const path = field === undefined ? name : `${field}.${name}`;
  throw new AppError('malformed-request', { zh: `“${path}” 应为文本。`, en: `${path} must be a text.` }, path);
}
