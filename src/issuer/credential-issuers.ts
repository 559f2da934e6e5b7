/** Whoever issues over the VC-API, and what its verifiers know without asking anybody: the product's half; the interoperability server has its own. */
import type { Deps } from '../deps.ts';
import { findDocument } from '../store/documents.ts';
import { listSigningKeys, type SigningKeyRow } from '../store/keys.ts';
import { controllerDocument, issuerDocument } from '../vc/did-document.ts';
import type { Json, JsonObject } from '../vc/json.ts';
import type { Documents } from '../vc/protocol/documents.ts';
import { isoSeconds } from '../vc/time.ts';
import type { CredentialIssuer } from './credential-issuer.ts';

export type CredentialIssuers = {
  /** No API key is asked for. The interoperability server only. */
  readonly open: boolean;
  /** By the path segment; in the product the organisation's id. */
  find(deps: Deps, name: string): Promise<CredentialIssuer | undefined>;
  /** Beside the documents of its own issuers, which are always known. */
  documents(deps: Deps): Documents;
};

/** The organisation's newest `general` key that is in its period of use; its DID is apart from that of the certificates. */
export const productIssuers: CredentialIssuers = {
  open: false,
  find: async (deps, name) => {
    const now = isoSeconds(deps.clock.now());
    const key = (await generalKeys(deps)).findLast(
      ({ organisation, entry }) => organisation === name && entry.notBefore <= now && now <= entry.notAfter,
    );
    return key && generalIssuer(deps, name, key);
  },
  documents: (deps) => async (id) => {
    if (id.startsWith('did:')) return didDocument(deps, id);
    const list = /^(.*\/)([1-9]\d{0,9})$/.exec(id);
    const trust = list && (await deps.trust());
    if (!list || !trust?.list.issuers.some(({ statusBase }) => statusBase === list[1])) return vcStatusList(deps, id);
    const found = await findDocument(deps.db, 'status-list', Number(list[2]));
    return found && JSON.parse(found.text);
  },
};

/** A list of a general key's issuer, by its URL. */
async function vcStatusList(deps: Deps, url: string): Promise<Json | undefined> {
  for (const { organisation, entry } of await generalKeys(deps)) {
    const issuer = url.startsWith(entry.statusBase) && (await productIssuers.find(deps, organisation ?? ''));
    if (!issuer) continue;
    const { statusListCredential } = await import('./status-list-credential.ts'); // brings the JSON-LD stack
    return statusListCredential(deps, issuer, url.slice(entry.statusBase.length));
  }
  return undefined;
}

/** What is kept beside a general key. */
export type GeneralKeyEntry = {
  readonly id: string;
  readonly publicKeyMultibase: string;
  readonly did: string;
  readonly statusBase: string;
  readonly notBefore: string;
  readonly notAfter: string;
};

type GeneralKey = Omit<SigningKeyRow, 'entry'> & { entry: GeneralKeyEntry };

async function generalKeys(deps: Deps): Promise<GeneralKey[]> {
  const rows = await listSigningKeys(deps.db);
  return rows.filter(({ purpose }) => purpose === 'general').map((row) => ({ ...row, entry: JSON.parse(row.entry) })); // createGeneralKey wrote it
}

async function generalIssuer(deps: Deps, name: string, { entry }: GeneralKey): Promise<CredentialIssuer> {
  return {
    name,
    did: entry.did,
    securing: { form: 'data-integrity', cryptosuite: 'eddsa-rdfc-2022' },
    key: { id: entry.id, type: 'Ed25519', signer: await deps.signer(entry.id) },
    status: { base: entry.statusBase, purposes: ['revocation'] },
    foreignStatus: 'refuse',
  };
}

async function didDocument(deps: Deps, did: string): Promise<Json | undefined> {
  const own = (await generalKeys(deps)).filter(({ entry }) => entry.did === did).map(({ entry }) => entry);
  if (own.length > 0) return controllerDocument(did, own, own);
  const trust = await deps.trust();
  return trust?.issuerIds.has(did) ? issuerDocument(trust, did) : undefined;
}

/** The document at `/issuers/{id}/general/did.json`: keys past their use stay while what they signed lives. */
export async function generalDidDocument(deps: Deps, organisation: string): Promise<JsonObject | undefined> {
  const own = (await generalKeys(deps)).filter((key) => key.organisation === organisation).map(({ entry }) => entry);
  const [first] = own;
  return first && controllerDocument(first.did, own, own);
}
