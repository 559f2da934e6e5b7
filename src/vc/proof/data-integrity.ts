/** Data Integrity proof `eddsa-rdfc-2022` (vc-di-eddsa §3.2) over canonical forms that the template supplies. */
import { type Bytes, concat, utf8 } from '../encoding.ts';
import type { Primitives } from '../primitives.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { canonicalDocument, canonicalProof } from '../template/fill.ts';
import type { SlotTexts } from '../template/slot.ts';

/** §3.2.4 hash data: SHA-256 of the proof options, then SHA-256 of the document; 64 bytes, and what Ed25519 signs. */
export async function hashData(template: CompiledTemplate, texts: SlotTexts, primitives: Primitives): Promise<Bytes> {
  const proof = await primitives.sha256(utf8(canonicalProof(template, texts)));
  const document = await primitives.sha256(utf8(canonicalDocument(template, texts)));
  return concat(proof, document);
}
