/** One credential, two ways: what a filled template says is hashed and read, against its JSON through JSON-LD (safe mode) and RDFC-1.0. */
import { issuerTexts } from '../../src/vc/credential.ts';
import { utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { canonize } from '../../src/vc/template/compile.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import {
  canonicalDocument,
  canonicalProof,
  type Form,
  fillCanonical,
  fillText,
  formOf,
  NOTHING_SHARED,
  ownIndexes,
} from '../../src/vc/template/fill.ts';
import { matchTemplate, matchText } from '../../src/vc/template/match.ts';
import { fitsSlot, type SlotTexts, slotKind } from '../../src/vc/template/slot.ts';
import { plainFill, usedSlots } from '../support/plain-fill.ts';

/** The JSON-LD processor behind our door, with kept contexts; or another one to compare with. */
type Canonize = (document: JsonObject) => Promise<string>;

/** Throws with the difference, when there is any between the template path and the full path. */
export async function compareForms(
  template: CompiledTemplate,
  texts: SlotTexts,
  throughJsonLd: Canonize = canonize,
): Promise<void> {
  const credential = plainFill(template, texts);
  const text = JSON.stringify(credential);
  const { document, options } = unsecured(credential);
  const theirs = { document: await throughJsonLd(document), proof: await throughJsonLd(options) };

  same('canonicalDocument', canonicalDocument(template, texts), theirs.document);
  same('canonicalProof', canonicalProof(template, texts), theirs.proof);
  const milestone = { own: ownIndexes(template, texts), validUntil: texts.validUntil ?? null };
  for (const [name, shared] of [
    ['nothing shared', NOTHING_SHARED],
    ['the issuer shared', { ...issuerTexts(texts) }],
  ] as const) {
    const form = formOf(template, shared, milestone);
    const open = openTexts(form, texts);
    const ours = fillCanonical(form, open);
    sameBytes(`document, ${name}`, ours.document, theirs.document); // both before the next fill
    sameBytes(`proof, ${name}`, ours.proof, theirs.proof);
    same(`fillText, ${name}`, fillText(form, open), text);
  }

  const slots = usedSlots(template);
  const misfit = slots.find((slot) => slotKind(slot) && !fitsSlot(slot, texts[slot] ?? '') && texts[slot] !== null);
  if (misfit !== undefined) throw new Error(`the slot ${misfit} does not admit ${shown(texts[misfit] ?? '')}`);
  const expected = sorted(Object.fromEntries(slots.map((slot) => [slot, texts[slot] ?? null])));
  same('matchText', sorted(matchText(template, text) ?? {}), expected);
  same('matchTemplate', sorted(matchTemplate(template, reversed(credential)) ?? {}), expected);
}

/** The unsecured document, and the proof options that go with it (vc-di-eddsa §3.2.5). */
function unsecured(credential: JsonObject): { document: JsonObject; options: JsonObject } {
  const { proof, ...document } = credential;
  const { proofValue: _, ...options } = (Array.isArray(proof) ? proof[0] : proof) as JsonObject; // a template's proof is an object
  return { document, options: { '@context': document['@context'] ?? null, ...options } };
}

/** No more than the form asks for: a text that it takes from elsewhere would be missed. */
const openTexts = ({ slots }: Form, texts: SlotTexts): SlotTexts =>
  Object.fromEntries(slots.map(({ name }) => [name, texts[name] ?? null]));

const reversed = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).reverse());
const sorted = (texts: SlotTexts): string => JSON.stringify(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));

function sameBytes(what: string, ours: Uint8Array, theirs: string): void {
  if (Buffer.compare(ours, utf8(theirs)) !== 0) same(what, Buffer.from(ours).toString(), theirs);
}

function same(what: string, ours: string, theirs: string): void {
  if (ours === theirs) return;
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at++;
  const from = Math.max(0, at - 40);
  throw new Error(
    `${what}: at ${at} ${shown(ours.slice(from, at + 40))} and not ${shown(theirs.slice(from, at + 40))}`,
  );
}

const shown = (text: string): string => JSON.stringify(text);
