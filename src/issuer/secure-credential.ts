/** The verb behind VC-API issuing (VCALM §3.2.1): the numbered cycle from somebody's unsecured credential to a secured one. It is no signing oracle. */
import type { Deps } from '../deps.ts';
import { publishedDigests } from '../vc/contexts.ts';
import { isObject, type Json, type JsonObject } from '../vc/json.ts';
import { expand } from '../vc/json-ld/expansion.ts';
import { checkMeaning } from '../vc/json-ld/meaning.ts';
import { readCredential, type ValidCredential } from '../vc/model/credential.ts';
import { checkRelatedResources } from '../vc/model/related-resource.ts';
import { wrapEnvelope } from '../vc/proof/envelope.ts';
import { addAgreedProof, addProof } from '../vc/proof/issue-proof.ts';
import { payloadFaults, signEnvelope } from '../vc/proof/jose.ts';
import type { Documents } from '../vc/protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../vc/protocol/fault.ts';
import { fatalFaults } from '../vc/protocol/report.ts';
import { verifyCredential } from '../vc/protocol/verify-credential.ts';
import type { CompiledTemplate } from '../vc/template/compiled.ts';
import { matchUnsecured } from '../vc/template/match.ts';
import type { CredentialIssuer } from './credential-issuer.ts';
import { allocateStatus } from './vc-status.ts';

export type SecureRequest = {
  readonly credential: Json;
  /** Names the credential towards the status route where it has no id of its own. */
  readonly credentialId?: string;
  /** JSON pointers (RFC 6901) that every derived credential must disclose; only selective disclosure reads them. */
  readonly mandatoryPointers?: readonly string[];
};

/** The secured credential, or what is wrong with the request; nothing is signed before every check has passed. */
export async function secureCredential(
  deps: Deps,
  issuer: CredentialIssuer,
  { request, documents }: { request: SecureRequest; documents: Documents },
): Promise<Outcome<JsonObject>> {
  // 1. Read strictly
  const read = readCredential(request.credential, 'issue');
  if (!read.ok) return read;
  const credential = read.value;
  // 2. What this issuer may not sign, and what no verifier would accept
  const refused = [
    ...refuseForeign(credential, issuer),
    ...refuseReserved(credential, deps.templates),
    ...checkRelatedResources(credential.relatedResources, publishedDigests),
  ];
  if (refused.length > 0) return { ok: false, faults: refused };
  const form = await checkForm(credential.document, documents);
  if (form.length > 0) return { ok: false, faults: form };
  // 3. Reserve a status entry
  const document = await withStatus(deps, issuer, credential, request.credentialId);
  // 4. Sign; one in `selfCheckEvery` only if @digitalbazaar/vc would sign the same
  const secured = await sign(deps, issuer, { document, documents, mandatoryPointers: request.mandatoryPointers ?? [] });
  if (!secured.ok) return secured;
  // 5. Let the verifier judge what was made, from the JSON that goes out
  const faults = await selfCheck(deps, issuer, secured.value, documents);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: isOpenBadge(credential) ? proofInArray(secured.value) : secured.value };
}

function refuseForeign({ issuer: named, document, version }: ValidCredential, issuer: CredentialIssuer): Fault[] {
  const faults: Fault[] = [];
  if (named !== issuer.did)
    faults.push(fault('issuer-mismatch', `this service signs here for ${issuer.did} only`, '/issuer'));
  if (Object.hasOwn(document, 'credentialStatus') && issuer.foreignStatus === 'refuse')
    faults.push(fault('malformed', 'a credentialStatus is allocated here, never taken over', '/credentialStatus'));
  if (version === '1.1' && (issuer.status || issuer.securing.form === 'jose'))
    faults.push(fault('malformed', 'this issuer signs credentials of data model 2.0 only', '/@context'));
  return faults;
}

/** Fills of a pinned template are issued from the ledger alone, whoever the issuer is said to be. */
function refuseReserved({ document }: ValidCredential, templates: ReadonlyMap<number, CompiledTemplate>): Fault[] {
  const pinned = [...templates.values()].some((template) => matchUnsecured(template, document));
  return pinned ? [fault('malformed', 'certificates and status lists of this service are not issued by request')] : [];
}

const STATUS_LIST = /(?:Status|Revocation)List(?:20\d\d)?(?:Credential)?$/;
/** Kinds of status entry whose names sound like lists: Open Badges 3.0, and the first status method of the W3C CCG. Their lists are no credentials of that type. */
const STATUS_ENTRY = /\b(?:1EdTechRevocationList|CredentialStatusList2017)$/;
const isStatusList = (type: string): boolean => STATUS_LIST.test(type) && !STATUS_ENTRY.test(type);
const OWN_IDS = 'urn:xingzheng:';

