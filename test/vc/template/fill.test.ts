/** The compiled templates, and what filling and matching them must do; test/fuzz/differential.test.ts compares them with the JSON-LD processor. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { COMPILED_PATH, compileCredentials } from '../../../src/cli/templates.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../../src/vc/json.ts';
import type { CompiledTemplate } from '../../../src/vc/template/compiled.ts';
import { canonicalDocument, canonicalProof, escapeLiteral, fillCredential } from '../../../src/vc/template/fill.ts';
import { matchTemplate } from '../../../src/vc/template/match.ts';
import type { SlotTexts } from '../../../src/vc/template/slot.ts';
import { usedSlots } from '../../support/plain-fill.ts';
import { slotTextsOf } from './hostile.ts';

const text = await compileCredentials('.');
const { templates } = JSON.parse(text) as { templates: CompiledTemplate[] }; // our own compiler's output
const named = templates.map((template): [string, CompiledTemplate] => [`template ${template.number}`, template]);

test('credentials/compiled.json is what the sources compile to', () => {
  expect(readFileSync(COMPILED_PATH, 'utf8') === text, `run npm run templates: ${COMPILED_PATH} is out of date`).toBe(
    true,
  );
});

test.each(named)('%s: matching undoes filling, over text and with the members in another order', (_, template) => {
  const slots = usedSlots(template);
  fc.assert(
    fc.property(slotTextsOf(template), (texts) => {
      const json = JSON.stringify(reversed(fillCredential(template, texts)));
      const parsed = parseJson(json, { maxBytes: 65_536, maxDepth: 32 });
      const expected = Object.fromEntries([['validUntil', null], ...slots.map((slot) => [slot, texts[slot]])]);
      expect(parsed.ok && matchTemplate(template, parsed.value as JsonObject)).toEqual(expected);
    }),
  );
});

/** At every depth. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

test.each(named)('%s: every slot is signed: another text gives another canonical form', (_, template) => {
  const forms = (texts: SlotTexts) => canonicalDocument(template, texts) + canonicalProof(template, texts);
  const slots = usedSlots(template).filter((slot) => slot !== 'proofValue');
  expect(slots.length).toBeGreaterThan(6);
  fc.assert(
    fc.property(slotTextsOf(template), slotTextsOf(template), (texts, others) => {
      for (const slot of slots) {
        const tampered = { ...texts, [slot]: others[slot] ?? null };
        if (tampered[slot] !== texts[slot]) expect(forms(tampered)).not.toBe(forms(texts));
      }
    }),
  );
});

test.each(named)('%s: different slot texts never share a canonical form', (_, template) => {
  const slots = usedSlots(template).filter((slot) => slot !== 'proofValue');
  const forms = (texts: SlotTexts) => canonicalDocument(template, texts) + canonicalProof(template, texts);
  fc.assert(
    fc.property(slotTextsOf(template), slotTextsOf(template), (a, b) => {
      expect(forms(a) === forms(b)).toBe(slots.every((slot) => a[slot] === b[slot]));
    }),
  );
});

test('RDFC-1.0 escapes: the short ones, controls and U+007F, nothing else', () => {
  expect(escapeLiteral('\b\t\n\f\r"\\')).toBe('\\b\\t\\n\\f\\r\\"\\\\');
  expect(escapeLiteral('\0\u000b\u001f\u007f')).toBe('\\u0000\\u000B\\u001F\\u007F');
  expect(escapeLiteral('\u0080\u2028é😀/<>^`')).toBe('\u0080\u2028é😀/<>^`');
});

test('wherever a long name meets the end of the room for canonical forms, there is room', async () => {
  const template = templates.find(({ purpose }) => purpose === 'milestone');
  if (!template) throw new Error('no milestone template');
  const [drawn] = fc.sample(slotTextsOf(template), { numRuns: 1, seed: 7 });
  for (let length = 600; length < 1_800; length += 15) {
    const credentialBase = `https://a.test/${'x'.repeat(length)}/`;
    const texts: SlotTexts = {
      ...drawn,
      credentialBase,
      holder: '王'.repeat(300),
      holderType: 'name',
    };
    vi.resetModules(); // the room only ever grows
    const fresh = await import('../../../src/vc/template/fill.ts');
    const own = fresh.ownIndexes(template, texts);
    const form = fresh.formOf(template, { credentialBase }, { own, validUntil: texts.validUntil ?? null });
    const { document, proof } = fresh.fillCanonical(form, texts);
    expect(Buffer.from(document).toString() === canonicalDocument(template, texts)).toBe(true);
    expect(Buffer.from(proof).toString() === canonicalProof(template, texts)).toBe(true);
  }
});
