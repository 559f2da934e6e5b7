/** A station's own web server, as the app meets it: the folder of src/http/station-folder.ts, bundles with an ETag, a record of every request; it can be killed and come back. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StationFolder, stationFolder } from '../../src/http/station-folder.ts';
import { webPrimitives } from '../../src/vc/primitives.ts';
import { detachPayload } from '../../src/vc/trust/detached.ts';

const ASSETS = fileURLToPath(new URL('../../dist/assets', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export type StationSite = {
  readonly url: string;
  /** `GET /station/ 200`, in order. */
  readonly requests: string[];
  /** What /trust/bundle answers; undefined: nothing. */
  bundle: string | undefined;
  /** What lies beside the bundle, by path. */
  readonly beside: Map<string, Uint8Array>;
  readonly folder: StationFolder;
  /** Path of a file that is served with a byte more than its hash says. */
  tampered: string | undefined;
  /** Another edition of the app is published: with a line more in its style sheet, for another root, or without its chunks. */
  republish(changes: { style?: string; trustRoot?: string; chunks?: boolean }): Promise<void>;
  kill(): Promise<void>;
};

export async function startStationSite({
  trustRoot,
  bundle,
}: {
  trustRoot: string;
  bundle?: string;
}): Promise<StationSite> {
  let style = '';
  let pinned = trustRoot;
  let chunks = true;
  const asset = async (path: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const content = await readFile(join(ASSETS, path)).catch(() => undefined);
    if (content === undefined) return undefined;
    return path === '/station/station.css'
      ? new Uint8Array([...content, ...Buffer.from(style)])
      : new Uint8Array(content);
  };
  const make = async (): Promise<StationFolder> => {
    const folder = await stationFolder({
      trustRoot: pinned,
      bundleUrl: '/trust/bundle',
      primitives: webPrimitives,
      assets: async (path) => {
        if (path === '/station/files.json') return Response.json(await listed());
        const content = await asset(path);
        return content && new Response(content);
      },
    });
    if (!folder) throw new Error('the station app is not built');
    return folder;
  };
  /** The list that the build wrote, with the changed file's hash. */
  async function listed(): Promise<Record<string, string>> {
    const list: Record<string, string> = JSON.parse(await readFile(join(ASSETS, 'station/files.json'), 'utf8'));
    const css = (await asset('/station/station.css')) ?? new Uint8Array();
    const files = Object.entries(list).filter(([path]) => chunks || !path.startsWith('chunks/'));
    return {
      ...Object.fromEntries(files),
      'station.css': `sha256-${createHash('sha256').update(css).digest('base64')}`,
    };
  }

  let folder = await make();
  const requests: string[] = [];
  const beside = new Map<string, Uint8Array>();
  const state: { bundle: string | undefined; tampered: string | undefined } = { bundle, tampered: undefined };

  const server: Server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://x');
    const bundleIn = searchParams.get('payload') === 'detached' ? detachPayload : (jws: string) => jws;
    const answered = await answer({ path, bundleIn, known: request.headers['if-none-match'] }, response);
    requests.push(`${request.method} ${path} ${answered}`);
  }).listen(0, '127.0.0.1');

  type Asked = { path: string; bundleIn: (jws: string) => string; known: string | undefined };
  async function answer({ path, bundleIn, known }: Asked, response: ServerResponse): Promise<number> {
    if (path === '/trust/bundle' && state.bundle !== undefined) {
      const etag = `"${createHash('sha256').update(state.bundle).digest('hex').slice(0, 32)}"`;
      if (known === etag) return send(response, 304, { etag });
      return send(
        response,
        200,
        {
          etag,
          'cache-control': 'public, max-age=0',
          'access-control-allow-origin': '*',
          'content-type': 'application/jose',
        },
        bundleIn(state.bundle),
      );
    }
    const other = beside.get(path);
    if (other) return send(response, 200, { 'access-control-allow-origin': '*' }, other);
    const inside = path.startsWith('/station/') ? path.slice('/station/'.length) || './' : '';
    const made = Object.hasOwn(folder.made, inside) ? folder.made[inside] : undefined;
    if (made) {
      const headers = {
        'content-type': made.contentType,
        'content-security-policy': folder.policy,
        'cache-control': 'no-cache',
      };
      return send(response, 200, headers, made.text);
    }
    const content = Object.hasOwn(folder.files, inside) ? await asset(path) : undefined;
    if (!content) return send(response, 404, {});
    if (state.tampered === inside)
      return send(
        response,
        200,
        { 'content-type': TYPES[extname(path)] ?? '' },
        Buffer.concat([content, Buffer.from(' ')]),
      );
    return send(response, 200, { 'content-type': TYPES[extname(path)] ?? '' }, content);
  }

  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    beside,
    get bundle() {
      return state.bundle;
    },
    set bundle(text) {
      state.bundle = text;
    },
    get tampered() {
      return state.tampered;
    },
    set tampered(path) {
      state.tampered = path;
    },
    get folder() {
      return folder;
    },
    async republish(changes) {
      ({ style = style, trustRoot: pinned = pinned, chunks = chunks } = changes);
      folder = await make();
    },
    async kill() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): number {
  response.writeHead(status, headers).end(body);
  return status;
}
