/** `npm run interop`: the service's own VC-API routes for published conformance suites, with throw-away issuers, no API keys, on loopback only. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { Hono } from 'hono';
import { generate } from 'selfsigned';
import { type Deps, prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import { createApp } from '../http/app.ts';
import type { CredentialIssuer } from '../issuer/credential-issuer.ts';
import type { CredentialIssuers } from '../issuer/credential-issuers.ts';
import { establishDevelopment, makeDevelopmentRoot } from '../issuer/development.ts';
import { issuerAt } from '../issuer/establish.ts';
import { statusListCredential } from '../issuer/status-list-credential.ts';
import { nodeDeps, trustRootPath } from '../node-platform.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../vc/json.ts';
import type { Signer } from '../vc/proof/key.ts';
import { type PublicKey, publicKeyMultibase } from '../vc/proof/public-key.ts';
import type { Documents } from '../vc/protocol/documents.ts';
import { command } from './console/command.ts';

const USAGE = `npm run interop
互操作服务器:供一致性测试套件使用,只在本机,一次性密钥,内存数据库,不要 API 密钥。
The interoperability server: for conformance suites, on this machine only, with throw-away keys and a database in memory.
  INTEROP_HTTP_PORT   8990
  INTEROP_HTTPS_PORT  8991, self-signed
  INTEROP_DOCUMENTS   JSON file {url-or-did: document}: DID documents, status lists, schemas, contexts
GET /interop/profiles lists the issuers and verifiers.`;

/** Of this program alone: the service reads none of them. */
const { env } = process;
const MAX_DOCUMENTS_BYTES = 64 * 1024 * 1024;

type Profile = Pick<CredentialIssuer, 'name' | 'securing'> & { curve: PublicKey['type']; status?: true };

const PROFILES: readonly Profile[] = [
  { name: 'eddsa', curve: 'Ed25519', securing: { form: 'data-integrity', cryptosuite: 'eddsa-rdfc-2022' } },
  {
    name: 'eddsa-status',
    curve: 'Ed25519',
    securing: { form: 'data-integrity', cryptosuite: 'eddsa-rdfc-2022' },
    status: true,
  },
  { name: 'ecdsa-p256', curve: 'P-256', securing: { form: 'data-integrity', cryptosuite: 'ecdsa-rdfc-2019' } },
  { name: 'ecdsa-p384', curve: 'P-384', securing: { form: 'data-integrity', cryptosuite: 'ecdsa-rdfc-2019' } },
  { name: 'sd-p256', curve: 'P-256', securing: { form: 'data-integrity', cryptosuite: 'ecdsa-sd-2023' } },
  { name: 'jwt', curve: 'Ed25519', securing: { form: 'jose', alg: 'EdDSA' } },
];

await command(USAGE, async (args) => {
  parseArgs({ args, options: {} });
  const ports = { http: port('INTEROP_HTTP_PORT', 8990), https: port('INTEROP_HTTPS_PORT', 8991) };
  const supplied = suppliedDocuments(env.INTEROP_DOCUMENTS);
  const { deps, close } = await throwAwayService(`http://localhost:${ports.http}`);
  const issuers = makeIssuers(`https://localhost:${ports.https}`);
  const fetch = await interopApp(deps, { issuers, supplied, ports });

  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const servers = [
    serve({ fetch, hostname: '127.0.0.1', port: ports.http }),
    serve({
      fetch,
      hostname: '127.0.0.1',
      port: ports.https,
      createServer: createHttpsServer,
      serverOptions: { key: certificate.private, cert: certificate.cert },
    }),
  ];
  const stop = () => {
    for (const server of servers) server.close();
    close();
  };
  try {
    await Promise.all(servers.map(listening));
  } catch (error) {
    stop();
    throw error;
  }
  console.log(`ready http://localhost:${ports.http}`);
  const end = () => {
    stop();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  return undefined;
});

function port(name: string, fallback: number): number {
  const text = env[name] || String(fallback);
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new StartError(`${name}=${text}: 应为 1 到 65535 的整数。 Expected a whole number from 1 to 65535.`);
}

function listening(server: ReturnType<typeof serve>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve());
    server.once('error', (error: NodeJS.ErrnoException & { port?: number }) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(`端口 ${error.port} 已被占用。 Port ${error.port} is in use.`)
          : error,
      ),
    );
  });
}

/** What stands in for the network. */
function suppliedDocuments(path: string | undefined): ReadonlyMap<string, Json> {
  if (!path) return new Map();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new StartError(`INTEROP_DOCUMENTS=${path}: 读不到这个文件。 This file cannot be read.`);
  }
  const parsed = parseJson(text, { maxBytes: MAX_DOCUMENTS_BYTES, maxDepth: 100 });
  if (parsed.ok && isObject(parsed.value)) return new Map(Object.entries(parsed.value));
  throw new StartError(
    `INTEROP_DOCUMENTS=${path}: 应为 {网址或 DID: 文档}。 Expected a JSON object {url-or-did: document}.`,
  );
}

