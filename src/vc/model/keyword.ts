/** JSON-LD keywords (JSON-LD 1.1 §1.7): refused where they make the graph that is signed differ from the JSON that people read. VC Data Model 2.0 §6.1.2 asks for the compacted form. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import type { ModelVersion } from './context.ts';
import { below } from './json-pointer.ts';

/** Whatever has this form and is no keyword is dropped by processors without a word. */
export const isKeyword = (text: string): boolean => /^@[A-Za-z]+$/.test(text);

/** Node references, value objects, lists and language maps below the members that this data model defines. */
const ALLOWED_IN_CLAIMS = new Set(['@id', '@type', '@value', '@language', '@direction', '@list', '@set', '@none']);
const ALIASES = [
  ['id', '@id'],
  ['type', '@type'],
] as const;

/** A document of nothing but nested contexts is refused once, not a thousand times. */
const ENOUGH = 16;

/** Members of a secured document that are read on their own. */
const APART = ['@context', 'proof'];

/** Any depth, without recursion. `apart` names other members of the root that are read on their own: the credentials of a presentation. */
export function checkKeywords(
  document: JsonObject,
  { version, apart = [] }: { readonly version: ModelVersion; readonly apart?: readonly string[] },
  faults: Fault[],
): void {
  const own = without(document, [...APART, ...apart]);
  const found: Fault[] = [];
  checkTermsOnly(own, '', found);
  const left: { value: Json; at: string }[] = [{ value: own, at: '' }];
  for (let next = left.pop(); next && found.length < ENOUGH; next = left.pop()) {
    const { value, at } = next;
    const node = isCredentialInside(value) ? without(value, APART) : value;
    if (isObject(node)) checkNode(node, at, found);
    for (const [name, member] of membersOf(node))
      if (!isJsonLiteral(node, name, version)) left.push({ value: member, at: below(at, name) });
  }
  faults.push(...found);
}

const without = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/**
 * Compacted JSON-LD has its context at the top. A credential that stands in another, as the endorsements of Open Badges 3.0
 * do, has its own again, and its own proof. Here it is a claim like others: nobody verifies it.
 */
const isCredentialInside = (value: Json): value is JsonObject =>
  isObject(value) && [value.type].flat().some((type) => CREDENTIALS.has(type));
const CREDENTIALS: ReadonlySet<Json | undefined> = new Set(['VerifiableCredential', 'EnvelopedVerifiableCredential']);

const membersOf = (value: Json): [string, Json][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

function checkNode(node: JsonObject, at: string, faults: Fault[]): void {
  for (const name of Object.keys(node))
    if (isKeyword(name) && !ALLOWED_IN_CLAIMS.has(name))
      faults.push(fault('malformed', `expected no ${shortened(name)} here`, below(at, name)));
  for (const [term, keyword] of ALIASES)
    if (Object.hasOwn(node, term) && Object.hasOwn(node, keyword))
      faults.push(fault('malformed', `expected ${term} or ${keyword}, found both`, below(at, keyword)));
}

/** An object that this data model defines is written with its own terms: `id` and not `@id`, never a value object or a set. */
export function checkTermsOnly(object: JsonObject, at: string, faults: Fault[]): void {
  for (const name of Object.keys(object))
    if (ALLOWED_IN_CLAIMS.has(name))
      faults.push(fault('malformed', `expected a term in place of the keyword ${name}`, below(at, name)));
}

/** A schema inside a JsonSchemaCredential is data of its own: the base context of 2.0 types it @json, and it speaks of `@context`. */
const isJsonLiteral = (value: Json, name: string, version: ModelVersion): boolean =>
  version === '2.0' && name === 'jsonSchema' && isObject(value) && [value.type].flat().includes('JsonSchema');

const shortened = (name: string): string => (name.length > 20 ? `${name.slice(0, 20)}…` : name);
