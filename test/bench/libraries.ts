/** @digitalbazaar/vc, and @digitalcredentials/vc as the fork of all its parts, each as its README uses it: static documents, a suite for each credential. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { DataIntegrityProof as ForkedProof } from '@digitalcredentials/data-integrity';
import * as forkedMultikey from '@digitalcredentials/ed25519-multikey';
import { cryptosuite as forkedCryptosuite } from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import * as forkedVc from '@digitalcredentials/vc';
import { loadContext } from '../../src/vc/contexts.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { NOW } from '../support/authority.ts';
import type { Contestant } from './measure.ts';
import type { Stage } from './stage.ts';

const LIBRARIES = {
  digitalbazaar: { vc, keys: Ed25519Multikey, Proof: DataIntegrityProof, cryptosuite },
  digitalcredentials: { vc: forkedVc, keys: forkedMultikey, Proof: ForkedProof, cryptosuite: forkedCryptosuite },
};
export type LibraryName = keyof typeof LIBRARIES;

/** It writes into the credential. */
export type LibraryIssues = (credential: JsonObject) => Promise<JsonObject>;

export async function libraryIssuer(name: LibraryName, { multikey, fields }: Stage): Promise<LibraryIssues> {
  const { vc, keys, Proof, cryptosuite } = LIBRARIES[name];
  const key = await keys.from(multikey);
  const date = isoSeconds(fields(0).created);
  return (credential) =>
    vc.issue({
      credential,
      suite: new Proof({ cryptosuite, signer: key.signer(), date }),
      documentLoader: loadContext,
    });
}

let n = 0;

export async function issueByLibrary(issues: LibraryIssues, stage: Stage, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await issues(stage.unsigned(stage.fields(n++)));
}

/** Throws unless it verifies. */
export function libraryVerifier(name: LibraryName, { multikey }: Stage): (json: string) => Promise<void> {
  const { vc, Proof, cryptosuite } = LIBRARIES[name];
  const { secretKeyMultibase: _, ...method } = multikey;
  const { id, controller } = method;
  const context = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'];
  const documents = new Map<string, unknown>([
    [controller, { '@context': context, id: controller, verificationMethod: [method], assertionMethod: [id] }],
    [id, { '@context': context[1], ...method }],
  ]);
  return async (json) => {
    const result = await vc.verifyCredential({
      credential: JSON.parse(json),
      suite: new Proof({ cryptosuite }),
      now: new Date(NOW * 1000),
      documentLoader: async (url) => {
        const document = documents.get(url);
        return document ? { contextUrl: null, documentUrl: url, document } : loadContext(url);
      },
      checkStatus: async () => ({ verified: true }),
    });
    if (!result.verified) throw new Error(`@${name}/vc does not verify it: ${JSON.stringify(result.error)}`);
  };
}

/** One credential after another. */
export const verifiesAll = (
  name: string,
  verifies: (json: string) => Promise<void>,
  credentials: readonly string[],
): Contestant => ({
  name,
  async run(times) {
    for (let i = 0; i < times; i++) await verifies(credentials[i % credentials.length] ?? '');
  },
});
