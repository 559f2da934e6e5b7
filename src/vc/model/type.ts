/** Types: VC Data Model 2.0 §4.5, one or more terms or absolute URLs. */
import type { Json, JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { isUrl } from './identifier.ts';
import { below } from './json-pointer.ts';
import { isKeyword } from './keyword.ts';

/** Undefined where they are missing or malformed. */
export function readTypes(object: JsonObject, at: string, faults: Fault[]): readonly string[] | undefined {
  const refuse = (...[reason, detail]: Parameters<typeof fault>) => {
    faults.push(fault(reason, detail, below(at, 'type')));
    return undefined;
  };
  const types = typeof object.type === 'string' ? [object.type] : object.type;
  if (types === undefined) return refuse('malformed', 'expected a type, and there is none');
  if (Array.isArray(types) && types.length > LIMITS.types)
    return refuse('too-large', `at most ${LIMITS.types} types are read, and there are ${types.length}`);
  if (!Array.isArray(types) || types.length === 0 || !types.every(isType))
    return refuse('malformed', 'expected terms or absolute URLs as type');
  if (new Set(types).size < types.length) return refuse('malformed', 'expected each type once');
  return types;
}

/** As readTypes, and one of them is `wanted`. */
export function requireType(object: JsonObject, wanted: string, faults: Fault[]): readonly string[] | undefined {
  const types = readTypes(object, '', faults);
  if (types?.includes(wanted) === false) faults.push(fault('malformed', `expected the type ${wanted}`, '/type'));
  return types;
}

/** Whether a term is defined is for JSON-LD to say. */
const isType = (type: Json): type is string =>
  typeof type === 'string' && type !== '' && !isKeyword(type) && (!type.includes(':') || isUrl(type));
