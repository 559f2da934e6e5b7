/** Claims of a token that are not understood: "they MUST be ignored" (VC-JOSE-COSE §3.1.3). Nothing tells them from the members of the document but that no context defines them. */
import type { JsonObject } from '../json.ts';
import { expand } from '../json-ld/processor.ts';
import { LIMITS } from '../limits.ts';
import type { ModelVersion } from '../model/context.ts';
import type { FormSource } from '../proof/cryptosuite.ts';

/** Stands in for every value: an IRI is one that a term of any kind takes. */
const VALUE = 'urn:x';

/** The dates of data model 1.1: whoever writes them here meant no claim, and wants them heeded. */
const MEANT: ReadonlySet<string> = new Set(['issuanceDate', 'expirationDate']);

type Valid = { readonly version: ModelVersion; readonly document: JsonObject };

/**
 * A document of data model 2.0 that a token secures, already without the registered claims. What is unknown inside a member
 * stays, and is a fault: it is no claim. With embedded proofs nothing is left out, as they do not sign what no context defines.
 */
export async function withoutUnknownClaims<T extends Valid>(valid: T, { documents, spent }: FormSource): Promise<T> {
  const { '@context': context = null, type = null, ...members } = valid.document;
  const names = Object.keys(members);
  const areKnown = async (...some: readonly string[]): Promise<boolean> => {
    const probe = Object.fromEntries(some.map((name) => [name, VALUE]));
    const expanded = await expand({ '@context': context, type, ...probe }, documents, spent);
    return expanded.ok || expanded.faults[0]?.reason !== 'undefined-term';
  };
  if (valid.version !== '2.0' || names.length > LIMITS.items || (await areKnown(...names))) return valid;
  if (!(await areKnown())) return valid; // it is a type that is unknown
  const document = { ...valid.document };
  for (const name of names) if (!MEANT.has(name) && !(await areKnown(name))) delete document[name];
  return { ...valid, document };
}
