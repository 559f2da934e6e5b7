/** What may be signed: every text that the slots admit comes back out of the filled template, and any other is refused before the signer is asked. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { type CredentialFields, credentialText, fieldsFromTexts, STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import type { Bytes } from '../../src/vc/encoding.ts';
import { codePrefix, proofIn, unpackPayload } from '../../src/vc/qr/payload.ts';
import { signCredential, signCredentials } from '../../src/vc/sign-credential.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import { fillText, formOf, NOTHING_SHARED, ownIndexes } from '../../src/vc/template/fill.ts';
import { matchText } from '../../src/vc/template/match.ts';
import { fitsSlot, type SlotTexts, slotKind } from '../../src/vc/template/slot.ts';
import { isoSeconds, MAX_EPOCH } from '../../src/vc/time.ts';
import { DAY, devKey, issuerTexts, NOW, PUBLIC_URL } from '../support/authority.ts';
import { usedSlots } from '../support/plain-fill.ts';
import { slotTextsOf } from './template/hostile.ts';

const { templates } = JSON.parse(readFileSync('credentials/compiled.json', 'utf8')) as {
  templates: CompiledTemplate[];
}; // our own compiler's output
const named = templates.map((template): [string, CompiledTemplate] => [`template ${template.number}`, template]);
const milestone = templates.find(({ purpose }) => purpose === 'milestone');
if (!milestone) throw new Error('no milestone template');
const issuer = issuerTexts('a', 'a-milestone');
const key = await devKey('xingzheng test key a-milestone');

/** As its pattern says, and now and then one edge further. */
const patterned = (slot: string) => {
  const pattern = new RegExp(`^${slotKind(slot)?.pattern}$`);
  return fc.oneof(
    { weight: 3, arbitrary: fc.stringMatching(pattern) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.stringMatching(pattern), fc.constantFrom('', '\n', '"', '\\', ' ', '\u0000', '/', '0'))
        .map((parts) => parts.join('')),
    },
  );
};
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)), // lone surrogates, too
  fc.string({ unit: 'binary', minLength: 190, maxLength: 260, size: 'max' }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '\\"',
    '\\\\',
    '","type":"',
    '\ud800',
    '\udc00\ud800',
    '{uuid}',
    '"}],"scheme":"',
    '\u2028',
  ),
);

const textsFor = (slot: string) => (slotKind(slot)?.freeText ? anyText : patterned(slot));

