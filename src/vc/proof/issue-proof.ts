/** Data Integrity 1.0 §4.2: adds a proof to a credential. Selective disclosure, of what a holder shows too (vc-di-ecdsa §3.6.6), is by @digitalbazaar's libraries. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { createDiscloseCryptosuite, createSignCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { derive, issue } from '@digitalbazaar/vc';
import { type Bytes, equalBytes, multibase58 } from '../encoding.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { canonicalForm } from '../json-ld/canonical-form.ts';
import { arePinned, expand, loaderFor } from '../json-ld/expansion.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { isoSeconds } from '../time.ts';
import {
  type FormSource,
  formSource,
  type Hash,
  hashData,
  hashFor,
  type KeyType,
  optionsForm,
  type Secured,
} from './cryptosuite.ts';
import type { Signer } from './key.ts';
import {
  disclosedStatements,
  hasNameOfNode,
  readBaseValue,
  readDerivedValue,
  verifyStatements,
} from './selective-disclosure.ts';

/** The suites that this service signs with, and with which keys; the verifier knows more. */
const KEY_TYPES = {
  'eddsa-rdfc-2022': ['Ed25519'],
  'ecdsa-rdfc-2019': ['P-256', 'P-384'],
  'ecdsa-sd-2023': ['P-256'],
} as const satisfies Record<string, readonly KeyType[]>;

const SIGNATURE_SUITES = { 'eddsa-rdfc-2022': eddsaRdfc2022, 'ecdsa-rdfc-2019': ecdsaRdfc2019 } as const;

export type IssuingSuiteName = keyof typeof KEY_TYPES;

export type ProofRequest = {
  /** Validated, and without a proof. */
  readonly credential: JsonObject;
  readonly cryptosuite: IssuingSuiteName;
  /** The id that the proof gives to the key. */
  readonly verificationMethod: string;
  readonly keyType: KeyType;
  /** Gives raw signatures; of P-256 and P-384 r then s. */
  readonly signer: Signer;
  readonly createdSeconds: number;
  readonly documents: Documents;
  /** JSON pointers (RFC 6901) to what every derived credential must disclose; ecdsa-sd-2023 only. */
  readonly mandatoryPointers?: readonly string[];
};

/** The credential with `proof`, a single object. Faults are those of the credential and the pointers; a signer that fails is an exception. */
export async function addProof(request: ProofRequest): Promise<Outcome<JsonObject>> {
  if (request.cryptosuite === 'ecdsa-sd-2023') return addBaseProof(request);
  const draft = await draftProof(request);
  return draft.ok ? { ok: true, value: await signed(draft.value, request.signer) } : draft;
}

/** As addProof; but nothing is signed that @digitalbazaar/vc, which shares nothing with this file's work but jsonld, would not sign too. */
export async function addAgreedProof(request: ProofRequest): Promise<Outcome<JsonObject>> {
  const { cryptosuite, signer } = request;
  if (cryptosuite === 'ecdsa-sd-2023') return addBaseProof(request);
  const draft = await draftProof(request); // first, as it keeps the limits on work: the library has hardly any
  if (!draft.ok) return draft;
  const theirs: Uint8Array[] = [];
  const issued = await issueByLibrary(request, SIGNATURE_SUITES[cryptosuite], async (data) => {
    theirs.push(data);
    return new Uint8Array(64);
  });
  if (!issued.ok) return issued;
  if (!theirs[0] || !equalBytes(theirs[0], draft.value.data))
    return { ok: false, faults: [fault('proof-transformation', '@digitalbazaar/vc would sign something else')] };
  return { ok: true, value: await signed(draft.value, signer) };
}

async function signed({ document, proof, data }: Draft, signer: Signer): Promise<JsonObject> {
  return { ...document, proof: { ...proof, proofValue: multibase58(await signer.sign(data)) } };
}

type Draft = { readonly document: JsonObject; readonly proof: JsonObject; readonly data: Bytes };

