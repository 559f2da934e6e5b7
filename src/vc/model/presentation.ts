/** The VC data model, 1.1 and 2.0: verifiable presentations (VC Data Model 2.0 §4.13, 1.1 §4.10). */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { isBaseContext, type ModelVersion, readContext } from './context.ts';
import { readProofs, withoutProof } from './embedded-proof.ts';
import { readEntries } from './extension-point.ts';
import { isUrl, readId, readParty } from './identifier.ts';
import { below } from './json-pointer.ts';
import { checkKeywords } from './keyword.ts';
import { readItems } from './object-set.ts';
import { requireType } from './type.ts';

export type ValidPresentation = {
  readonly version: ModelVersion;
  /** Without its proof. */
  readonly document: JsonObject;
  readonly proofs: readonly JsonObject[];
  readonly holder?: string;
  /** As they stand: JSON-LD credentials, EnvelopedVerifiableCredential objects, in 1.1 also JWT text. */
  readonly credentials: readonly Json[];
};

/** A JSON-LD presentation, with its embedded proofs where it has any. What its credentials say is read by readCredential, one by one. All faults, or the presentation. Never throws. */
export function readPresentation(value: Json): Outcome<ValidPresentation> {
  const faults: Fault[] = [];
  const refused = { ok: false, faults } as const;
  if (!isObject(value)) {
    faults.push(fault('malformed', 'expected a presentation, which is an object'));
    return refused;
  }
  const version = readContext(listed(value['@context']), faults);
  const types = requireType(value, 'VerifiablePresentation', faults);
  if (types?.includes('EnvelopedVerifiablePresentation'))
    faults.push(fault('malformed', 'expected a presentation, found the envelope of one', '/type'));
  if (!version) return refused;

  const proofs = readProofs(value, faults);
  checkKeywords(value, { version, apart: ['verifiableCredential'] }, faults);
  readId(value, '', faults);
  const holder = Object.hasOwn(value, 'holder') ? readParty(value.holder, '/holder', faults) : undefined;
  const credentials = readCredentials(value, version, faults);
  for (const name of ['refreshService', 'termsOfUse'] as const) readEntries(value, { name, version }, faults);

  if (faults.length > 0) return refused;
  const document = withoutProof(value);
  return { ok: true, value: { version, document, proofs, ...(holder === undefined ? {} : { holder }), credentials } };
}

/**
 * Example 31 of VC Data Model 2.0 writes the base context as a bare string, and so do holders in the field. It is the same
 * ordered set of one (§6). A credential has no such example, and §4.3 and VCALM ask for an array: there it is refused.
 */
const listed = (context: Json | undefined): Json | undefined => (typeof context === 'string' ? [context] : context);

/**
 * 2.0: "the values MUST NOT be non-object values". 1.1 also has JWTs as they are. An empty list presents what an absent one
 * does, nothing, and holders write it so.
 */
function readCredentials(document: JsonObject, version: ModelVersion, faults: Fault[]): Json[] {
  if (Array.isArray(document.verifiableCredential) && document.verifiableCredential.length === 0) return [];
  const items = readItems(document, 'verifiableCredential', { most: LIMITS.items, faults });
  for (const { item, at } of items) {
    if (isObject(item) && hasType(item, 'EnvelopedVerifiableCredential')) checkEnvelope(item, at, faults);
    else if (isObject(item)) checkCredential(item, at, faults);
    else if (version !== '1.1' || typeof item !== 'string' || item === '')
      faults.push(fault('malformed', 'expected an object as verifiableCredential', at));
  }
  return items.map(({ item }) => item);
}

const hasType = ({ type }: JsonObject, wanted: string): boolean =>
  Array.isArray(type) ? type.includes(wanted) : type === wanted;

function checkCredential(credential: JsonObject, at: string, faults: Fault[]): void {
  if (!hasType(credential, 'VerifiableCredential'))
    faults.push(fault('malformed', 'expected a VerifiableCredential or the envelope of one', below(at, 'type')));
  if (!Object.hasOwn(credential, '@context'))
    faults.push(fault('malformed', 'expected a credential with its own @context', below(at, '@context')));
}

/** §4.13.1: one type, a `data:` URL, and a context that defines both; the base context is the one that we know does. */
function checkEnvelope(envelope: JsonObject, at: string, faults: Fault[]): void {
  const contexts = listed(envelope['@context']);
  if (!Array.isArray(contexts) || !contexts.some(isBaseContext))
    faults.push(fault('malformed', 'expected the base context in the envelope of a credential', below(at, '@context')));
  if (Array.isArray(envelope.type) && envelope.type.length > 1)
    faults.push(fault('malformed', 'expected no other type beside EnvelopedVerifiableCredential', below(at, 'type')));
  if (typeof envelope.id !== 'string' || !/^data:/i.test(envelope.id) || !isUrl(envelope.id))
    faults.push(fault('malformed', 'expected a data: URL as the id of an envelope', below(at, 'id')));
}
