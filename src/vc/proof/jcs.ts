/** JSON Canonicalization Scheme (RFC 8785). */
import type { Json } from '../json.ts';

/** The runtime's own writing of texts and numbers is the one that RFC 8785 §3.2.2 asks for; names go in the order of their UTF-16 units. */
export function jcs(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${jcs(value[name] ?? null)}`).join(',')}}`;
}
