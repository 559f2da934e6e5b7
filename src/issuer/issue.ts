/** The verb that signs: the numbered cycle from a reserved row to a recorded first signature, resumable after any step. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  type CredentialRow,
  type PendingPage,
  pendingCredentials,
  recordSignatures,
  type Signed,
} from '../store/credentials.ts';
import { type CredentialFields, credentialText, type SignedFields } from '../vc/credential.ts';
import type { Bytes } from '../vc/encoding.ts';
import { codePrefix, readBack } from '../vc/qr/payload.ts';
import { signCredential } from '../vc/sign-credential.ts';
import type { CompiledTemplate } from '../vc/template/compiled.ts';
import { matchText } from '../vc/template/match.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import type { TrustedKey } from '../vc/trust/trust-list.ts';
import { verify } from '../vc/verify/verify.ts';

const ROWS_AT_ONCE = 200;

/**
 * Step 1, the reservation, is award's. Returns the uuids that are issued now. A row that cannot be issued stays
 * pending and is logged; the others go on. Few rows are checked one by one, many by sample until one of it fails.
 */
export async function issueCredentials(deps: Deps, rows: readonly CredentialRow[]): Promise<Set<string>> {
  const trust = await deps.trust();
  const issued = new Set<string>();
  if (!trust) return issued;
  const { selfCheckEvery } = deps.config;
  let checkEach = rows.length <= selfCheckEvery;
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const sample: CredentialRow[] = [];
    const rest: CredentialRow[] = [];
    for (const [offset, row] of rows.slice(from, from + ROWS_AT_ONCE).entries()) {
      const index = from + offset;
      (index % selfCheckEvery === 0 || index === rows.length - 1 ? sample : rest).push(row);
    }
    const signed = await signAll(deps, sample, { trust, selfCheck: true });
    checkEach ||= signed.length < sample.length;
    signed.push(...(await signAll(deps, rest, { trust, selfCheck: checkEach })));
    // 6. Record the first signature; a later, different one is discarded by the guard in the statement.
    if (signed.length > 0) await recordSignatures(deps.db, signed, deps.clock.now());
    for (const { uuid } of signed) issued.add(uuid);
  }
  return issued;
}

/**
 * Rows that an earlier process reserved and did not finish: the same slots, so the same bytes. Goes once through all of
 * them, `pageSize` at a time, so that rows which are refused hide nothing. Returns how many are issued now.
 */
export async function issuePending(deps: Deps, pageSize: number): Promise<number> {
  let issued = 0;
  let after: PendingPage['next'];
  do {
    const page = await pendingCredentials(deps.db, { after, limit: pageSize });
    issued += (await issueCredentials(deps, page.rows)).size;
    after = page.next;
  } while (after);
  return issued;
}

type SignContext = { trust: Trust; selfCheck: boolean };

async function signAll(deps: Deps, rows: readonly CredentialRow[], context: SignContext): Promise<Signed[]> {
  const signed: Signed[] = [];
  for (const row of rows) {
    const one = await sign(deps, row, context);
    if (one) signed.push(one);
  }
  return signed;
}

async function sign(
  deps: Deps,
  { fields }: CredentialRow,
  { trust, selfCheck }: SignContext,
): Promise<Signed | undefined> {
  try {
    const { template, key } = signingTerms(trust, fields);
    const { packed, proofValue } = await signCredential(fields, {
      template,
      issuer: key.issuer,
      signer: await deps.signer(fields.key),
      primitives: deps.primitives,
      codePrefix: codePrefix(deps.config.publicUrl),
    });
    if (selfCheck) await checkSigned(deps, trust, { template, key, packed, signed: { ...fields, proofValue } });
    return { uuid: fields.uuid, packed };
  } catch (error) {
    deps.log({ event: 'issue-refused', uuid: fields.uuid, reason: error instanceof Error ? error.message : 'unknown' });
    return undefined;
  }
}

type SigningTerms = { template: CompiledTemplate; key: TrustedKey };

/** From the published trust: what a verifier will judge by. */
function signingTerms(trust: Trust, fields: CredentialFields): SigningTerms {
  const template = trust.templates.get(fields.template);
  const key = trust.keysByNumber.get(fields.key);
  if (!template || !key) throw selfCheckFailed('the template or the key is not in the published trust');
  if (key.state === 'compromised') throw selfCheckFailed('the reserved key is compromised');
  return { template, key };
}

type ToCheck = SigningTerms & { packed: Bytes; signed: SignedFields };

/** 5. Both encodings are read back as strangers would read them, and the published trust judges. */
async function checkSigned(deps: Deps, trust: Trust, { template, key, packed, signed }: ToCheck): Promise<void> {
  const digits = readBack(packed, signed);
  if (!matchText(template, credentialText(template, key.issuer, signed)))
    throw selfCheckFailed('the credential is no fill of its template');
  const verdict = await verify({ qr: digits }, { trust, now: deps.clock.now(), primitives: deps.primitives });
  const wrong = verdict.checks.find(({ result }) => result === 'failed' || result === 'skipped');
  if (wrong || verdict.outcome === 'unknown') throw selfCheckFailed(JSON.stringify(verdict.checks));
}

const selfCheckFailed = (reason: string) =>
  new AppError('self-check-failed', {
    zh: `签发自检未通过:${reason}`,
    en: `The self-check before recording failed: ${reason}`,
  });
