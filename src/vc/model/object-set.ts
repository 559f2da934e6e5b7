/** "A single object or a set of one or more objects" (VC Data Model 2.0 §4.8, §4.10, §5.6, §6): what most members of a credential are. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { below } from './json-pointer.ts';

/** An object and its JSON pointer. */
export type Placed = { readonly object: JsonObject; readonly at: string };

export const readObjects = (document: JsonObject, name: string, faults: Fault[]): Placed[] =>
  readItems(document, name, { most: LIMITS.items, faults }).flatMap(({ item, at }) => {
    if (isObject(item)) return [{ object: item, at }];
    faults.push(fault('malformed', `expected an object in ${name}`, at));
    return [];
  });

/** The value or values of a member, whatever they are; none where it is absent, empty or too many. */
export function readItems(
  document: JsonObject,
  name: string,
  { most, faults }: { readonly most: number; readonly faults: Fault[] },
): { readonly item: Json; readonly at: string }[] {
  const value = document[name];
  const at = below('', name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ item: value, at }];
  if (value.length === 0) faults.push(fault('malformed', `expected at least one item in ${name}`, at));
  if (value.length > most) {
    faults.push(fault('too-large', `at most ${most} items of ${name} are read, and there are ${value.length}`, at));
    return [];
  }
  return value.map((item, index) => ({ item, at: below(at, index) }));
}
