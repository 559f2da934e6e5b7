/** W3C vc-di-eddsa test vectors: the canonical forms, hashes and signature that our compiler's calls give are the published ones. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import pinned from '../../contexts/pinned.json' with { type: 'json' };
import { concat, fromHex, fromMultibase58, hex, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { webPrimitives } from '../../src/vc/primitives.ts';
import { ed25519FromMultibase } from '../../src/vc/proof/key.ts';
import { canonize, proofOptions } from '../../src/vc/template/compile.ts';
import { VECTORS } from '../support/vectors.ts';

const read = (name: string): string => readFileSync(join(VECTORS, 'w3c-vc-di-eddsa', name), 'utf8').trim();
const sha256 = async (text: string) => hex(await webPrimitives.sha256(utf8(text)));
/** RFC 8410 PKCS #8 of an Ed25519 seed. */
const PKCS8 = fromHex('302e020100300506032b657004220420') ?? new Uint8Array();

describe.skipIf(!existsSync(VECTORS))('eddsa-rdfc-2022', () => {
  /** `credentials/examples/v2` is not pinned: its whole content stands in its place. */
  const withContexts = (document: JsonObject): JsonObject => ({
    ...document,
    '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://www.w3.org/ns/credentials/examples#' }],
  });

  test('the alumni credential, from document to signature', async () => {
    const { proof, ...document }: { proof: JsonObject } & JsonObject = JSON.parse(
      read('eddsa-rdfc-2022/signedDataInt.json'),
    );
    const unsigned = withContexts(document);
    const canonical = await canonize(unsigned);
    const canonicalProof = await canonize(proofOptions(unsigned, proof));
    expect(canonical.trim()).toBe(read('eddsa-rdfc-2022/canonDocDataInt.txt'));
    expect(canonicalProof.trim()).toBe(read('eddsa-rdfc-2022/proofCanonDataInt.txt'));
    expect(await sha256(canonical)).toBe(read('eddsa-rdfc-2022/docHashDataInt.txt'));
    expect(await sha256(canonicalProof)).toBe(read('eddsa-rdfc-2022/proofHashDataInt.txt'));

    const keys: { publicKeyMultibase: string; privateKeyMultibase: string } = JSON.parse(read('keyPair.json'));
    const publicKey = ed25519FromMultibase(keys.publicKeyMultibase);
    const seed = fromMultibase58(keys.privateKeyMultibase, 64)?.slice(2);
    const data = fromHex(read('eddsa-rdfc-2022/combinedHashDataInt.txt'));
    const signature = fromMultibase58(String(proof.proofValue), 90);
    if (!publicKey || !seed || !data || !signature) throw new Error('a vector does not decode');
    expect(hex(data)).toBe((await sha256(canonicalProof)) + (await sha256(canonical)));
    expect(await webPrimitives.verifyEd25519(publicKey, signature, data)).toBe(true);
    const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, seed), 'Ed25519', false, ['sign']);
    expect(hex(new Uint8Array(await crypto.subtle.sign('Ed25519', key, data)))).toBe(
      read('eddsa-rdfc-2022/sigHexDataInt.txt'),
    );
  });

  test('the published digest of the v2 context, and its meaning in the package that we pin', () => {
    const bytes = readFileSync(join(VECTORS, 'w3c-credentials-v2-context.json'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      pinned['https://www.w3.org/ns/credentials/v2'].publishedSha256,
    );
    const compact = JSON.stringify(JSON.parse(bytes.toString('utf8')));
    expect(createHash('sha256').update(compact).digest('hex')).toBe(
      pinned['https://www.w3.org/ns/credentials/v2'].sha256,
    );
  });
});
