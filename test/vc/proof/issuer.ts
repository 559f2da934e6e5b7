/** Issuers whose keys the tests hold: did:key or documents of their own, and proofs with whatever options, signed as the suite's row says. */
import { p256, p384 } from '@noble/curves/nist.js';
import { type Bytes, multibase58 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { nothingSpent } from '../../../src/vc/json-ld/spent.ts';
import { CRYPTOSUITES, formSource, hashData, hashFor, type KeyType } from '../../../src/vc/proof/cryptosuite.ts';
import { addProof, type ProofRequest } from '../../../src/vc/proof/issue-proof.ts';
import type { Signer } from '../../../src/vc/proof/key.ts';
import { type PublicKey, publicKeyMultibase } from '../../../src/vc/proof/public-key.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';

export type TestKey = {
  readonly type: KeyType;
  readonly multibase: string;
  readonly jwk: JsonObject;
  /** did:key, and the id of its one method. */
  readonly did: string;
  readonly method: string;
  readonly signer: Signer;
};

export async function makeKey(type: KeyType): Promise<TestKey> {
  const algorithm = type === 'Ed25519' ? { name: type } : { name: 'ECDSA', namedCurve: type };
  const signing = type === 'Ed25519' ? type : { name: 'ECDSA', hash: type === 'P-384' ? 'SHA-384' : 'SHA-256' };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair; // all three are asymmetric
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const key: PublicKey = { type, bytes: compressed(type, raw) };
  const multibase = publicKeyMultibase(key);
  return {
    type,
    multibase,
    jwk: JSON.parse(JSON.stringify({ kty, crv, x, y })),
    did: `did:key:${multibase}`,
    method: `did:key:${multibase}#${multibase}`,
    signer: { sign: async (data) => new Uint8Array(await crypto.subtle.sign(signing, pair.privateKey, data)) },
  };
}

function compressed(type: KeyType, raw: Bytes): Bytes {
  if (type === 'Ed25519') return raw;
  return new Uint8Array((type === 'P-384' ? p384 : p256).Point.fromBytes(raw).toBytes(true));
}

/** A proof without its value, as `key` would make it. */
export const proofOptions = (cryptosuite: string, key: TestKey): JsonObject => ({
  type: 'DataIntegrityProof',
  cryptosuite,
  created: '2026-11-24T08:00:00Z',
  verificationMethod: key.method,
  proofPurpose: 'assertionMethod',
});

export const without = (name: string, { [name]: _, ...others }: JsonObject): JsonObject => others;

/** `options` as they are, right or wrong, with a signature over them; `previous`: the proofs that a chained one secures. */
export async function prove(
  document: JsonObject,
  options: JsonObject,
  { key, previous = [], documents = noDocuments }: { key: TestKey; previous?: JsonObject[]; documents?: Documents },
): Promise<JsonObject> {
  const name = options.cryptosuite ?? options.type;
  const row = CRYPTOSUITES.find((each) => each.name === name);
  const secured = previous.length > 0 ? { ...document, proof: previous } : document;
  const source = formSource(documents, { ...nothingSpent(), statementsText: Number.NEGATIVE_INFINITY }); // whatever its length
  const forms = await row?.transform({ document: secured, proof: options }, hashFor(key.type), source);
  if (!forms?.ok) throw new Error(`${name}: ${forms?.faults[0]?.detail}`);
  return { ...options, proofValue: multibase58(await key.signer.sign(await hashData(forms.value, hashFor(key.type)))) };
}

/** A DID document, or one of https, with the method in the relations that are named. */
export function controllerDocument(
  id: string,
  method: JsonObject,
  relations: readonly string[] = ['assertionMethod', 'authentication'],
): JsonObject {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: [method],
    ...Object.fromEntries(relations.map((relation) => [relation, [method.id ?? null]])),
  };
}

export const documentsOf =
  (table: Readonly<Record<string, Json>>): Documents =>
  async (id) =>
    Object.hasOwn(table, id) ? table[id] : undefined;

export const NOW_MS = Date.UTC(2026, 10, 24, 8);

export const credentialOf = (issuer: string): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
  id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',
  type: ['VerifiableCredential', 'AlumniCredential'],
  issuer,
  validFrom: '2023-01-01T00:00:00Z',
  validUntil: '2033-01-01T00:00:00Z',
  credentialSubject: {
    id: 'did:example:abcdefgh',
    alumniOf: 'The School of Examples',
    degree: { type: 'ExampleDegree', name: '学士' },
  },
});

/** What the service's own issuing is asked, for `key` and a credential of its. */
export const proofRequest = (
  key: TestKey,
  cryptosuite: ProofRequest['cryptosuite'],
  others: Partial<ProofRequest> = {},
): ProofRequest => ({
  credential: credentialOf(key.did),
  cryptosuite,
  verificationMethod: key.method,
  keyType: key.type,
  signer: key.signer,
  createdSeconds: NOW_MS / 1000,
  documents: noDocuments,
  ...others,
});

export async function issued(...how: Parameters<typeof proofRequest>): Promise<JsonObject> {
  const outcome = await addProof(proofRequest(...how));
  if (!outcome.ok) throw new Error(outcome.faults[0]?.detail);
  return outcome.value;
}