/** All but the signature (vc-di-eddsa §3.2.1, vc-di-ecdsa §3.2.1). */
async function draftProof(request: ProofRequest): Promise<Outcome<Draft>> {
  const { cryptosuite, verificationMethod, keyType, createdSeconds, documents } = request;
  const faults = checkRequest(request);
  if (faults.length > 0) return { ok: false, faults };
  const document = withProofContext(request.credential);
  const proof = {
    type: 'DataIntegrityProof',
    created: isoSeconds(createdSeconds),
    verificationMethod,
    cryptosuite,
    proofPurpose: 'assertionMethod',
  };
  const hash = hashFor(keyType);
  const source = formSource(documents);
  const form = await source.canonicalise(document, hash);
  if (!form.ok) return form;
  const options = await keptOptionsForm({ document, proof }, hash, source);
  if (!options.ok) return options;
  const data = await hashData({ options: options.value, document: form.value }, hash);
  return { ok: true, value: { document, proof, data } };
}

/** Of the last proof under pinned contexts: all that a batch signs within a second have the same options. */
let lastOptions: { readonly options: string; readonly form: string } | undefined;

async function keptOptionsForm(secured: Secured, hash: Hash, source: FormSource): Promise<Outcome<string>> {
  const context = secured.document['@context'] ?? [];
  if (!arePinned([context].flat())) return optionsForm(secured, hash, source);
  const options = JSON.stringify([context, secured.proof, hash]);
  if (lastOptions?.options === options) return { ok: true, value: lastOptions.form };
  const made = await optionsForm(secured, hash, source);
  if (made.ok) lastOptions = { options, form: made.value };
  return made;
}

/** Data Integrity 1.0 §2.4.2: with a context that defines the terms of a proof. */
function withProofContext(credential: JsonObject): JsonObject {
  const listed = [credential['@context'] ?? []].flat();
  const defined = listed.some((context) => typeof context === 'string' && PROOF_CONTEXTS.includes(context));
  return defined ? credential : { ...credential, '@context': [...listed, DATA_INTEGRITY_V2] };
}

const DATA_INTEGRITY_V1 = 'https://w3id.org/security/data-integrity/v1';
const DATA_INTEGRITY_V2 = 'https://w3id.org/security/data-integrity/v2';
const PROOF_CONTEXTS = ['https://www.w3.org/ns/credentials/v2', DATA_INTEGRITY_V1, DATA_INTEGRITY_V2];

function checkRequest({ credential, cryptosuite, keyType }: ProofRequest): Fault[] {
  const keyTypes: readonly KeyType[] = KEY_TYPES[cryptosuite];
  if (!keyTypes.includes(keyType)) throw new Error(`${cryptosuite} does not sign with a key of type ${keyType}`);
  return credential.proof === undefined ? [] : [fault('malformed', 'the credential has a proof already', '/proof')];
}

/** vc-di-ecdsa §3.6.1, by @digitalbazaar's library. */
async function addBaseProof(request: ProofRequest): Promise<Outcome<JsonObject>> {
  const { signer, mandatoryPointers = [] } = request;
  const faults = [...checkRequest(request), ...(await checkBaseProof(request, mandatoryPointers))];
  if (faults.length > 0) return { ok: false, faults };
  return issueByLibrary(request, createSignCryptosuite({ mandatoryPointers }), (data) => signer.sign(data));
}

