/** The VC data model, 1.1 and 2.0, as a validator: what a credential may look like before it is signed or believed. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { type ModelVersion, readContext } from './context.ts';
import { readProofs, withoutProof } from './embedded-proof.ts';
import { checkBitstringEntry, type Entry, type ExtensionPoint, readEntries } from './extension-point.ts';
import { readId, readParty } from './identifier.ts';
import { checkKeywords, checkTermsOnly } from './keyword.ts';
import { checkNames } from './language-value.ts';
import { readObjects } from './object-set.ts';
import { type RelatedResource, readRelatedResources } from './related-resource.ts';
import { requireType } from './type.ts';
import { readValidityPeriod } from './validity-period.ts';

export type ModelUse = 'issue' | 'verify';

/** What every later check reads in place of the raw input. */
export type ValidCredential = {
  readonly version: ModelVersion;
  /** Without its proof. */
  readonly document: JsonObject;
  readonly proofs: readonly JsonObject[];
  readonly id?: string;
  readonly types: readonly string[];
  /** The issuer's id, whether it stood as text or in an object. */
  readonly issuer: string;
  /** Epoch milliseconds; issuanceDate and expirationDate in 1.1. */
  readonly validFromMs?: number;
  readonly validUntilMs?: number;
  readonly subjectIds: readonly string[];
  readonly statusEntries: readonly JsonObject[];
  readonly schemas: readonly { readonly id: string; readonly type: string }[];
  readonly relatedResources: readonly RelatedResource[];
};

/** A JSON-LD credential, with its embedded proofs where it has any. All faults, or the credential. Never throws. */
export function readCredential(value: Json, use: ModelUse): Outcome<ValidCredential> {
  const faults: Fault[] = [];
  const refused = { ok: false, faults } as const;
  if (!isObject(value)) {
    faults.push(fault('malformed', 'expected a credential, which is an object'));
    return refused;
  }
  const version = readContext(value['@context'], faults);
  const types = requireType(value, 'VerifiableCredential', faults);
  if (types?.includes('EnvelopedVerifiableCredential'))
    faults.push(fault('malformed', 'expected a credential, found the envelope of one', '/type'));
  if (!version) return refused;

  const proofs = readProofs(value, faults);
  if (use === 'issue') checkUnsecured(value, faults);
  checkKeywords(value, { version }, faults);
  const id = readId(value, '', faults);
  const issuer = readParty(value.issuer, '/issuer', faults);
  const subjectIds = readSubjects(value, faults);
  const validity = readValidityPeriod(value, { version, use }, faults);
  const entries = (name: ExtensionPoint) => readEntries(value, { name, version }, faults);
  const status = entries('credentialStatus');
  for (const entry of status) checkBitstringEntry(entry, faults);
  const schemas = entries('credentialSchema').flatMap(schemaOf);
  for (const name of FURTHER_EXTENSION_POINTS) entries(name);
  const relatedResources = version === '2.0' ? readDefinedIn2(value, faults) : [];

  if (faults.length > 0 || !types || issuer === undefined) return refused;
  const credential: ValidCredential = {
    version,
    document: withoutProof(value),
    proofs,
    ...(id === undefined ? {} : { id }),
    types,
    issuer,
    ...validity,
    subjectIds,
    statusEntries: status.map(({ object }) => object),
    schemas,
    relatedResources,
  };
  return { ok: true, value: credential };
}

const FURTHER_EXTENSION_POINTS = [
  'refreshService',
  'termsOfUse',
  'evidence',
  'confidenceMethod',
  'renderMethod',
] as const;

/** VCALM leaves it to the issuer what to do with proofs that are there: ours adds none to them, and drops none. */
function checkUnsecured(document: JsonObject, faults: Fault[]): void {
  if (Object.hasOwn(document, 'proof'))
    faults.push(
      fault('malformed', 'expected a credential without a proof: this issuer does not add to proofs', '/proof'),
    );
}

/**
 * §4.8: at least one object, and something in each. One with nothing but an id passes: that it is the subject is what the
 * credential claims of it, and selective disclosure leaves such objects.
 */
function readSubjects(document: JsonObject, faults: Fault[]): string[] {
  if (!Object.hasOwn(document, 'credentialSubject'))
    faults.push(fault('malformed', 'expected a credentialSubject, and there is none', '/credentialSubject'));
  return readObjects(document, 'credentialSubject', faults).flatMap(({ object, at }) => {
    if (Object.keys(object).length === 0) faults.push(fault('malformed', 'expected a claim about the subject', at));
    checkTermsOnly(object, at, faults);
    return readId(object, at, faults) ?? [];
  });
}

/** A schema has one type; where several are given, the one that we can check speaks for it. */
const schemaOf = ({ id, types }: Entry) =>
  id === undefined ? [] : [{ id, type: types.find((type) => type === 'JsonSchema') ?? types[0] ?? '' }];

/** Members that 1.1 leaves to whoever defines them. */
function readDefinedIn2(document: JsonObject, faults: Fault[]): RelatedResource[] {
  checkNames(document, '', faults);
  if (isObject(document.issuer)) checkNames(document.issuer, '/issuer', faults);
  return readRelatedResources(document, faults);
}
