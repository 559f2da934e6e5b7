/** Data Integrity 1.0 §4.4 and §4.5: verifies the proof, proof set or proof chain of a document. */
import type { Json, JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { type FormSource, formSource, verifyProof } from './cryptosuite.ts';
import { type Expected, type Proof, readProof, type UnknownProof, within } from './proof.ts';
import { type ResolvedMethod, resolveMethod } from './verification-method.ts';

/** What each proof is compared with, and where its contexts and keys come from. */
export type ProofContext = Expected & {
  readonly documents: Documents;
  /** Where else the document is read: it is expanded once. */
  readonly source?: FormSource;
};

export type ProofResult = {
  /** Cryptosuite, or the type of a proof that has none. */
  readonly suite: string;
  readonly verificationMethod?: string;
  /** Who controls the key; only of proofs that verified. */
  readonly controller?: string;
  readonly result: 'passed' | 'failed' | 'ignored';
  readonly fault?: Fault;
};

export type ProofsResult = {
  /** True when there is at least one proof of a known kind, and every proof of a known kind verified. */
  readonly verified: boolean;
  readonly results: readonly ProofResult[];
  readonly faults: readonly Fault[];
};

/** `document` is without its proof. Never throws for bad input. */
export async function verifyProofs(
  document: JsonObject,
  proofs: readonly JsonObject[],
  context: ProofContext,
): Promise<ProofsResult> {
  if (proofs.length === 0) return refused(fault('proof-missing', 'the document carries no proof', '/proof'));
  if (proofs.length > LIMITS.proofs) return refused(fault('too-large', `more than ${LIMITS.proofs} proofs`, '/proof'));
  const { source = formSource(context.documents) } = context;
  const alone: Verdict[] = [];
  // One after the other: the graphs of a chain, one for each of its proofs, are never in memory together.
  for (const [index, proof] of proofs.entries())
    alone.push(await verifyAlone(proof, { document, proofs, context, source, at: pointer(proofs, index) }));
  const verdicts = followChains(proofs, alone);
  const results = verdicts.map((verdict, index) => shown(proofs[index] ?? {}, verdict));
  const faults = verdicts.flatMap(({ outcome }) => (outcome.ok ? [] : outcome.faults));
  if (results.every(({ result }) => result === 'ignored'))
    faults.push(fault('unknown-cryptosuite', 'no proof is of a kind that this verifier knows', '/proof'));
  return { verified: faults.length === 0, results, faults };
}

const refused = (found: Fault): ProofsResult => ({ verified: false, results: [], faults: [found] });

const pointer = (proofs: readonly JsonObject[], index: number): string =>
  proofs.length > 1 ? `/proof/${index}` : '/proof';

type Verdict = {
  readonly at: string;
  readonly proof?: Proof | UnknownProof;
  readonly outcome: Outcome<ResolvedMethod | 'ignored'>;
};

type Surroundings = {
  readonly document: JsonObject;
  readonly proofs: readonly JsonObject[];
  readonly context: ProofContext;
  readonly source: FormSource;
  readonly at: string;
};

/** §4.4: everything about one proof but whether the ones before it in its chain verify. */
async function verifyAlone(
  json: JsonObject,
  { document, proofs, context, source, at }: Surroundings,
): Promise<Verdict> {
  const read = readProof(json, context, at);
  if (!read.ok) return { at, outcome: read };
  const proof = read.value;
  if (!proof.suite) return { at, proof, outcome: { ok: true, value: 'ignored' } };
  const previous = previousProofs(proof, proofs);
  if (!previous.ok)
    return { at, proof, outcome: { ok: false, faults: previous.faults.map((each) => within(each, at)) } };
  const outcome = await verifySecured(proof, { secured: withProofs(document, previous.value), context, source });
  return {
    at,
    proof,
    outcome: outcome.ok ? outcome : { ok: false, faults: outcome.faults.map((each) => inProof(each, at)) },
  };
}

/** What has no place in the proof is a fault of the document, and has none there. */
const inProof = (each: Fault, at: string): Fault => (each.at === undefined ? each : within(each, at));

/** §4.5 step 3: each name stands for exactly one proof. In the order of the set, whatever the order of the names. */
function previousProofs({ json, previous }: Proof, proofs: readonly JsonObject[]): Outcome<readonly JsonObject[]> {
  const faults = previous
    .filter((id) => id === json.id || proofs.filter((each) => each.id === id).length !== 1)
    .map((id) =>
      fault('previous-proof-missing', `not exactly one other proof is ${id.slice(0, 100)}`, '/previousProof'),
    );
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: proofs.filter(({ id }) => previous.some((one) => one === id)) };
}

/** What a proof of a chain secures is the document and the proofs that it names. */
const withProofs = (document: JsonObject, proofs: readonly JsonObject[]): JsonObject =>
  proofs.length === 0 ? document : { ...document, proof: [...proofs] };

async function verifySecured(
  { suite, json, verificationMethod }: Proof,
  { secured, context, source }: { secured: JsonObject; context: ProofContext; source: FormSource },
): Promise<Outcome<ResolvedMethod>> {
  const method = await resolveMethod(verificationMethod, context);
  if (!method.ok) return { ok: false, faults: method.faults.map((each) => within(each, '/verificationMethod')) };
  const { key } = method.value;
  if (!suite.keyTypes.includes(key.type)) {
    const detail = `${suite.name} does not take a key of type ${key.type}`;
    return { ok: false, faults: [fault('verification-method-invalid', detail, '/verificationMethod')] };
  }
  const verified = await verifyProof(suite, { secured: { document: secured, proof: json }, key, source });
  return verified.ok ? method : verified;
}

/** §2.1: a proof stands only if every proof that it follows stands; the ones of a circle never do. */
function followChains(proofs: readonly JsonObject[], alone: readonly Verdict[]): readonly Verdict[] {
  const standing = new Set<Json | undefined>();
  const follows = (verdict: Verdict): boolean =>
    verdict.proof?.suite === undefined || verdict.proof.previous.every((id) => standing.has(id));
  for (let before = -1; before < standing.size; ) {
    before = standing.size;
    alone.forEach((verdict, index) => {
      if (verdict.proof?.suite && verdict.outcome.ok && follows(verdict)) standing.add(proofs[index]?.id);
    });
  }
  return alone.map((verdict) => {
    if (!verdict.outcome.ok || follows(verdict)) return verdict;
    const detail = 'a proof that this one follows does not verify, or follows this one';
    const found = fault('previous-proof-missing', detail, `${verdict.at}/previousProof`);
    return { ...verdict, outcome: { ok: false, faults: [found] } };
  });
}

function shown(json: JsonObject, { outcome }: Verdict): ProofResult {
  const { type, cryptosuite, verificationMethod } = json;
  const name = type === 'DataIntegrityProof' ? cryptosuite : type;
  const about = {
    suite: typeof name === 'string' ? name.slice(0, 100) : '',
    ...(typeof verificationMethod === 'string' ? { verificationMethod } : {}),
  };
  if (!outcome.ok) return { ...about, result: 'failed', ...(outcome.faults[0] ? { fault: outcome.faults[0] } : {}) };
  return outcome.value === 'ignored'
    ? { ...about, result: 'ignored' }
    : { ...about, result: 'passed', controller: outcome.value.controller };
}
