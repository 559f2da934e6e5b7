/** @digitalbazaar/vc as an independent judge of credentials whose issuer is a did:key; the digests and limits of ours are not its. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { loadContext } from '../../../src/vc/contexts.ts';
import type { JsonObject } from '../../../src/vc/json.ts';
import { controllerDocument, NOW_MS } from './issuer.ts';

const RDFC_SUITES = [eddsaRdfc2022, ecdsaRdfc2019].map((cryptosuite) => new DataIntegrityProof({ cryptosuite }));

export async function oracleVerifies(credential: JsonObject, suite: unknown = RDFC_SUITES): Promise<boolean> {
  const { verified } = await verifyCredential({
    credential: structuredClone(credential),
    suite,
    now: new Date(NOW_MS),
    documentLoader: async (url) => {
      if (!url.startsWith('did:key:')) return loadContext(url);
      const [controller = '', fragment = ''] = url.split('#');
      const method = {
        id: `${controller}#${controller.slice('did:key:'.length)}`,
        type: 'Multikey',
        controller,
        publicKeyMultibase: controller.slice('did:key:'.length),
      };
      const document =
        fragment === ''
          ? controllerDocument(controller, method)
          : { '@context': 'https://w3id.org/security/multikey/v1', ...method };
      return { contextUrl: null, documentUrl: url, document };
    },
  });
  return verified;
}
