/** The fuzzer's own idea of when two secured documents say the same: their graphs by plain jsonld, or their JSON where that is what is signed, and whatever a check reads. */
import { isObject, type Json, type JsonObject } from '../../src/vc/json.ts';
import type { Documents } from '../../src/vc/protocol/documents.ts';
import { plainGraph } from '../support/plain-graph.ts';
import { canonicalJson } from './canonical-json.ts';

/** Undefined for text that says nothing: no JSON, a member twice, a number that its reader would change. */
export function readText(text: string | undefined): Json | undefined {
  return text === undefined || canonicalJson(text) === undefined ? undefined : JSON.parse(text);
}

const listed = (value: Json | undefined): Json[] => (value === undefined ? [] : [value].flat());
const same = (value: unknown): string => canonicalJson(JSON.stringify(value)) ?? '';

/** Free in what is read: the order of members and of values, a value repeated, one value as an array, a null. */
function setsOf(value: Json): Json {
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, member]) => listed(member).some((one) => one !== null));
    return Object.fromEntries(members.map(([name, member]) => [name, setOf(member)]));
  }
  return Array.isArray(value) ? setOf(value) : value;
}

function setOf(value: Json | undefined): Json[] {
  const forms = listed(value)
    .filter((one) => one !== null)
    .map((one) => same(setsOf(one)));
  return [...new Set(forms)].sort();
}

const idOf = (party: Json): Json => (isObject(party) ? (party.id ?? null) : party);

/** Read of every document, each as a set. */
const MEMBERS = ['id', 'type', 'validFrom', 'validUntil', 'issuanceDate', 'expirationDate', 'credentialStatus'];
const OBJECTS = ['credentialSchema', 'relatedResource'];
const LIST = ['type', 'encodedList', 'statusPurpose', 'ttl'];

/** What checks and callers read in the JSON of a credential. Claims are compared by the graph alone. */
function readPartsOf(credential: JsonObject): Json {
  const isList = setOf(credential.type).includes('"BitstringStatusListCredential"');
  return {
    base: listed(credential['@context'])[0] ?? null,
    ...Object.fromEntries([...MEMBERS, ...OBJECTS].map((name) => [name, setOf(credential[name])])),
    issuer: setOf(listed(credential.issuer).map(idOf)),
    subjects: setOf(listed(credential.credentialSubject).map(idOf)),
    ...(isList
      ? {
          lists: setOf(
            listed(credential.credentialSubject).map((subject) =>
              Object.fromEntries(LIST.flatMap((name) => (isObject(subject) ? [[name, subject[name] ?? null]] : []))),
            ),
          ),
        }
      : {}),
  };
}

function readPartsOfPresentation(presentation: JsonObject): Json {
  return {
    base: listed(presentation['@context'])[0] ?? null,
    id: setOf(presentation.id),
    type: setOf(presentation.type),
    holder: setOf(listed(presentation.holder).map(idOf)),
    credentials: setOf(
      listed(presentation.verifiableCredential).map((one) => {
        if (!isObject(one)) return one;
        return tokenIn(one) ?? readPartsOf(one);
      }),
    ),
  };
}

/** Everything else is ignored by a verifier, and proves nothing. */
const JCS = new Set<Json | undefined>(['eddsa-jcs-2022', 'ecdsa-jcs-2019']);
const RDFC = new Set<Json | undefined>(['eddsa-rdfc-2022', 'ecdsa-rdfc-2019', 'ecdsa-sd-2023']);

type Proven = { readonly id: Json | undefined; readonly previous: readonly Json[]; readonly form: string };

async function provenBy(
  proof: JsonObject,
  { document, proofs, documents }: { document: JsonObject; proofs: readonly JsonObject[]; documents: Documents },
): Promise<Proven[]> {
  const { proofValue: _, ...options } = proof;
  const isKnown = proof.type === 'DataIntegrityProof' && (JCS.has(proof.cryptosuite) || RDFC.has(proof.cryptosuite));
  if (!isKnown && proof.type !== 'Ed25519Signature2020') return [];
  const previous = listed(proof.previousProof);
  const followed = proofs.filter(({ id }) => id !== undefined && previous.includes(id));
  const secured = followed.length > 0 ? { ...document, proof: followed } : document;
  const form = JCS.has(proof.cryptosuite)
    ? [same(options), same({ ...secured, '@context': options['@context'] ?? document['@context'] ?? null })]
    : [
        await plainGraph({ ...options, '@context': document['@context'] ?? null }, { documents }),
        await plainGraph(secured, { documents }),
        same({ ...setsOfOptions(options) }),
      ];
  return [{ id: proof.id, previous, form: JSON.stringify(form) }];
}

/** Of the proof's own context only its terms' meaning matters, which is in the graph. */
const setsOfOptions = ({ '@context': _, ...options }: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, setOf(value)]));

async function provenIn(secured: JsonObject, documents: Documents): Promise<{ read: string; proven: Proven[] }> {
  const { proof, ...document } = secured;
  const proofs = listed(proof).filter(isObject);
  const proven: Proven[] = [];
  for (const one of proofs) proven.push(...(await provenBy(one, { document, proofs, documents })));
  const isPresentation = setOf(document.type).includes('"VerifiablePresentation"');
  return { read: same(isPresentation ? readPartsOfPresentation(document) : readPartsOf(document)), proven };
}

const formOf = (read: string, proven: readonly Proven[]): string =>
  JSON.stringify([read, ...new Set(proven.map(({ form }) => form))].sort());

/** One text for all that say the same, by the proofs that are known; undefined where there is none. */
export async function securedForm(value: Json | undefined, documents: Documents): Promise<string | undefined> {
  if (!isObject(value)) return undefined;
  const token = tokenIn(value);
  if (token !== undefined) return token;
  const { read, proven } = await provenIn(value, documents);
  return proven.length > 0 ? formOf(read, proven) : undefined;
}

/** Of the proofs of a set each proves by itself, so any may be taken away; what a chain follows may not. */
export async function securedForms(value: Json, documents: Documents): Promise<string[]> {
  if (!isObject(value)) return [];
  const token = tokenIn(value);
  if (token !== undefined) return [token];
  const { read, proven } = await provenIn(value, documents);
  return subsetsOf(proven)
    .filter((some) => some.every(({ previous }) => previous.every((id) => some.some((one) => one.id === id))))
    .map((some) => formOf(read, some));
}

/** None of them empty. */
function subsetsOf<T>(items: readonly T[]): T[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [];
  const others = subsetsOf(rest);
  return [[first], ...others, ...others.map((some) => [first, ...some])];
}

/** The token of an envelope, whatever stands around it in the data: URL (RFC 2397). */
function tokenIn({ type, id }: JsonObject): string | undefined {
  if (!listed(type).some((one) => typeof one === 'string' && one.startsWith('Enveloped'))) return undefined;
  const [, head = '', data = ''] = /^data:([^,]*),(.*)$/is.exec(String(id)) ?? [];
  const text = decodeURIComponent(data);
  return /;base64$/i.test(head) ? Buffer.from(text, 'base64').toString() : text;
}
