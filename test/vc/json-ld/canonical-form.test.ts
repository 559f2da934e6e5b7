/** Canonical forms: those of the library, in the order of the specification. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../../src/vc/json.ts';
import { byCodePoint, canonicalForm } from '../../../src/vc/json-ld/canonical-form.ts';
import { expand } from '../../../src/vc/json-ld/expansion.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { VECTORS } from '../../support/vectors.ts';
import { byLibrary, canonical, credential, EXAMPLES, V2, valueIn } from './documents.ts';

describe('canonical form', () => {
  test.skipIf(!existsSync(VECTORS))('is the library’s for every vector of W3C, under both hashes', async () => {
    let compared = 0;
    for (const name of readdirSync(VECTORS, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.json')) continue;
      const document: unknown = JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));
      if (!isObject(document) || !Object.hasOwn(document, '@context') || !Object.hasOwn(document, 'type')) continue;
      const expanded = valueIn(await expand(document, noDocuments));
      for (const hash of ['sha256', 'sha384'] as const)
        expect({ name, form: valueIn(await canonicalForm(expanded, hash)) }).toEqual({
          name,
          form: await byLibrary(expanded, hash),
        });
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  test.skipIf(!existsSync(VECTORS))('is the published one, with SHA-384 too', async () => {
    const folder = join(VECTORS, 'w3c-vc-di-ecdsa');
    const document: JsonObject = JSON.parse(readFileSync(join(folder, 'employmentAuth.json'), 'utf8'));
    const published = readFileSync(join(folder, 'ecdsa-rdfc-2019-p384/employ/canonDocECDSAP384.txt'), 'utf8');
    expect((await canonical(document, noDocuments, 'sha384')).trim()).toBe(published.trim());
  });

  /** U+FF0C is one unit above all surrogates; U+20000 is two surrogates and the greater code point. */
  const [COMMA, HAN] = ['\uff0c', '\u{20000}'];

  test('lines are in code point order, where the library sorts by UTF-16 unit', async () => {
    const document = credential({ name: [`${HAN}明`, `${COMMA}明`] });
    const form = await canonical(document);
    expect(form.indexOf(COMMA)).toBeLessThan(form.indexOf(HAN));
    const other = await byLibrary(valueIn(await expand(document, noDocuments)));
    expect(other.indexOf(HAN)).toBeLessThan(other.indexOf(COMMA));
    expect(form.split('\n').sort()).toEqual(other.split('\n').sort());
  });

  test('and so are the statements of a node without id before they are hashed (RDFC-1.0 §4.6)', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const note = 'https://www.w3.org/ns/credentials/examples#note';
    const held = '<urn:holder> <https://www.w3.org/ns/credentials/examples#has> _:a .\n';
    const lines = [COMMA, HAN].map((text) => `_:a <${note}> "${text}" .\n`);
    const bySpecification = sha256(held + lines.join(''));
    const byUnit = sha256(held + lines.toReversed().join(''));
    // A second node whose hash lies between the two: its label tells which of them was used.
    const between = Array.from({ length: 1000 }, (_, index) => `n${index}`).find((text) => {
      const hash = sha256(`${held}_:a <${note}> "${text}" .\n`);
      return hash > bySpecification !== hash > byUnit;
    });
    const document = {
      '@context': [V2, EXAMPLES],
      id: 'urn:holder',
      has: [{ note: [HAN, COMMA] }, { note: between ?? '' }],
    };
    const first = bySpecification < byUnit ? COMMA : (between ?? '');
    expect(await canonical(document)).toContain(`_:c14n0 <${note}> "${first}" .`);
    expect(await byLibrary(valueIn(await expand(document, noDocuments)))).not.toContain(
      `_:c14n0 <${note}> "${first}" .`,
    );
  });

  test('code points compare as numbers', () => {
    const texts = [
      '',
      'a',
      'ab',
      'b',
      '\u007f',
      '\ud7ff',
      '\ue000',
      COMMA,
      '\uffff',
      '\u{10000}',
      HAN,
      `${HAN}a`,
      '\u{10ffff}',
    ];
    expect(texts.toReversed().sort(byCodePoint)).toEqual(texts);
  });

  test('the expansion is left as it was, and gives the same form again', async () => {
    const expanded = valueIn(await expand(credential({ order: { '@list': [1, { a: 2 }] } }, EXAMPLES), noDocuments));
    const before = structuredClone(expanded);
    const form = valueIn(await canonicalForm(expanded, 'sha256'));
    expect(expanded).toEqual(before);
    expect(valueIn(await canonicalForm(expanded, 'sha256'))).toBe(form);
  });

  test('a base direction is signed, in the form that other issuers use too', async () => {
    const formOf = async (direction: 'ltr' | 'rtl') => {
      const name = { '@value': 'x', '@language': 'ar', '@direction': direction };
      return valueIn(await canonicalForm(valueIn(await expand(credential({ name }), noDocuments)), 'sha256'));
    };
    expect(await formOf('rtl')).toContain('"x"^^<https://www.w3.org/ns/i18n#ar_rtl>');
    expect(await formOf('ltr')).not.toBe(await formOf('rtl'));
  });
});
