/** Presentations before the trust verifier: a signed `vp+jwt`, whose holder must be the signer. It runs no JSON-LD, so it reads no other kind. */
import type { Json } from '../json.ts';
import { readPresentation } from '../model/presentation.ts';
import { readEnvelope } from '../proof/envelope.ts';
import { openEnvelope } from '../proof/jose.ts';
import type { Documents } from './documents.ts';
import { type Fault, fault } from './fault.ts';
import { type Report, report } from './report.ts';

export type PresentationContext = {
  readonly documents: Documents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly challenge?: string;
  readonly domain?: string | readonly string[];
};

/** The credentials inside are for the trust verifier to judge; there are none when the presentation itself is refused. */
export async function openTrustedPresentation(
  value: Json,
  context: PresentationContext,
): Promise<{ reports: readonly Report[]; credentials: readonly Json[] }> {
  const refuse = (check: 'format' | 'proof' | 'holder', faults: readonly Fault[]) => ({
    reports: [report(check, faults)],
    credentials: [],
  });
  const enveloped = readEnvelope(value);
  if (!enveloped) {
    const detail = 'the trust verifier reads presentations as EnvelopedVerifiablePresentation (vp+jwt) only';
    return refuse('format', [fault('unparsable', detail)]);
  }
  if (!enveloped.ok) return refuse('format', enveloped.faults);
  if (enveloped.value.kind !== 'vp')
    return refuse('format', [fault('malformed', 'a credential is not a presentation', '/type')]);
  const opened = await openEnvelope(enveloped.value.token, { ...context, kind: 'vp', purpose: 'authentication' });
  if (!opened.ok) return refuse('proof', opened.faults);
  const read = readPresentation(opened.value.payload);
  if (!read.ok) return refuse('format', read.faults);
  const { holder, credentials, proofs } = read.value;
  if (proofs.length > 0)
    return refuse('format', [fault('malformed', 'an enveloped presentation carries no embedded proof', '/proof')]);
  if (credentials.length === 0) {
    const detail = 'there is no credential in it, and nobody trusts a holder by name';
    return refuse('format', [fault('malformed', detail, '/verifiableCredential')]);
  }
  if (holder !== opened.value.controller)
    return refuse('holder', [fault('issuer-mismatch', 'the holder is not the one who signed', '/holder')]);
  return { reports: [report('format', []), report('proof', []), report('holder', [])], credentials };
}
