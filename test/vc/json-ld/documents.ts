/** Documents for the tests of expansion and canonical form, and what jsonld alone makes of them. */
import jsonld from 'jsonld';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { canonicalForm } from '../../../src/vc/json-ld/canonical-form.ts';
import { type Expanded, expand, loaderFor } from '../../../src/vc/json-ld/expansion.ts';
import { type Documents, noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { FaultReason, Outcome } from '../../../src/vc/protocol/fault.ts';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
export const OURS = 'https://contexts.test/v1';

export const brought =
  (table: Record<string, Json>): Documents =>
  async (url) =>
    table[url];

export function valueIn<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.faults));
}
export const reasons = (outcome: Outcome<unknown>): FaultReason[] =>
  outcome.ok ? [] : outcome.faults.map(({ reason }) => reason);
export const canonical = async (document: JsonObject, documents = noDocuments, hash: 'sha256' | 'sha384' = 'sha256') =>
  valueIn(await canonicalForm(valueIn(await expand(document, documents)), hash));

/** What jsonld alone says, in safe mode: RDFC-1.0 by rdf-canonize with its own digests. */
export const byLibrary = (expanded: Expanded, hash: 'sha256' | 'sha384' = 'sha256') =>
  jsonld.canonize(expanded, {
    skipExpansion: true,
    safe: true,
    rdfDirection: 'i18n-datatype',
    documentLoader: loaderFor(noDocuments),
    canonizeOptions: {
      algorithm: 'RDFC-1.0',
      rejectURDNA2015: true,
      maxWorkFactor: 1,
      messageDigestAlgorithm: hash,
    },
  });

export const credential = (members: JsonObject = {}, ...contexts: Json[]): JsonObject => ({
  '@context': [V2, ...contexts],
  id: 'urn:uuid:c0ffee00-0000-4000-8000-000000000001',
  type: ['VerifiableCredential'],
  issuer: 'did:web:issuer.test',
  credentialSubject: { id: 'did:key:holder', ...members },
});
