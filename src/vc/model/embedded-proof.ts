/** Embedded proofs as the data model sees them: objects with a type (VC Data Model 2.0 §4.12, Data Integrity 1.0 §2.1). What they prove is the proof code's matter. */
import { isObject, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { below } from './json-pointer.ts';
import { readItems } from './object-set.ts';

export function readProofs(document: JsonObject, faults: Fault[]): JsonObject[] {
  return readItems(document, 'proof', { most: LIMITS.proofs, faults }).flatMap(({ item, at }) => {
    if (isObject(item) && typeof item.type === 'string') return [item];
    faults.push(
      isObject(item)
        ? fault('proof-malformed', 'expected a single string as the type of a proof', below(at, 'type'))
        : fault('unparsable', 'expected an object as proof', at),
    );
    return [];
  });
}

export const withoutProof = (document: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== 'proof'));
