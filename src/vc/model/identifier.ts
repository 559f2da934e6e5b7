/** Identifiers: VC Data Model 2.0 §4.4, a single URL where there is one. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { below } from './json-pointer.ts';
import { checkTermsOnly } from './keyword.ts';

/** What is excluded here would also break an IRI in N-Quads; the rest is left to the URL parser. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:[^\s\p{Cc}"<>\\^`{|}]+$/iu;
/** Its parser would forgive `http:host` and `http:///host`; the syntax for writers does not (URL §4.3). */
const WITHOUT_HOST = /^https?:(?!\/\/[^/])/i;

/** An absolute URL of any scheme, did: and urn: too. Neither relative, nor a blank node, nor a scheme alone. */
export const isUrl = (text: string): boolean => ABSOLUTE.test(text) && !WITHOUT_HOST.test(text) && URL.canParse(text);

/** The `id` of an object, where it has one. */
export function readId(object: JsonObject, at: string, faults: Fault[]): string | undefined {
  if (!Object.hasOwn(object, 'id')) return undefined;
  if (typeof object.id === 'string' && isUrl(object.id)) return object.id;
  faults.push(fault('malformed', 'expected a single absolute URL as id', below(at, 'id')));
  return undefined;
}

export function requireId(object: JsonObject, at: string, faults: Fault[]): string | undefined {
  if (Object.hasOwn(object, 'id')) return readId(object, at, faults);
  faults.push(fault('malformed', 'expected an id, and there is none', below(at, 'id')));
  return undefined;
}

/** §4.7 and §4.13: `issuer` and `holder` are a URL, or an object that has one as its id. */
export function readParty(party: Json | undefined, at: string, faults: Fault[]): string | undefined {
  if (isObject(party)) {
    checkTermsOnly(party, at, faults);
    return requireId(party, at, faults);
  }
  if (typeof party === 'string' && isUrl(party)) return party;
  faults.push(fault('malformed', 'expected an absolute URL, or an object with an absolute URL as id', at));
  return undefined;
}
