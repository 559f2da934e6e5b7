/** The cryptosuites, one row each: which keys, which canonical form, which encoding (vc-di-eddsa §3, vc-di-ecdsa §3, Ed25519Signature2020 CG report §3). */
import { type Bytes, concat, fromMultibase58, utf8 } from '../encoding.ts';
import { equalJson } from '../equal-json.ts';
import type { Json, JsonObject } from '../json.ts';
import { canonicalForm, HASHES } from '../json-ld/canonical-form.ts';
import { type Expanded, expand } from '../json-ld/expansion.ts';
import { nothingSpent, type Spent } from '../json-ld/spent.ts';
import { LIMITS, SIGNATURE_PRICES } from '../limits.ts';
import type { Documents } from '../protocol/documents.ts';
import { type FaultReason, fault, type Outcome } from '../protocol/fault.ts';
import { jcs } from './jcs.ts';
import { proofMeansWhatItSays } from './proof-meaning.ts';
import { type PublicKey, verifySignature } from './public-key.ts';
import { readDerivedValue, verifyDerived } from './selective-disclosure.ts';

export type KeyType = PublicKey['type'];
export type Hash = 'sha256' | 'sha384';

export type Secured = {
  /** Without the proof that is looked at; in a chain with `proof`, the list of the proofs that it follows. */
  readonly document: JsonObject;
  /** As it stands in the document; its proofValue plays no part in the forms. */
  readonly proof: JsonObject;
};

/** What is hashed: two texts, N-Quads or JSON. */
export type Forms = { readonly options: string; readonly document: string };

/** The canonical N-Quads of a document; for the one that many proofs of a set secure, they are made once. */
export type Canonicalise = (document: JsonObject, hash: Hash) => Promise<Outcome<string>>;

/** For all that is read of one document and of what stands in it: what that costs comes out of one purse. */
export type FormSource = {
  readonly documents: Documents;
  /** Made once for each document. */
  readonly expanded: (document: JsonObject) => Promise<Outcome<Expanded>>;
  readonly canonicalise: Canonicalise;
  readonly spent: Spent;
};

type Transform = (secured: Secured, hash: Hash, source: FormSource) => Promise<Outcome<Forms>>;

export type Cryptosuite = {
  /** The value of `cryptosuite`; the proof's type where it has none. */
  readonly name: string;
  readonly type: 'DataIntegrityProof' | 'Ed25519Signature2020';
  readonly keyTypes: readonly KeyType[];
  readonly transform: Transform;
  /** `signature`: base58btc, one signature over the hash data. `disclosure`: base64url, CBOR (vc-di-ecdsa §3.5). */
  readonly value: 'signature' | 'disclosure';
  /** Whether a proof may carry its own @context (vc-di-eddsa §3.3.2 step 4). */
  readonly ownContext: boolean;
  readonly createdRequired: boolean;
};

const DATA_INTEGRITY = { type: 'DataIntegrityProof', createdRequired: false, value: 'signature' } as const;
const NIST = ['P-256', 'P-384'] as const;

export const CRYPTOSUITES: readonly Cryptosuite[] = [
  { ...DATA_INTEGRITY, name: 'eddsa-rdfc-2022', keyTypes: ['Ed25519'], transform: rdfc, ownContext: false },
  { ...DATA_INTEGRITY, name: 'eddsa-jcs-2022', keyTypes: ['Ed25519'], transform: json, ownContext: true },
  { ...DATA_INTEGRITY, name: 'ecdsa-rdfc-2019', keyTypes: NIST, transform: rdfc, ownContext: false },
  { ...DATA_INTEGRITY, name: 'ecdsa-jcs-2019', keyTypes: NIST, transform: json, ownContext: true },
  {
    ...DATA_INTEGRITY,
    name: 'ecdsa-sd-2023',
    keyTypes: ['P-256'],
    transform: rdfc,
    value: 'disclosure',
    ownContext: false,
  },
  {
    name: 'Ed25519Signature2020',
    type: 'Ed25519Signature2020',
    keyTypes: ['Ed25519'],
    transform: rdfc,
    value: 'signature',
    ownContext: false,
    createdRequired: true,
  },
];

/** Undefined for what this verifier does not know. */
export const findCryptosuite = (type: string, cryptosuite: Json | undefined): Cryptosuite | undefined =>
  CRYPTOSUITES.find((row) => row.type === type && (type === 'DataIntegrityProof' ? row.name === cryptosuite : true));

/** vc-di-ecdsa §3: the hash goes with the key, inside RDFC-1.0 too. */
export const hashFor = (keyType: KeyType): Hash => (keyType === 'P-384' ? 'sha384' : 'sha256');

/** Whether the proof value has the form that the suite asks for; the cheap check before any work. */
export function checkProofValue(suite: Cryptosuite, proofValue: string): Outcome<unknown> {
  if (suite.value === 'disclosure') return readDerivedValue(proofValue);
  const length = signatureOf(proofValue)?.length;
  if (length === 64 || (length === 96 && suite.keyTypes.includes('P-384'))) return { ok: true, value: true };
  return failed('proof-malformed', 'the proof value is not a base58btc signature of the right length', '/proofValue');
}

