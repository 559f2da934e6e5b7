/** Steps 2 to 4 of issuing: from reserved fields to a signed credential. Pure but for the signer it is handed, so that any thread can do it. */
import { type CredentialFields, type IssuerTexts, openTexts } from './credential.ts';
import type { Bytes } from './encoding.ts';
import type { Primitives } from './primitives.ts';
import { hashData } from './proof/data-integrity.ts';
import type { Signer } from './proof/key.ts';
import { draftPayload, sealPayload } from './qr/payload.ts';
import { MAX_VERSION, maxPayloadBytes } from './qr/version.ts';
import type { CompiledTemplate } from './template/compiled.ts';
import { type Form, fillCanonical, formOf } from './template/fill.ts';
import { fitsSlot, type SlotTexts } from './template/slot.ts';

export type SigningContext = {
  readonly template: CompiledTemplate;
  readonly issuer: IssuerTexts;
  readonly signer: Signer;
  readonly primitives: Primitives;
  /** Everything in the code before its digits. */
  readonly codePrefix: string;
};

/** Of one credential: its packed form, as the QR code and the database hold it, or why it must not be signed. */
export type Signing = { readonly packed: Bytes } | { readonly refusal: string };

/** In the order of `rows`. What must not be signed is refused before the signer is asked, and never holds up the others. */
export async function signCredentials(rows: readonly CredentialFields[], context: SigningContext): Promise<Signing[]> {
  const signings: Signing[] = [];
  for (const fields of rows) signings.push(await signCredential(fields, context));
  return signings;
}

export async function signCredential(fields: CredentialFields, context: SigningContext): Promise<Signing> {
  const { template, issuer, signer, primitives, codePrefix } = context;
  try {
    // 2. Build
    const form = formOf(template, issuer, fields);
    const texts = openTexts(fields);
    // 3. Check shape and QR budget
    checkShape(form, texts);
    const draft = draftPayload(fields);
    if (draft.length > maxPayloadBytes(codePrefix))
      throw new Error(`the code is larger than version ${MAX_VERSION}-M with the prefix ${codePrefix}`);
    // 4. Sign
    return { packed: sealPayload(draft, await signer.sign(await hashData(fillCanonical(form, texts), primitives))) };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : 'unknown' };
  }
}

/** With every text admitted by its slot, the matcher takes from the filled template what was put in, and the reader of the code too: tests say so. */
function checkShape({ slots }: Form, texts: SlotTexts): void {
  for (const { name } of slots) {
    if (name === 'proofValue') continue;
    if (!fitsSlot(name, texts[name] ?? '')) throw new Error(`the slot ${name} does not admit its text`);
  }
}
