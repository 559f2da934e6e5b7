/** ecdsa-sd-2023 (vc-di-ecdsa §3.5 and §3.6): the values of base and derived proofs, strictly read, and the check of a derived one. */
import { decode as decodeCbor, Tokenizer, Type } from 'cborg';
import { type Bytes, base64url, concat, equalBytes, fromBase64url, hex, multibase58, utf8 } from '../encoding.ts';
import { byCodePoint } from '../json-ld/canonical-form.ts';
import { LIMITS } from '../limits.ts';
import { webPrimitives } from '../primitives.ts';
import { fault, type Outcome } from '../protocol/fault.ts';
import { openKey, type PublicKey, publicKeyFromMultibase, verifySignature } from './public-key.ts';

/** The proof value of what a holder shows (§3.5.8). */
export type DerivedValue = {
  readonly baseSignature: Bytes;
  /** P-256, made for this one credential; 35 bytes, as they are signed. */
  readonly statementKey: PublicKey;
  readonly statementKeyBytes: Bytes;
  /** One for each statement that is not mandatory, in the order of the statements. */
  readonly signatures: readonly Bytes[];
  /** Number of the canonical blank node → 32 bytes, its name when it was signed. */
  readonly labels: ReadonlyMap<number, Bytes>;
  /** In any order. */
  readonly mandatoryIndexes: readonly number[];
};

/** The proof value of what an issuer gives to the holder alone (§3.5.3). */
export type BaseValue = { readonly mandatoryPointers: readonly string[] };

const BASE = Uint8Array.of(0xd9, 0x5d, 0x00);
const DERIVED = Uint8Array.of(0xd9, 0x5d, 0x01);

export function readDerivedValue(proofValue: string): Outcome<DerivedValue> {
  const parts = components(proofValue, DERIVED);
  if (!parts.ok) return parts;
  const [baseSignature, keyBytes, signatures, labels, mandatoryIndexes] = parts.value;
  const statement = p256Key(keyBytes);
  if (parts.value.length !== 5 || !isBytes(baseSignature, 64) || !statement)
    return malformed('a derived proof holds a signature, a P-256 key, signatures, labels and indexes');
  if (!isListOf(signatures, (each) => isBytes(each, 64)) || signatures.length > LIMITS.selectiveStatements)
    return malformed(`at most ${LIMITS.selectiveStatements} signatures of 64 bytes were expected`);
  if (!isLabelMap(labels))
    return malformed('the label map is not one of blank node numbers to distinct names of 32 bytes');
  if (!isListOf(mandatoryIndexes, isIndex)) return malformed('the mandatory indexes are not a list of numbers');
  return {
    ok: true,
    value: {
      baseSignature: new Uint8Array(baseSignature),
      statementKey: statement.key,
      statementKeyBytes: statement.bytes,
      signatures: signatures.map((each) => new Uint8Array(each)),
      labels: new Map([...labels].map(([number, name]) => [number, new Uint8Array(name)])),
      mandatoryIndexes,
    },
  };
}

export function readBaseValue(proofValue: string): Outcome<BaseValue> {
  const parts = components(proofValue, BASE);
  if (!parts.ok) return parts;
  const [baseSignature, keyBytes, hmacKey, signatures, mandatoryPointers] = parts.value;
  if (parts.value.length !== 5 || !isBytes(baseSignature, 64) || !p256Key(keyBytes) || !isBytes(hmacKey, 32))
    return malformed('a base proof holds a signature, a P-256 key, an HMAC key, signatures and pointers');
  if (!isListOf(signatures, (each) => isBytes(each, 64)) || signatures.length > LIMITS.selectiveStatements)
    return malformed(`at most ${LIMITS.selectiveStatements} signatures of 64 bytes were expected`);
  if (!isListOf(mandatoryPointers, (each) => typeof each === 'string'))
    return malformed('the mandatory pointers are not texts');
  return { ok: true, value: { mandatoryPointers } };
}

type Disclosed = { readonly mandatory: readonly string[]; readonly selective: readonly string[] };

/** §3.6.9 and §3.6.10. `forms`: canonical N-Quads of the proof options and of the disclosed document. */
export async function verifyDerived(
  value: DerivedValue,
  forms: { readonly options: string; readonly document: string },
  key: PublicKey,
): Promise<Outcome<true>> {
  const disclosed = disclosedStatements(value, forms.document);
  if (!disclosed.ok) return disclosed;
  const data = concat(
    await webPrimitives.sha256(utf8(forms.options)),
    value.statementKeyBytes,
    await webPrimitives.sha256(utf8(disclosed.value.mandatory.join(''))),
  );
  if (!(await verifySignature(key, value.baseSignature, data)))
    return {
      ok: false,
      faults: [fault('bad-signature', 'the base signature does not fit the mandatory statements', '')],
    };
  return verifyStatements(value, disclosed.value.selective);
}

