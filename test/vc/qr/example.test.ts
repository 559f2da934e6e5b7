/** docs/qr.md is a promise to other people's programs: everything in it is computed again here. */
import { readFileSync } from 'node:fs';
import { decode as decodeCbor } from 'cborg';
import { expect, test } from 'vitest';
import type { CredentialFields } from '../../../src/vc/credential.ts';
import { crc16, hex } from '../../../src/vc/encoding.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { fromDigits, readCode } from '../../../src/vc/qr/payload.ts';
import { verify } from '../../../src/vc/verify/verify.ts';
import { at, createAuthority, NOW } from '../../support/authority.ts';

const page = readFileSync('docs/qr.md', 'utf8');
/** The fenced block whose info string ends in `name`. */
const block = (name: string): string => {
  const found = new RegExp(`^\`\`\`\\w+ ${name}\n([^]*?)\n\`\`\`$`, 'm').exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/qr.md has no block ${name}`);
  return found;
};
const given = JSON.parse(block('fields'));
const fields: CredentialFields = {
  ...given,
  validFrom: at(given.validFrom),
  validUntil: at(given.validUntil),
  created: at(given.created),
  own: [given.stage, given.level],
};
for (const name of ['stage', 'level']) Reflect.deleteProperty(fields, name);
/** Hex without the remarks after `#`. */
const bytesOf = (name: string): string => block(name).replace(/#.*$/gm, '').replace(/\s/g, '');

const authority = await createAuthority();
const issued = await authority.issue(fields);

test('the seed, the public key and the signature', async () => {
  expect(page).toContain(`\`${authority.key('a-milestone').multibase}\``);
  expect(page).toContain('`xingzheng test key a-milestone`');
  expect(bytesOf('payload')).toContain(hex(issued.fields.proofValue));
});

test('the bytes: format, CBOR, check sum', () => {
  expect(bytesOf('payload')).toBe(hex(issued.bytes));
  const payload = issued.bytes;
  expect(decodeCbor(payload.slice(1, -2))).toHaveLength(12);
  expect(page).toContain(`\`0x${crc16(payload.slice(0, -2)).toString(16).toUpperCase()}\``);
  expect(page).toContain(`${payload.length} bytes`);
});

test('the digits and the link, which read back to the fields', () => {
  const digits = block('digits').replace(/\s/g, '');
  expect(digits).toBe(issued.digits);
  expect(page).toContain(`${digits.length} digits`);
  expect(fromDigits(digits)).toEqual(issued.bytes);
  expect(readCode(digits)).toMatchObject({ ok: true, fields });
  expect(block('link').replace(/\s/g, '')).toBe(issued.url);
});

test('the JSON, which verifies', async () => {
  expect(JSON.parse(block('credential'))).toEqual(issued.credential);
  const trust = await authority.trust();
  for (const presented of [{ credential: block('credential') }, { qr: block('link').replace(/\s/g, '') }])
    expect((await verify(presented, { trust, now: NOW, primitives: webPrimitives })).outcome).toBe('valid');
});
