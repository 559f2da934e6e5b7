/** What this project calls of the @digitalbazaar packages: issuing and deriving in src, verifying and presenting as the tests' oracle; they carry no types. */
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
