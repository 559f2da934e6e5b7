/** HTML answers: one content security policy for every page, and the one of the worker that scans. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppEnv } from './app-env.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types service-worker scan-worker',
].join('; ');

/** A worker's policy comes with its script. The decoder is WebAssembly, which no page needs for itself. build.mjs writes the same for Workers' assets. */
export const SCAN_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

export async function htmlPage(
  c: Context<AppEnv>,
  page: unknown,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const html = `<!doctype html>${await Promise.resolve(String(await page))}`;
  return c.body(html, status, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY });
}
