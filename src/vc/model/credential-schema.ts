/** Data schemas: VC Data Model 2.0 §4.11 with VC JSON Schema §2.1 and §4. Only `JsonSchema` is evaluated; a JsonSchemaCredential would have to be verified first, and other types say themselves how. */
import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import type { ValidCredential } from './credential.ts';

/** VC JSON Schema §3. A trailing `#` is the same identifier. */
const DRAFTS: ReadonlyMap<Json, SchemaDraft> = new Map([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['https://json-schema.org/draft/2019-09/schema', '2019-09'],
  ['http://json-schema.org/draft-07/schema', '7'],
]);

/**
 * A fault for every schema that the credential does not conform to, or that was not brought or cannot be evaluated: VC JSON
 * Schema §4.2 calls both "indeterminate", and what comes of it is for the caller. What is evaluated is the credential as a whole, without its proof, as in
 * the specification's examples; `secured` takes its place where a schema speaks of the proof too.
 *
 * Schemas come from the operator's table, never from the presenter: they are bounded in size, not in the work of their
 * patterns.
 */
export async function checkCredentialSchemas(
  { document, schemas }: ValidCredential,
  documents: Documents,
  secured: JsonObject = document,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [index, { id, type }] of schemas.entries()) {
    if (type !== 'JsonSchema') continue;
    const at = Array.isArray(document.credentialSchema) ? `/credentialSchema/${index}` : '/credentialSchema';
    const schema = await documents(id).catch(() => undefined);
    const found = schema === undefined ? notBrought(at) : evaluate(secured, schema, at);
    if (found) faults.push(found);
  }
  return faults;
}

const notBrought = (at: string): Fault =>
  fault('schema-not-brought', 'the schema is not here: whether the credential conforms to it is not known', at);

const unavailable = (why: string, at: string): Fault => fault('schema-unavailable', `the schema ${why}`, at);

function evaluate(credential: JsonObject, schema: Json, at: string): Fault | undefined {
  if (!isObject(schema)) return unavailable('is not an object', at);
  const draft = typeof schema.$schema === 'string' ? DRAFTS.get(schema.$schema.replace(/#$/, '')) : undefined;
  if (!draft) return unavailable('is not of JSON Schema 2020-12, 2019-09 or draft 7', at);
  const errors = isEvaluable(schema) ? errorsOf(credential, schema, draft) : undefined;
  if (!errors) return unavailable('cannot be evaluated: too large, malformed, or it refers to another one', at);
  if (errors.length === 0) return undefined;
  const { instanceLocation, keyword } = deepest(errors);
  const detail = `the credential does not conform to its schema: ${keyword}`;
  return fault('schema-mismatch', detail, decoded(instanceLocation));
}

/** Undefined where the schema has no meaning here. The validator marks the schema that it works with, so it gets its own. */
function errorsOf(credential: JsonObject, schema: JsonObject, draft: SchemaDraft): OutputUnit[] | undefined {
  try {
    // Schema is an object of any members to the validator, which reads what it knows and throws at the rest.
    const validator = new Validator(structuredClone(schema) as Schema, draft);
    return validator.validate(credential).errors;
  } catch {
    return undefined; // an unresolved $ref, one that never ends, a pattern that is no pattern
  }
}

/** Errors go from the whole to the part that is wrong, which is what helps. */
const deepest = (errors: readonly OutputUnit[]): Pick<OutputUnit, 'instanceLocation' | 'keyword'> =>
  errors.reduce<Pick<OutputUnit, 'instanceLocation' | 'keyword'>>(
    (far, next) => (next.instanceLocation.length >= far.instanceLocation.length ? next : far),
    { instanceLocation: '', keyword: '' },
  );

/** The validator writes pointers as URI fragments. */
function decoded(location: string): string {
  try {
    return decodeURIComponent(location.replace(/^#/, ''));
  } catch {
    return '';
  }
}

/** Depth first, as recursion is what it protects from. The validator passes over `$dynamicRef`, and would accept what it refuses. */
function isEvaluable(schema: JsonObject): boolean {
  const left: { value: Json; depth: number }[] = [{ value: schema, depth: 1 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > LIMITS.documentDepth || (isObject(value) && typeof value.$dynamicRef === 'string')) return false;
    for (const member of Object.values(value)) left.push({ value: member, depth: depth + 1 });
  }
  return JSON.stringify(schema).length <= LIMITS.documentBytes;
}
