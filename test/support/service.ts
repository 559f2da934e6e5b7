/** The running service on either runtime, established for development: Node on an embedded file, workerd on sqld. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { Deps } from '../../src/deps.ts';
import { SCOPES, type Scope } from '../../src/issuer/actor.ts';
import { makeApiKey } from '../../src/issuer/api-key.ts';
import { openOffice } from './office.ts';
import { startSqld } from './sqld.ts';
import { startWorker } from './workerd.ts';

export type Runtime = 'node' | 'workerd';

export type Service = {
  /** Where requests go. */
  url: string;
  /** What links and codes say. */
  publicUrl: string;
  /** The root document's text, as TRUST_ROOT. */
  trustRoot: string;
  /** A second program on the same database: what an operator's command would do. */
  deps: Deps;
  /** A key of the organisation for the source. */
  key(options?: {
    source?: string;
    scopes?: readonly Scope[];
    organisation?: string;
    categories?: string[];
  }): Promise<string>;
  request(path: string, init?: RequestInit & { key?: string }): Promise<Response>;
  stop(): Promise<void>;
};

export const OTHER_ORGANISATION = 'wucheng';

export async function startService(runtime: Runtime, settings: Record<string, string> = {}): Promise<Service> {
  const sqld = runtime === 'workerd' ? await startSqld() : undefined;
  const port = await freePort();
  const office = await openOffice({
    env: {
      PORT: String(port),
      SEALING_KEY: randomBytes(32).toString('base64url'),
      PERSON_KEY: randomBytes(32).toString('base64url'),
      ...(sqld ? { DATABASE_URL: sqld.url } : {}),
      ...settings,
    },
  });
  await office.addOrganisation(OTHER_ORGANISATION, '金华市婺城区教育局');
  const { deps } = office;
  const trustRoot = deps.config.trustRoot ?? '';
  const env = { ...office.env, TRUST_ROOT: trustRoot };
  const running = runtime === 'node' ? await startNode(env, port) : await startInWorkerd(env);
  return {
    url: running.url,
    publicUrl: deps.config.publicUrl,
    trustRoot,
    deps,
    key: ({ source = 'zjhj', scopes = SCOPES, organisation = office.organisation.id, categories } = {}) =>
      makeApiKey(deps, { organisation, source, scopes, development: true, ...(categories ? { categories } : {}) }),
    request: (path, { key, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
      return fetch(new URL(path, running.url), { ...init, headers });
    },
    stop: async () => {
      await running.stop();
      office.close();
      await sqld?.stop();
    },
  };
}

async function startNode(env: Record<string, string>, port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['dist/node/node.js'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (/^ready /m.test(out)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code} before it was ready: ${out}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function startInWorkerd({
  DATA_DIR: _,
  PORT: _port,
  ...vars
}: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
  const worker = await startWorker({ vars });
  return { url: worker.url, stop: worker.stop };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    }),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}