/** What the graph says is what would be signed: reserved types and ids are looked for there, under whatever name the JSON has them. */
async function checkForm(document: JsonObject, documents: Documents): Promise<readonly Fault[]> {
  const expanded = await expand(document, documents);
  if (!expanded.ok) return expanded.faults;
  const faults = checkMeaning(document, expanded.value);
  for (const { types, id } of nodesOf(expanded.value as Json[])) {
    const type = types.find(isStatusList);
    if (type !== undefined) faults.push(fault('malformed', `${type} is issued by the status routes only`, '/type'));
    if (id.startsWith(OWN_IDS)) faults.push(fault('malformed', `${OWN_IDS}… names achievements of this service only`));
  }
  return faults;
}

function nodesOf(value: Json): { types: string[]; id: string }[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (!isObject(value)) return [];
  const types = Array.isArray(value['@type']) ? value['@type'].filter((one) => typeof one === 'string') : [];
  const id = typeof value['@id'] === 'string' ? value['@id'] : '';
  return [{ types, id }, ...Object.values(value).flatMap(nodesOf)];
}

async function withStatus(
  deps: Deps,
  issuer: CredentialIssuer,
  { document, id, statusEntries }: ValidCredential,
  credentialId = id ?? `urn:uuid:${deps.random.uuid()}`,
): Promise<JsonObject> {
  if (!issuer.status) return document;
  const allocated = await allocateStatus(deps, issuer, { credentialId, purposes: issuer.status.purposes });
  const entries = [...statusEntries, ...allocated];
  return { ...document, credentialStatus: entries.length === 1 ? (entries[0] ?? null) : entries };
}

type Draft = { document: JsonObject; documents: Documents; mandatoryPointers: readonly string[] };

async function sign(deps: Deps, issuer: CredentialIssuer, draft: Draft): Promise<Outcome<JsonObject>> {
  const { securing, key } = issuer;
  if (securing.form === 'jose') {
    const faults = payloadFaults(draft.document, 'vc');
    if (faults.length > 0) return { ok: false, faults };
    const token = await signEnvelope(draft.document, {
      kind: 'vc',
      kid: key.id,
      alg: securing.alg,
      signer: key.signer,
    });
    return { ok: true, value: wrapEnvelope('vc', token) };
  }
  const add = deps.random.integer(deps.config.selfCheckEvery) === 0 ? addAgreedProof : addProof;
  return add({
    credential: draft.document,
    cryptosuite: securing.cryptosuite,
    verificationMethod: key.id,
    keyType: key.type,
    signer: key.signer,
    createdSeconds: deps.clock.now(),
    documents: draft.documents,
    mandatoryPointers: [...new Set([...draft.mandatoryPointers, ...alwaysDisclosed(draft.document)])],
  });
}

/** What would make a verifier refuse, there or missing, is never the holder's to leave out: the data models require an issuer, 1.1 an issuanceDate too. */
const alwaysDisclosed = (document: JsonObject): string[] =>
  ['issuer', 'issuanceDate', 'validUntil', 'expirationDate', 'credentialStatus'].flatMap((name) =>
    Object.hasOwn(document, name) ? [`/${name}`] : [],
  );

/** A base proof of selective disclosure is for its holder alone: no verifier judges it, what is derived from it is judged later. */
async function selfCheck(
  deps: Deps,
  { securing }: CredentialIssuer,
  secured: JsonObject,
  documents: Documents,
): Promise<readonly Fault[]> {
  if (securing.form === 'data-integrity' && securing.cryptosuite === 'ecdsa-sd-2023') return [];
  const { reports } = await verifyCredential(secured, {
    documents,
    nowMs: deps.clock.now() * 1000,
    primitives: deps.primitives,
  });
  return fatalFaults(reports.filter(({ check }) => check === 'format' || check === 'proof'));
}

const isOpenBadge = ({ types }: ValidCredential): boolean =>
  types.includes('OpenBadgeCredential') || types.includes('AchievementCredential');

/** Open Badges 3.0 asks for an array, the VC-API for an object: the array is what its schema validates. */
const proofInArray = (secured: JsonObject): JsonObject =>
  isObject(secured.proof) ? { ...secured, proof: [secured.proof] } : secured;
