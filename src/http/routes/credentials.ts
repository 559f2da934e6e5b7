/** A credential for its holder or its organisation: page, JSON-LD, token, codes; the holder's session; revocation. */
import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { authorise } from '../../issuer/actor.ts';
import { certificateStanding } from '../../issuer/certificate-standing.ts';
import { endSession, learnerOfSession, openSession, SESSION_SECONDS } from '../../issuer/holder-link.ts';
import { revoke } from '../../issuer/revoke.ts';
import { levelsOf } from '../../learning/scheme.ts';
import { CredentialPage } from '../../pages/credential.tsx';
import { HolderGatePage } from '../../pages/holder-gate.tsx';
import { type CredentialRow, findCredential } from '../../store/credentials.ts';
import { credentialText, openTexts } from '../../vc/credential.ts';
import { codePrefix, unpackPayload } from '../../vc/qr/payload.ts';
import { alphanumericSvg, symbolSvg } from '../../vc/qr/symbol.ts';
import { formOf } from '../../vc/template/fill.ts';
import { isoSeconds } from '../../vc/time.ts';
import { shownCredential } from '../../vc/verify/shown.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import type { AppEnv } from '../app-env.ts';
import { actorOf, presentedKey, requireKey } from '../auth.ts';
import { bodyObject, refuseOtherFields, textField } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { htmlPage } from '../page.ts';

const COOKIE = 'xz_session';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** By the name that `?format=` gives it. */
const FORMATS = {
  html: 'text/html',
  jsonld: 'application/vc',
  jwt: 'application/vc+jwt',
  svg: 'image/svg+xml',
  cborld: 'text/plain; charset=utf-8',
  'cborld-svg': 'image/svg+xml',
} as const;
type Format = keyof typeof FORMATS;
/** By what Accept asks for. The text of CBOR-LD has no media type of its own, so that form and its code are had by name alone. */
const ACCEPTED: Readonly<Record<string, Format>> = {
  'text/html': 'html',
  'application/vc': 'jsonld',
  'application/ld+json': 'jsonld',
  'application/json': 'jsonld',
  'application/vc+jwt': 'jwt',
  'image/svg+xml': 'svg',
};
const AVAILABLE = { types: Object.keys(ACCEPTED).join(', '), names: Object.keys(FORMATS).join(', ') };
/** Whoever asks: a code is for holding up, and alone does not say that it was revoked. Texts are for systems, which follow the status entry in them. */
const REFUSED_WHEN_REVOKED: readonly Format[] = ['svg', 'cborld-svg'];
/** Its scope is the folder that it stands in. */
const SERVICE_WORKER = '/credentials/service-worker.js';
const SERVICE_WORKER_POLICY = "default-src 'none'; connect-src 'self'";

export const credentials = new Hono<AppEnv>()
  .get(SERVICE_WORKER, async (c, next) => {
    const script = await c.get('deps').assets('/assets/certificate-worker.js');
    script?.headers.set('cache-control', 'no-cache');
    script?.headers.set('content-security-policy', SERVICE_WORKER_POLICY);
    return script ?? next();
  })
  .get(`/credentials/:uuid{${UUID}}`, async (c) => {
    const wanted = wantedForm(c);
    const reader = await readableRow(c, c.req.param('uuid'));
    c.header('cache-control', 'private, no-store');
    c.header('vary', 'Accept, Authorization, Cookie');
    if (reader === 'gate') {
      if (wanted.format === 'html') return htmlPage(c, HolderGatePage({ uuid: c.req.param('uuid') }));
      throw new AppError('unauthenticated', {
        zh: '需要持有人链接或 API 密钥。',
        en: 'A holder’s session or an API key is needed.',
      });
    }
    return represent(c, reader, wanted);
  })
  .post(`/credentials/:uuid{${UUID}}/session`, async (c) => {
    const body = await bodyObject(c, 4096);
    refuseOtherFields(body, ['token']);
    const session = await openSession(c.get('deps'), textField(body, 'token', 100));
    const { config } = c.get('deps');
    setCookie(c, COOKIE, session, {
      httpOnly: true,
      sameSite: 'Strict',
      secure: config.publicUrl.startsWith('https:'),
      path: '/credentials/',
      maxAge: SESSION_SECONDS,
    });
    return c.body(null, 204);
  })
  .delete(`/credentials/:uuid{${UUID}}/session`, async (c) => {
    const session = getCookie(c, COOKIE);
    if (session !== undefined) await endSession(c.get('deps'), session);
    deleteCookie(c, COOKIE, { path: '/credentials/' });
    return c.body(null, 204);
  })
  .post(`/api/credentials/:uuid{${UUID}}/revoke`, requireKey, async (c) => {
    const body = await bodyObject(c, 16_384);
    refuseOtherFields(body, ['reason']);
    const reason = textField(body, 'reason', 500);
    return idempotently(c, JSON.stringify(body), () =>
      revoke(c.get('deps'), c.get('actor'), { uuid: c.req.param('uuid'), reason }),
    );
  });

type Form = { format: Format; type: string };

