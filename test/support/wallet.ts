/** A holder's wallet: signs presentations through @digitalbazaar/vc, which shares no code with our verifier. Its key is public knowledge. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { signPresentation } from '@digitalbazaar/vc';
import type { JsonObject } from '../../src/vc/json.ts';
import { loaderFor } from '../../src/vc/json-ld/expansion.ts';
import { noDocuments } from '../../src/vc/protocol/documents.ts';
import { devKey } from './authority.ts';

const key = await devKey('xingzheng test wallet');
export const holderDid = `did:key:${key.multibase}`;
export const holderMethod = `${holderDid}#${key.multibase}`;
export const holderSigner = key.signer;

export type PresentOptions = { challenge: string; domain?: string; over?: JsonObject };

/** A presentation of data model 2.0 with an `authentication` proof. */
export async function present(
  credentials: JsonObject[],
  { challenge, domain, over = {} }: PresentOptions,
): Promise<JsonObject> {
  const suite = new DataIntegrityProof({
    cryptosuite,
    signer: { id: holderMethod, algorithm: 'Ed25519', sign: async ({ data }) => key.signer.sign(data) },
  });
  const presentation = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    holder: holderDid,
    verifiableCredential: credentials,
    ...over,
  };
  return signPresentation({
    presentation,
    suite,
    challenge,
    ...(domain === undefined ? {} : { domain }),
    documentLoader: loaderFor(noDocuments),
  });
}
