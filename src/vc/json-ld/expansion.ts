/** Safe expansion (JSON-LD 1.1 API §5.1) over our loader, with limits on its work. Never reached by the trust verifier. */
import jsonld from 'jsonld';
import ContextResolver, { type ContextRequest } from 'jsonld/lib/ContextResolver.js';
import { contexts, type LoadedDocument, loadContext } from '../contexts.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { CONTEXT_PRICES, LIMITS } from '../limits.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { keepingResolver } from './kept-contexts.ts';
import { addDefinitions, type Definition, longestName } from './longest-name.ts';
import { nothingSpent, type Spent } from './spent.ts';

/** Expanded document form (JSON-LD 1.1 API §3.1). */
export type Expanded = readonly Json[];

const MAX_FAULTS = 16;

/** Safe mode: whatever would be dropped is a fault. Contexts come from the pinned table first, then from `documents`. */
export async function expand(
  document: JsonObject,
  documents: Documents,
  spent = nothingSpent(),
): Promise<Outcome<Expanded>> {
  const entries = contextsIn(document);
  const work: Work = {
    ...countsOf(document),
    pinned: arePinned(entries),
    spent,
    loads: 0,
    members: 0,
    definitions: [],
  };
  try {
    spend(work, work.names * CONTEXT_PRICES.value);
    for (const entry of entries) meet(work, readMembers(work, entry));
    boundNames(work);
    if (work.objects > LIMITS.quads)
      refuse(work, fault('too-large', `expected at most ${LIMITS.quads} objects in a document`));
    const load = countingLoader(work, documents);
    const expanded = await jsonld.expand(document, {
      safe: true,
      documentLoader: load,
      contextResolver: countingResolver(work, load),
    });
    const lost = [...losses(expanded)];
    return lost.length > 0 ? { ok: false, faults: lost.slice(0, MAX_FAULTS) } : { ok: true, value: expanded };
  } catch (error) {
    return { ok: false, faults: [work.refused ?? expansionFault(error)] };
  }
}

/** JSON-LD 1.1 API §9.4: the pinned contexts, then `documents`. Nothing is fetched; any other URL is an error. */
export const loaderFor =
  (documents: Documents) =>
  async (url: string): Promise<LoadedDocument> => {
    if (contexts.has(url)) return loadContext(url);
    const document = await documents(url);
    if (document === undefined) throw new Error(`${url} is neither a pinned context nor among the documents brought`);
    return { contextUrl: null, documentUrl: url, document: structuredClone(document) }; // the processor writes into it
  };

/** What a document has cost so far, and why it was refused: the processor wraps and even forgets what a loader throws. */
type Work = {
  readonly objects: number;
  /** Members and items of all of them, and members of contexts that are not ours: whatever may become long. */
  names: number;
  /** All its contexts are ours, and processed before. */
  readonly pinned: boolean;
  readonly spent: Spent;
  loads: number;
  /** Of all contexts that were met. */
  members: number;
  readonly definitions: Definition[];
  refused?: Fault;
};

function refuse(work: Work, reason: Fault): never {
  work.refused ??= reason;
  throw new Error(reason.detail);
}

function spend(work: Work, contextWork: number): void {
  work.spent.contextWork += contextWork;
  if (work.spent.contextWork > LIMITS.contextWork)
    refuse(work, fault('too-large', 'the document, or its contexts for it, are too large'));
}

/**
 * Processed contexts are kept only where all of them are pinned. A stranger's would fill the memory; and the processor finds
 * a context again that was processed where it may override protected terms, at a place where it may not.
 */
function countingResolver(work: Work, load: (url: string) => Promise<LoadedDocument>) {
  const resolver = work.pinned ? keepingResolver(load) : new ContextResolver({ sharedCache: new Map() });
  return {
    async resolve(request: ContextRequest) {
      spend(work, work.members + CONTEXT_PRICES.application);
      const resolved = await resolver.resolve(request);
      if (!work.pinned)
        for (const { document } of resolved) spend(work, membersOf(document) * CONTEXT_PRICES.definition);
      return resolved;
    },
  };
}

function countingLoader(work: Work, documents: Documents) {
  const load = loaderFor(documents);
  return async (url: string): Promise<LoadedDocument> => {
    if (++work.loads > LIMITS.contextLoads)
      refuse(
        work,
        fault('too-large', `expected at most ${LIMITS.contextLoads} contexts, contexts of contexts included`),
      );
    const loaded = await load(url).catch(() =>
      refuse(work, fault('unknown-context', `the context ${shown(url)} is neither pinned nor brought`)),
    );
    const ours = pinnedMembers.get(url);
    meet(work, ours ?? readMembers(work, loaded.document));
    if (ours === undefined) boundNames(work);
    return loaded;
  };
}

