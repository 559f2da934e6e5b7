/** What this project calls of the @digitalbazaar packages: issuing, deriving and CBOR-LD in src, verifying, presenting and reading codes as the tests' oracle; they carry no types. */
declare module '@digitalbazaar/vc' {
  type Loader = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>;
  type Credential = import('./json.ts').JsonObject;
  export function issue(options: {
    credential: Credential;
    suite: unknown;
    documentLoader: Loader;
  }): Promise<Credential>;
  export function derive(options: {
    verifiableCredential: Credential;
    suite: unknown;
    documentLoader: Loader;
  }): Promise<Credential>;
  export function verifyCredential(options: {
    credential: unknown;
    suite: unknown;
    documentLoader: Loader;
    checkStatus?: (options: unknown) => Promise<{ verified: boolean }>;
    now?: Date;
  }): Promise<{ verified: boolean; error?: unknown }>;
  export function signPresentation(options: {
    presentation: import('./json.ts').JsonObject;
    suite: unknown;
    challenge: string;
    domain?: string;
    documentLoader: Loader;
  }): Promise<Credential>;
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: {
      cryptosuite: unknown;
      date?: string;
      /** `algorithm` is a curve: Ed25519, P-256, P-384. */
      signer?: {
        id: string;
        algorithm: string;
        sign(options: { data: Uint8Array<ArrayBuffer> }): Promise<Uint8Array>;
      };
      /** The context of a proof is data-integrity/v1 in place of v2. */
      legacyContext?: boolean;
    });
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: unknown;
}

declare module '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite' {
  export const cryptosuite: unknown;
}

declare module '@digitalbazaar/ecdsa-sd-2023-cryptosuite' {
  export function createSignCryptosuite(options: { mandatoryPointers: readonly string[] }): unknown;
  export function createDiscloseCryptosuite(options: { selectivePointers: readonly string[] }): unknown;
  export function createVerifyCryptosuite(): unknown;
}

declare module '@digitalbazaar/cborld' {
  type Loader = (url: string) => Promise<{ document: unknown }>;
  type Json = import('./json.ts').Json;
  /** Rejects what it cannot compress, such as a UUID that RFC 9562 does not know, and whatever the loader refuses. */
  export function encode(options: {
    jsonldDocument: Json;
    /** 0 for no compression, 1 for the terms of the contexts alone. */
    registryEntryId: 0 | 1;
    documentLoader: Loader;
  }): Promise<Uint8Array>;
  export function decode(options: { cborldBytes: Uint8Array; documentLoader: Loader }): Promise<Json>;
}

declare module '@digitalbazaar/base45' {
  /** Reads from the beginning of the array's buffer, wherever the array itself begins. */
  export function encode(input: Uint8Array): string;
  /** Throws a RangeError. */
  export function decode(input: string): Uint8Array;
}

declare module '@digitalbazaar/vpqr' {
  export const util: {
    fromQrCode(options: {
      text: string;
      expectedHeader: string;
      documentLoader: (url: string) => Promise<{ document: unknown }>;
    }): Promise<{ jsonldDocument: import('./json.ts').Json }>;
  };
}
