/** What the benchmarks call of other libraries that carry no types. */
declare module '@digitalbazaar/ed25519-multikey' {
  export type Key = {
    signer(): { id: string; algorithm: string; sign(options: { data: Uint8Array<ArrayBuffer> }): Promise<Uint8Array> };
  };
  export function from(key: Readonly<Record<string, string>>): Promise<Key>;
}

declare module '@digitalcredentials/vc' {
  export { issue, verifyCredential } from '@digitalbazaar/vc';
}

declare module '@digitalcredentials/data-integrity' {
  export { DataIntegrityProof } from '@digitalbazaar/data-integrity';
}

declare module '@digitalcredentials/eddsa-rdfc-2022-cryptosuite' {
  export { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
}

declare module '@digitalcredentials/ed25519-multikey' {
  export { from } from '@digitalbazaar/ed25519-multikey';
}
