/** Build time only: runs a template once through JSON-LD (safe mode) and RDFC-1.0 and cuts the result into constants and slots, or refuses it. */
import { contexts } from '../contexts.ts';
import { hex, utf8 } from '../encoding.ts';
import { equalJson } from '../equal-json.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { canonicalForm } from '../json-ld/canonical-form.ts';
import { expand } from '../json-ld/expansion.ts';
import { webPrimitives } from '../primitives.ts';
import { noDocuments } from '../protocol/documents.ts';
import type { Outcome } from '../protocol/fault.ts';
import type { CanonicalPart, CompiledTemplate, EnumEntry } from './compiled.ts';
import { atPointer } from './display.ts';
import { canonicalDocument, canonicalProof, escapeLiteral, fillCredential } from './fill.ts';
import { type Part, parsePattern } from './pattern.ts';
import { OPTIONAL_SLOTS, SLOTS, type SlotTexts, slotKind } from './slot.ts';

/** What stands in credentials/<scheme>/<number>.template.json. */
export type TemplateSource = {
  number: number;
  purpose: 'milestone' | 'status';
  scheme?: string;
  schemeVersion?: number;
  enums: { slot: string; entries: EnumEntry[] }[];
  document: JsonObject;
  proofAsArray: boolean;
  display: Record<string, string>;
};

/** vc-di-eddsa §3.2.1: the one proof that templates are signed with. */
const PROOF: JsonObject = {
  type: 'DataIntegrityProof',
  cryptosuite: 'eddsa-rdfc-2022',
  created: '{created}',
  verificationMethod: '{verificationMethod}',
  proofPurpose: 'assertionMethod',
  proofValue: '{proofValue}',
};

/** Throws with the reason when the template could not be trusted to mean what it shows. */
export async function compileTemplate(source: TemplateSource): Promise<CompiledTemplate> {
  refuseKeywords(source.document);
  const sentinels = sentinelTexts(source);
  const marked = withSentinelEntries(source);
  const { document, options } = filled(marked, sentinels);
  const canonical = await canonize(document);
  const proofCanonical = await canonize(options);
  refuseManyBlankNodes(canonical);

  const marks = sentinelMarks(source);
  const compiled: CompiledTemplate = {
    format: 1,
    number: source.number,
    purpose: source.purpose,
    ...(source.scheme === undefined ? {} : { scheme: source.scheme }),
    ...(source.schemeVersion === undefined ? {} : { schemeVersion: source.schemeVersion }),
    enums: source.enums,
    document: source.document,
    proof: PROOF,
    proofAsArray: source.proofAsArray,
    canonicalDocument: joinLines(provenLines(canonical, marks)),
    canonicalProof: joinLines(provenLines(proofCanonical, marks)),
    display: source.display,
    contexts: await contextDigests(source.document),
  };
  refuseUnsigned(source, compiled);
  refuseUnsignedDisplay(source, document, canonical);
  await compareWithFullPath(compiled, sentinels);
  return compiled;
}

/** RDFC-1.0 with SHA-256 of a document under pinned contexts. Throws with what is wrong. */
export const canonize = async (document: JsonObject): Promise<string> =>
  valueOrThrow(await canonicalForm(valueOrThrow(await expand(document, noDocuments)), 'sha256'));

function valueOrThrow<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.faults.map(({ detail }) => detail).join('; '));
}

/** The unsecured document, and the proof options that go with it. */
function filled(template: CompiledTemplate, texts: SlotTexts): { document: JsonObject; options: JsonObject } {
  const { proof, ...document } = fillCredential({ ...template, proofAsArray: false }, texts);
  return { document, options: proofOptions(document, proof as JsonObject) }; // as the fill writes it
}

/** vc-di-eddsa §3.2.5: the proof without its value, under the document's contexts. */
export function proofOptions(document: JsonObject, proof: JsonObject): JsonObject {
  const { proofValue: _, ...options } = proof;
  return { '@context': document['@context'] ?? null, ...options };
}

type Mark = { sentinel: string; part: Exclude<Part, string> };

const entrySentinel = (slot: string, text: string): string => `SENTINEL${slot}TEXT${text}`;

