/** Names and descriptions: VC Data Model 2.0 §4.6, a string or language value objects (§11.1). */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { below } from './json-pointer.ts';

/** `name` and `description` of a credential or an issuer. */
export function checkNames(object: JsonObject, at: string, faults: Fault[]): void {
  for (const name of ['name', 'description'])
    if (Object.hasOwn(object, name)) checkText(object[name] ?? null, below(at, name), faults);
}

function checkText(text: Json, at: string, faults: Fault[]): void {
  if (typeof text === 'string') return;
  const values = Array.isArray(text) ? text : [text];
  const refuse = (...[reason, detail]: Parameters<typeof fault>) => faults.push(fault(reason, detail, at));
  if (values.length > LIMITS.items)
    refuse('too-large', `at most ${LIMITS.items} language value objects are read, and there are ${values.length}`);
  else if (values.length === 0 || !values.every(isLanguageValue))
    refuse('malformed', 'expected a string, or objects of @value, @language and @direction alone');
}

const MEMBERS = {
  '@value': (value: Json) => typeof value === 'string',
  '@language': (value: Json) => typeof value === 'string' && isLanguageTag(value),
  '@direction': (value: Json) => value === 'ltr' || value === 'rtl',
};
const isMember = (name: string): name is keyof typeof MEMBERS => Object.hasOwn(MEMBERS, name);

const isLanguageValue = (value: Json): boolean =>
  isObject(value) &&
  Object.hasOwn(value, '@value') &&
  Object.entries(value).every(([name, member]) => isMember(name) && MEMBERS[name](member));

const EXTLANG = '(?:-[a-z]{3}){0,3}';
const SCRIPT_AND_REGION = '(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\\d{3}))?';
const VARIANTS = '(?:-(?:[a-z\\d]{5,8}|\\d[a-z\\d]{3}))*';
const EXTENSIONS = '(?:-[a-wy-z\\d](?:-[a-z\\d]{2,8})+)*';
const PRIVATE_USE = 'x(?:-[a-z\\d]{1,8})+';
/** The regular ones among the grandfathered tags have the form of all others. */
const IRREGULAR =
  'en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)';
const LANGUAGE_TAG = new RegExp(
  `^(?:(?:[a-z]{2,3}${EXTLANG}|[a-z]{4,8})${SCRIPT_AND_REGION}${VARIANTS}${EXTENSIONS}(?:-${PRIVATE_USE})?|${PRIVATE_USE}|${IRREGULAR})$`,
  'i',
);

/** Well-formed by the grammar of BCP 47 (RFC 5646 §2.1); whether its subtags are registered is another question. */
export const isLanguageTag = (text: string): boolean => LANGUAGE_TAG.test(text);