/** An exception of `sign` stays one: it tells a signer that failed from a credential that cannot be signed. */
async function issueByLibrary(
  { credential, verificationMethod, keyType, createdSeconds, documents }: ProofRequest,
  cryptosuite: unknown,
  sign: (data: Bytes) => Bytes | Promise<Bytes>,
): Promise<Outcome<JsonObject>> {
  let failure: { error: unknown } | undefined;
  const signing = async ({ data }: { data: Bytes }) => {
    try {
      return await sign(data);
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const suite = new DataIntegrityProof({
    cryptosuite,
    date: isoSeconds(createdSeconds),
    signer: { id: verificationMethod, algorithm: keyType, sign: signing },
    legacyContext: hasLegacyContext(credential),
  });
  try {
    // The library writes into the credential that it is given.
    const given = { credential: structuredClone(credential), suite, documentLoader: loaderFor(documents) };
    return { ok: true, value: await issue(given) };
  } catch (error) {
    if (failure) throw failure.error;
    return { ok: false, faults: [libraryFault(error)] };
  }
}

export type DeriveRequest = {
  /** With a base proof of ecdsa-sd-2023, as its issuer gave it. */
  readonly credential: JsonObject;
  readonly selectivePointers: readonly string[];
  readonly documents: Documents;
};

/** The disclosed part of the credential with a derived proof; what was derived from a credential that was changed is a fault here already. */
export async function deriveCredential(request: DeriveRequest): Promise<Outcome<JsonObject>> {
  const { credential, selectivePointers, documents } = request;
  const { proof, ...document } = credential;
  const [base, ...others] = [proof ?? []]
    .flat()
    .filter((each) => isObject(each) && each.cryptosuite === 'ecdsa-sd-2023');
  if (!isObject(base) || others.length > 0 || typeof base.proofValue !== 'string')
    return malformed('expected one base proof of ecdsa-sd-2023', '/proof');
  const value = readBaseValue(base.proofValue);
  if (!value.ok) return value;
  const faults = [
    ...checkPointers(document, selectivePointers, '/options/selectivePointers'),
    ...checkPointers(document, value.value.mandatoryPointers, '/proof/proofValue'),
  ];
  if (value.value.mandatoryPointers.length + selectivePointers.length === 0)
    faults.push(fault('malformed', 'nothing is selected, and nothing is mandatory', '/options/selectivePointers'));
  if (faults.length > 0) return { ok: false, faults };
  const expanded = await expand(document, documents);
  if (!expanded.ok) return expanded;
  const canonical = await canonicalForm(expanded.value, 'sha256'); // within our limits: the library has hardly any
  if (!canonical.ok) return canonical;
  const suite = new DataIntegrityProof({
    cryptosuite: createDiscloseCryptosuite({ selectivePointers: [...selectivePointers] }),
    legacyContext: hasLegacyContext(credential),
  });
  try {
    const verifiableCredential = structuredClone({ ...document, proof: base });
    return checked(await derive({ verifiableCredential, suite, documentLoader: loaderFor(documents) }), documents);
  } catch (error) {
    return { ok: false, faults: [libraryFault(error)] };
  }
}

/** Data Integrity 1.0 §2.4.2: where the terms of a proof are defined already, no second context is added, which would define them anew. */
const hasLegacyContext = (document: JsonObject): boolean =>
  [document['@context'] ?? []].flat().includes(DATA_INTEGRITY_V1);

async function checkBaseProof(
  { credential, documents }: ProofRequest,
  mandatoryPointers: readonly string[],
): Promise<readonly Fault[]> {
  const expanded = await expand(credential, documents);
  if (!expanded.ok) return expanded.faults;
  const canonical = await canonicalForm(expanded.value, 'sha256'); // as above
  if (!canonical.ok) return canonical.faults;
  const faults = checkPointers(credential, mandatoryPointers, '/options/mandatoryPointers');
  if (hasNameOfNode(canonical.value))
    faults.push(fault('malformed', 'ecdsa-sd-2023 does not sign texts and URLs with "_:" or "urn:bnid:"'));
  return faults;
}

/** All that can be checked without the issuer's key. */
async function checked(derived: JsonObject, documents: Documents): Promise<Outcome<JsonObject>> {
  const { proof, ...document } = derived;
  const value = readDerivedValue(isObject(proof) ? String(proof.proofValue) : '');
  if (!value.ok) return value;
  const expanded = await expand(document, documents);
  if (!expanded.ok) return expanded;
  const canonical = await canonicalForm(expanded.value, 'sha256');
  if (!canonical.ok) return canonical;
  const disclosed = disclosedStatements(value.value, canonical.value);
  if (!disclosed.ok) return disclosed;
  const verified = await verifyStatements(value.value, disclosed.value.selective);
  return verified.ok ? { ok: true, value: derived } : verified;
}

function checkPointers(document: JsonObject, pointers: readonly string[], at: string): Fault[] {
  return pointers
    .filter((pointer) => !points(document, pointer))
    .map((pointer) =>
      fault('pointer-unmatched', `${JSON.stringify(pointer.slice(0, 100))} points to nothing in the credential`, at),
    );
}

/** RFC 6901, into what the credential itself has. */
function points(document: JsonObject, pointer: string): boolean {
  if (!/^(?:\/(?:[^~/]|~[01])*)*$/.test(pointer)) return false;
  let value: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (value === undefined) return false;
  }
  return true;
}

const libraryFault = (error: unknown): Fault =>
  fault(
    'malformed',
    `not to be secured: ${(error instanceof Error ? error.message : 'of no known reason').slice(0, 200)}`,
  );

const malformed = (detail: string, at: string): Outcome<never> => ({
  ok: false,
  faults: [fault('malformed', detail, at)],
});