function sentinelMarks(source: TemplateSource): Mark[] {
  const marks: Mark[] = Object.entries(SLOTS).map(([slot, { sentinel }]) => ({ sentinel, part: [slot] }));
  for (const { slot, entries } of source.enums) {
    for (const text of Object.keys(entries[0] ?? {}))
      marks.push({ sentinel: entrySentinel(slot, text), part: [slot, text] });
  }
  return marks;
}

function sentinelTexts(source: TemplateSource): SlotTexts {
  const texts: Record<string, string> = {};
  for (const [slot, { sentinel }] of Object.entries(SLOTS)) texts[slot] = sentinel;
  for (const { slot } of source.enums) {
    if (slotKind(slot)) throw new Error(`the enumerated slot ${slot} takes the name of a common one`);
    texts[slot] = entrySentinel(slot, 'id');
  }
  return texts;
}

function withSentinelEntries(source: TemplateSource): CompiledTemplate {
  const enums = source.enums.map(({ slot, entries }) => {
    const names = Object.keys(entries[0] ?? {});
    if (entries.some((entry) => Object.keys(entry).join() !== names.join()))
      throw new Error(`the entries of ${slot} differ in their texts`);
    if (new Set(entries.map(({ id }) => id)).size !== entries.length)
      throw new Error(`two entries of ${slot} share an id`);
    const entry = Object.fromEntries(names.map((name) => [name, entrySentinel(slot, name)]));
    return { slot, entries: [{ ...entry, id: entrySentinel(slot, 'id') }] };
  });
  return {
    ...source,
    format: 1,
    enums,
    proof: PROOF,
    canonicalDocument: [],
    canonicalProof: [],
    contexts: {},
  } as CompiledTemplate; // optional members keep their absence
}

/** One line of N-Quads, cut at its slots. */
type Line = { parts: Part[]; when?: string };

function provenLines(canonical: string, marks: readonly Mark[]): Line[] {
  const lines = canonical
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => cutLine(`${line}\n`, marks));
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before && !comesBefore(before.parts, line.parts)) {
      throw new Error(`the order of these lines depends on slot values:\n${shown(before)}${shown(line)}`);
    }
  });
  return lines;
}

function cutLine(line: string, marks: readonly Mark[]): Line {
  const parts: Part[] = [];
  let rest = line;
  let when: string | undefined;
  for (;;) {
    const found = firstMark(rest, marks);
    if (!found) break;
    if (found.at > 0) parts.push(rest.slice(0, found.at));
    parts.push(found.mark.part);
    if (OPTIONAL_SLOTS.has(found.mark.part[0])) when = found.mark.part[0];
    rest = rest.slice(found.at + found.mark.sentinel.length);
  }
  parts.push(rest);
  return when === undefined ? { parts } : { parts, when };
}

function firstMark(text: string, marks: readonly Mark[]): { at: number; mark: Mark } | undefined {
  let first: { at: number; mark: Mark } | undefined;
  for (const mark of marks) {
    const at = text.indexOf(mark.sentinel);
    if (at >= 0 && (!first || at < first.at)) first = { at, mark };
  }
  return first;
}

/**
 * True only when the first line sorts before the second whatever the slots hold: walking both, the same slot is skipped on
 * both sides, and the first difference must lie in constants or in the certain prefix of a slot.
 */
function comesBefore(a: readonly Part[], b: readonly Part[]): boolean {
  const left = [...certain(a)];
  const right = [...certain(b)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [l = '', r = ''] = [left[i], right[i]];
    if (l === r) continue;
    if (l.length > 2 || r.length > 2) return false; // an unknown on either side
    return (l.codePointAt(0) ?? 0) < (r.codePointAt(0) ?? 0);
  }
  return false;
}

/** Code points; a slot is its certain prefix, then one token that stands for the rest. */
function* certain(parts: readonly Part[]): Generator<string> {
  for (const part of parts) {
    if (typeof part === 'string') yield* part;
    else {
      yield* slotKind(part[0])?.prefix ?? '';
      yield `slot ${part.join('.')}`;
    }
  }
}

const shown = ({ parts }: Line): string =>
  parts.map((part) => (typeof part === 'string' ? part : `{${part.join('.')}}`)).join('');

/** Neighbouring constants merge, so that the run time has few pieces; optional lines stay groups. */
function joinLines(lines: readonly Line[]): CanonicalPart[] {
  const joined: CanonicalPart[] = [];
  for (const { parts, when } of lines) {
    if (when !== undefined) {
      joined.push({ when, parts });
      continue;
    }
    for (const part of parts) {
      const last = joined.at(-1);
      if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
      else joined.push(part);
    }
  }
  return joined.map((part) => (typeof part === 'string' ? unescapedCheck(part) : part));
}

