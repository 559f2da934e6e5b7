/** A development set-up: root, publisher and one issuer, generated here, marked as development, refused by a production start. */
import type { Deps } from '../deps.ts';
import { listSigningKeys } from '../store/keys.ts';
import type { Organisation } from '../store/organisations.ts';
import type { JsonObject } from '../vc/json.ts';
import { makeSealedKey, openSealedKey } from '../vc/proof/sealed-key.ts';
import { type GeneralJws, signGeneral } from '../vc/trust/signed-document.ts';
import { createIssuer, createPublisher, draftTrustList, installTrust } from './establish.ts';

export type DevelopmentRoot = { document: GeneralJws; kid: string; sealed: string };

/** A root of one key and threshold 1; its sealed key goes to the caller, who keeps it apart from the database. */
export async function makeDevelopmentRoot(deps: Deps): Promise<DevelopmentRoot> {
  const { publicKeyMultibase, sealed } = await makeSealedKey(deps.sealingKey);
  const kid = 'development-root-1';
  const payload: JsonObject = { version: 1, keys: [{ id: kid, publicKeyMultibase }], threshold: 1 };
  const signer = await openSealedKey(sealed, deps.sealingKey, deps.secretPrimitives);
  return { document: await signGeneral('xz-root+jws', payload, [{ kid, signer }]), kid, sealed };
}

/** Whatever of the set-up is missing; `deps.config.trustRoot` must be the root's document. False when all stood already. */
export async function establishDevelopment(
  deps: Deps,
  root: DevelopmentRoot,
  organisation: Organisation,
): Promise<boolean> {
  if (await deps.trust()) return false;
  await createIssuer(deps, organisation, { development: true });
  const publishers = (await listSigningKeys(deps.db)).filter(({ purpose }) => purpose === 'publisher');
  if (publishers.length === 0) await createPublisher(deps, { development: true });
  const signer = await openSealedKey(root.sealed, deps.sealingKey, deps.secretPrimitives);
  const trustList = await signGeneral('xz-trust+jws', await draftTrustList(deps), [{ kid: root.kid, signer }]);
  await installTrust(deps, { root: root.document, trustList });
  return true;
}
