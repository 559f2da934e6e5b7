/** Who issues over the VC-API (VCALM §3.2): one DID, one way of securing, perhaps status lists of its own. */
import type { StatusPurpose } from '../store/vc-api.ts';
import type { Signer } from '../vc/proof/key.ts';

export type CredentialIssuer = {
  /** Path segment of its routes, and the owner of its rows. */
  readonly name: string;
  readonly did: string;
  readonly securing:
    | {
        readonly form: 'data-integrity';
        readonly cryptosuite: 'eddsa-rdfc-2022' | 'ecdsa-rdfc-2019' | 'ecdsa-sd-2023';
      }
    | { readonly form: 'jose'; readonly alg: 'EdDSA' | 'ES256' };
  readonly key: { readonly id: string; readonly type: 'Ed25519' | 'P-256' | 'P-384'; readonly signer: Signer };
  /** Present when every credential gets an entry of each purpose; a list's URL is the base, which ends in `/`, and the list's id. */
  readonly status?: { readonly base: string; readonly purposes: readonly StatusPurpose[] };
  /** A credentialStatus that this service did not allocate: refused in the product, signed as it is by the interoperability server. */
  readonly foreignStatus: 'refuse' | 'sign';
};