/** Over the transformed document: false signatures are `bad-signature`, everything else says what it is. */
export async function verifyProof(
  suite: Cryptosuite,
  { secured, key, source }: { secured: Secured; key: PublicKey; source: FormSource },
): Promise<Outcome<true>> {
  const { spent } = source;
  const read = suite.value === 'disclosure' ? readDerivedValue(String(secured.proof.proofValue)) : undefined;
  if (read && !read.ok) return read;
  spent.signatureWork += SIGNATURE_PRICES[key.type] + (read?.value.signatures.length ?? 0);
  if (spent.signatureWork > LIMITS.signatureWork) return failed('too-large', 'there are too many signatures to verify');
  const hash = hashFor(key.type);
  const forms = await suite.transform(secured, hash, source);
  if (!forms.ok) return forms;
  if (read) return verifyDerived(read.value, forms.value, key);
  const signature = signatureOf(String(secured.proof.proofValue));
  const valid = signature && (await verifySignature(key, signature, await hashData(forms.value, hash)));
  return valid ? { ok: true, value: true } : failed('bad-signature', 'the signature does not fit the document and key');
}

/** vc-di-eddsa §3.2.4: the hash of the proof options, then the hash of the document. */
export async function hashData(forms: Forms, hash: Hash): Promise<Bytes> {
  return concat(await digest(hash, utf8(forms.options)), await digest(hash, utf8(forms.document)));
}

export const digest = async (hash: Hash, data: Bytes): Promise<Bytes> => new Uint8Array(HASHES[hash](data));

export function formSource(documents: Documents, spent = nothingSpent()): FormSource {
  const expansions = new WeakMap<JsonObject, Promise<Outcome<Expanded>>>();
  const expanded = (document: JsonObject) => kept(expansions, document, () => expand(document, documents, spent));
  return { documents, spent, expanded, canonicalise: canonicaliser(expanded, spent) };
}

/** A form for each document and hash is made once, and kept for as long as the document is. */
function canonicaliser(expandedForm: FormSource['expanded'], spent: Spent): Canonicalise {
  const forms = { sha256: new WeakMap<JsonObject, Promise<Outcome<string>>>(), sha384: new WeakMap() };
  return (document, hash) =>
    kept(forms[hash], document, async () => {
      const expanded = await expandedForm(document);
      return expanded.ok ? canonicalForm(expanded.value, hash, spent) : expanded;
    });
}

function kept<V>(known: WeakMap<JsonObject, V>, key: JsonObject, make: () => V): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

async function rdfc(secured: Secured, hash: Hash, source: FormSource): Promise<Outcome<Forms>> {
  const options = await optionsForm(secured, hash, source);
  if (!options.ok) return options;
  const document = await source.canonicalise(secured.document, hash);
  return document.ok ? { ok: true, value: { options: options.value, document: document.value } } : document;
}

/** §3.2.3 and §3.2.5: the options take the document's context, whatever they say themselves. */
export async function optionsForm(
  { document, proof }: Secured,
  hash: Hash,
  source: FormSource,
): Promise<Outcome<string>> {
  const options = withoutValue(proof);
  if (options['@context'] !== undefined && !equalJson(options['@context'], document['@context'] ?? null))
    return failed('proof-malformed', 'the proof has a context of its own', '/@context');
  const expanded = await expand({ ...options, '@context': document['@context'] ?? [] }, source.documents, source.spent);
  if (!expanded.ok) return { ok: false, faults: expanded.faults.map((each) => ({ ...each, at: '' })) };
  if (!proofMeansWhatItSays(options, expanded.value))
    return failed('ambiguous', 'the contexts of the document give members of the proof another meaning');
  return canonicalForm(expanded.value, hash, source.spent);
}

/** §3.3.2 to §3.3.5: where the proof has contexts, they are the first ones of the document, and only they are signed. */
async function json({ document, proof }: Secured, _: Hash, { spent }: FormSource): Promise<Outcome<Forms>> {
  const options = withoutValue(proof);
  const own = options['@context'];
  if (own === undefined) return jsonForms(options, document, spent);
  const contexts = listed(document['@context']);
  const first = listed(own).every((context, index) => equalJson(context, contexts[index] ?? null));
  if (!first || listed(own).length === 0)
    return failed('proof-malformed', 'the document does not start with the contexts of the proof', '/@context');
  return jsonForms(options, { ...document, '@context': own }, spent);
}

/** Made anew for each proof, so their text counts as that of statements does. */
function jsonForms(options: JsonObject, document: JsonObject, spent: Spent): Outcome<Forms> {
  const forms = { options: jcs(options), document: jcs(document) };
  spent.statementsText += forms.document.length;
  return spent.statementsText > LIMITS.statementsText
    ? failed('too-large', `expected at most ${LIMITS.statementsText} characters under all proofs`)
    : { ok: true, value: forms };
}

const listed = (context: Json | undefined): readonly Json[] => [context ?? []].flat();

function withoutValue({ proofValue: _, ...options }: JsonObject): JsonObject {
  return options;
}

/** 96 bytes take 133 characters, the multibase letter included. */
const signatureOf = (proofValue: string): Bytes | undefined => fromMultibase58(proofValue, 133);

/** `at` is relative to the proof. */
const failed = (reason: FaultReason, detail: string, at = ''): Outcome<never> => ({
  ok: false,
  faults: [fault(reason, detail, at)],
});
