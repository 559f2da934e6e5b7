/** didkit, which is Rust in WebAssembly. It knows neither VC 2.0 nor Open Badges 3.0 nor Data Integrity: it has our claims as VC 1.1 with an `Ed25519Signature2020`, their terms by a vocabulary: our own context, inlined, is "key expansion failed" to it. */
import { issueCredential, keyToDID, keyToVerificationMethod, verifyCredential } from '@spruceid/didkit-wasm-node';
import type { JsonObject } from '../../src/vc/json.ts';
import type { Stage } from './stage.ts';

export type Didkit = {
  /** JSON text, as it takes it. */
  unsigned(credential: JsonObject): string;
  issue(unsigned: string): Promise<string>;
  /** Its proof alone. Throws unless that verifies. */
  verify(json: string): Promise<void>;
};

export async function makeDidkit({ privateKey }: Stage): Promise<Didkit> {
  const key = JSON.stringify(privateKey.export({ format: 'jwk' }));
  const did = keyToDID('key', key); // it would ask the network for a did:web
  const verificationMethod = await keyToVerificationMethod('key', key);
  const purpose = { proofPurpose: 'assertionMethod' };
  const options = JSON.stringify({ ...purpose, type: 'Ed25519Signature2020', verificationMethod });
  return {
    unsigned: ({ '@context': _, validFrom, validUntil, issuer, ...claims }) =>
      JSON.stringify({
        '@context': ['https://www.w3.org/2018/credentials/v1', { '@vocab': 'https://w3id.org/xingzheng/vocab#' }],
        ...claims,
        issuer: { ...(issuer as JsonObject), id: did }, // an object in our templates
        issuanceDate: validFrom,
        expirationDate: validUntil,
      }),
    issue: (unsigned) => issueCredential(unsigned, options, key),
    verify: async (json) => {
      const { checks, errors } = JSON.parse(await verifyCredential(json, JSON.stringify(purpose)));
      if (!checks.includes('proof') || errors.length > 0) throw new Error(`didkit does not verify it: ${errors}`);
    },
  };
}
