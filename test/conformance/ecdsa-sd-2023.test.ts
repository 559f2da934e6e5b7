/** W3C vectors of ecdsa-sd-2023: deriving gives the published credential, and every step of its verification is the published one. */
import { describe, expect, test } from 'vitest';
import { base64url, hex, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { CRYPTOSUITES, digest, formSource } from '../../src/vc/proof/cryptosuite.ts';
import { deriveCredential } from '../../src/vc/proof/issue-proof.ts';
import { publicKeyMultibase } from '../../src/vc/proof/public-key.ts';
import {
  type DerivedValue,
  disclosedStatements,
  readBaseValue,
  readDerivedValue,
  signedStatements,
} from '../../src/vc/proof/selective-disclosure.ts';
import { verifyProofs } from '../../src/vc/proof/verify-proofs.ts';
import { noDocuments } from '../../src/vc/protocol/documents.ts';
import { readJson, readSecured, vectorsAbsent } from './vectors.ts';

const context = { purpose: 'assertionMethod', documents: noDocuments, nowMs: Date.UTC(2025, 0, 1) } as const;
const ECDSA = 'w3c-vc-di-ecdsa';

const VECTORS = [
  { credential: 'the resident card', folder: `${ECDSA}/ecdsa-sd-2023/prc`, pointers: `${ECDSA}/prCred` },
  { credential: 'the employment document', folder: `${ECDSA}/ecdsa-sd-2023/employ`, pointers: `${ECDSA}/employ` },
];

function derivedValue(proof: JsonObject): DerivedValue {
  const read = readDerivedValue(`${proof.proofValue}`);
  if (!read.ok) throw new Error(read.faults[0]?.detail);
  return read.value;
}

async function formsOf(document: JsonObject, proof: JsonObject) {
  const source = formSource(noDocuments);
  const row = CRYPTOSUITES.find(({ name }) => name === 'ecdsa-sd-2023');
  const forms = await row?.transform({ document, proof }, 'sha256', source);
  if (!forms?.ok) throw new Error(forms?.faults[0]?.detail);
  return forms.value;
}

describe.skipIf(vectorsAbsent).each(VECTORS)('$credential', ({ folder, pointers }) => {
  const base = readSecured(`${folder}/addSignedSDBase.json`);
  const derived = readSecured(`${folder}/derivedRevealDocument.json`);
  const [baseProof = {}] = base.proofs;
  const [derivedProof = {}] = derived.proofs;

  test('the base proof is read, and no verifier takes it', async () => {
    expect(readBaseValue(`${baseProof.proofValue}`)).toMatchObject({
      ok: true,
      value: { mandatoryPointers: readJson(`${pointers}Mandatory.json`) },
    });
    const result = await verifyProofs(base.document, base.proofs, context);
    expect(result).toMatchObject({ verified: false, faults: [{ reason: 'proof-malformed', at: '/proof/proofValue' }] });
  });

  test('deriving gives the published credential, and it verifies', async () => {
    const outcome = await deriveCredential({
      credential: { ...base.document, proof: baseProof },
      selectivePointers: readJson<string[]>(`${pointers}Selective.json`),
      documents: noDocuments,
    });
    expect(outcome).toEqual({ ok: true, value: { ...derived.document, proof: derivedProof } });
    expect(await verifyProofs(derived.document, derived.proofs, context)).toMatchObject({ verified: true, faults: [] });
  });

  test('the derived proof value holds what was published', () => {
    const published = readJson<Record<string, unknown>>(`${folder}/verifyDerivedProofValue.json`);
    const { baseSignature, statementKey, signatures, labels, mandatoryIndexes } = derivedValue(derivedProof);
    expect({
      baseSignature: hex(baseSignature),
      publicKey: publicKeyMultibase(statementKey),
      signatures: signatures.map(hex),
      labelMap: [...labels].map(([number, name]) => [`c14n${number}`, `u${base64url(name)}`]),
      mandatoryIndexes,
    }).toEqual(published);
  });

  test('the statements and hashes of the verification are the published ones', async () => {
    const value = derivedValue(derivedProof);
    const forms = await formsOf(derived.document, derivedProof);
    expect(signedStatements(forms.document, value.labels)).toEqual(readJson(`${folder}/verifyNQuads.json`));
    const published = readJson<Record<string, unknown>>(`${folder}/verifyCreateVerifyData.json`);
    const disclosed = disclosedStatements(value, forms.document);
    if (!disclosed.ok) throw new Error(disclosed.faults[0]?.detail);
    expect(disclosed.value.selective).toEqual(published.nonMandatory);
    expect(hex(await digest('sha256', utf8(forms.options)))).toBe(published.proofHash);
    expect(hex(await digest('sha256', utf8(disclosed.value.mandatory.join(''))))).toBe(published.mandatoryHash);
  });
});
