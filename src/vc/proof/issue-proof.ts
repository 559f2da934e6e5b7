/** Data Integrity 1.0 §4.2: adds a proof to a credential, and derives what a holder shows from one (vc-di-ecdsa §3.6.6), both by @digitalbazaar's libraries. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { createDiscloseCryptosuite, createSignCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { derive, issue } from '@digitalbazaar/vc';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { canonicalForm, expand, loaderFor } from '../json-ld/processor.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { isoSeconds } from '../time.ts';
import type { KeyType } from './cryptosuite.ts';
import type { Signer } from './key.ts';
import {
  disclosedStatements,
  hasNameOfNode,
  readBaseValue,
  readDerivedValue,
  verifyStatements,
} from './selective-disclosure.ts';

type IssuingSuite = {
  readonly keyTypes: readonly KeyType[];
  make(mandatoryPointers: readonly string[]): unknown;
};

/** The suites that this service signs with; the verifier knows more. */
const SUITES = {
  'eddsa-rdfc-2022': { keyTypes: ['Ed25519'], make: () => eddsaRdfc2022 },
  'ecdsa-rdfc-2019': { keyTypes: ['P-256', 'P-384'], make: () => ecdsaRdfc2019 },
  'ecdsa-sd-2023': { keyTypes: ['P-256'], make: (mandatoryPointers) => createSignCryptosuite({ mandatoryPointers }) },
} as const satisfies Record<string, IssuingSuite>;

export type IssuingSuiteName = keyof typeof SUITES;

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
  const { credential, cryptosuite, mandatoryPointers = [], documents, keyType } = request;
  const suite: IssuingSuite = SUITES[cryptosuite];
  if (!suite.keyTypes.includes(keyType)) throw new Error(`${cryptosuite} does not sign with a key of type ${keyType}`);
  const faults = await checkBeforeSigning(request, mandatoryPointers);
  if (faults.length > 0) return { ok: false, faults };
  const signer = watched(request);
  const proof = new DataIntegrityProof({
    cryptosuite: suite.make([...mandatoryPointers]),
    date: isoSeconds(request.createdSeconds),
    signer: { id: request.verificationMethod, algorithm: keyType, sign: signer.sign },
    legacyContext: hasLegacyContext(credential),
  });
  try {
    // The library writes into the credential that it is given.
    const given = { credential: structuredClone(credential), suite: proof, documentLoader: loaderFor(documents) };
    return { ok: true, value: await issue(given) };
  } catch (error) {
    if (signer.failure) throw signer.failure.error;
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
  [document['@context'] ?? []].flat().includes('https://w3id.org/security/data-integrity/v1');

async function checkBeforeSigning(
  { credential, cryptosuite, documents }: ProofRequest,
  mandatoryPointers: readonly string[],
): Promise<readonly Fault[]> {
  if (credential.proof !== undefined) return [fault('malformed', 'the credential has a proof already', '/proof')];
  const expanded = await expand(credential, documents);
  if (!expanded.ok) return expanded.faults;
  const canonical = await canonicalForm(expanded.value, 'sha256'); // as above
  if (!canonical.ok) return canonical.faults;
  if (cryptosuite !== 'ecdsa-sd-2023') return [];
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

/** Tells a signer that failed from a credential that cannot be signed. */
function watched({ signer }: ProofRequest) {
  const watch: { failure?: { error: unknown }; sign(options: { data: Uint8Array<ArrayBuffer> }): Promise<Uint8Array> } =
    {
      async sign({ data }) {
        try {
          return await signer.sign(data);
        } catch (error) {
          watch.failure = { error };
          throw error;
        }
      },
    };
  return watch;
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
