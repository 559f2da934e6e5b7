/**
 * Active contexts (JSON-LD 1.1 API §4.1) that jsonld made of pinned contexts, kept for the next object and document. Left to
 * itself it copies and processes them anew at nearly every object, which is most of the time of a signature.
 *
 * An active context is never changed once it is made, so that it stands for all that led to it.
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

/** Stands for each that nothing was defined in yet: where a context is null, jsonld makes one anew. */
const INITIAL = {};

/** Of all contexts together; of one common shape of credential there are about ten. */
const MAX_KEPT = 1_000;
let count = 0;
/** By the context itself, which is a part of the table of pinned contexts. */
let resolved = new WeakMap<object, ResolvedContext>();

/** Copy → what it is a copy of. */
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
  /** What is to be undone below the object: of copies that got what they are copies of as their previous context, and nothing else (JSON-LD 1.1 API §4.1.2 step 3). */
  const scoped = new WeakMap<object, Processed>();
  const keptFor = (active: ActiveContext): { kept: WeakMap<object, Processed>; key: object } => {
    const origin = origins.get(active);
    if (origin && active.previousContext === origin) return { kept: scoped, key: origin };
    return { kept: direct, key: isInitial(active) ? INITIAL : active };
  };
  return {
    document,
    getProcessed(active) {
      const { kept, key } = keptFor(active);
      return kept.get(key);
    },
    setProcessed(active, processed) {
      const { context } = processed;
      context.clone = copy;
      context.revertToPreviousContext = previous;
      if (overridesNothing(active, context)) {
        const { kept, key } = keptFor(active);
        kept.set(key, processed);
        if (++count > MAX_KEPT) {
          count = 0;
          resolved = new WeakMap();
        }
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
const overridesNothing = (before: ActiveContext, after: ActiveContext): boolean =>
  Object.keys(before.protected).every((term) =>
    equalJson(before.mappings.get(term) ?? null, after.mappings.get(term) ?? null),
  );

/** As jsonld's own, which forgets the base direction too; but with the same definitions, which it never changes either. */
function copy(this: ActiveContext): ActiveContext {
  const { '@direction': _, ...members } = this;
  const copied = { ...members, mappings: new Map(this.mappings), protected: { ...this.protected } };
  origins.set(copied, this);
  return copied;
}

/** As jsonld's own, which returns a copy of it always. */
function previous(this: ActiveContext): ActiveContext {
  const { previousContext } = this;
  if (!previousContext) return this;
  return '@direction' in previousContext ? previousContext.clone() : previousContext;
}
