import { compactVerify, createLocalJWKSet, type GeneralJWSInput, generalVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { base64url, fromHex } from '../../../src/vc/encoding.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { ed25519FromMultibase, ed25519Multibase } from '../../../src/vc/proof/key.ts';
import { readRoot, walkRootChain } from '../../../src/vc/trust/root.ts';
import { type GeneralJws, signGeneral } from '../../../src/vc/trust/signed-document.ts';
import { createAuthority, type RootDraft, rootOrThrow } from '../../support/authority.ts';

const authority = await createAuthority();
const { rootDocument, named, key } = authority;

/** Version 1: two of three; version 2: one of root-3 and publisher. */
const V1: RootDraft = { version: 1, keys: ['root-1', 'root-2', 'root-3'], threshold: 2 };
const V2: RootDraft = {
  version: 2,
  keys: ['root-3', 'publisher'],
  threshold: 2,
  signers: ['root-1', 'root-3', 'publisher'],
};
const pinned = rootOrThrow(await rootDocument(V1));
const walk = (...chain: GeneralJws[]) => walkRootChain(pinned, chain, webPrimitives);
const versionOf = async (...chain: GeneralJws[]) => (await walk(...chain))?.version;

describe('the chain', () => {
  test('steps from 1 to 2 to 3, and starts anywhere at or before the pinned one', async () => {
    const second = await rootDocument(V2);
    const third = await rootDocument({
      version: 3,
      keys: ['root-1'],
      threshold: 1,
      signers: ['root-3', 'publisher', 'root-1'],
    });
    expect(await versionOf()).toBe(1);
    expect(await versionOf(pinned.jws, second, third)).toBe(3);
    expect(await versionOf(second, third)).toBe(3);
    expect((await walkRootChain(rootOrThrow(second), [pinned.jws, second, third], webPrimitives))?.version).toBe(3);
  });

  test.each<[string, RootDraft]>([
    ['one old signature short', { ...V2, signers: ['root-3', 'publisher'] }],
    ['one new signature short', { ...V2, signers: ['root-1', 'root-2', 'publisher'] }],
    ['nobody of the old', { ...V2, keys: ['publisher', 'stranger'], signers: ['publisher', 'stranger'] }],
    [
      'one old key that signs twice',
      { ...V2, keys: ['publisher', 'stranger'], signers: ['root-1', 'root-1', 'publisher', 'stranger'] },
    ],
    ['a gap', { ...V2, version: 3 }],
    [
      'a threshold above the number of keys',
      { ...V2, threshold: 3, signers: ['root-1', 'root-2', 'root-3', 'publisher'] },
    ],
    ['a threshold of none', { ...V2, threshold: 0 }],
    ['no keys', { ...V2, keys: [], signers: ['root-1', 'root-2'] }],
    ['a key twice', { ...V2, keys: ['root-3', 'root-3'], signers: ['root-1', 'root-3'] }],
  ])('is broken by %s', async (_, draft) => expect(await walk(await rootDocument(draft))).toBeUndefined());

  test('is broken by one key under two ids', async () => {
    const { multibase } = key('root-3');
    const keys = ['root-3', 'again'].map((id) => ({ id, publicKeyMultibase: multibase }));
    const signers = [named('root-1'), named('root-3'), { ...named('root-3'), kid: 'again' }];
    expect(await walk(await signGeneral('xz-root+jws', { version: 2, keys, threshold: 2 }, signers))).toBeUndefined();
  });

  test('is broken by a signature of the right key over another typ', async () => {
    const { version, threshold } = V2;
    const keys = V2.keys.map((id) => ({ id, publicKeyMultibase: key(id).multibase }));
    const jws = await signGeneral('xz-trust+jws', { version, keys, threshold }, (V2.signers ?? []).map(named));
    expect(await walk(jws)).toBeUndefined();
  });

  test('is broken by a fork: a second document for a version it has passed', async () => {
    const fork = await rootDocument({ ...V2, keys: ['root-1', 'root-3'], signers: ['root-1', 'root-3'] });
    expect(await walk(await rootDocument(V2), fork)).toBeUndefined();
    expect(await walk(await rootDocument({ ...V1, threshold: 1 }))).toBeUndefined();
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['text', 'root'],
  ['an unprotected header', { payload: '', signatures: [{ protected: '', signature: '', header: {} }] }],
  ['no JSON inside', { payload: base64url(Uint8Array.of(0x7b)), signatures: [] }],
])('%s is no root document', (_, value) => expect(readRoot(value)).toBeUndefined());

describe('keys', () => {
  const ones = `${'ff'.repeat(30)}7f`;
  test.each([
    ['0', '00'.repeat(32)],
    ['0 with the sign bit', `${'00'.repeat(31)}80`],
    ['1', `01${'00'.repeat(31)}`],
    ['1 with the sign bit', `01${'00'.repeat(30)}80`],
    ['−1', `ec${ones}`],
    ['−1 with the sign bit', `ec${'ff'.repeat(31)}`],
    ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['order 8, negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
    ['the other of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['the other of order 8, negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
    ['p, a second spelling of 0', `ed${ones}`],
    ['p + 1, a second spelling of 1', `ee${ones}`],
    ['2^255 − 1', `ff${ones}`],
    ['p + 5 with the sign bit', `f2${'ff'.repeat(31)}`],
  ])('y = %s is refused', (_, point) =>
    expect(ed25519FromMultibase(ed25519Multibase(fromHex(point) ?? new Uint8Array()))).toBeUndefined(),
  );

  test('of other lengths and types are refused, a real one is read', () => {
    const { publicKey, multibase } = key('root-1');
    expect(ed25519FromMultibase(multibase)).toEqual(publicKey);
    expect(ed25519FromMultibase(ed25519Multibase(publicKey.slice(1)))).toBeUndefined();
    expect(ed25519FromMultibase('zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169')).toBeUndefined(); // P-256
    expect(ed25519FromMultibase(multibase.slice(1))).toBeUndefined();
    expect(ed25519FromMultibase('')).toBeUndefined();
  });
});

test('jose verifies our documents', async () => {
  const jwk = (name: string) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    alg: 'EdDSA',
    kid: name,
    x: base64url(key(name).publicKey),
  });
  const compact = await compactVerify(await authority.publish(), await importJWK(jwk('publisher')), {
    algorithms: ['EdDSA'],
  });
  expect(compact.protectedHeader).toEqual({ alg: 'EdDSA', typ: 'xz-bundle+jws', kid: 'publisher' });
  const general = await generalVerify(
    pinned.jws as GeneralJWSInput,
    createLocalJWKSet({ keys: [jwk('root-1'), jwk('root-2')] }),
  );
  expect(JSON.parse(new TextDecoder().decode(general.payload))).toMatchObject({ version: 1, threshold: 2 });
  await expect(compactVerify(await authority.publish(), await importJWK(jwk('stranger')))).rejects.toThrow();
});
