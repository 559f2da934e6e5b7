/** The protocol verifier of credentials: W3C validity by the full JSON-LD path (VC Data Model 2.0 §7.1), everything fatal except who the issuer is, and a schema that is not here. */
import { publishedDigests } from '../contexts.ts';
import type { Json, JsonObject } from '../json.ts';
import { checkMeaning } from '../json-ld/meaning.ts';
import { nothingSpent } from '../json-ld/spent.ts';
import { LIMITS } from '../limits.ts';
import { readCredential, type ValidCredential } from '../model/credential.ts';
import { checkCredentialSchemas } from '../model/credential-schema.ts';
import { checkRelatedResources } from '../model/related-resource.ts';
import type { Primitives } from '../primitives.ts';
import { type FormSource, formSource } from '../proof/cryptosuite.ts';
import { readEnvelope } from '../proof/envelope.ts';
import { openEnvelope } from '../proof/jose.ts';
import { type ProofResult, verifyProofs } from '../proof/verify-proofs.ts';
import { checkStatusEntries } from '../status/status-entry.ts';
import { CLOCK_TOLERANCE } from '../trust/bundle.ts';
import type { Documents } from './documents.ts';
import { type Fault, fault, type Outcome } from './fault.ts';
import { fatalFaults, type Report, report } from './report.ts';
import { withoutUnknownClaims } from './unknown-claims.ts';

export type ProtocolContext = {
  readonly documents: Documents;
  /** Epoch milliseconds, the caller's clock. */
  readonly nowMs: number;
  readonly primitives: Primitives;
  /** Compared with the proof's where given (Data Integrity 1.0 §4.3). */
  readonly challenge?: string;
  readonly domain?: string | readonly string[];
  /** Of the presentation that it stands in: what both cost comes out of one purse. */
  readonly source?: FormSource;
};

export type CredentialResult = {
  readonly verified: boolean;
  readonly reports: readonly Report[];
  /** Absent when it could not be read. */
  readonly credential?: ValidCredential;
};

/** A JSON-LD credential with embedded proofs, or an EnvelopedVerifiableCredential, as the strict parser gave it. Never throws for bad input. */
export async function verifyCredential(value: Json, context: ProtocolContext): Promise<CredentialResult> {
  const source = context.source ?? formSource(context.documents);
  const secured = await openSecured(value, context, source);
  if (!secured.ok) return { verified: false, reports: [report('format', secured.faults)] };
  const { credential } = secured.value;
  const reports = [...(await checkSecured(secured.value, context, source)), await statusReport(credential, context)];
  return { verified: fatalFaults(reports).length === 0, reports, credential };
}

/** Every check but the status, which needs this one for its lists. */
async function checkSecured(
  { credential, envelope }: Secured,
  context: ProtocolContext,
  source: FormSource,
): Promise<Report[]> {
  const proof = await checkProofs(credential, envelope, { ...context, source });
  return [
    report('format', await checkForm(credential, source)),
    proof.report,
    issuerReport(credential, proof.controllers),
    report('validity', checkValidity(credential, context.nowMs)),
    schemaReport(await checkCredentialSchemas(credential, context.documents)),
    report('related-resource', checkRelatedResources(credential.relatedResources, publishedDigests)),
  ];
}

type Envelope = { readonly controller: string; readonly kid: string; readonly alg: string };
type Secured = { readonly credential: ValidCredential; readonly envelope?: Envelope };

/** What all later checks read: the validated document, out of its envelope where it had one. */
async function openSecured(value: Json, context: ProtocolContext, source: FormSource): Promise<Outcome<Secured>> {
  const enveloped = readEnvelope(value);
  if (!enveloped) {
    const read = readCredential(value, 'verify');
    return read.ok ? { ok: true, value: { credential: read.value } } : read;
  }
  if (!enveloped.ok) return enveloped;
  const { kind, token, legacy } = enveloped.value;
  if (kind !== 'vc') return failed('malformed', 'a presentation is not a credential', '/type');
  const { documents, nowMs, challenge, domain } = context;
  const opened = await openEnvelope(token, {
    kind,
    legacy,
    purpose: 'assertionMethod',
    documents,
    nowMs,
    ...(challenge === undefined ? {} : { challenge }),
    ...(domain === undefined ? {} : { domain }),
  });
  if (!opened.ok) return opened;
  const read = readCredential(opened.value.payload, 'verify');
  if (!read.ok) return read;
  if (read.value.proofs.length > 0)
    return failed('malformed', 'an enveloped credential carries no embedded proof', '/proof');
  return { ok: true, value: { credential: await withoutUnknownClaims(read.value, source), envelope: opened.value } };
}

