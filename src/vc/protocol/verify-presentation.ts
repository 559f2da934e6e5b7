/** The protocol verifier of presentations: the holder's proof with its challenge and domain, and every credential inside. */
import type { Json } from '../json.ts';
import { checkMeaning } from '../json-ld/meaning.ts';
import { readPresentation, type ValidPresentation } from '../model/presentation.ts';
import { type FormSource, formSource } from '../proof/cryptosuite.ts';
import { readEnvelope } from '../proof/envelope.ts';
import { openEnvelope } from '../proof/jose.ts';
import { verifyProofs } from '../proof/verify-proofs.ts';
import { type Fault, fault, type Outcome } from './fault.ts';
import { fatalFaults, type Report, report } from './report.ts';
import { withoutUnknownClaims } from './unknown-claims.ts';
import { type CredentialResult, type ProtocolContext, shownProof, verifyCredential } from './verify-credential.ts';

export type PresentationResult = {
  readonly verified: boolean;
  /** Of the presentation itself. */
  readonly reports: readonly Report[];
  /** Of each credential inside, in its order. */
  readonly credentials: readonly CredentialResult[];
  readonly presentation?: ValidPresentation;
};

/** A JSON-LD presentation with embedded proofs, or an EnvelopedVerifiablePresentation. Unsigned ones are refused. Never throws for bad input. */
export async function verifyPresentation(value: Json, context: ProtocolContext): Promise<PresentationResult> {
  const source = formSource(context.documents);
  const secured = await openSecured(value, context, source);
  if (!secured.ok) return { verified: false, reports: [report('format', secured.faults)], credentials: [] };
  const { presentation, envelope } = secured.value;
  const proof = envelope ? envelopeProof(envelope) : await embeddedProof(presentation, context, source);
  const reports = [
    report('format', await checkForm(presentation, source)),
    proof.report,
    holderReport(presentation, proof.controllers),
  ];
  const { documents, nowMs, primitives } = context; // challenge and domain are the presentation's own
  const credentials: CredentialResult[] = [];
  for (const one of presentation.credentials)
    credentials.push(await verifyCredential(one, { documents, nowMs, primitives, source }));
  const verified = fatalFaults(reports).length === 0 && credentials.every((one) => one.verified);
  return { verified, reports, credentials, presentation };
}

type Envelope = { readonly controller: string; readonly kid: string; readonly alg: string };
type Secured = { readonly presentation: ValidPresentation; readonly envelope?: Envelope };

async function openSecured(value: Json, context: ProtocolContext, source: FormSource): Promise<Outcome<Secured>> {
  const enveloped = readEnvelope(value);
  if (!enveloped) {
    const read = readPresentation(value);
    return read.ok ? { ok: true, value: { presentation: read.value } } : read;
  }
  if (!enveloped.ok) return enveloped;
  if (enveloped.value.kind !== 'vp') return failed('malformed', 'a credential is not a presentation', '/type');
  const { token, kind, legacy } = enveloped.value;
  const opened = await openEnvelope(token, { ...proofContext(context), kind, legacy });
  if (!opened.ok) return opened;
  const read = readPresentation(opened.value.payload);
  if (!read.ok) return read;
  if (read.value.proofs.length > 0)
    return failed('malformed', 'an enveloped presentation carries no embedded proof', '/proof');
  const presentation = await withoutUnknownClaims(read.value, source);
  return { ok: true, value: { presentation, envelope: opened.value } };
}

const failed = (...what: Parameters<typeof fault>): Outcome<never> => ({ ok: false, faults: [fault(...what)] });

const proofContext = ({ documents, nowMs, challenge, domain }: ProtocolContext) => ({
  purpose: 'authentication' as const,
  documents,
  nowMs,
  ...(challenge === undefined ? {} : { challenge }),
  ...(domain === undefined ? {} : { domain }),
});

async function checkForm({ document }: ValidPresentation, source: FormSource): Promise<readonly Fault[]> {
  const expanded = await source.expanded(document);
  return expanded.ok ? checkMeaning(document, expanded.value) : expanded.faults;
}

type ProofCheck = { readonly report: Report; readonly controllers: readonly string[] };

const envelopeProof = ({ alg, kid, controller }: Envelope): ProofCheck => ({
  report: report('proof', [], { proofs: [{ suite: `vp+jwt ${alg}`, verificationMethod: kid, result: 'passed' }] }),
  controllers: [controller],
});

async function embeddedProof(
  { document, proofs }: ValidPresentation,
  context: ProtocolContext,
  source: FormSource,
): Promise<ProofCheck> {
  const { results, faults } = await verifyProofs(document, proofs, { ...proofContext(context), source });
  return {
    report: report('proof', faults, { proofs: results.map(shownProof) }),
    controllers: results.flatMap(({ controller }) => controller ?? []),
  };
}

/** VCALM §3.3.2: whoever is named as the holder must be among those who signed. A presentation need not name one; and where no proof is good, that is the fault. */
function holderReport({ holder }: ValidPresentation, controllers: readonly string[]): Report {
  const evidence = { holder: holder ?? null, controllers };
  if (holder === undefined || controllers.length === 0)
    return { check: 'holder', result: 'reported', faults: [], evidence };
  const detail = 'the key that signed is not controlled by the holder that the presentation names';
  return report('holder', controllers.includes(holder) ? [] : [fault('issuer-mismatch', detail, '/holder')], evidence);
}
