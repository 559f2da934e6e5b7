/** A certificate as a VC barcode: what another reader gets from it is the certificate, to both verifiers; what would not survive is not given out. */
import { decode as fromBase45 } from '@digitalbazaar/base45';
import { util } from '@digitalbazaar/vpqr';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadContext } from '../../../src/vc/contexts.ts';
import { type CredentialFields, credentialText } from '../../../src/vc/credential.ts';
import type { Json } from '../../../src/vc/json.ts';
import { webPrimitives } from '../../../src/vc/primitives.ts';
import { alphanumericSvg } from '../../../src/vc/qr/symbol.ts';
import { barcodeText } from '../../../src/vc/qr/vc-barcode.ts';
import type { CompiledTemplate } from '../../../src/vc/template/compiled.ts';
import { MAX_EPOCH } from '../../../src/vc/time.ts';
import { verify } from '../../../src/vc/verify/verify.ts';
import { createAuthority, issuerTexts, NOW } from '../../support/authority.ts';
import { decodeSvgQr } from '../../support/qr-image.ts';
import { fullPathVerifies } from '../oracle.ts';

const authority = await createAuthority();
const trust = await authority.trust();
const { multibase } = authority.key('a-milestone');
const certificates = authority.templates.filter(({ purpose }) => purpose === 'milestone');

/** As a wallet reads it that knows nothing of ours but the contexts. */
async function readElsewhere(text: string): Promise<Json> {
  const { jsonldDocument } = await util.fromQrCode({ text, expectedHeader: 'VC1-', documentLoader: loadContext });
  return jsonldDocument;
}

const versionOf = (text: string): number =>
  Number(/data-version="(\d+)"/.exec(alphanumericSvg(text, 'VC 条码'))?.[1] ?? Number.NaN);

const HOLDERS = {
  'a full name': { name: '欧阳晓明月' },
  'the longest name': { name: '欧'.repeat(29) },
  'a masked name': { name: '王*明' },
  'a pseudonym': { pseudonym: new Uint8Array(16).fill(0x9c) },
  'a name like a link, with what needs escaping': { name: 'https://a.test/"\\\u0000\u007f\n𠮷e\u0301' },
};

describe.each(certificates.map((template) => [template.number, template] as const))('template %i', (_, template) => {
  const own = template.enums.map(({ entries }) => entries.length - 1);

  test.each(Object.entries(HOLDERS))('with %s: read elsewhere, and verified by both', async (_, holder) => {
    const { credential, json } = await authority.issue({ template: template.number, own, holder });
    const text = await barcodeText(json);
    expect(text).toMatch(/^VC1-R[0-9A-Z $%*+./:-]+$/);
    const read = await readElsewhere(text);
    expect(read).toEqual(credential);
    const verdict = await verify({ credential: JSON.stringify(read) }, { trust, now: NOW, primitives: webPrimitives });
    expect(verdict.outcome).toBe('valid');
    expect(await fullPathVerifies(read, multibase)).toEqual({ verified: true, statusAsked: true });
  });
});

const epoch = fc.nat({ max: MAX_EPOCH });
const drawn: fc.Arbitrary<{ template: CompiledTemplate; fields: CredentialFields }> = fc
  .constantFrom(...certificates)
  .chain((template) =>
    fc.record({
      template: fc.constant(template),
      fields: fc.record({
        template: fc.constant(template.number),
        key: fc.constant(1),
        uuid: fc.uuid({ version: 7 }),
        validFrom: epoch,
        validUntil: fc.option(epoch),
        created: epoch,
        points: fc.maxSafeNat(),
        statusIndex: fc.maxSafeNat(),
        holder: fc.oneof(
          fc.record({ name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 29 }) }),
          fc.record({
            pseudonym: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes)),
          }),
        ),
        own: fc.tuple(...template.enums.map(({ entries }) => fc.nat({ max: entries.length - 1 }))),
      }),
    }),
  );

test('whatever is issued comes back as it was, also from an issuer with a port', async () => {
  const proofValue = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => new Uint8Array(bytes));
  const a = issuerTexts('a', 'a-milestone');
  const issuers = [
    a,
    { ...a, issuerId: 'did:web:localhost%3A8787', credentialBase: 'http://localhost:8787/credentials/' },
  ];
  await fc.assert(
    fc.asyncProperty(
      drawn,
      proofValue,
      fc.constantFrom(...issuers),
      async ({ template, fields }, signature, issuer) => {
        const json = credentialText(template, issuer, { ...fields, proofValue: signature });
        expect(await readElsewhere(await barcodeText(json))).toEqual(JSON.parse(json));
      },
    ),
    { numRuns: 200 },
  );
});

describe('what CBOR-LD does not bring back is not given out', () => {
  const changed = async (change: (tree: Tree) => void): Promise<string> => {
    const tree: Tree = JSON.parse((await authority.issue()).json);
    change(tree);
    return JSON.stringify(tree);
  };
  type Tree = {
    issuer: { id: string };
    credentialSubject: { id: string };
    '@context': string[];
    proof: { proofValue: string }[];
  };
  const sign = (tree: Tree, proofValue: string) => tree.proof.map((proof) => Object.assign(proof, { proofValue }));

  test.each<[string, (tree: Tree) => void]>([
    ['base64url with bits left over', (tree) => sign(tree, 'uAB')],
    ['a did:key with two fragments', (tree) => Object.assign(tree.issuer, { id: 'did:key:z6Mk#z6Mk#z6Mk' })],
  ])('changed by it: %s', async (_, change) => {
    await expect(barcodeText(await changed(change))).rejects.toThrow('CBOR-LD changed the credential');
  });

  test.each<[string, (tree: Tree) => void, string]>([
    ['a context that is not pinned', (tree) => tree['@context'].push('https://a.test/v1'), 'not in the table'],
    ['no UUID', (tree) => Object.assign(tree.credentialSubject, { id: 'urn:uuid:0190b7a2' }), 'Invalid UUID'],
  ])('refused by it: %s', async (_, change, message) => {
    await expect(barcodeText(await changed(change))).rejects.toThrow(message);
  });
});

describe('the sizes of docs/certificate.md', () => {
  test('a typical certificate: 1,294 bytes, 1,946 characters, version 26, and the picture reads', async () => {
    const text = await barcodeText((await authority.issue()).json);
    expect([fromBase45(text.slice('VC1-R'.length)).length, text.length, versionOf(text)]).toEqual([1294, 1946, 26]);
    expect(await decodeSvgQr(alphanumericSvg(text, 'VC 条码'))).toBe(text);
  });

  test('the longest name at every level of every template: version 30 at most', async () => {
    const versions = await Promise.all(
      certificates.flatMap((template) =>
        combinations(template).map(async (own) => {
          const { json } = await authority.issue({
            template: template.number,
            own,
            holder: HOLDERS['the longest name'],
          });
          return versionOf(await barcodeText(json));
        }),
      ),
    );
    expect(versions.length).toBeGreaterThan(40);
    expect(Math.max(...versions)).toBe(30);
  });

  const combinations = ({ enums }: CompiledTemplate): number[][] =>
    enums.reduce<number[][]>((all, { entries }) => all.flatMap((own) => entries.map((_, i) => [...own, i])), [[]]);
});
