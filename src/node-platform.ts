/** Node's half of deps: the embedded database, files on disk, and development secrets for a machine of one's own. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { Client, Config as ClientConfig } from '@libsql/client';
import { type Config, type Env, readConfig, type Secrets } from './config.ts';
import { type Deps, makeDeps, type Platform } from './deps.ts';
import { StartError } from './errors.ts';
import { nodePrimitives, nodeSecretPrimitives } from './node-primitives.ts';
import { signingThreads } from './signing-threads.ts';
import { base64url } from './vc/encoding.ts';

export type NodePlatformOptions = {
  env: Env;
  /** Called when work is waiting; the programs without a server leave it out and do the work themselves. */
  wake?: () => Promise<void>;
  issueInline?: number;
};

/** The programs' common start: settings, a data directory, development secrets where nobody gave real ones. */
export async function nodeDeps({ env, wake, issueInline = 1_000 }: NodePlatformOptions): Promise<Deps> {
  const { config, secrets } = readConfig(env);
  if (config.databaseUrl.startsWith('file:') || config.trustRoot === undefined)
    mkdirSync(config.dataDir, { recursive: true });
  const platform: Platform = {
    createClient: await clientFor(config.databaseUrl),
    primitives: nodePrimitives,
    secretPrimitives: nodeSecretPrimitives,
    ...(config.signingThreads > 0 ? { signElsewhere: signingThreads(config.signingThreads) } : {}),
    wake: wake ?? (async () => undefined),
    issueInline,
    assets: readAsset,
  };
  return makeDeps({ ...config, trustRoot: trustRootText(config) }, withDevelopmentSecrets(config, secrets), platform);
}

/** Half of what a start takes is reading packages: the client of a libSQL server is left alone by whoever has a file, and the other way round. */
async function clientFor(databaseUrl: string): Promise<(config: ClientConfig) => Client> {
  const isServer = /^(?:libsql|https?):/.test(databaseUrl);
  return (isServer ? await import('@libsql/client/http') : await import('@libsql/client/sqlite3')).createClient;
}

/** Where the root stands when TRUST_ROOT is not set: the development set-up writes it there. */
export const trustRootPath = (config: Config): string => join(config.dataDir, 'trust-root.json');

/** TRUST_ROOT is the document or its path; here it becomes the document. */
function trustRootText(config: Config): string | undefined {
  if (config.trustRoot?.trimStart().startsWith('{')) return config.trustRoot;
  const path = config.trustRoot ?? trustRootPath(config);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (config.trustRoot === undefined) return undefined;
  throw new StartError(`TRUST_ROOT=${path}: 没有这个文件。 There is no such file.`);
}

/** In production secrets are given, never made. */
function withDevelopmentSecrets(config: Config, secrets: Secrets): Secrets {
  if (config.production || (secrets.sealingKey !== undefined && secrets.personKey !== undefined)) return secrets;
  const path = join(config.dataDir, 'development-secrets.json');
  if (!existsSync(path)) {
    const made = {
      note: 'development only',
      sealingKey: base64url(randomBytes(32)),
      personKey: base64url(randomBytes(32)),
    };
    mkdirSync(config.dataDir, { recursive: true });
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  }
  const kept: Partial<Record<'sealingKey' | 'personKey', string>> = JSON.parse(readFileSync(path, 'utf8'));
  return {
    ...secrets,
    sealingKey: secrets.sealingKey ?? kept.sealingKey,
    personKey: secrets.personKey ?? kept.personKey,
  };
}

export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

export async function readAsset(path: string): Promise<Response | undefined> {
  const type = CONTENT_TYPES[extname(path)];
  const safe = normalize(path);
  if (type === undefined || safe !== path || !/^\/(?:assets|station)\//.test(safe)) return undefined;
  try {
    const content = await readFile(join('dist', 'assets', safe));
    return new Response(content, { headers: { 'content-type': type, 'cache-control': 'public, max-age=300' } });
  } catch {
    return undefined;
  }
}
