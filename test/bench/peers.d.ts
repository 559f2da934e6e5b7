/** What the benchmarks call of other libraries that carry no types. */
declare module '@digitalbazaar/ed25519-multikey' {
  export type Key = {
    signer(): { id: string; algorithm: string; sign(options: { data: Uint8Array<ArrayBuffer> }): Promise<Uint8Array> };
  };
  export function from(key: Readonly<Record<string, string>>): Promise<Key>;
}
