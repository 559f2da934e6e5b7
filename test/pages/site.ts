/** A small site as the pages meet it: the built assets, rendered pages under the strict policy, the trust documents, and a record of every request. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { SCAN_WORKER_POLICY } from '../../src/http/page.ts';

const ASSETS = fileURLToPath(new URL('../../dist/assets', import.meta.url));

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
  'trusted-types service-worker scan-worker';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** As http/routes/site.ts sends it. */
const ASSET_POLICIES: Readonly<Record<string, Record<string, string>>> = {
  '/assets/scan-worker.js': { 'Content-Security-Policy': SCAN_WORKER_POLICY },
};

export type Page = JSX.Element;

/** As http/page.ts writes it. */
export const render = async (page: Page): Promise<string> => `<!doctype html>${String(await page)}`;

export type Answer = { status: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** Path → page, text, or a function of the request. Everything else is an asset or 404. */
export type Routes = Record<
  string,
  Page | string | ((request: { cookie: string; body: string }) => Answer | Promise<Answer>)
>;

export type Site = {
  readonly url: string;
  /** `GET /c/`, in order of arrival. */
  readonly requests: string[];
  readonly routes: Routes;
  stop(): Promise<void>;
};

export async function startSite(routes: Routes): Promise<Site> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    requests.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const route = routes[path];
    if (route === undefined) return sendAsset(path, response);
    if (typeof route === 'function') {
      const { status, headers = {}, body: text = '' } = await route({ cookie: request.headers.cookie ?? '', body });
      response.writeHead(status, headers).end(text);
    } else if (typeof route === 'string') response.writeHead(200, { 'Content-Type': 'text/plain' }).end(route);
    else response.writeHead(200, PAGE_HEADERS).end(await render(route));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    routes,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
};

async function sendAsset(path: string, response: ServerResponse): Promise<void> {
  const type = TYPES[extname(path)];
  const inside = /^\/assets\/[\w/-]+(\.[\w-]+)+$/.test(path);
  const content = type && inside ? await readFile(join(ASSETS, path)).catch(() => undefined) : undefined;
  if (!type || !content) response.writeHead(404).end();
  else response.writeHead(200, { 'Content-Type': type, ...ASSET_POLICIES[path] }).end(content);
}
