/** What leaves no trace in an expansion, and so is shown and not signed: it is looked for in the document, and in the contexts that it brings itself. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { contextsIn } from './expansion.ts';

/** `@nest` under whatever name; and keys of maps (JSON-LD 1.1 §4.6), which may stand over nothing. */
export function tracelessFaults(document: JsonObject): Fault[] {
  const contexts = contextsIn(document);
  const faults: Fault[] = [];
  if (mentions(contexts, '@nest'))
    faults.push(fault('ambiguous', '@nest is not read here, under this or another name', '/@context'));
  if (definesMap(contexts) && holdsNothing(document))
    faults.push(fault('ambiguous', 'null and empty lists are not read beside maps, whose keys they leave unsigned'));
  return faults;
}

function mentions(value: Json, keyword: string): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, keyword));
  if (!isObject(value)) return value === keyword;
  return Object.entries(value).some(([name, member]) => name === keyword || mentions(member, keyword));
}

/** None of the pinned contexts does: a test says so. */
export function definesMap(value: Json): boolean {
  if (Array.isArray(value)) return value.some(definesMap);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, member]) =>
    name === '@container' ? [member].flat().some((container) => MAPS.has(container)) : definesMap(member),
  );
}
const MAPS: ReadonlySet<Json> = new Set(['@index', '@language', '@id', '@type']);

function holdsNothing(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0 || value.some(holdsNothing);
  if (!isObject(value)) return value === null;
  return Object.entries(value).some(([name, member]) => name !== '@context' && holdsNothing(member));
}
