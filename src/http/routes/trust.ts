/** The public documents that verifiers fetch: trust documents, status lists, did:web documents, JWKS, contexts. */
import { Hono } from 'hono';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { type DocumentKind, findDocument, latestDocument } from '../../store/documents.ts';
import { listSigningKeys } from '../../store/keys.ts';
import { controllerDocument, issuerDocument, keyJwk } from '../../vc/did-document.ts';
import type { JsonObject } from '../../vc/json.ts';
import { ownContext } from '../../vc/own-context.ts';
import { detachPayload } from '../../vc/trust/detached.ts';
import type { AppEnv } from '../app-env.ts';
import { cacheable } from '../cacheable.ts';

const MINUTE = 60;

export const trust = new Hono<AppEnv>()
  .get('/trust/root', async (c) =>
    cacheable(c, {
      content: await latestText(c.get('deps'), 'root'),
      contentType: 'application/jose+json',
      maxAgeSeconds: 10 * MINUTE,
    }),
  )
  .get('/trust/list', async (c) =>
    cacheable(c, {
      content: await latestText(c.get('deps'), 'trust-list'),
      contentType: 'application/jose+json',
      maxAgeSeconds: 10 * MINUTE,
    }),
  )
  .get('/trust/bundle', async (c) => {
    const content = await latestText(c.get('deps'), 'bundle');
    return c.req.query('payload') === 'detached'
      ? cacheable(c, { content: detachedOnce(content), contentType: 'text/plain; charset=utf-8', maxAgeSeconds: 0 })
      : cacheable(c, { content, contentType: 'application/jose', maxAgeSeconds: 0 });
  })
  .get('/trust/issued-sets/:key{[1-9][0-9]{0,9}}', async (c) => {
    const content = (await c.get('deps').issuedSets()).get(Number(c.req.param('key')));
    if (!content) throw notFound();
    return cacheable(c, { content, contentType: 'application/octet-stream', maxAgeSeconds: 10 * MINUTE });
  })
  .get('/status-lists/:number{[1-9][0-9]{0,9}}', async (c) => {
    const document = await findDocument(c.get('deps').db, 'status-list', Number(c.req.param('number')));
    if (!document) throw notFound();
    return cacheable(c, { content: document.text, contentType: 'application/vc', maxAgeSeconds: 5 * MINUTE });
  })
  .get('/issuers/:id{[a-z0-9-]{1,64}}/did.json', async (c) => {
    const deps = c.get('deps');
    const published = await deps.trust();
    const issuer = published?.list.issuers.find(({ id }) => id.endsWith(`:issuers:${c.req.param('id')}`));
    if (!published || !issuer) throw notFound();
    return cacheable(c, {
      content: JSON.stringify(issuerDocument(published, issuer.id)),
      contentType: 'application/did+json',
      maxAgeSeconds: 5 * MINUTE,
    });
  })
  .get('/.well-known/did.json', async (c) => {
    const deps = c.get('deps');
    return cacheable(c, {
      content: JSON.stringify(await serviceDocument(deps)),
      contentType: 'application/did+json',
      maxAgeSeconds: 5 * MINUTE,
    });
  })
  .get('/.well-known/jwks.json', async (c) => {
    const published = await c.get('deps').trust();
    const keys = [...(published?.keysByNumber.values() ?? [])].filter(
      ({ purpose, state }) => purpose === 'jwt' && state !== 'compromised',
    );
    return cacheable(c, {
      content: JSON.stringify({ keys: keys.map(keyJwk) }),
      contentType: 'application/jwk-set+json',
      maxAgeSeconds: 5 * MINUTE,
    });
  })
  .get('/contexts/xingzheng-v1.json', (c) =>
    cacheable(c, {
      content: JSON.stringify(ownContext),
      contentType: 'application/ld+json',
      maxAgeSeconds: 1440 * MINUTE,
    }),
  );

/** Every station asks for the same one, until the next publication. */
let kept = { jws: '', detached: '' };
function detachedOnce(jws: string): string {
  if (kept.jws !== jws) kept = { jws, detached: detachPayload(jws) };
  return kept.detached;
}

async function latestText(deps: Deps, kind: DocumentKind): Promise<string> {
  const document = await latestDocument(deps.db, kind);
  if (document) return document.text;
  throw notFound();
}

const notFound = () => new AppError('not-found', { zh: '没有这份文件。', en: 'There is no such document.' });

/** The service itself: its publishers' keys. They sign bundles, never credentials, so nothing is in `assertionMethod`. */
async function serviceDocument(deps: Deps): Promise<JsonObject> {
  const id = `did:web:${encodeURIComponent(new URL(deps.config.publicUrl).host)}`;
  const publishers = (await listSigningKeys(deps.db)).filter(({ purpose }) => purpose === 'publisher');
  return controllerDocument(
    id,
    publishers.map((key) => ({ ...key, id: `${id}#${key.id}` })),
    [],
  );
}
