/** The verb that signs a VC-API status list as it stands: anew when its bits have changed or its time runs out, else as kept. */
import type { Deps } from '../deps.ts';
import type { JsonObject } from '../vc/json.ts';
import { wrapEnvelope } from '../vc/proof/envelope.ts';
import { addAgreedProof } from '../vc/proof/issue-proof.ts';
import { signEnvelope } from '../vc/proof/jose.ts';
import { noDocuments } from '../vc/protocol/documents.ts';
import type { CredentialIssuer } from './credential-issuer.ts';
import { statusListDocument } from './vc-status.ts';

/** Undefined when the issuer has no such list. */
export async function statusListCredential(
  deps: Deps,
  issuer: CredentialIssuer,
  id: string,
): Promise<JsonObject | undefined> {
  const document = await statusListDocument(deps, issuer, id);
  if (!document) return undefined;
  const { securing, key } = issuer;
  if (securing.form === 'jose')
    return wrapEnvelope(
      'vc',
      await signEnvelope(document, { kind: 'vc', kid: key.id, alg: securing.alg, signer: key.signer }),
    );
  const signed = await addAgreedProof({
    credential: document,
    cryptosuite: securing.cryptosuite,
    verificationMethod: key.id,
    keyType: key.type,
    signer: key.signer,
    createdSeconds: deps.clock.now(),
    documents: noDocuments,
  });
  if (signed.ok) return signed.value;
  throw new Error(`status list ${id} was not signed: ${signed.faults.map(({ detail }) => detail).join('; ')}`);
}
