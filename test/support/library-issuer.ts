/** One issuer twice, with one key: @digitalbazaar/vc as its README uses it, and what our own signing takes. */
import { createHash } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue, verifyCredential } from '@digitalbazaar/vc';
import { ed25519 } from '@noble/curves/ed25519.js';
import { nodeSecretPrimitives } from '../../src/node-primitives.ts';
import { contexts } from '../../src/vc/contexts.ts';
import { base64url, multibase58 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import type { ProofRequest } from '../../src/vc/proof/issue-proof.ts';
import { ed25519Multibase } from '../../src/vc/proof/key.ts';
import { noDocuments } from '../../src/vc/protocol/documents.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { controllerDocument, NOW_MS } from '../vc/proof/issuer.ts';

const CREATED_SECONDS = NOW_MS / 1000;

/** The private key is SHA-256(`name`): for tests only. */
export async function libraryIssuer(name: string) {
  const seed = new Uint8Array(createHash('sha256').update(name).digest());
  const publicKey = new Uint8Array(ed25519.getPublicKey(seed));
  const multibase = ed25519Multibase(publicKey);
  const did = `did:key:${multibase}`;
  const method = { id: `${did}#${multibase}`, type: 'Multikey', controller: did, publicKeyMultibase: multibase };
  const secretKeyMultibase = multibase58(Uint8Array.of(0x80, 0x26, ...seed));
  const key = await Ed25519Multikey.from({ ...method, secretKeyMultibase });
  const suite = new DataIntegrityProof({ cryptosuite, signer: key.signer(), date: isoSeconds(CREATED_SECONDS) });
  const known = new Map<string, unknown>([
    ...contexts,
    [did, controllerDocument(did, method)],
    [method.id, { '@context': 'https://w3id.org/security/multikey/v1', ...method }],
  ]);
  /** `static` lets jsonld keep what it made of a context; without, the library is slower still. */
  const documentLoader = async (url: string) => {
    const document = known.get(url);
    if (document === undefined) throw new Error(`${url} is not known here`);
    return { contextUrl: null, documentUrl: url, document, tag: 'static' };
  };
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey), d: base64url(seed) };
  const signer = await nodeSecretPrimitives.importSigner(jwk);
  return {
    did,
    request: (credential: JsonObject): ProofRequest => ({
      credential,
      cryptosuite: 'eddsa-rdfc-2022',
      verificationMethod: method.id,
      keyType: 'Ed25519',
      signer,
      createdSeconds: CREATED_SECONDS,
      documents: noDocuments,
    }),
    /** It writes into the credential. */
    libraryIssues: (credential: JsonObject) => issue({ credential, suite, documentLoader }),
    libraryVerifies: async (credential: JsonObject): Promise<boolean> => {
      const judge = new DataIntegrityProof({ cryptosuite });
      return (await verifyCredential({ credential, suite: judge, now: new Date(NOW_MS), documentLoader })).verified;
    },
  };
}
