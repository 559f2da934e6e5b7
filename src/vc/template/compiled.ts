/** The compiled template: plain data that a station can use without a JSON-LD processor. Its text is what the trust list pins. */
import type { JsonObject } from '../json.ts';
import type { Part } from './pattern.ts';

/** Parts of the canonical N-Quads; a group stands only when its optional slot is present. */
export type CanonicalPart = Part | { readonly when: string; readonly parts: readonly Part[] };

export type EnumEntry = { readonly id: string } & Readonly<Record<string, string>>;

export type CompiledTemplate = {
  readonly format: 1;
  /** Unique in the whole trust list and never re-used. */
  readonly number: number;
  readonly purpose: 'milestone' | 'status';
  readonly scheme?: string;
  readonly schemeVersion?: number;
  /** The template's own slots, in the order in which the QR payload carries their indexes. */
  readonly enums: readonly { readonly slot: string; readonly entries: readonly EnumEntry[] }[];
  /** The unsecured credential with slot references in its strings. */
  readonly document: JsonObject;
  readonly proof: JsonObject;
  readonly proofAsArray: boolean;
  readonly canonicalDocument: readonly CanonicalPart[];
  readonly canonicalProof: readonly CanonicalPart[];
  /** What a verdict shows → JSON pointer into the document; the compiler has proven that the place is signed. */
  readonly display: Readonly<Record<string, string>>;
  /** Context URL → SHA-256 (hex) of the context that it was compiled with. */
  readonly contexts: Readonly<Record<string, string>>;
};

/** The artefact as shipped. JSON.parse of it and stringify again is the identity: names are never integer-like. */
export const artefactText = (template: CompiledTemplate): string => JSON.stringify(template);