function wantedForm(c: Context<AppEnv>): Form {
  const named = c.req.query('format');
  if (named !== undefined) {
    if (isFormat(named)) return { format: named, type: FORMATS[named] };
  } else {
    const type = accepts(c, {
      header: 'Accept',
      supports: Object.keys(ACCEPTED),
      default:
        c.req.header('accept') === undefined || /\*\/\*/.test(c.req.header('accept') ?? '') ? 'application/vc' : '',
    });
    const format = ACCEPTED[type];
    if (format) return { format, type };
  }
  throw new AppError('not-acceptable', {
    zh: `可提供 ${AVAILABLE.types}；或以 ?format= 指定 ${AVAILABLE.names}。`,
    en: `Available: ${AVAILABLE.types}; or by ?format=: ${AVAILABLE.names}.`,
  });
}

const isFormat = (name: string): name is Format => Object.hasOwn(FORMATS, name);

type Reader = { row: CredentialRow; name: string };

/** The row when the request may read it, and who reads: by an organisation's key, or by the holder's session; otherwise the gate. */
async function readableRow(c: Context<AppEnv>, uuid: string): Promise<Reader | 'gate'> {
  const deps = c.get('deps');
  const key = await presentedKey(c);
  if (key) {
    authorise(actorOf(key), 'credentials:read');
    const row = await findCredential(deps.db, uuid, { organisation: key.organisation });
    if (row) return { row, name: actorOf(key).name };
    throw new AppError('not-found', { zh: '没有这张证书。', en: 'There is no such credential.' });
  }
  const session = getCookie(c, COOKIE);
  const learner = session === undefined ? undefined : await learnerOfSession(deps, session);
  // On a shared phone another holder's session must not stand in the way of a new link.
  const row = learner === undefined ? undefined : await findCredential(deps.db, uuid, { learner });
  return row ? { row, name: 'holder' } : 'gate';
}

async function represent(c: Context<AppEnv>, { row, name }: Reader, { format, type }: Form): Promise<Response> {
  const deps = c.get('deps');
  const payload = row.packed && unpackPayload(row.packed);
  if (!payload && row.state !== 'pending')
    throw new AppError('erased', { zh: '该学员的资料已删除。', en: 'The learner’s data was erased.' });
  if (!payload)
    throw new AppError('not-issued-yet', {
      zh: '证书正在签发,请稍后再看。',
      en: 'The credential is being issued. Look again shortly.',
    });
  if (format === 'jwt') {
    const { exportJwt } = await import('../../issuer/export-jwt.ts'); // brings the JOSE stack
    return c.body(await exportJwt(deps, row, name), 200, { 'content-type': type });
  }
  if (row.state === 'revoked' && REFUSED_WHEN_REVOKED.includes(format))
    throw new AppError('revoked', {
      zh: '证书已被撤销，不再给出二维码。网页上写明了原因。',
      en: 'The credential is revoked: its code is not given out any more. Its page says why.',
    });
  const trust = await deps.trust();
  const template = trust?.templates.get(row.fields.template);
  const key = trust?.keysByNumber.get(row.fields.key);
  if (!payload.ok || !template || !key)
    throw new Error(`credential ${row.fields.uuid} does not open with the published trust`);
  const { fields, digits } = payload;
  const body = (text: string) => c.body(text, 200, { 'content-type': type });
  if (format === 'jsonld') return body(credentialText(template, key.issuer, fields));
  const shown = shownCredential({ form: formOf(template, key.issuer, fields), texts: openTexts(fields), fields });
  if (format === 'cborld' || format === 'cborld-svg') {
    const { barcodeText } = await import('../../vc/qr/vc-barcode.ts'); // brings the CBOR-LD codec and the pinned contexts
    const code = await barcodeText(credentialText(template, key.issuer, fields));
    return body(format === 'cborld' ? code : alphanumericSvg(code, `${shown.achievement.name} CBOR-LD 二维码 QR code`));
  }
  const svg = symbolSvg(codePrefix(deps.config.publicUrl), digits, `${shown.achievement.name} 二维码 QR code`);
  if (format === 'svg') return body(svg);
  const text = (slot: string): Wording => {
    const at = template.enums.findIndex((own) => own.slot === slot);
    const entry = template.enums[at]?.entries[fields.own[at] ?? -1];
    return { zh: entry?.zh ?? '', en: entry?.en ?? '' };
  };
  const { successor, ...standing } = await certificateStanding(deps, row);
  return htmlPage(
    c,
    CredentialPage({
      ...standing,
      ...(successor ? { successor: { uuid: successor.fields.uuid, level: levelName(deps, successor) } } : {}),
      credential: shown,
      stage: text('stage'),
      level: text('level'),
      svg,
      officialHost: new URL(deps.config.publicUrl).host,
      uuid: row.fields.uuid,
      asOf: isoSeconds(deps.clock.now()),
    }),
  );
}

function levelName({ schemes }: Deps, { scheme, stage, level }: CredentialRow): Wording {
  const known = schemes.get(scheme);
  return (known && levelsOf(known, stage).find(({ id }) => id === level)?.name) ?? { zh: level, en: level };
}
