/** The full path as an independent judge: @digitalbazaar/vc in safe mode over our loader, with the districts' DID documents from a table. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { loadContext } from '../../src/vc/contexts.ts';
import type { IssuerTexts } from '../../src/vc/credential.ts';
import type { Json } from '../../src/vc/json.ts';
import { issuerTexts, NOW } from '../support/authority.ts';

/** True when it verifies. The status is only asked to be present: that look-up is not what is compared here. */
export async function fullPathVerifies(
  credential: Json,
  publicKeyMultibase: string,
  {
    now = NOW,
    issuer: { issuerId, verificationMethod } = issuerTexts('a', 'a-milestone'),
  }: { now?: number; issuer?: Pick<IssuerTexts, 'issuerId' | 'verificationMethod'> } = {},
): Promise<{ verified: boolean; statusAsked: boolean }> {
  const method = { id: verificationMethod, type: 'Multikey', controller: issuerId, publicKeyMultibase };
  const documents = new Map<string, unknown>([
    [
      issuerId,
      {
        '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
        id: issuerId,
        verificationMethod: [method],
        assertionMethod: [verificationMethod],
      },
    ],
    [verificationMethod, { '@context': 'https://w3id.org/security/multikey/v1', ...method }],
  ]);
  let statusAsked = false;
  const result = await verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    now: new Date(now * 1000),
    documentLoader: async (url) => {
      const document = documents.get(url);
      return document ? { contextUrl: null, documentUrl: url, document } : loadContext(url);
    },
    checkStatus: async () => {
      statusAsked = true;
      return { verified: true };
    },
  });
  return { verified: result.verified, statusAsked };
}
