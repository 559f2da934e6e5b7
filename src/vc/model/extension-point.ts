/** Extension points: the members whose objects say what they are by their type (VC Data Model 2.0 §4.10, §4.11, §5.4 to §5.6, §5.10). */
import type { JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import type { ModelVersion } from './context.ts';
import { isUrl, readId, requireId } from './identifier.ts';
import { below } from './json-pointer.ts';
import { checkTermsOnly } from './keyword.ts';
import { type Placed, readObjects } from './object-set.ts';
import { readTypes } from './type.ts';

type IdRule = 'required' | 'optional';

/** Every one needs a type. A version that is missing does not define the member. */
const EXTENSION_POINTS = {
  credentialStatus: { '1.1': 'required', '2.0': 'optional' },
  credentialSchema: { '1.1': 'required', '2.0': 'required' },
  refreshService: { '1.1': 'required', '2.0': 'optional' },
  termsOfUse: { '1.1': 'optional', '2.0': 'optional' },
  evidence: { '1.1': 'optional', '2.0': 'optional' },
  confidenceMethod: { '2.0': 'optional' },
  renderMethod: { '2.0': 'optional' },
} as const satisfies Record<string, Partial<Record<ModelVersion, IdRule>>>;

export type ExtensionPoint = keyof typeof EXTENSION_POINTS;
export type Entry = Placed & { readonly id?: string; readonly types: readonly string[] };

/** The entries that are well-formed; the faults of the others. */
export function readEntries(
  document: JsonObject,
  { name, version }: { readonly name: ExtensionPoint; readonly version: ModelVersion },
  faults: Fault[],
): Entry[] {
  const rules: Partial<Record<ModelVersion, IdRule>> = EXTENSION_POINTS[name];
  const rule = rules[version];
  if (!rule) return [];
  return readObjects(document, name, faults).flatMap(({ object, at }) => {
    checkTermsOnly(object, at, faults);
    const id = rule === 'required' ? requireId(object, at, faults) : readId(object, at, faults);
    const types = readTypes(object, at, faults);
    return types ? [{ object, at, types, ...(id === undefined ? {} : { id }) }] : [];
  });
}

/** Bitstring Status List 1.0 §2.1, as far as a mistake can be seen without the list: the verifier of entries does the rest. */
export function checkBitstringEntry({ object, at, types }: Entry, faults: Fault[]): void {
  if (!types.includes('BitstringStatusListEntry')) return;
  for (const name of ['statusPurpose', 'statusListIndex', 'statusListCredential']) {
    if (!Object.hasOwn(object, name)) continue;
    const value = object[name];
    const wellFormed = typeof value === 'string' && (name !== 'statusListCredential' || isUrl(value));
    if (!wellFormed)
      faults.push(fault('malformed', `expected a string as ${name}, and a URL where it names a list`, below(at, name)));
  }
}
