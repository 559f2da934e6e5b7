/**
 * Active contexts (JSON-LD 1.1 API §4.1) that jsonld made of pinned contexts, kept for the next object and document. Left to
 * itself it copies and processes them anew at nearly every object, which is most of the time of a signature.
 */
import ContextResolver, {
  type ContextRequest,
  type Processed,
  type ResolvedContext,
} from 'jsonld/lib/ContextResolver.js';
import type { LoadedDocument } from '../contexts.ts';
import { equalJson } from '../equal-json.ts';
import { isObject, type JsonObject } from '../json.ts';

type ActiveContext = Processed['context'];

/** One that nothing was defined in yet: all of these are the same. */
const INITIAL = {};

/** Of all contexts together; of one common shape of credential there are about ten. */
const MAX_KEPT = 1_000;
let count = 0;
/** By the context itself, which is a part of the table of pinned contexts. */
let resolved = new WeakMap<object, ResolvedContext>();

/** Every context in this set is never changed again. */
const finished = new WeakSet<object>();
/** A copy that nothing was changed in but its previous context → what it is a copy of. */
const origins = new WeakMap<object, ActiveContext>();

/** For documents whose contexts are all pinned: `load` is asked for each once, and is to give the table's own objects. */
export function keepingResolver(load: (url: string) => Promise<LoadedDocument>) {
  const loaded = new Map<string, Promise<LoadedDocument>>();
  const library = new ContextResolver({ sharedCache: new Map<string, unknown>() });
  const resolve = async (request: ContextRequest): Promise<ResolvedContext[]> => {
    const found: ResolvedContext[] = [];
    for (const context of [request.context].flat()) {
      if (isObject(context)) {
        found.push(resolvedContext(context));
      } else if (typeof context === 'string') {
        const loading = loaded.get(context) ?? load(context);
        loaded.set(context, loading);
        const { document } = await loading;
        found.push(
          ...(await resolve({ ...request, context: isObject(document) ? (document['@context'] ?? null) : null })),
        );
      } else {
        found.push(...(await library.resolve({ ...request, context })));
      }
    }
    return found;
  };
  return { resolve };
}

function resolvedContext(document: JsonObject): ResolvedContext {
  const found = resolved.get(document) ?? keeping(document);
  resolved.set(document, found);
  return found;
}

/** jsonld asks it before it processes `document`, and tells it afterwards. */
function keeping(document: JsonObject): ResolvedContext {
  const direct = new WeakMap<object, Processed>();
  /** What is to be undone below the object: the active context got a previous one (JSON-LD 1.1 API §4.1.2 step 3). */
  const scoped = new WeakMap<object, Processed>();
  const keptFor = (active: ActiveContext): { kept: WeakMap<object, Processed>; key: object } | undefined => {
    if (finished.has(active)) return { kept: direct, key: active };
    if (isInitial(active)) return { kept: direct, key: INITIAL };
    const origin = origins.get(active);
    return origin && active.previousContext === origin ? { kept: scoped, key: origin } : undefined;
  };
  return {
    document,
    getProcessed(active) {
      const place = keptFor(active);
      return place?.kept.get(place.key);
    },
    setProcessed(active, processed) {
      const { context } = processed;
      const place = keptFor(active);
      if (!place || '@direction' in context || !overridesNothing(document, active, context)) return;
      finish(context);
      place.kept.set(place.key, processed);
      if (++count > MAX_KEPT) {
        count = 0;
        resolved = new WeakMap();
      }
    },
  };
}

const isInitial = (context: ActiveContext): boolean =>
  context.mappings.size === 0 &&
  context.previousContext === undefined &&
  !Object.keys(context).some((name) => name.startsWith('@'));

/**
 * Whether a protected term could be overridden made no difference: jsonld does not say which it was, and a type may bring
 * the same context as a property.
 */
const overridesNothing = (document: JsonObject, before: ActiveContext, after: ActiveContext): boolean =>
  Object.entries(document).every(([term, definition]) => {
    const old = before.mappings.get(term);
    if (old?.protected !== true) return true;
    const own = isObject(definition) ? definition['@protected'] : undefined;
    return (own ?? document['@protected']) === true && equalJson(old, after.mappings.get(term) ?? null);
  });

function finish(context: ActiveContext): void {
  context.clone = copy;
  context.revertToPreviousContext = previous;
  finished.add(context);
}

/** As jsonld's own, which forgets the base direction too; but with the same definitions, which it never changes either. */
function copy(this: ActiveContext): ActiveContext {
  const { '@direction': _, ...members } = this;
  const copied = { ...members, mappings: new Map(this.mappings), protected: { ...this.protected } };
  if (finished.has(this)) origins.set(copied, this);
  return copied;
}

/** As jsonld's own, which returns a copy always. */
function previous(this: ActiveContext): ActiveContext {
  const { previousContext = this } = this;
  return previousContext === this || finished.has(previousContext) ? previousContext : previousContext.clone();
}
