/** Claims of a token that are not understood: "they MUST be ignored" (VC-JOSE-COSE §3.1.3). Nothing tells them from the members of the document but that no context defines them. */
import type { JsonObject } from '../json.ts';
import { type Expanded, expand } from '../json-ld/expansion.ts';
import { LIMITS } from '../limits.ts';
import type { ModelVersion } from '../model/context.ts';
import type { FormSource } from '../proof/cryptosuite.ts';
import type { Outcome } from './fault.ts';

/** The dates of data model 1.1: whoever writes them here meant no claim, and wants them heeded. */
const MEANT: ReadonlySet<string> = new Set(['issuanceDate', 'expirationDate']);

type Valid = { readonly version: ModelVersion; readonly document: JsonObject };

/**
 * A document of data model 2.0 that a token secures, already without the registered claims. What is unknown inside a member
 * stays, and is a fault: it is no claim. With embedded proofs nothing is left out, as they do not sign what no context defines.
 */
export async function withoutUnknownClaims<T extends Valid>(valid: T, { documents, spent }: FormSource): Promise<T> {
  const { '@context': context = null, id: _, type = null, ...members } = valid.document;
  const names = Object.keys(members);
  // Any other value would have the processor drop what a keyword under another name holds, and say the same of it.
  const probe = (...some: readonly string[]): Promise<Outcome<Expanded>> => {
    const claims = Object.fromEntries(some.map((name) => [name, null]));
    return expand({ '@context': context, id: 'urn:x', type, ...claims }, documents, spent);
  };
  if (valid.version !== '2.0' || names.length > LIMITS.items || (await probe(...names)).ok) return valid;
  if (!(await probe()).ok) return valid; // it is a type that is unknown, or a context
  const document = { ...valid.document };
  for (const name of names) if (!MEANT.has(name) && isUnknown(await probe(name))) delete document[name];
  return { ...valid, document };
}

const isUnknown = (probed: Outcome<Expanded>): boolean => !probed.ok && probed.faults[0]?.reason === 'undefined-term';