/** The service in memory, with a development district of its own, so that the trust verifier has something to trust. */
async function throwAwayService(publicUrl: string): Promise<{ deps: Deps; close(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xingzheng-interop-'));
  const secret = () => randomBytes(32).toString('base64url');
  const settings = {
    DATA_DIR: dataDir,
    DATABASE_URL: ':memory:',
    PUBLIC_URL: publicUrl,
    SEALING_KEY: secret(),
    PERSON_KEY: secret(),
    VERIFY_LIMIT_PER_MINUTE: '0',
  };
  const first = await nodeDeps({ env: settings });
  const root = await makeDevelopmentRoot(first);
  writeFileSync(trustRootPath(first.config), JSON.stringify(root.document));
  first.db.close();
  const deps = await nodeDeps({ env: settings });
  await prepareDatabase(deps);
  await establishDevelopment(deps, root, issuerAt(publicUrl, { id: 'development', name: '演示单位' }));
  const close = () => {
    deps.db.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { deps, close };
}

function makeIssuers(httpsBase: string): ReadonlyMap<string, CredentialIssuer> {
  const made = PROFILES.map(({ name, curve, securing, status }): CredentialIssuer => {
    const { publicKey, signer } = makeKey(curve);
    const fingerprint = publicKeyMultibase(publicKey);
    const did = `did:key:${fingerprint}`;
    return {
      name,
      did,
      securing,
      key: { id: `${did}#${fingerprint}`, type: curve, signer },
      ...(status
        ? { status: { base: `${httpsBase}/issuers/${name}/status-lists/`, purposes: ['revocation', 'suspension'] } }
        : {}),
      foreignStatus: 'sign',
    };
  });
  return new Map(made.map((issuer) => [issuer.name, issuer]));
}

/** ECDSA is deterministic here, as vc-di-ecdsa §3 asks; that of WebCrypto is not. */
function makeKey(type: PublicKey['type']): { publicKey: PublicKey; signer: Signer } {
  const curve = type === 'P-384' ? p384 : p256;
  const { secretKey, publicKey } = type === 'Ed25519' ? ed25519.keygen() : curve.keygen();
  const sign = (data: Uint8Array) =>
    type === 'Ed25519' ? ed25519.sign(data, secretKey) : curve.sign(data, secretKey, { prehash: true, lowS: false });
  return {
    publicKey: { type, bytes: new Uint8Array(publicKey) },
    signer: { sign: async (data) => new Uint8Array(sign(data)) },
  };
}

type Interop = {
  issuers: ReadonlyMap<string, CredentialIssuer>;
  supplied: ReadonlyMap<string, Json>;
  ports: { http: number; https: number };
};

async function interopApp(deps: Deps, { issuers, supplied, ports }: Interop) {
  const directory: CredentialIssuers = {
    open: true,
    find: async (_, name) => issuers.get(name),
    documents: (of) => documents(of, issuers, supplied),
  };
  const allowed = new Set(
    [ports.http, ports.https].flatMap((one) => ['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${one}`)),
  );
  const service = createApp(async () => deps, directory);
  return new Hono()
    .use(async (c, next) => {
      // A page in a browser can reach loopback under a name of its own; it cannot choose the Host header.
      if (!allowed.has(c.req.header('host') ?? '')) return c.json({ title: 'loopback-only', status: 403 }, 403);
      return next();
    })
    .get('/interop/profiles', (c) => {
      const base = new URL(c.req.url).origin;
      return c.json(profiles(base, issuers));
    })
    .all('*', (c) => service.fetch(c.req.raw, c.env as Record<string, unknown>)).fetch;
}

function profiles(base: string, issuers: ReadonlyMap<string, CredentialIssuer>): JsonObject {
  return {
    profiles: [...issuers.values()].map(({ name, did, securing }) => ({
      name,
      issuer: did,
      issue: `${base}/issuers/${name}/credentials/issue`,
      ...(securing.form === 'data-integrity' && securing.cryptosuite === 'ecdsa-sd-2023'
        ? { derive: `${base}/issuers/${name}/credentials/derive` }
        : {}),
    })),
    verifiers: { protocol: `${base}/verifiers/protocol`, trust: `${base}/verifiers/trust` },
  };
}

/** The supplied table, then the status lists hosted here. */
function documents(
  deps: Deps,
  issuers: ReadonlyMap<string, CredentialIssuer>,
  supplied: ReadonlyMap<string, Json>,
): Documents {
  return async (id) => {
    const found = supplied.get(id);
    if (found !== undefined) return found;
    const issuer = [...issuers.values()].find(({ status }) => status && id.startsWith(status.base));
    return issuer?.status && statusListCredential(deps, issuer, id.slice(issuer.status.base.length));
  };
}
