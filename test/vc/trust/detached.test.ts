/** A bundle whose content travels beside it is the bundle, or it is refused like any other text. */
import { describe, expect, test } from 'vitest';
import { attachPayload, detachPayload } from '../../../src/vc/trust/detached.ts';
import { createAuthority } from '../../support/authority.ts';

const authority = await createAuthority();
const bundle = await authority.publish();
const detached = detachPayload(bundle);
const refusalOf = async (text: string): Promise<string> => {
  const opened = await authority.open(attachPayload(text));
  return opened.ok ? 'opens' : opened.refusal;
};

test('the content is the text that was signed, and attached again it gives the same JWS', async () => {
  const [head = '', content = ''] = detached.split('\n');
  expect(head).toMatch(/^[\w-]+\.\.[\w-]+$/);
  expect(JSON.parse(content)).toHaveProperty('trustList');
  expect(attachPayload(detached)).toBe(bundle);
  expect(await refusalOf(detached)).toBe('opens');
});

test('a whole JWS, and a text that is neither, stay as they are', () => {
  for (const text of [bundle, '', '{}', 'a..b', '..', 'a.b.c\n{}', '<html>..\n'])
    expect(attachPayload(text)).toBe(text);
  for (const text of ['', 'no JWS', 'a.b.c', 'a..c']) expect(detachPayload(text)).toBe(text);
});

describe('what was not signed is refused', () => {
  test.each<[string, (text: string) => string, string]>([
    ['another number', (text) => text.replace(/"number":\d+/, '"number":999'), 'publisher-not-authorised'],
    ['a space more', (text) => text.replace('\n{', '\n{ '), 'publisher-not-authorised'],
    ['a line break at its end', (text) => `${text}\n`, 'publisher-not-authorised'],
    ['no content', (text) => text.slice(0, text.indexOf('\n') + 1), 'bundle-malformed'],
    ['the head alone', (text) => text.slice(0, text.indexOf('\n')), 'bundle-malformed'],
    ['a content of its own before it', (text) => text.replace('..', '.e30.'), 'bundle-malformed'],
  ])('%s', async (_, change, refusal) => {
    expect(await refusalOf(change(detached))).toBe(refusal);
  });
});
