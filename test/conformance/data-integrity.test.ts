/** W3C vectors of the Data Integrity cryptosuites: every canonical form, hash and signature on the way, and the verdict at its end. */
import { describe, expect, test } from 'vitest';
import { hex, multibase58, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import {
  CRYPTOSUITES,
  digest,
  formSource,
  type Hash,
  hashData,
  hashFor,
  type KeyType,
} from '../../src/vc/proof/cryptosuite.ts';
import { verifyProofs } from '../../src/vc/proof/verify-proofs.ts';
import { noDocuments } from '../../src/vc/protocol/documents.ts';
import { readJson, readSecured, readText, signWith, vectorsAbsent } from './vectors.ts';

const context = { purpose: 'assertionMethod', documents: noDocuments, nowMs: Date.UTC(2025, 0, 1) } as const;
const EDDSA = 'w3c-vc-di-eddsa';
const ECDSA = 'w3c-vc-di-ecdsa';

/** `suffix`: file names differ from suite to suite in the publication. */
type Vector = { suite: string; folder: string; suffix: string; keyType: KeyType; keys: string };

const eddsa = { keyType: 'Ed25519', keys: `${EDDSA}/keyPair.json` } as const;
const VECTORS: readonly Vector[] = [
  { ...eddsa, suite: 'eddsa-rdfc-2022', folder: `${EDDSA}/eddsa-rdfc-2022`, suffix: 'DataInt' },
  { ...eddsa, suite: 'eddsa-rdfc-2022', folder: `${EDDSA}/eddsa-rdfc-2022/employ`, suffix: 'DataInt' },
  { ...eddsa, suite: 'eddsa-jcs-2022', folder: `${EDDSA}/eddsa-jcs-2022`, suffix: 'JCS' },
  { ...eddsa, suite: 'Ed25519Signature2020', folder: `${EDDSA}/Ed25519Signature2020`, suffix: 'EdSig' },
  ...(['P256', 'P384'] as const).flatMap((curve): Vector[] => {
    const small = curve.toLowerCase();
    const key = { keyType: curve === 'P256' ? 'P-256' : 'P-384', keys: `${ECDSA}/${small}KeyPair.json` } as const;
    const rdfc = `${ECDSA}/ecdsa-rdfc-2019-${small}`;
    return [
      { ...key, suite: 'ecdsa-rdfc-2019', folder: rdfc, suffix: `ECDSA${curve}` },
      { ...key, suite: 'ecdsa-rdfc-2019', folder: `${rdfc}/employ`, suffix: `ECDSA${curve}` },
      { ...key, suite: 'ecdsa-jcs-2019', folder: `${ECDSA}/ecdsa-jcs-2019-${small}`, suffix: `JCSECDSA${curve}` },
    ];
  }),
];

async function formsOf(document: JsonObject, proof: JsonObject, hash: Hash) {
  const name = proof.cryptosuite ?? proof.type;
  const source = formSource(noDocuments);
  const forms = await CRYPTOSUITES.find((row) => row.name === name)?.transform({ document, proof }, hash, source);
  if (!forms?.ok) throw new Error(`${name}: ${forms?.faults[0]?.detail}`);
  return forms.value;
}

describe.skipIf(vectorsAbsent).each(VECTORS)(
  '$suite, $keyType, in $folder',
  ({ suite, folder, suffix, keyType, keys }) => {
    const hash = hashFor(keyType);
    const { document, proofs } = readSecured(`${folder}/signed${suffix}.json`);
    const proof = proofs[0] ?? {};
    const published = (step: string) => readText(`${folder}/${step}${suffix}.txt`).trim();

    test('forms and hashes are the published ones', async () => {
      const forms = await formsOf(document, proof, hash);
      expect(forms.document.trim()).toBe(published('canonDoc'));
      expect(forms.options.trim()).toBe(published('proofCanon'));
      expect(hex(await digest(hash, utf8(forms.document)))).toBe(published('docHash'));
      expect(hex(await digest(hash, utf8(forms.options)))).toBe(published('proofHash'));
      expect(hex(await hashData(forms, hash))).toBe(published('combinedHash'));
    });

    test('signing gives the published bytes', async () => {
      const { privateKeyMultibase, secretKeyMultibase = privateKeyMultibase } = readJson<Record<string, string>>(keys);
      const data = await hashData(await formsOf(document, proof, hash), hash);
      const signature = await signWith(secretKeyMultibase ?? '', keyType, data);
      expect(hex(signature)).toBe(published('sigHex'));
      expect(multibase58(signature)).toBe(published('sigBTC58'));
      expect(multibase58(signature)).toBe(proof.proofValue);
    });

    test('it verifies', async () => {
      const result = await verifyProofs(document, proofs, context);
      expect(result).toMatchObject({ verified: true, faults: [], results: [{ suite, result: 'passed' }] });
    });
  },
);

describe.skipIf(vectorsAbsent)('proof sets and chains', () => {
  const CHAIN = `${EDDSA}/proof-set-chain`;

  test.each(['signedProofSet1', 'signedProofSet2', 'signedProofChain1', 'signedProofChain2'])(
    '%s verifies, every proof of it',
    async (file) => {
      const { document, proofs } = readSecured(`${CHAIN}/${file}.json`);
      const result = await verifyProofs(document, proofs, context);
      expect(result.results.map(({ result }) => result)).toEqual(proofs.map(() => 'passed'));
      expect(result.verified).toBe(true);
    },
  );

  test('signing gives the published bytes: a later proof secures the document with the earlier ones', async () => {
    const keys = Object.values(readJson<Record<string, Record<string, string>>>(`${CHAIN}/multiKeyPairs.json`));
    const { document, proofs } = readSecured(`${CHAIN}/signedProofChain2.json`);
    expect(proofs).toHaveLength(4);
    for (const proof of proofs) {
      const previous = proofs.filter(({ id }) => id && [proof.previousProof].flat().includes(id));
      const secured = previous.length > 0 ? { ...document, proof: previous } : document;
      const pair = keys.find(({ publicKeyMultibase }) => proof.verificationMethod === didKeyMethod(publicKeyMultibase));
      const data = await hashData(await formsOf(secured, proof, 'sha256'), 'sha256');
      expect(multibase58(await signWith(pair?.privateKeyMultibase ?? '', 'Ed25519', data))).toBe(proof.proofValue);
    }
  });

  const didKeyMethod = (multibase = '') => `did:key:${multibase}#${multibase}`;
});
