/** The verifier of the tests: one clock, no documents, assertionMethod, and what it found in short. */
import { expect } from 'vitest';
import { isObject, type JsonObject } from '../../../src/vc/json.ts';
import { type ProofContext, verifyProofs } from '../../../src/vc/proof/verify-proofs.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { NOW_MS } from './issuer.ts';

export const context: ProofContext = { purpose: 'assertionMethod', documents: noDocuments, nowMs: NOW_MS };

/** Reasons of all faults, the place of the first, and the result of each proof. */
export async function faultOf(document: JsonObject, proofs: JsonObject[], how: Partial<ProofContext> = {}) {
  const { verified, faults, results } = await verifyProofs(document, proofs, { ...context, ...how });
  expect(verified).toBe(faults.length === 0);
  return {
    reasons: faults.map(({ reason }) => reason),
    at: faults[0]?.at,
    results: results.map(({ result }) => result),
  };
}

/** `verified`, or the reasons. */
export async function verdict({ proof, ...document }: JsonObject): Promise<string> {
  const { reasons } = await faultOf(document, [proof ?? []].flat().filter(isObject));
  return reasons.join(' ') || 'verified';
}
