/** Whether the expanded options of a proof say what their JSON says: contexts are not signed, and could turn an expiry into a nonce. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Expanded } from '../json-ld/expansion.ts';

const SECURITY = 'https://w3id.org/security#';

/** Data Integrity 1.0 §2.1, as its contexts (v1, v2, ed25519-2020) define them. */
const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['created', 'http://purl.org/dc/terms/created'],
  ['expires', `${SECURITY}expiration`],
  ...['cryptosuite', 'verificationMethod', 'proofPurpose', 'previousProof', 'domain', 'challenge', 'nonce'].map(
    (name): [string, string] => [name, `${SECURITY}${name}`],
  ),
]);

/** The two purposes that this verifier knows; the second has another name in RDF. */
const PURPOSES: Readonly<Record<string, string>> = {
  assertionMethod: `${SECURITY}assertionMethod`,
  authentication: `${SECURITY}authenticationMethod`,
};

/** `options` have texts and lists of texts only. True when the expansion is one node with exactly their properties and values. */
export function proofMeansWhatItSays(options: JsonObject, expanded: Expanded): boolean {
  const [node, ...others] = expanded;
  if (!isObject(node) || others.length > 0) return false;
  const { '@context': _, id, type, ...said } = options;
  const { '@id': nodeId, '@type': nodeType, ...properties } = node;
  if (nodeId !== id || !sameTexts(nodeType, [`${SECURITY}${type}`])) return false;
  const names = Object.keys(said);
  return (
    names.length === Object.keys(properties).length &&
    names.every((name) => {
      const found = properties[PROPERTIES.get(name) ?? ''];
      return Array.isArray(found) && sameTexts(found.map(textOf), [said[name] ?? null].flat().map(inRdf(name)));
    })
  );
}

const inRdf =
  (name: string) =>
  (value: Json): Json =>
    name === 'proofPurpose' && typeof value === 'string' ? (PURPOSES[value] ?? null) : value;

const textOf = (value: Json): Json => (isObject(value) ? (value['@value'] ?? value['@id'] ?? null) : null);

/** As sets: RDF keeps neither order nor repetition. */
function sameTexts(a: Json | undefined, b: readonly Json[]): boolean {
  if (!Array.isArray(a)) return false;
  return a.every((text) => typeof text === 'string' && b.includes(text)) && b.every((text) => a.includes(text));
}
