import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import pinned from '../../../contexts/pinned.json' with { type: 'json' };
import { contexts, loadContext } from '../../../src/vc/contexts.ts';
import { compileTemplate, contextDigest, type TemplateSource } from '../../../src/vc/template/compile.ts';
import { artefactText } from '../../../src/vc/template/compiled.ts';

const SOURCE = readFileSync('credentials/shangcheng-star-licence/2.template.json', 'utf8');

type Tree = { [name: string]: Tree } & { [index: number]: Tree };
let source: TemplateSource;
/** The document as a tree to edit. */
let document: Record<string, unknown> & { credentialSubject: Tree; issuer: Tree; credentialStatus: Tree };

beforeEach(() => {
  source = JSON.parse(SOURCE);
  source.enums = source.enums.map(({ slot, entries }) => ({ slot, entries: entries.slice(0, 2) }));
  document = source.document as typeof document; // the file on disk has this shape
});

test('the template as it is compiles, and its artefact survives JSON', async () => {
  const text = artefactText(await compileTemplate(source));
  expect(artefactText(JSON.parse(text))).toBe(text);
});

const put = (tree: object, name: string, value: unknown): void => void Object.assign(tree, { [name]: value });

describe('refuses', () => {
  test.each<[string, RegExp, () => void]>([
    ['a second node without an id', /no id/, () => void delete document.credentialSubject.achievement?.criteria?.id],
    [
      'two texts under one property',
      /order of these lines/,
      () => put(document.credentialSubject, 'scheme', ['{stage.id}', '{level.id}']),
    ],
    [
      'a constant and a text under one property',
      /order of these lines/,
      () => put(document.credentialSubject, 'scheme', ['fixed', '{stage.id}']),
    ],
    [
      'ids whose order depends on two bases',
      /order of these lines/,
      () => put(document.credentialSubject, 'id', '{statusBase}{statusList}'),
    ],
    [
      'a term that no context defines',
      /safe mode|undefined|relative|does not expand/i,
      () => put(document, 'motto', 'x'),
    ],
    [
      'a term of ours outside its type',
      /safe mode|undefined|relative|does not expand/i,
      () => put(document, 'points', '{points}'),
    ],
    [
      'a type that no context defines',
      /safe mode|relative|undefined/i,
      () => put(document, 'type', ['VerifiableCredential', 'Diploma']),
    ],
    ['a relative id', /safe mode|relative/i, () => put(document.issuer, 'id', '{uuid}')],
    ['a misspelt slot', /holdr/, () => put(document.credentialSubject, 'stage', '{holdr}')],
    ['a misspelt text of a slot', /stage/, () => put(document.credentialSubject, 'stage', '{stage.cn}')],
    [
      'a member that JSON-LD drops silently',
      /keyword/,
      () => put(document.credentialSubject, '@index', '{level.en} {points}'),
    ],
    ['a display pointer to nothing', /nothing at/, () => put(source.display, 'level', '/credentialSubject/rank')],
    ['a display pointer to what is not signed', /not signed/, () => put(source.display, 'level', '/type/0')],
    ['a display pointer to a context', /not signed/, () => put(source.display, 'level', '/@context/0')],
    [
      'a context that is not pinned',
      /evil/,
      () => put(document, '@context', ['https://www.w3.org/ns/credentials/v2', 'https://evil.test/v1']),
    ],
    [
      'an inline context',
      /not pinned/,
      () => (document['@context'] as unknown[]).push({ points: 'https://evil.test/points' }),
    ],
    ['one context that is no list', /./, () => put(document, '@context', 'https://www.w3.org/ns/credentials/v2')],
    ['entries with different texts', /differ/, () => put(source.enums[0]?.entries[1] ?? {}, 'fr', 'x')],
    ['two entries with one id', /share an id/, () => put(source.enums[0]?.entries[1] ?? {}, 'id', '0-3')],
    ['an own slot with the name of a common one', /common/, () => put(source.enums[0] ?? {}, 'slot', 'points')],
    ['an id that breaks an IRI', /./, () => put(source.enums[0]?.entries[0] ?? {}, 'id', 'a b')],
    [
      'a context inside the document',
      /keyword/,
      () => put(document.credentialSubject, '@context', { stage: 'https://evil.test/stage' }),
    ],
  ])('%s', async (_, message, change) => {
    change();
    await expect(compileTemplate(source)).rejects.toThrow(message);
  });
});

test('the table of contexts is the pinned one, and the loader knows no other', async () => {
  for (const [url, { sha256 }] of Object.entries(pinned)) expect(await contextDigest(url)).toBe(sha256);
  expect([...contexts.keys()].sort()).toEqual(Object.keys(pinned).sort());
  await expect(loadContext('https://w3id.org/security/v2')).rejects.toThrow('not in the table');
});
