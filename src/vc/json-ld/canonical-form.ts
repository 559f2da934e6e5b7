/** The canonical form of an expanded document (RDFC-1.0), with limits on its work. Never reached by the trust verifier. */
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import jsonld from 'jsonld';
import { hex, utf8 } from '../encoding.ts';
import { isObject, type Json } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { noDocuments } from '../protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { type Expanded, loaderFor, type Thrown } from './expansion.ts';
import { nothingSpent, type Spent } from './spent.ts';

/**
 * Canonical N-Quads (RDFC-1.0), lines in code point order; `hash` is the one of its blank node labels. Whatever is beyond
 * the limits is `too-large`, anything else that does not become RDF in safe mode is `proof-transformation`.
 */
export async function canonicalForm(
  expanded: Expanded,
  hash: 'sha256' | 'sha384',
  spent = nothingSpent(),
): Promise<Outcome<string>> {
  const { blankNodes, ...size } = sizeOf(expanded);
  spent.quads += size.quads;
  spent.statementsText += size.text;
  spent.comparisons += size.comparisons;
  if (spent.statementsText > LIMITS.statementsText)
    return refused(fault('too-large', `expected at most ${LIMITS.statementsText} characters in all statements`));
  if (spent.comparisons > LIMITS.comparisons) return refused(fault('too-large', 'one property has too many values'));
  if (spent.quads > LIMITS.quads || blankNodes > LIMITS.blankNodes)
    return refused(
      fault('too-large', `expected at most ${LIMITS.quads} statements and ${LIMITS.blankNodes} nodes without an id`),
    );
  try {
    const unsorted = await jsonld.canonize(expanded, {
      skipExpansion: true,
      safe: true,
      rdfDirection: 'i18n-datatype', // VC Data Model 2.0 §11.1 allows a base direction; RDF has it in this form, which other issuers use too
      documentLoader: loaderFor(noDocuments),
      canonizeOptions: {
        algorithm: 'RDFC-1.0',
        rejectURDNA2015: true,
        maxWorkFactor: 1,
        signal: permutationLimit(spent),
        createMessageDigest: () => messageDigest(hash, spent),
      },
    });
    const lines = inCodePointOrder(unsorted.split('\n').slice(0, -1));
    return { ok: true, value: lines.map((line) => `${line}\n`).join('') };
  } catch (error) {
    return refused(isOverspent(spent) ? ALIKE : canonizationFault(error));
  }
}

const ALIKE = fault('too-large', 'the nodes without an id are too alike to be told apart at a bounded cost');

const isOverspent = ({ hashes, permutations }: Spent): boolean =>
  hashes > LIMITS.hashes || permutations > LIMITS.permutations;

/** rdf-canonize asks at every third order of a list of alike neighbours whether it was told to stop; it bounds only the looks deeper. */
const permutationLimit = (spent: Spent) => ({
  reason: 'too many permutations',
  get aborted(): boolean {
    spent.permutations += 3;
    return spent.permutations > LIMITS.permutations;
  },
});

const refused = (reason: Fault): { ok: false; faults: Fault[] } => ({ ok: false, faults: [reason] });

function canonizationFault(error: unknown): Fault {
  const { message, details } = error as Thrown; // as above
  const detail = String(details?.event?.code ?? message);
  return detail.startsWith('Maximum deep iterations')
    ? ALIKE
    : fault('proof-transformation', `the document does not become RDF: ${detail}`);
}

type Size = { quads: number; text: number; blankNodes: number; comparisons: number };

/** At least the statements, their characters and the nodes without an id that there will be, counted before any is made. */
function sizeOf(expanded: Expanded): Size {
  const size: Size = { quads: -expanded.length, text: 0, blankNodes: 0, comparisons: 0 }; // what stands at the top is nobody's value
  const held = new Map<Json | undefined, Map<string, number>>();
  /** `before`: the characters of the subject and the property. */
  const visit = (value: Json, before: number, inList: boolean): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, before, inList);
      return;
    }
    // An item of a list hangs on a node of its own, by two statements.
    size.quads += inList ? 2 : 1;
    size.text += before + lengthOf(value);
    size.blankNodes += inList ? 1 : 0;
    if (!isObject(value) || '@value' in value) return;
    const { '@id': id, ...members } = value;
    if (id === undefined && !('@list' in value)) size.blankNodes++;
    const known = held.get(id) ?? new Map<string, number>();
    if (id !== undefined) held.set(id, known);
    for (const [property, member] of Object.entries(members)) {
      // All objects with one id are one node, and each value of its property is compared with those before.
      const count = [member].flat().length;
      const earlier = known.get(property) ?? 0;
      size.comparisons += count * (earlier + count / 2);
      known.set(property, earlier + count);
      visit(member, textLength(id) + property.length, property === '@list');
    }
  };
  for (const node of expanded) visit(node, 0, false);
  return size;
}

const textLength = (value: Json | undefined): number => (typeof value === 'string' ? value.length : 0);

/** Of the texts of which a value is made: an id, or a literal with its type and language. */
function lengthOf(value: Json): number {
  if (!isObject(value)) return textLength(value);
  if (!('@value' in value)) return textLength(value['@id']);
  const { '@value': literal = null, '@type': type, '@language': language } = value;
  return JSON.stringify(literal).length + textLength(type) + textLength(language);
}

/** Immediate, and most of what is hashed is short: WebCrypto's way to another thread and back costs thirty times as much. */
export const HASHES = { sha256, sha384 } as const;

/** The digest of rdf-canonize, with the one sort that it does before hashing (RDFC-1.0 §4.6 step 4) put into code point order. */
function messageDigest(hash: 'sha256' | 'sha384', spent: Spent) {
  const parts: string[] = [];
  return {
    update: (part: string): void => void parts.push(part),
    async digest(): Promise<string> {
      if (++spent.hashes > LIMITS.hashes) throw new Error('too many hashes');
      if (parts.every((part) => part.endsWith(' .\n'))) inCodePointOrder(parts); // statements: no other input ends so
      return hex(HASHES[hash](utf8(parts.join(''))));
    },
  };
}

/** Sorts in place. The runtime's own order is quicker where long names are alike, and the same where there are no surrogates. */
const inCodePointOrder = (lines: string[]): string[] =>
  lines.some((line) => /[\ud800-\udfff]/.test(line)) ? lines.sort(byCodePoint) : lines.sort();

/** RDFC-1.0 sorts by code point; JavaScript by UTF-16 unit, where U+20000 comes before U+FF0C. */
export function byCodePoint(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [unitA, unitB] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for what is above all other units. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