/** Constants are already escaped by the canonical form; a slot reference left in one would be a misspelt slot. */
function unescapedCheck(constant: string): string {
  const left = parsePattern(constant).find((part) => typeof part !== 'string');
  if (left) throw new Error(`{${left}} is no slot`);
  return constant;
}

/** `@index` would be shown unsigned, an inner `@context` would change what terms mean: only the list of contexts is a keyword. */
function refuseKeywords({ '@context': _, ...document }: JsonObject): void {
  const keyword = namesOf(document).find((name) => name.startsWith('@'));
  if (keyword !== undefined) throw new Error(`the keyword ${keyword} may not stand in a template`);
}

function namesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(namesOf);
  return isObject(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...namesOf(member)]) : [];
}

function refuseManyBlankNodes(canonical: string): void {
  const labels = new Set(canonical.match(/_:c14n\d+/g));
  if (labels.size > 1) throw new Error(`${labels.size} nodes have no id: their labels would depend on slot values`);
}

/** Every slot of the document is in the signed form. */
function refuseUnsigned(source: TemplateSource, compiled: CompiledTemplate): void {
  const signed = new Set(
    compiled.canonicalDocument
      .flatMap((part) => (typeof part !== 'string' && 'when' in part ? part.parts : [part as Part]))
      .filter((part) => typeof part !== 'string')
      .map((part) => part.join('.')),
  );
  for (const part of patternsOf(source.document).flatMap(parsePattern)) {
    if (typeof part !== 'string' && !signed.has(part.join('.')))
      throw new Error(`{${part.join('.')}} is shown but not signed`);
  }
}

function patternsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(patternsOf);
  return isObject(value) ? Object.values(value).flatMap(patternsOf) : [];
}

/** What a verdict shows must stand, as a whole literal or IRI, in the signed form. */
function refuseUnsignedDisplay(source: TemplateSource, document: JsonObject, canonical: string): void {
  for (const [name, pointer] of Object.entries(source.display)) {
    const value = atPointer(document, pointer);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`display ${name}: nothing at ${pointer}`);
    const text = escapeLiteral(String(value));
    if (!canonical.includes(`"${text}"`) && !canonical.includes(`<${text}>`))
      throw new Error(`display ${name}: ${pointer} is not signed`);
  }
}

async function contextDigests(document: JsonObject): Promise<Record<string, string>> {
  const urls = document['@context'];
  if (!Array.isArray(urls)) throw new Error('@context is not a list of URLs');
  const digests: Record<string, string> = {};
  for (const url of urls) {
    if (typeof url !== 'string' || !contexts.has(url)) throw new Error(`context ${JSON.stringify(url)} is not pinned`);
    digests[url] = await contextDigest(url);
  }
  return digests;
}

/** SHA-256 (hex) of the context as compact JSON in its published member order. */
export const contextDigest = async (url: string): Promise<string> =>
  hex(await webPrimitives.sha256(utf8(JSON.stringify(contexts.get(url)))));

/** Every combination of enumerated entries, with and without the optional slots, against the real processor. */
async function compareWithFullPath(compiled: CompiledTemplate, sentinels: SlotTexts): Promise<void> {
  for (const texts of combinations(compiled, sentinels)) {
    const { document, options } = filled(compiled, texts);
    if ((await canonize(document)) !== canonicalDocument(compiled, texts))
      throw new Error(`the compiled form differs for ${JSON.stringify(texts)}`);
    if ((await canonize(options)) !== canonicalProof(compiled, texts))
      throw new Error('the compiled proof options differ');
  }
  if (!equalJson(JSON.parse(JSON.stringify(compiled)), compiled as unknown as Json))
    throw new Error('the compiled form is not plain JSON');
}

function combinations(compiled: CompiledTemplate, texts: SlotTexts): SlotTexts[] {
  let all: SlotTexts[] = [texts];
  for (const { slot, entries } of compiled.enums)
    all = all.flatMap((one) => entries.map(({ id }) => ({ ...one, [slot]: id })));
  for (const slot of OPTIONAL_SLOTS) all = all.flatMap((one) => [one, { ...one, [slot]: null }]);
  return all;
}