const failed = (...what: Parameters<typeof fault>): Outcome<never> => ({ ok: false, faults: [fault(...what)] });

/** That JSON-LD reads it whole, and reads the same in it as we do. */
async function checkForm({ document }: ValidCredential, source: FormSource): Promise<readonly Fault[]> {
  const expanded = await source.expanded(document);
  return expanded.ok ? checkMeaning(document, expanded.value) : expanded.faults;
}

async function checkProofs(
  { document, proofs }: ValidCredential,
  envelope: Envelope | undefined,
  { documents, nowMs, challenge, domain, source }: ProtocolContext & { source: FormSource },
): Promise<{ report: Report; controllers: readonly string[] }> {
  if (envelope) {
    const { alg, kid, controller } = envelope;
    return {
      report: report('proof', [], { proofs: [{ suite: `vc+jwt ${alg}`, verificationMethod: kid, result: 'passed' }] }),
      controllers: [controller],
    };
  }
  const { results, faults } = await verifyProofs(document, proofs, {
    purpose: 'assertionMethod',
    documents,
    nowMs,
    source,
    ...(challenge === undefined ? {} : { challenge }),
    ...(domain === undefined ? {} : { domain }),
  });
  return {
    report: report('proof', faults, { proofs: results.map(shownProof) }),
    controllers: results.flatMap(({ controller }) => controller ?? []),
  };
}

export const shownProof = ({ suite, verificationMethod, result, fault: found }: ProofResult) => ({
  suite,
  ...(verificationMethod === undefined ? {} : { verificationMethod }),
  result,
  ...(found ? { reason: found.reason } : {}),
});

/** W3C leaves it to the verifier's policy who may sign for an issuer; ours is the trust verifier. */
function issuerReport({ issuer }: ValidCredential, controllers: readonly string[]): Report {
  const bound = controllers.includes(issuer);
  const detail = 'the key that signed is not controlled by the issuer that the credential names';
  return {
    check: 'issuer',
    result: bound ? 'passed' : 'reported',
    faults: bound ? [] : [fault('issuer-mismatch', detail, '/issuer')],
    evidence: { issuer, controllers },
  };
}

/** A schema that is not here leaves it open whether the credential conforms: VC JSON Schema §4.2 tells that from a failure, and nothing is fetched. */
function schemaReport(faults: readonly Fault[]): Report {
  const open = faults.length > 0 && faults.every(({ reason }) => reason === 'schema-not-brought');
  return open ? { check: 'schema', result: 'reported', faults } : report('schema', faults);
}

/** VC Data Model 2.0 §4.9; in 1.1 issuanceDate and expirationDate. Ends are inclusive; a start may be ten minutes ahead of our clock. */
function checkValidity(
  { validFromMs = Number.NEGATIVE_INFINITY, validUntilMs = Number.POSITIVE_INFINITY }: ValidCredential,
  nowMs: number,
): Fault[] {
  if (nowMs > validUntilMs) return [fault('expired', `the validity ended at ${new Date(validUntilMs).toISOString()}`)];
  if (nowMs + CLOCK_TOLERANCE * 1000 < validFromMs)
    return [fault('not-yet-valid', `the validity starts at ${new Date(validFromMs).toISOString()}`)];
  return [];
}

async function statusReport(credential: ValidCredential, context: ProtocolContext): Promise<Report> {
  const { faults, statuses } = await checkStatusEntries(credential.statusEntries, {
    issuer: credential.issuer,
    documents: context.documents,
    nowMs: context.nowMs,
    primitives: context.primitives,
    verifyList: (list) => verifyStatusList(list, context),
  });
  return report('status', faults, { statuses });
}

/** A list is verified like any credential, and its signer must be its issuer. It has no status of its own: lists waiting for lists would never end. */
async function verifyStatusList(
  list: JsonObject,
  { documents, nowMs, primitives }: ProtocolContext,
): Promise<Outcome<ValidCredential>> {
  const room = -2 * LIMITS.statusListBytes; // the operator brought it, and it may be larger than what a stranger sends
  const source = formSource(documents, { ...nothingSpent(), statementsText: room });
  const secured = await openSecured(list, { documents, nowMs, primitives }, source);
  if (!secured.ok) return secured;
  const { credential } = secured.value;
  if (credential.statusEntries.length > 0)
    return failed('status-list-invalid', 'the list has a status itself', '/credentialStatus');
  const reports = await checkSecured(secured.value, { documents, nowMs, primitives }, source);
  const faults = reports.flatMap((one) => one.faults);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: credential };
}
