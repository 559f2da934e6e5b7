/** Published documents over HTTP: strong ETag for each encoding, 304, compressed when asked. */
import type { Context } from 'hono';
import { type Bytes, hex, utf8 } from '../vc/encoding.ts';
import { gzip } from '../vc/primitives.ts';
import type { AppEnv } from './app-env.ts';

/** Texts are compressed when asked; bytes are files that compress no further. */
export type CacheableDocument = { content: string | Bytes; contentType: string; maxAgeSeconds: number };

export async function cacheable(
  c: Context<AppEnv>,
  { content, contentType, maxAgeSeconds }: CacheableDocument,
): Promise<Response> {
  const { primitives } = c.get('deps');
  const isText = typeof content === 'string';
  const bytes = isText ? utf8(content) : content;
  const digest = hex(await primitives.sha256(bytes)).slice(0, 32);
  const packed = isText && bytes.length > 1024 && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const etag = packed ? `"${digest}-gzip"` : `"${digest}"`;
  const headers = {
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    vary: 'Accept-Encoding',
    'access-control-allow-origin': '*',
  };
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim());
  if (known.includes(etag) || known.includes('*')) return c.body(null, 304, headers);
  if (!packed) return c.body(content, 200, { ...headers, 'content-type': contentType });
  // workerd would compress once more what says that it is compressed; other runtimes pass the option over.
  const init = {
    headers: { ...headers, 'content-type': contentType, 'content-encoding': 'gzip' },
    encodeBody: 'manual',
  };
  return new Response(await gzip(bytes), init);
}