/** The document's statements under the names that were signed, divided as the proof says; as many selective ones as signatures. */
export function disclosedStatements(value: DerivedValue, canonical: string): Outcome<Disclosed> {
  const statements = signedStatements(canonical, value.labels);
  if (!statements) return malformed('the label map names other blank nodes than the document has');
  const indexes = new Set(value.mandatoryIndexes);
  if (value.mandatoryIndexes.some((index) => index >= statements.length))
    return malformed('a mandatory index is past the last statement');
  const mandatory = statements.filter((_, index) => indexes.has(index));
  const selective = statements.filter((_, index) => !indexes.has(index));
  if (selective.length !== value.signatures.length)
    return malformed(`${selective.length} statements that are not mandatory, ${value.signatures.length} signatures`);
  return { ok: true, value: { mandatory, selective } };
}

export async function verifyStatements(value: DerivedValue, selective: readonly string[]): Promise<Outcome<true>> {
  const verify = await openKey(value.statementKey);
  const verdicts = await Promise.all(
    value.signatures.map((signature, index) => verify(signature, utf8(selective[index] ?? ''))),
  );
  return verdicts.every(Boolean)
    ? { ok: true, value: true }
    : { ok: false, faults: [fault('bad-signature', 'a disclosed statement is not one that was signed', '')] };
}

/** An IRI, a literal, or the label of a blank node: what looks like a label inside the first two is none. */
const TERMS = /<[^>]*>|"(?:[^"\\]|\\.)*"|_:c14n(\d+)/g;

/** §3.4.2 and §3.4.5: the N-Quads under the names that were signed, in code point order. Undefined when the map is not exactly about these blank nodes. */
export function signedStatements(canonical: string, labels: ReadonlyMap<number, Bytes>): string[] | undefined {
  const met = new Set<number>();
  const renamed = canonical.replace(TERMS, (term, number?: string) => {
    if (number === undefined) return term;
    met.add(Number(number));
    return `_:u${base64url(labels.get(Number(number)) ?? new Uint8Array())}`;
  });
  if (met.size !== labels.size || [...met].some((number) => !labels.has(number))) return undefined;
  return renamed
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [`${line}\n`]))
    .sort(byCodePoint);
}

/** The signing library takes such text for the name of a blank node, wherever it stands, and would sign another text. */
export const hasNameOfNode = (canonical: string): boolean =>
  [...canonical.matchAll(TERMS)].some(([term, number]) => number === undefined && /_:|urn:bnid:/.test(term));

/** §3.5.8: multibase base64url, three header bytes, CBOR without tags. */
function components(proofValue: string, header: Bytes): Outcome<readonly unknown[]> {
  const bytes = proofValue.startsWith('u') ? fromBase64url(proofValue.slice(1)) : undefined;
  if (!bytes) return malformed('the proof value is not canonical base64url');
  const found = bytes.subarray(0, 3);
  if (!equalBytes(found, header)) {
    if (equalBytes(found, BASE)) return malformed('a base proof is for its holder, who derives from it what to show');
    return malformed('the proof value does not start with the bytes of this kind of proof');
  }
  try {
    const value: unknown = decodeWithoutFloats(bytes.slice(3));
    if (Array.isArray(value)) return { ok: true, value };
  } catch {}
  return malformed('the proof value is not a list in CBOR');
}

const CBOR = { useMaps: true, allowUndefined: false, rejectDuplicateMapKeys: true };

/** §3.5.7 asks for RFC 8949 and for none of its several ways to write a value. A float is no integer, and would be read as one here. */
function decodeWithoutFloats(body: Bytes): unknown {
  const tokens = new Tokenizer(body, CBOR);
  const next = () => {
    const token = tokens.next();
    if (Type.equals(token.type, Type.float)) throw new TypeError('a float is in none of the parts');
    return token;
  };
  return decodeCbor(body, { ...CBOR, tokenizer: { next, done: () => tokens.done(), pos: () => tokens.pos() } });
}

const isBytes = (value: unknown, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length;

function isListOf<T>(value: unknown, test: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(test);
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Two nodes under one name would be read as one: names are distinct. */
function isLabelMap(value: unknown): value is Map<number, Uint8Array> {
  if (!(value instanceof Map)) return false;
  const entries: [unknown, unknown][] = [...value];
  const names = entries.flatMap(([number, name]) => (isIndex(number) && isBytes(name, 32) ? [hex(name)] : []));
  return new Set(names).size === entries.length;
}

/** Of the keys that are known, one of P-256 alone takes 35 bytes. */
function p256Key(bytes: unknown): { readonly key: PublicKey; readonly bytes: Bytes } | undefined {
  if (!isBytes(bytes, 35)) return undefined;
  const key = publicKeyFromMultibase(multibase58(bytes));
  return key && { key, bytes: new Uint8Array(bytes) };
}

const malformed = (detail: string): Outcome<never> => ({
  ok: false,
  faults: [fault('proof-malformed', detail, '/proofValue')],
});
