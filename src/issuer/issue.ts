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
import { codePrefix, proofIn, readBack } from '../vc/qr/payload.ts';
import type { CompiledTemplate } from '../vc/template/compiled.ts';
import { matchText } from '../vc/template/match.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import type { TrustedKey } from '../vc/trust/trust-list.ts';
import { verify } from '../vc/verify/verify.ts';
import { fullPathObjection, isCanary, stopIssuing, throwWhileStopped } from './canary.ts';

const ROWS_AT_ONCE = 1_000;

/**
 * Step 1, the reservation, is award's. Returns the uuids that are issued now. A row that cannot be issued stays
 * pending and is logged; the others go on. While rows are recorded, the next ones are signed. Throws while a canary stops
 * the issuing.
 */
export async function issueCredentials(deps: Deps, rows: readonly CredentialRow[]): Promise<Set<string>> {
  const trust = await deps.trust();
  const issued = new Set<string>();
  if (!trust) return issued;
  await throwWhileStopped(deps, async (row) => {
    const [one] = await signRows(deps, trust, [row]);
    return one ? fullPathObjection(deps, trust, withProof(one)) : 'it can no longer be signed';
  });
  const check = selfCheck(deps, trust, rows.length);
  let signing = signRows(deps, trust, rows.slice(0, ROWS_AT_ONCE));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const signed = await signing;
    const next = from + ROWS_AT_ONCE;
    signing = signRows(deps, trust, rows.slice(next, next + ROWS_AT_ONCE));
    signing.catch(() => undefined); // its turn to throw comes when it is awaited
    const good = await check(signed);
    // 6. Record the first signature; a later, different one is discarded by the guard in the statement.
    if (good.length > 0) await recordSignatures(deps.db, good, deps.clock.now());
    for (const { uuid } of good) issued.add(uuid);
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

type SignedRow = Signed & SigningTerms & { readonly fields: CredentialFields };

/** Steps 2 to 4, by key and template, wherever the platform does them. */
async function signRows(deps: Deps, trust: Trust, rows: readonly CredentialRow[]): Promise<SignedRow[]> {
  const groups = new Map<string, SigningTerms & { rows: CredentialFields[] }>();
  for (const { fields } of rows) {
    const name = `${fields.template} ${fields.key}`;
    const group = groups.get(name);
    if (group) group.rows.push(fields);
    else
      await refusing(deps, [fields], async () => {
        groups.set(name, { ...signingTerms(trust, fields), rows: [fields] });
      });
  }
  const signed: SignedRow[] = [];
  for (const { template, key, rows: fields } of groups.values())
    await refusing(deps, fields, async () => {
      const { issuer, number } = key;
      const codeStart = codePrefix(deps.config.publicUrl);
      const signings = await deps.sign({ template, issuer, key: number, codePrefix: codeStart, rows: fields });
      for (const [at, one] of fields.entries()) {
        const signing = signings[at] ?? { refusal: 'no answer' };
        if ('refusal' in signing) deps.log({ event: 'issue-refused', uuid: one.uuid, reason: signing.refusal });
        else signed.push({ uuid: one.uuid, packed: signing.packed, template, key, fields: one });
      }
    });
  return signed;
}

/** As a verifier sees it. Most rows are recorded without anybody needing that. */
const withProof = (row: SignedRow): SignedRow & { signed: SignedFields } => ({
  ...row,
  signed: { ...row.fields, proofValue: proofIn(row.packed) },
});

async function refusing(deps: Deps, rows: readonly CredentialFields[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    for (const { uuid } of rows) deps.log({ event: 'issue-refused', uuid, reason });
  }
}

/**
 * Step 5 for a batch of so many rows, part by part: few rows are checked one by one, many by sample until one of it fails.
 * Canaries among them go through the full path. Returns what may be recorded.
 */
function selfCheck(deps: Deps, trust: Trust, total: number) {
  const { selfCheckEvery } = deps.config;
  let checkEach = total <= selfCheckEvery;
  let seen = 0;
  return async (rows: readonly SignedRow[]): Promise<SignedRow[]> => {
    const isSample = new Set(rows.filter((_, at) => (seen + at) % selfCheckEvery === 0 || seen + at === total - 1));
    const good = new Set<SignedRow>();
    for (const row of isSample) if (await isConfirmed(deps, trust, row)) good.add(row);
    checkEach ||= good.size < isSample.size;
    for (const row of rows)
      if (!isSample.has(row) && (!checkEach || (await isConfirmed(deps, trust, row)))) good.add(row);
    seen += rows.length;
    for (const row of good) {
      if (!isCanary(row.fields, deps.config)) continue;
      const objection = await fullPathObjection(deps, trust, withProof(row));
      if (objection !== undefined) await stopIssuing(deps, withProof(row), objection);
    }
    return [...good];
  };
}

async function isConfirmed(deps: Deps, trust: Trust, row: SignedRow): Promise<boolean> {
  try {
    await checkSigned(deps, trust, row);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    deps.log({ event: 'issue-refused', uuid: row.uuid, reason });
    return false;
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

/** Both encodings are read back as strangers would read them, and the published trust judges. */
async function checkSigned(deps: Deps, trust: Trust, row: SignedRow): Promise<void> {
  const { template, key, packed, signed } = withProof(row);
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
