/** From the id of a verification method to its key (Controlled Identifiers 1.0 §3.3): did:key is computed, everything else comes from the caller's documents. */
import { equalJson } from '../equal-json.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { parseDateTime } from '../model/date-time.ts';
import type { Documents } from '../protocol/documents.ts';
import { type FaultReason, fault, type Outcome } from '../protocol/fault.ts';
import { type PublicKey, publicKeyFromJwk, publicKeyFromMultibase } from './public-key.ts';

export type ResolvedMethod = { readonly id: string; readonly controller: string; readonly key: PublicKey };

export type MethodUse = {
  readonly purpose: 'assertionMethod' | 'authentication';
  readonly documents: Documents;
  /** Epoch milliseconds, compared with `expires` and `revoked`. Without it a method that has either is refused. */
  readonly nowMs?: number;
};

/** `id` as it stands in a proof or a JOSE header. Fails where the document or the method is missing, malformed, expired, revoked, or not for this purpose. */
export async function resolveMethod(id: string, use: MethodUse): Promise<Outcome<ResolvedMethod>> {
  const [controller = '', fragment = ''] = id.split('#');
  if (id.startsWith(DID_KEY) && !id.includes('#')) return fromDidKey(id, controller, controller.slice(DID_KEY.length));
  if (!/^[a-z][a-z0-9+.-]*:[^\s#]+#[^\s#]+$/i.test(id))
    return refused('verification-method-invalid', 'A verification method is named by an absolute URL with a fragment');
  if (/^did:key:/i.test(id)) return fromDidKey(id, controller, fragment);
  const document = await use.documents(controller).catch(() => undefined);
  if (document === undefined)
    return refused('verification-method-unavailable', `The document of ${shortened(controller)} was not supplied`);
  if (!isObject(document) || document.id !== controller)
    return refused('verification-method-invalid', `The document for ${shortened(controller)} has another id`);
  return fromDocument(id, document, controller, use);
}

const DID_KEY = 'did:key:';

/**
 * did:key §3: the document follows from the name, and has one key, which is for assertionMethod and authentication. It is
 * named by the DID alone too: so do all signed examples of VC Data Model 2.0.
 */
function fromDidKey(id: string, controller: string, fragment: string): Outcome<ResolvedMethod> {
  const key = publicKeyFromMultibase(fragment);
  if (!key || controller !== `did:key:${fragment}`)
    return refused(
      'verification-method-invalid',
      'A did:key method is did:key:X#X, X an Ed25519, P-256 or P-384 Multikey',
    );
  return { ok: true, value: { id, controller, key } };
}

const RELATIONS = [
  'assertionMethod',
  'authentication',
  'keyAgreement',
  'capabilityInvocation',
  'capabilityDelegation',
] as const;

function fromDocument(
  id: string,
  document: JsonObject,
  controller: string,
  { purpose, nowMs = Number.POSITIVE_INFINITY }: MethodUse,
): Outcome<ResolvedMethod> {
  const named = (entry: Json): boolean => absolute(isObject(entry) ? entry.id : entry, controller) === id;
  const [method, ...others] = ['verificationMethod', ...RELATIONS]
    .flatMap((member) => listed(document[member]))
    .filter(isObject)
    .filter(named);
  if (!method || others.some((other) => !equalJson(other, method)))
    return refused('verification-method-invalid', `${shortened(controller)} does not define ${shortened(id)} once`);
  if (!listed(document[purpose]).some(named))
    return refused('key-not-authorised', `${shortened(id)} is not listed as ${purpose} by its controller`);
  if (method.controller !== controller)
    return refused('verification-method-invalid', `${shortened(id)} names another controller than its document`);
  for (const end of ['expires', 'revoked'] as const) {
    if (method[end] === undefined) continue;
    const endMs = typeof method[end] === 'string' ? parseDateTime(method[end])?.epochMs : undefined;
    if (endMs === undefined) return refused('verification-method-invalid', `${end} of ${shortened(id)} is not a date`);
    if (endMs <= nowMs) return refused('key-not-authorised', shortened(`${end} ${method[end]}: ${id}`));
  }
  const key = material(method);
  if (!key) return refused('verification-method-invalid', `${shortened(id)} holds no key of a supported type`);
  return { ok: true, value: { id, controller, key } };
}

/** §2.2: exactly one form of the key, the one that its type asks for. */
function material({ type, publicKeyMultibase, publicKeyJwk }: JsonObject): PublicKey | undefined {
  if (publicKeyMultibase !== undefined && publicKeyJwk !== undefined) return undefined;
  const fromMultibase = typeof publicKeyMultibase === 'string' ? publicKeyFromMultibase(publicKeyMultibase) : undefined;
  switch (type) {
    case 'Multikey':
      return fromMultibase;
    case 'Ed25519VerificationKey2020':
      return fromMultibase?.type === 'Ed25519' ? fromMultibase : undefined;
    case 'JsonWebKey':
    case 'JsonWebKey2020':
      return publicKeyFromJwk(publicKeyJwk);
    default:
      return undefined;
  }
}

const listed = (value: Json | undefined): readonly Json[] => [value ?? []].flat();

/** `#fragment` is relative to the document's own id. */
const absolute = (id: Json | undefined, base: string): Json | undefined =>
  typeof id === 'string' && id.startsWith('#') ? `${base}${id}` : id;

const shortened = (id: string): string => (id.length > 100 ? `${id.slice(0, 100)}…` : id);

const refused = (reason: FaultReason, detail: string): Outcome<never> => ({
  ok: false,
  faults: [fault(reason, detail)],
});
