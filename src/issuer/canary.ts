/**
 * The canary: a signed credential also goes the way that any stranger's verifier would, JSON-LD and RDFC-1.0, which shares
 * nothing with the templates. A difference stops the issuing until the same credential comes out right.
 */
import type { Deps } from '../deps.ts';
import { addCanaryFailure, canaryFailures, clearCanaryFailure } from '../store/canary.ts';
import { type CredentialRow, credentialsByUuid } from '../store/credentials.ts';
import { type CredentialFields, credentialText, type SignedFields } from '../vc/credential.ts';
import { issuerDocument } from '../vc/did-document.ts';
import type { CompiledTemplate } from '../vc/template/compiled.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import type { TrustedKey } from '../vc/trust/trust-list.ts';

export type CanarySubject = {
  readonly template: CompiledTemplate;
  readonly key: TrustedKey;
  readonly signed: SignedFields;
};

/** One in `canaryEvery`, by an index that is drawn at random. */
export const isCanary = ({ statusIndex }: CredentialFields, { canaryEvery }: Deps['config']): boolean =>
  statusIndex % canaryEvery === 0;

/** What the full path says against the credential; undefined when it verifies there. */
export async function fullPathObjection(
  deps: Deps,
  trust: Trust,
  { template, key, signed }: CanarySubject,
): Promise<string | undefined> {
  const { verifyCredential } = await import('../vc/protocol/verify-credential.ts');
  const { issuer } = key;
  const { reports } = await verifyCredential(JSON.parse(credentialText(template, issuer, signed)), {
    documents: async (id) => (id === issuer.issuerId ? issuerDocument(trust, id) : undefined),
    nowMs: deps.clock.now() * 1000,
    primitives: deps.primitives,
  });
  const faults = reports.flatMap(({ check, result, faults }) =>
    result === 'passed' || !['format', 'proof', 'issuer'].includes(check) ? [] : faults,
  );
  return faults.length === 0 ? undefined : faults.map(({ reason, detail }) => `${reason}: ${detail}`).join('; ');
}

/** Loud, and kept: a restart does not forget it. */
export async function stopIssuing(deps: Deps, { signed }: CanarySubject, reason: string): Promise<never> {
  const { uuid } = signed;
  await addCanaryFailure(deps.db, { uuid, reason, at: deps.clock.now() });
  deps.log({
    event: 'canary-failed',
    uuid,
    reason,
    consequence: 'nothing is issued until this credential comes out right',
  });
  throw new Error(`the full path does not confirm credential ${uuid}: ${reason}`);
}

/** Tries what failed again, by the code as it is now, and throws while it fails. */
export async function throwWhileStopped(
  deps: Deps,
  retry: (row: CredentialRow) => Promise<string | undefined>,
): Promise<void> {
  for (const row of await credentialsByUuid(deps.db, await canaryFailures(deps.db))) {
    const objection = await retry(row);
    if (objection !== undefined) throw new Error(`issuing is stopped by the canary ${row.fields.uuid}: ${objection}`);
    await clearCanaryFailure(deps.db, row.fields.uuid);
    deps.log({ event: 'canary-recovered', uuid: row.fields.uuid });
  }
}
