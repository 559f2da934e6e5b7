/** Servers to compare POST /verify with: `bare` is node:http around the same verifier, `library` is our HTTP layer around @digitalbazaar/vc. */
import { createServer } from 'node:http';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { AppEnv } from '../../src/http/app-env.ts';
import { bodyObject } from '../../src/http/body.ts';
import { judgeBody } from '../../src/http/routes/verify.ts';
import { nodeDeps } from '../../src/node-platform.ts';
import { loadContext } from '../../src/vc/contexts.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { ed25519Multibase } from '../../src/vc/proof/key.ts';

const deps = await nodeDeps({ env: process.env });
const { port } = deps.config;
const ready = () => console.log(`ready http://127.0.0.1:${port}`);

if (process.argv[2] === 'bare') {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = JSON.stringify(await judgeBody(deps, Buffer.concat(chunks).toString()));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  }).listen(port, '127.0.0.1', ready);
} else {
  const documents = await didDocuments();
  const suite = new DataIntegrityProof({ cryptosuite });
  const app = new Hono<AppEnv>().post('/verify', async (c) => {
    const { credential } = await bodyObject(c, LIMITS.verifyBodyBytes);
    const { verified } = await verifyCredential({
      credential,
      suite,
      documentLoader: async (url) => {
        const document = documents.get(url);
        return document ? { contextUrl: null, documentUrl: url, document } : loadContext(url);
      },
      checkStatus: async () => ({ verified: true }), // its time is not what is compared
    });
    return c.json({ outcome: verified ? 'valid' : 'invalid' });
  });
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, ready);
}

/** Of every issuer, and each of their keys under its own URL, in contexts that the library needs no others for. */
async function didDocuments(): Promise<Map<string, unknown>> {
  const multikey = 'https://w3id.org/security/multikey/v1';
  const trust = await deps.trust();
  const keys = [...(trust?.keysByNumber.values() ?? [])].map(({ publicKey, issuer }) => ({
    id: issuer.verificationMethod,
    type: 'Multikey',
    controller: issuer.issuerId,
    publicKeyMultibase: ed25519Multibase(publicKey),
  }));
  const found = new Map<string, unknown>(keys.map((key) => [key.id, { '@context': multikey, ...key }]));
  for (const { id } of trust?.list.issuers ?? []) {
    const own = keys.filter(({ controller }) => controller === id);
    found.set(id, {
      '@context': ['https://www.w3.org/ns/did/v1', multikey],
      id,
      verificationMethod: own,
      assertionMethod: own.map((key) => key.id),
    });
  }
  return found;
}