function meet(work: Work, members: number): void {
  work.members += members;
  spend(work, members * work.objects);
}

/** The members of a stranger's context. `@import` is refused: of two contexts that import one, the processor takes the first one's terms for both. */
function readMembers(work: Work, context: unknown): number {
  if (typeof context !== 'object') return 0;
  const known = work.definitions.length;
  addDefinitions(work.definitions, context);
  if (work.definitions.slice(known).some(({ term }) => term === '@import'))
    refuse(work, fault('malformed', 'a context may not @import another'));
  const members = membersOf(context);
  work.names += members;
  return members;
}

function boundNames(work: Work): void {
  if (longestName(work.definitions) * work.names > LIMITS.namesText)
    refuse(work, fault('too-large', 'the contexts turn the names of the document into too much text'));
}

function membersOf(value: unknown): number {
  const inner = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return inner.reduce<number>((sum, member) => sum + 1 + membersOf(member), 0);
}

/** By URL. */
const pinnedMembers: ReadonlyMap<string, number> = new Map(
  Array.from(contexts, ([url, context]) => [url, membersOf(context)]),
);

/** Every entry of every `@context`, the outermost ones only. */
export function contextsIn(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap(contextsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '@context' ? [member].flat() : contextsIn(member),
  );
}

/** Entries of `@context` that are all in our table: what they mean never changes. */
export const arePinned = (entries: readonly Json[]): boolean =>
  entries.every((entry) => typeof entry === 'string' && contexts.has(entry));

function countsOf(value: Json): Pick<Work, 'objects' | 'names'> {
  const counts = { objects: 0, names: 0 };
  const count = (one: Json): void => {
    counts.names++;
    if (isObject(one)) counts.objects++;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) count(inner);
  };
  count(value);
  return counts;
}

/** What the processor throws (JsonLdError), as far as it is read here. */
export type Thrown = {
  message?: unknown;
  details?: { code?: unknown; term?: unknown; event?: { code?: unknown; details?: { [name: string]: unknown } } };
};

function expansionFault(error: unknown): Fault {
  const { message, details } = error as Thrown; // only errors are thrown, and every member is asked before it is used
  const event = details?.event;
  if (event) {
    const what = Object.values(event.details ?? {}).find((value) => typeof value === 'string') ?? '';
    return fault('undefined-term', `${shown(what)} would be shown but not signed (safe mode: ${String(event.code)})`);
  }
  if (details?.code === 'context overflow')
    return fault(
      'too-large',
      `at most ${LIMITS.contexts} contexts are followed from one, and none that includes itself`,
    );
  const term = typeof details?.term === 'string' ? ` at ${shown(details.term)}` : '';
  return fault('malformed', `expected JSON-LD, came: ${String(details?.code ?? message)}${term}`);
}

/** At most a few words of the input. */
const shown = (text: unknown): string => JSON.stringify(String(text).slice(0, 80));

const ABSOLUTE_IRI = /^(?:[A-Za-z][A-Za-z0-9+.-]*|_):\S*$/;
const XSD_DOUBLE = 'http://www.w3.org/2001/XMLSchema#double';
/** As JSON-LD asks (BCP 47 §2.2.9); in N-Quads it stands without quotes. */
const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;

/** What the step to RDF would lose and safe mode does not see (JSON-LD 1.1 API §8), as jsonld 9 takes it. */
function* losses(value: Json): Generator<Fault> {
  if (Array.isArray(value)) {
    for (const item of value) yield* losses(item);
  } else if (isObject(value) && '@value' in value) {
    yield* literalLosses(value);
  } else if (isObject(value)) {
    const id = value['@id'];
    if (id !== undefined && !(typeof id === 'string' && ABSOLUTE_IRI.test(id)))
      yield fault('undefined-term', `${shown(id)} is no absolute IRI: it would be shown but not signed`);
    for (const [name, member] of Object.entries(value)) if (name !== '@id') yield* losses(member);
  }
}

function* literalLosses({ '@value': value, '@type': type, '@language': language }: JsonObject): Generator<Fault> {
  if (type === '@json') return;
  // The processor looks at languages in values, and not at those that a context gives to a term.
  if (typeof language === 'string' && !LANGUAGE.test(language))
    yield fault('malformed', `${shown(language)} is no language tag`);
  // 1e-7 would become the integer 0, and "4 of 5" as a double 4.
  const rounded = typeof value === 'number' && !Number.isInteger(value) && !String(value).includes('.');
  const cut = typeof value === 'string' && type === XSD_DOUBLE && !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value);
  if (rounded || cut) yield fault('malformed', `${shown(value)} is not a number that RDF keeps`);
}
