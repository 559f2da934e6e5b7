/** Levels of several ladders may share their words: what fits such a template almost is refused as fast as anything else. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CompiledTemplate } from '../../../src/vc/template/compiled.ts';
import { fillCredential } from '../../../src/vc/template/fill.ts';
import { matchText } from '../../../src/vc/template/match.ts';
import { SLOTS, type SlotTexts } from '../../../src/vc/template/slot.ts';

const { templates } = JSON.parse(readFileSync('credentials/compiled.json', 'utf8')) as {
  templates: CompiledTemplate[];
}; // our own compiler's output

/** Every slot holds its sentinel, the template's own the first entry. */
function filled(template: CompiledTemplate): string {
  const texts: Record<string, string> = {};
  for (const [slot, { sentinel }] of Object.entries(SLOTS)) texts[slot] = sentinel;
  for (const { slot, entries } of template.enums) texts[slot] = entries[0]?.id ?? '';
  return JSON.stringify(fillCredential(template, { ...texts, holderType: 'name' } satisfies SlotTexts));
}

const repeating = templates.filter(({ enums }) =>
  enums.some(({ entries }) => new Set(entries.map(({ zh }) => zh)).size < entries.length),
);

test('there is such a template', () => {
  expect(repeating.map(({ number }) => number)).toEqual([4]);
});

test.each(repeating.map((template) => [template.number, template] as const))('template %i', (_, template) => {
  const genuine = filled(template);
  expect(matchText(template, genuine)).toBeDefined();
  const started = performance.now();
  for (let at = genuine.length - 1; at > 0; at -= 97) {
    expect(matchText(template, `${genuine.slice(0, at)}!${genuine.slice(at + 1)}`)).toBeUndefined();
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});
