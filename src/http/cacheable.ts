/** Published documents over HTTP: strong ETag for each encoding, 304, compressed when asked. */
import type { Context } from 'hono';
import { hex, utf8 } from '../vc/encoding.ts';
import { gzip } from '../vc/primitives.ts';
import type { AppEnv } from './app-env.ts';

export type CacheableDocument = { text: string; contentType: string; maxAgeSeconds: number };

export async function cacheable(
  c: Context<AppEnv>,
  { text, contentType, maxAgeSeconds }: CacheableDocument,
): Promise<Response> {
  const { primitives } = c.get('deps');
  const digest = hex(await primitives.sha256(utf8(text))).slice(0, 32);
  const packed = text.length > 1024 && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const etag = packed ? `"${digest}-gzip"` : `"${digest}"`;
  const headers = {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    vary: 'Accept-Encoding',
    'access-control-allow-origin': '*',
  };
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim());
  if (known.includes(etag) || known.includes('*')) return c.body(null, 304, headers);
  if (!packed) return c.body(text, 200, { ...headers, 'content-type': contentType });
  // workerd would compress once more what says that it is compressed; other runtimes pass the option over.
  const init = {
    headers: { ...headers, 'content-type': contentType, 'content-encoding': 'gzip' },
    encodeBody: 'manual',
  };
  return new Response(await gzip(utf8(text)), init);
}
