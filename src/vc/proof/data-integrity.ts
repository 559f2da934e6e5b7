/** Data Integrity proof `eddsa-rdfc-2022` (vc-di-eddsa §3.2) over canonical forms that the template supplies. */
import type { Bytes } from '../encoding.ts';
import type { Primitives } from '../primitives.ts';
import type { CanonicalForms } from '../template/fill.ts';

/** §3.2.4 hash data: SHA-256 of the proof options, then SHA-256 of the document; 64 bytes, and what Ed25519 signs. */
export async function hashData({ document, proof }: CanonicalForms, primitives: Primitives): Promise<Bytes> {
  const hashes = [primitives.sha256(proof), primitives.sha256(document)] as const; // both begun before anything is awaited
  const data = new Uint8Array(64);
  data.set(await hashes[0], 0);
  data.set(await hashes[1], 32);
  return data;
}