describe.each(named)('%s', (_, template) => {
  const slots = usedSlots(template);
  const textsOf = slotTextsOf(template);
  const changed = fc.oneof(...slots.filter(slotKind).map((slot) => fc.tuple(fc.constant(slot), textsFor(slot))));

  test('what the slots admit, the matcher gives back; what they do not, it does not', () => {
    let admitted = 0;
    let refused = 0;
    fc.assert(
      fc.property(textsOf, fc.array(changed, { minLength: 1, maxLength: 4 }), (drawn, changes) => {
        const texts: SlotTexts = { ...drawn, ...Object.fromEntries(changes) };
        const own = ownIndexes(template, texts);
        const form = formOf(template, NOTHING_SHARED, { own, validUntil: texts.validUntil ?? null });
        const matched = matchText(template, fillText(form, texts));
        const fits = form.slots.every(({ name }) => fitsSlot(name, texts[name] ?? ''));
        if (fits) {
          admitted++;
          expect(matched).toEqual({
            validUntil: null,
            ...Object.fromEntries(slots.map((slot) => [slot, texts[slot]])),
          });
        } else {
          refused++;
          expect(matched).toBeUndefined();
        }
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(admitted, refused)).toBeGreaterThan(200);
  });
});

const fields: CredentialFields = {
  template: milestone.number,
  key: 1,
  uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
  validFrom: NOW - DAY,
  validUntil: NOW + DAY,
  created: NOW,
  points: 300,
  statusIndex: STATUS_LIST_LENGTH + 7,
  holder: { name: '欧阳晓明月' },
  own: [1, 2],
};

/** Signs, and tells how often the signer was asked. */
async function sign(change: Partial<CredentialFields>) {
  let asked = 0;
  const signer = {
    sign: (data: Bytes) => {
      asked++;
      return key.signer.sign(data);
    },
  };
  const context = {
    template: milestone as CompiledTemplate,
    issuer,
    signer,
    primitives: nodePrimitives,
    codePrefix: codePrefix(PUBLIC_URL),
  };
  return { signing: await signCredential({ ...fields, ...change }, context), asked: () => asked, context };
}

describe('refused before the signer is asked', () => {
  test.each<[string, RegExp, Partial<CredentialFields>]>([
    ['an upper-case uuid', /uuid/, { uuid: fields.uuid.toUpperCase() }],
    ['a uuid with more after it', /uuid/, { uuid: `${fields.uuid}"` }],
    ['no uuid', /uuid/, { uuid: '' }],
    ['a year of five digits', /validFrom/, { validFrom: Date.UTC(10_000, 0) / 1000 }],
    ['a year before Christ', /validUntil/, { validUntil: -70_000_000_000 }],
    ['a creation after the year 9999', /created/, { created: Date.UTC(12_000, 0) / 1000 }],
    ['no date', /./, { created: Number.NaN }],
    ['negative points', /points/, { points: -1 }],
    ['half a point', /points/, { points: 0.5 }],
    ['no points', /points/, { points: Number.NaN }],
    ['points of sixteen digits', /points/, { points: 1e15 }],
    ['points with an exponent', /points/, { points: 1e21 }],
    ['a negative status entry', /statusBit|statusList/, { statusIndex: -1 }],
    ['half a status entry', /statusBit/, { statusIndex: 1.5 }],
    ['an empty name', /holder/, { holder: { name: '' } }],
    ['a name of 401 units', /holder|larger/, { holder: { name: 'x'.repeat(401) } }],
    ['a lone surrogate', /holder/, { holder: { name: '王\ud842' } }],
    ['surrogates in the wrong order', /holder/, { holder: { name: '\udfb7\ud842' } }],
    ['no such level', /level/, { own: [1, 5] }],
    ['no level', /level/, { own: [1] }],
    ['more than the code holds', /larger/, { holder: { name: '王'.repeat(200) } }],
  ])('%s', async (_, refusal, change) => {
    const { signing, asked } = await sign(change);
    expect(signing).toEqual({ refusal: expect.stringMatching(refusal) });
    expect(asked()).toBe(0);
  });

  test('and holds up no other', async () => {
    const { context, asked } = await sign({});
    const signings = await signCredentials([fields, { ...fields, points: -1 }, fields], context);
    expect(signings.map((signing) => 'packed' in signing)).toEqual([true, false, true]);
    expect(asked()).toBe(3);
  });
});

test('what is signed is read back as the same fields, from its code and from its JSON', async () => {
  const epoch = fc.nat({ max: MAX_EPOCH });
  const holder = fc.oneof(
    fc.record({ name: fc.oneof(anyText, fc.string({ unit: 'binary', minLength: 1, maxLength: 8 })) }),
    fc.record({ pseudonym: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes)) }),
  );
  const changes = fc.record({
    uuid: fc.uuid(),
    validFrom: epoch,
    validUntil: fc.option(epoch),
    created: epoch,
    points: fc.nat({ max: 999_999_999_999_999 }),
    statusIndex: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    holder,
    own: fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })),
  });
  let signed = 0;
  await fc.assert(
    fc.asyncProperty(changes, async (change) => {
      const { signing, asked, context } = await sign(change);
      const whole = { ...fields, ...change };
      if ('refusal' in signing) {
        expect(asked()).toBe(0);
        const { holder: who } = whole;
        const isTooMuch = 'name' in who && (!fitsSlot('holder', who.name) || /larger|FEFF/.test(signing.refusal));
        expect(isTooMuch, signing.refusal).toBe(true);
        return;
      }
      signed++;
      const all = { ...whole, proofValue: proofIn(signing.packed) };
      expect(unpackPayload(signing.packed)).toMatchObject({ ok: true, fields: all });
      const texts = matchText(context.template, credentialText(context.template, issuer, all));
      expect(texts && fieldsFromTexts(context.template, whole.key, texts)).toEqual(all);
      expect(texts?.validFrom).toBe(isoSeconds(whole.validFrom));
    }),
    { numRuns: 400 },
  );
  expect(signed).toBeGreaterThan(150);
});
